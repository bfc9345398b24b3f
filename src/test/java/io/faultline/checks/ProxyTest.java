package io.faultline.checks;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.check.Result;
import io.faultline.check.Status;
import io.faultline.demo.CertificateAuthority;
import io.faultline.demo.DnsPeer;
import io.faultline.demo.HttpPeer;
import io.faultline.demo.Identity;
import io.faultline.demo.SmtpPeer;
import io.faultline.demo.SshPeer;
import io.faultline.net.HostPort;
import io.faultline.net.Lifetime;
import io.faultline.net.Resolver;
import io.faultline.net.Route;
import io.faultline.net.SystemResolver;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Through a proxy, names go to the proxy as they are and are looked up nowhere else: `.onion` depends on it. */
class ProxyTest {
    private static final String NAME = "target.onion";

    @TempDir
    Path folder;

    /** Resolves literal addresses, which is no look-up; a name is noted and refused. */
    private static final class Telltale implements Resolver {
        private final SystemResolver literals = new SystemResolver();
        private final List<String> names = new CopyOnWriteArrayList<>();

        @Override
        public List<InetAddress> resolve(String host, Lifetime lifetime) throws IOException {
            if (!host.equals("127.0.0.1")) {
                names.add(host);
                throw new java.net.UnknownHostException(host + " was looked up here");
            }
            return literals.resolve(host, lifetime);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "http  | 80   | url: http://target.onion/",
                "http  | 8080 | url: http://target.onion:8080/",
                "http  | 443  | {url: https://target.onion/, ca-file: CA}",
                "tls   | 443  | {server: target.onion, ca-file: CA}",
                "tls   | 587  | {server: target.onion:587, starttls: smtp, ca-file: CA}",
                "tcp   | 99   | {server: target.onion:99, expect: 220}",
                "ssh   | 22   | server: target.onion",
                "ssh   | 2222 | {server: target.onion:2222, known-hosts: KNOWN, user: a, key-file: KEY}",
                "smtp  | 25   | {server: target.onion, starttls: true, ca-file: CA}",
                "dns   | 53   | {server: target.onion, query: www.example.org, values: 192.0.2.20}",
            })
    void the_proxy_is_given_the_name(String type, int port, String yaml) throws Exception {
        Instant from = Instant.now().minus(Duration.ofDays(1));
        CertificateAuthority authority = CertificateAuthority.create("Test CA", from, from.plus(Duration.ofDays(90)));
        Identity identity = authority.issue(from, from.plus(Duration.ofDays(80)), NAME);
        Path ca = authority.writePem(folder.resolve("ca.pem"));
        Telltale resolver = new Telltale();
        try (HttpPeer http = HttpPeer.start();
                HttpPeer https = HttpPeer.start(Optional.of(identity));
                SmtpPeer smtp = SmtpPeer.start(SmtpPeer.Security.STARTTLS, identity);
                SshPeer ssh = SshPeer.start(folder);
                DnsPeer dns = DnsPeer.start("example.org.");
                SocksPeer proxy = new SocksPeer()) {
            http.page("/", "text/plain", "here");
            https.page("/", "text/plain", "here");
            Path known = Files.writeString(
                    folder.resolve("known_hosts"), "[" + NAME + "]:2222 " + ssh.hostKeyEntry() + "\n");
            Path key = Files.writeString(folder.resolve("key"), ssh.clientKey());
            HostPort target = switch (type) {
                case "http" -> yaml.contains("https") ? https.address() : http.address();
                case "tls" -> yaml.contains("smtp") ? smtp.address() : https.address();
                case "ssh" -> ssh.address();
                case "dns" -> dns.address();
                default -> smtp.address();
            };
            proxy.knows(NAME, target);
            Result result = Trial.of(
                            type,
                            yaml.replace("CA}", ca + "}")
                                    .replace("KNOWN", known.toString())
                                    .replace("KEY", key.toString()))
                    .through(proxy.route(), resolver)
                    .run();
            assertThat(Trial.shown(result)).startsWith("OK");
            assertThat(proxy.asked()).containsExactly("name:" + NAME + ":" + port);
            assertThat(resolver.names).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1   | CRITICAL | general failure",
                "4   | CRITICAL | host unreachable",
                "5   | CRITICAL | connection refused",
                "240 | CRITICAL | onion service descriptor not found",
                "247 | CRITICAL | onion service introduction timed out",
                "99  | CRITICAL | error 99",
            })
    void what_the_proxy_says_of_the_target_is_critical(int code, Status status, String shown) throws IOException {
        try (SocksPeer proxy = new SocksPeer().replyWith(code)) {
            Result result = Trial.of("tcp", "server: target.onion:80")
                    .through(proxy.route(), new Telltale())
                    .run();
            assertThat(Trial.shown(result)).contains("target.onion:80 not reached through the proxy: " + shown);
            assertThat(result.status()).isEqualTo(status);
        }
    }

    @Test
    void a_proxy_that_is_down_silent_or_confused_makes_the_result_unknown() throws IOException {
        SocksPeer closed = new SocksPeer();
        closed.close();
        assertThat(Trial.shown(behind(closed.address()))).startsWith("UNKNOWN the SOCKS proxy does not answer");
        try (ScriptedServer silent = ScriptedServer.saying("");
                ScriptedServer http = ScriptedServer.saying("HTTP/1.1 400 Bad Request\r\n");
                ScriptedServer login = ScriptedServer.saying("\u0005\u0002");
                ScriptedServer gone = new ScriptedServer((client, in, out) -> client.close())) {
            assertThat(Trial.shown(behind(silent.address(), Duration.ofMillis(400))))
                    .startsWith("UNKNOWN the SOCKS proxy did not connect to target.onion:80 in time (is it ready?)");
            assertThat(Trial.shown(behind(http.address()))).startsWith("UNKNOWN the proxy does not speak SOCKS5");
            assertThat(Trial.shown(behind(login.address()))).startsWith("UNKNOWN the SOCKS proxy asks for a login");
            assertThat(Trial.shown(behind(gone.address()))).startsWith("UNKNOWN the SOCKS proxy broke the connection");
        }
    }

    @Test
    void a_proxy_that_drops_packets_makes_the_result_unknown() throws IOException {
        try (FullServer full = new FullServer()) {
            assertThat(Trial.shown(behind(full.address())))
                    .startsWith(
                            "UNKNOWN the SOCKS proxy does not answer: no connection to " + full.address() + " in time");
        }
    }

    private static Result behind(HostPort proxy) {
        return behind(proxy, Duration.ofSeconds(20));
    }

    private static Result behind(HostPort proxy, Duration time) {
        return Trial.of("tcp", "server: target.onion:80")
                .within(time)
                .through(new Route.Socks5(proxy), new Telltale())
                .run();
    }
}
