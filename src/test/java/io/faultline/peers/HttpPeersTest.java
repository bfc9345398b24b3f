package io.faultline.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.check.Result;
import io.faultline.check.Status;
import io.faultline.checks.Trial;
import io.faultline.demo.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** nginx with and without TLS, looked at by our own checks and by the Nagios plugins of Debian. */
@RealPeers
class HttpPeersTest {
    @TempDir
    static Path folder;

    private static RealServer nginx;
    private static int plain;
    private static int secure;

    @BeforeAll
    static void start() throws IOException {
        PeerCertificate.make(folder);
        plain = Ports.free();
        secure = Ports.free();
        Files.writeString(folder.resolve("page"), "Welcome, and download\n");
        Files.writeString(folder.resolve("large"), "x".repeat(300_000));
        Files.writeString(
                folder.resolve("passwords"),
                "ada:"
                        + RealServer.run("openssl", "passwd", "-apr1", "correct-horse")
                                .strip() + "\n");
        nginx = Nginx.start(folder, """
                server {
                  listen 127.0.0.1:%1$d;
                  listen 127.0.0.1:%2$d ssl;
                  ssl_certificate %3$s/cert.pem;
                  ssl_certificate_key %3$s/key.pem;
                  ssl_protocols TLSv1.2;
                  root %3$s;
                  default_type text/plain;
                  location /to-page { return 302 /page; }
                  location /round { return 302 /round; }
                  location /broken { return 503; }
                  location /closed { deny all; }
                  location /login { auth_basic it; auth_basic_user_file %3$s/passwords; alias %3$s/page; }
                  location /slow { limit_rate 1; alias %3$s/large; }
                  location /late { limit_rate 15; alias %3$s/page; }
                  location /packed { gzip on; gzip_types text/plain; alias %3$s/large; }
                }
                """.formatted(plain, secure, folder)).listening(secure);
    }

