package io.faultline.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.check.Result;
import io.faultline.checks.Trial;
import io.faultline.demo.Ports;
import io.faultline.net.Resolver;
import io.faultline.net.Route;
import io.faultline.net.SystemResolver;
import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every check that speaks TCP, through microsocks, which logs the names that it is asked for, to servers that know
 * themselves by the name; and through Tor, which logs whether a name was looked up before it was asked.
 */
@RealPeers
class SocksPeersTest {
    /** A name that only the proxy looks up: here, whoever does is caught. */
    private static final String NAME = "localhost";

    private static final Resolver NOBODY = (host, lifetime) -> {
        if (!host.equals("127.0.0.1")) {
            throw new UnknownHostException(host + " was looked up here");
        }
        return new SystemResolver().resolve(host, lifetime);
    };

    @TempDir
    static Path folder;

    private static RealServer proxy;
    private static RealServer tor;
    private static RealServer nginx;
    private static RealServer git;
    private static RealServer rsync;
    private static Sshd sshd;
    private static Route route;
    private static int torPort;
    private static int web;
    private static int secure;
    private static int gitPort;
    private static int rsyncPort;

    @BeforeAll
    static void start() throws IOException {
        PeerCertificate.make(folder);
        web = Ports.free();
        secure = Ports.free();
        gitPort = Ports.free();
        rsyncPort = Ports.free();
        torPort = Ports.free();
        int proxyPort = Ports.free();
        RealServer.run("chmod", "a+rx", folder.toString());
        Path www = Files.createDirectories(folder.resolve("www/13.5"));
        Files.writeString(www.resolve("trace"), "Sun Nov 22 11:00:00 UTC 2026\n");
        nginx = Nginx.start(folder, """
                server {
                  listen 127.0.0.1:%1$d;
                  listen 127.0.0.1:%2$d ssl;
                  ssl_certificate %3$s/cert.pem;
                  ssl_certificate_key %3$s/key.pem;
                  root %3$s/www;
                  location / { autoindex on; }
                }
                """.formatted(web, secure, folder)).listening(secure);
        sshd = Sshd.start(Files.createDirectory(folder.resolve("ssh")), "");
        Files.writeString(
                folder.resolve("hosts"), Files.readString(sshd.knownHosts()).replace("127.0.0.1", NAME));
        RealServer.run("git", "init", "-q", "--bare", folder + "/empty.git");
        git = RealServer.start(
                        folder,
                        "/usr/lib/git-core/git-daemon",
                        "--listen=127.0.0.1",
                        "--port=" + gitPort,
                        "--base-path=" + folder,
                        "--export-all")
                .listening(gitPort);
        Files.writeString(folder.resolve("rsyncd.conf"), """
                port = %d
                address = 127.0.0.1
                use chroot = no
                [www]
                path = %s/www
                """.formatted(rsyncPort, folder));
        rsync = RealServer.start(folder, "/usr/bin/rsync", "--daemon", "--no-detach", "--config=rsyncd.conf")
                .listening(rsyncPort);
        proxy = RealServer.start(folder, "/usr/bin/microsocks", "-i", "127.0.0.1", "-p", "" + proxyPort)
                .listening(proxyPort);
        route = new Route.Socks5(RealServer.at(proxyPort));
        Files.writeString(folder.resolve("torrc"), """
                DataDirectory %s/tor
                SocksPort 127.0.0.1:%d
                TestSocks 1
                SafeLogging 0
                Log notice stdout
                """.formatted(folder, torPort));
        tor = RealServer.start(folder, "/usr/sbin/tor", "--defaults-torrc", "/dev/null", "-f", folder + "/torrc")
                .listening(torPort);
    }

    @AfterAll
    static void stop() {
        for (RealServer server : new RealServer[] {proxy, tor, nginx, git, rsync}) {
            server.close();
        }
        sshd.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "http    | WEB    | url: http://NAME:WEB/13.5/                      | OK",
                "http    | SECURE | url: https://NAME:SECURE/13.5/;ca-file: CA      | OK",
                "tls     | SECURE | server: NAME:SECURE;ca-file: CA                 | OK",
                "tcp     | WEB    | server: NAME:WEB                                | OK",
                "archive | WEB    | url: http://NAME:WEB/;names: ['13.5']           | OK",
                "mirror  | WEB    | origin: http://NAME:WEB/;mirror: http://NAME:WEB/;files: [13.5/trace] | OK",
                "links   | WEB    | url: http://NAME:WEB/;pause: 1ms                | OK",
                "ssh     | SSH    | server: NAME:SSH                                | OK",
                "ssh     | SSH    | server: NAME:SSH;LOGIN                          | OK the login works",
                "sftp    | SSH    | server: NAME:SSH;LOGIN                          | OK",
                "git     | GIT    | url: git://NAME:GIT/empty.git                   | CRITICAL there are no refs",
                "git     | SSH    | url: ssh://NAME:SSH/HERE/empty.git;LOGIN        | CRITICAL there are no refs",
                "rsync   | RSYNC  | server: NAME:RSYNC;modules: [www]               | OK",
                "rsync   | RSYNC  | server: NAME:RSYNC;folder: www                  | OK",
            })
    void the_proxy_looks_the_name_up(String type, String port, String lines, String shown) throws IOException {
        int before = proxy.log().length();
        Result result = Trial.of(type, filled(lines)).through(route, NOBODY).run();
        assertThat(Trial.shown(result)).startsWith(shown);
        proxy.saying("connected to " + filled(NAME + ":" + port));
        assertThat(proxy.log().substring(before))
                .contains("connected to " + filled(NAME + ":" + port))
                .doesNotContain("connected to 127.0.0.1");
    }

    private static String filled(String lines) {
        return lines.replace(';', '\n')
                .replace("LOGIN", sshd.login().replace(sshd.knownHosts().toString(), folder + "/hosts"))
                .replace("NAME", NAME)
                .replace("SECURE", "" + secure)
                .replace("WEB", "" + web)
                .replace("RSYNC", "" + rsyncPort)
                .replace("GIT", "" + gitPort)
                .replace("SSH", "" + sshd.address().port())
                .replace("CA", folder + "/cert.pem")
                .replace("/HERE", folder.toString());
    }

    @Test
    void tor_is_given_the_name_of_an_onion_service() throws IOException {
        // Tor, without a network, may take its time to say no.
        Trial.of("tcp", "server: nothing.example.onion:80")
                .through(new Route.Socks5(RealServer.at(torPort)), NOBODY)
                .within(Duration.ofSeconds(5))
                .run();
        tor.saying("instructed Tor to take care of the DNS resolution itself");
        assertThat(tor.log()).doesNotContain("only an IP address");
    }

    @Test
    void a_proxy_that_stands_still_ends_in_time() throws IOException {
        proxy.freeze();
        try {
            assertThat(Trial.shown(Trial.of("tcp", "server: " + NAME + ":80")
                            .through(route, NOBODY)
                            .within(Duration.ofMillis(500))
                            .run()))
                    .startsWith("UNKNOWN the SOCKS proxy did not connect to localhost:80 in time");
        } finally {
            proxy.thaw();
        }
    }
}
