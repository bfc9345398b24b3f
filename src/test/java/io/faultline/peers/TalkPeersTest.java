package io.faultline.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.check.Status;
import io.faultline.checks.Trial;
import io.faultline.demo.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Prosody, Mumble's server, tinc and Tor (without a network: its control port, SOCKS port and ORPort). */
@RealPeers
class TalkPeersTest {
    @TempDir
    static Path folder;

    private static RealServer prosody;
    private static RealServer mumble;
    private static RealServer tinc;
    private static RealServer tor;
    private static int xmpp;
    private static int voice;
    private static int vpn;
    private static int control;
    private static int socks;
    private static int relay;

    @BeforeAll
    static void start() throws IOException {
        PeerCertificate.make(folder);
        xmpp = Ports.free();
        Path data = Files.createDirectory(folder.resolve("prosody"));
        Files.writeString(folder.resolve("prosody.cfg.lua"), """
                run_as_root = true
                data_path = "%1$s"
                pidfile = "%1$s/pid"
                daemonize = false
                interfaces = { "127.0.0.1" }
                c2s_ports = { %2$d }
                modules_enabled = { "tls", "saslauth" }
                modules_disabled = { "s2s", "http", "http_errors" }
                c2s_require_encryption = true
                authentication = "internal_hashed"
                log = { info = "*console" }
                certificates = "%3$s"
                ssl = { certificate = "%3$s/cert.pem", key = "%3$s/key.pem" }
                VirtualHost "example.org"
                VirtualHost "other.example.com"
                """.formatted(data, xmpp, folder));
        prosody = RealServer.start(folder, "/usr/bin/prosody", "-F", "--config", folder + "/prosody.cfg.lua")
                .listening(xmpp);

        voice = Ports.free();
        // It takes another user when root starts it.
        Path store = Files.createDirectory(folder.resolve("mumble"));
        RealServer.run("chmod", "a+rwx", folder.toString(), store.toString());
        Files.writeString(folder.resolve("mumble.ini"), """
                database=%1$s/mumble/mumble.sqlite
                host=127.0.0.1
                port=%2$d
                users=42
                """.formatted(folder, voice));
        mumble = RealServer.start(folder, "/usr/sbin/murmurd", "-fg", "-ini", folder + "/mumble.ini")
                .listening(voice);

        vpn = Ports.free();
        Path net = Files.createDirectories(folder.resolve("tinc/hosts"));
        Files.writeString(folder.resolve("tinc/tinc.conf"), """
                Name = stone
                DeviceType = dummy
                BindToAddress = 127.0.0.1 %d
                AddressFamily = ipv4
                """.formatted(vpn));
        Files.writeString(net.resolve("stone"), "Port = " + vpn + "\nSubnet = 10.20.30.1/32\n");
        RealServer.run("sh", "-c", "yes '' | tincd -c " + folder + "/tinc -K 2048");
        // It greets those whom it knows.
        RealServer.run("cp", net + "/stone", net + "/probe");
        tinc = RealServer.start(
                        folder, "/usr/sbin/tincd", "-D", "-c", folder + "/tinc", "--pidfile=" + folder + "/tinc.pid")
                .listening(vpn);

        control = Ports.free();
        socks = Ports.free();
        relay = Ports.free();
        Path home = Files.createDirectory(folder.resolve("tor"));
        Files.writeString(folder.resolve("torrc"), """
                DataDirectory %1$s
                ControlPort 127.0.0.1:%2$d
                CookieAuthentication 1
                CookieAuthFile %1$s/cookie
                SocksPort 127.0.0.1:%3$d
                ORPort 127.0.0.1:%4$d
                Address 127.0.0.1
                Nickname stone
                PublishServerDescriptor 0
                AssumeReachable 1
                ExitRelay 0
                Log notice stdout
                """.formatted(home, control, socks, relay));
        RealServer.run("chmod", "700", home.toString());
        tor = RealServer.start(folder, "/usr/sbin/tor", "--defaults-torrc", "/dev/null", "-f", folder + "/torrc")
                .listening(control);
        tor.listening(relay);
    }

    @AfterAll
    static void stop() {
        for (RealServer server : new RealServer[] {prosody, mumble, tinc, tor}) {
            server.close();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "xmpp   | server: XMPP;domain: example.org;ca-file: HERE/cert.pem   | OK       | logins: ",
                "xmpp   | server: XMPP;domain: example.org                          | CRITICAL | self-signed",
                "xmpp   | server: XMPP;domain: other.example.com;ca-file: HERE/cert.pem | CRITICAL | is not for other.example.com",
                "xmpp   | server: XMPP;domain: nobody.example.net                   | CRITICAL | does not serve nobody.example.net",
                "xmpp   | server: XMPP;domain: example.org;security: none           | CRITICAL | offers no way to log in",
                "mumble | server: VOICE                                             | OK       | with 0 of 42 users",
                "udp    | server: VOICE;send-hex: '000000000123456789abcdef'        | OK       | 0123456789abcdef",
                "udp    | server: VOICE;send: hello                                 | CRITICAL | the port does not answer",
                "tcp    | server: VPN;send: \"0 probe 17\\n\";matches: '^0 stone 17' | OK       | 0 stone 17",
                "tor    | control: CONTROL;cookie: HERE/tor/cookie                  | CRITICAL | Tor has bootstrapped to",
                "tor    | control: CONTROL;cookie: HERE/cert.pem                    | CRITICAL | refuses the login",
                "tor    | socks: SOCKS                                              | OK       | Tor answers",
                "tor    | relay: RELAY                                              | OK       | link versions: [",
                "tor    | relay: CONTROL                                            | CRITICAL | ",
                "tor    | socks: SOCKS;reach: 2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion | UNKNOWN | did not connect",
                "icmp   | server: 127.0.0.1                                         | OK       | lost=0.0",
                "icmp   | server: machine.invalid                                   | CRITICAL | the machine cannot be pinged",
            })
    void servers_are_judged(String type, String lines, Status status, String shown) throws IOException {
        String text = shown == null ? "" : shown;
        boolean silent = List.of("the port does not answer", "did not connect").contains(text);
        trial(type, lines).within(Duration.ofSeconds(silent ? 5 : 60)).expect(status, text);
    }

    private static Trial trial(String type, String lines) {
        return Trial.of(
                type,
                lines.replace(';', '\n')
                        .replace("HERE", folder.toString())
                        .replace("XMPP", "127.0.0.1:" + xmpp)
                        .replace("VOICE", "127.0.0.1:" + voice)
                        .replace("VPN", "127.0.0.1:" + vpn)
                        .replace("CONTROL", "127.0.0.1:" + control)
                        .replace("SOCKS", "127.0.0.1:" + socks)
                        .replace("RELAY", "127.0.0.1:" + relay));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "xmpp   | server: XMPP;domain: example.org | PROSODY",
                "mumble | server: VOICE                    | MUMBLE",
                "tcp    | server: VPN;expect: stone        | TINC",
                "tor    | control: CONTROL                 | TOR",
                "tor    | relay: RELAY                     | TOR",
            })
    void servers_that_stand_still_end_in_time(String type, String lines, String which) throws IOException {
        RealServer server = switch (which) {
            case "PROSODY" -> prosody;
            case "MUMBLE" -> mumble;
            case "TINC" -> tinc;
            default -> tor;
        };
        server.freeze();
        try {
            assertThat(trial(type, lines).within(Duration.ofMillis(600)).run().summary())
                    .isIn("no end within 600ms", "the server does not answer its ping");
        } finally {
            server.thaw();
        }
    }
}