    @AfterAll
    static void stop() {
        nginx.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "http | url: AT/page;contains: Welcome;matches: down.*d;lacks: error        | OK       | 200",
                "http | url: AT/page;contains: Goodbye                                      | CRITICAL | Goodbye",
                "http | url: AT/page;lacks: Welcome                                         | CRITICAL | Welcome",
                "http | url: AT/page;matches: 'up.*d'                                       | CRITICAL | up.*d",
                "http | url: AT/page;method: head;response-headers: {Server: nginx}         | OK       | 200",
                "http | url: AT/page;response-headers: {Server: Apache}                     | CRITICAL | but was: nginx",
                "http | url: AT/gone                                                        | CRITICAL | 404",
                "http | url: AT/broken                                                      | CRITICAL | 503",
                "http | url: AT/broken;status: 503                                          | OK       | 503",
                "http | url: AT/to-page;redirects-to: AT/page                               | OK       | 302",
                "http | url: AT/to-page;redirects-to: AT/other                              | CRITICAL | /page",
                "http | url: AT/to-page;follow-redirects: true;contains: Welcome            | OK       | 200",
                "http | url: AT/round;follow-redirects: true                                | CRITICAL | redirect",
                "http | url: AT/closed;forbidden-without-login: true                        | OK       | 403",
                "http | url: AT/login;forbidden-without-login: true                         | OK       | 401",
                "http | url: AT/page;forbidden-without-login: true                          | CRITICAL | expected: 401 or 403",
                "http | url: AT/login;user: ada;password: {secret: right};contains: Welcome | OK       | 200",
                "http | url: AT/login;user: ada;password: {secret: wrong}                   | CRITICAL | 401",
                "http | url: AT/large;max-size: 100KiB                                      | CRITICAL | 100KiB",
                "http | url: AT/packed;max-size: 100KiB                                     | CRITICAL | 100KiB",
                "http | url: AT/late;slow-after: 100ms                                      | WARNING  | expected: ",
                "http | url: TLS/page;ca-file: HERE/cert.pem                                | OK       | days_left=89.0",
                "http | url: TLS/page                                                       | CRITICAL | self-signed",
                "http | url: TLS/page;ca-file: HERE/cert.pem;warning-days: 200              | WARNING  | expires in 89 days",
                "http | url: 'http://127.0.0.1:SECURE/page'                                 | CRITICAL | 400",
                "tls  | server: AT;ca-file: HERE/cert.pem                                   | CRITICAL | TLS",
                "tls  | server: TLS;ca-file: HERE/cert.pem;names: [example.org]             | OK       | the certificate is valid",
                "tls  | server: TLS                                                         | CRITICAL | self-signed",
                "tls  | server: TLS;ca-file: HERE/cert.pem;server-name: example.net         | CRITICAL | is not for example.net",
                "tls  | server: TLS;ca-file: HERE/cert.pem;names: [example.net]             | CRITICAL | example.net",
                "tls  | server: TLS;ca-file: HERE/cert.pem;issuer: Somebody                 | CRITICAL | Somebody",
                "tls  | server: TLS;ca-file: HERE/cert.pem;protocol: TLSv1.3                | CRITICAL | TLSv1.2",
                "tls  | server: TLS;ca-file: HERE/cert.pem;warning-days: 200                | WARNING  | expires in 89 days",
                "tls  | server: TLS;ca-file: HERE/cert.pem;warning-days: 200;critical-days: 100 | CRITICAL | expires in 89 days",
                "nagios | plugin: PLUGINS/check_http;arguments: [-H, 127.0.0.1, -p, 'PLAIN', -u, /page, -s, Welcome] | OK | size=",
                "nagios | plugin: PLUGINS/check_http;arguments: [-H, 127.0.0.1, -p, 'PLAIN', -u, /gone] | WARNING | 404",
                "nagios | plugin: PLUGINS/check_http;arguments: [-H, 127.0.0.1, -p, 'PLAIN', -u, /page, -s, Bye] | CRITICAL | not found",
                "nagios | plugin: PLUGINS/check_http;arguments: [--nothing]                 | UNKNOWN  | unrecognized option",
                "nagios | plugin: PLUGINS/check_disk;arguments: [-w, 0%, -c, 0%, -p, HERE]  | OK       | DISK OK",
            })
    void servers_are_judged(String type, String lines, Status status, String shown) {
        Result result = trial(type, lines).run();
        assertThat(Trial.shown(result)).contains(shown).doesNotContain("correct-horse", "battery-staple");
        assertThat(result.status()).as(Trial.shown(result)).isEqualTo(status);
    }

    private static Trial trial(String type, String lines) {
        boolean web = type.equals("http");
        return Trial.of(
                        type,
                        lines.replace(';', '\n')
                                .replace("AT", (web ? "http://" : "") + "127.0.0.1:" + plain)
                                .replace("TLS/", "https://127.0.0.1:" + secure + "/")
                                .replace("server: TLS", "server: 127.0.0.1:" + secure)
                                .replace("SECURE", "" + secure)
                                .replace("PLAIN", "" + plain)
                                .replace("PLUGINS", "/usr/lib/nagios/plugins")
                                .replace("HERE", folder.toString()))
                .secret("right", "correct-horse")
                .secret("wrong", "battery-staple");
    }

    @ParameterizedTest
    @CsvSource({"0, OK", "80, WARNING", "88, CRITICAL", "91, CRITICAL"})
    void a_certificate_runs_out(int days, Status status) {
        for (String[] check : new String[][] {{"http", "url: TLS/page"}, {"tls", "server: TLS"}}) {
            Result result = trial(check[0], check[1] + ";ca-file: HERE/cert.pem")
                    .at(Instant.now().plus(Duration.ofDays(days)))
                    .run();
            assertThat(result.status()).as(Trial.shown(result)).isEqualTo(status);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "http   | url: AT/page",
                "http   | url: TLS/page",
                "tls    | server: TLS",
                "nagios | plugin: PLUGINS/check_http;arguments: [-H, 127.0.0.1, -p, 'PLAIN']",
            })
    void a_server_that_stands_still_ends_in_time(String type, String lines) throws IOException {
        nginx.freeze();
        try {
            trial(type, lines).expectNoEnd();
        } finally {
            nginx.thaw();
        }
    }

    @ParameterizedTest
    @CsvSource({"AT/slow", "TLS/slow"})
    void a_server_that_drips_ends_in_time(String url) {
        assertThat(trial("http", "url: " + url + ";ca-file: HERE/cert.pem")
                        .within(Duration.ofMillis(700))
                        .run()
                        .summary())
                .isEqualTo("no end within 700ms");
    }
}
