package io.faultline.checks;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.check.Result;
import io.faultline.check.Status;
import io.faultline.demo.CertificateAuthority;
import io.faultline.demo.HttpPeer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpCheckTest {
    @TempDir
    static Path folder;

    private static CertificateAuthority authority;
    private static Path caFile;
    private static HttpPeer http;
    private static HttpPeer https;

    @BeforeAll
    static void start() throws IOException {
        Instant from = Instant.now().minus(Duration.ofDays(2));
        authority = CertificateAuthority.create("Test CA", from, from.plus(Duration.ofDays(100)));
        caFile = authority.writePem(folder.resolve("ca.pem"));
        http = HttpPeer.start()
                .page("/", "text/html; charset=utf-8", "<h1>Willkommen, grüß Gott</h1>")
                .page("/latin", "text/plain; charset=iso-8859-1", "plain")
                .page("/big", "text/plain", "x".repeat(3000))
                .protectedPage("/inside", "ada", "lovelace-1", "inside")
                .redirect("/moved", 301, "/")
                .redirect("/found", 302, "/moved")
                .redirect("/loop", 302, "/loop")
                .redirect("/file", 302, "file:///etc/passwd")
                .redirect("/gopher", 302, "gopher://example.org/")
                .redirect("/elsewhere", 302, "http://10.0.0.1/admin")
                .redirect("/broken", 302, "http://[")
                .redirect("/nowhere", 302, "")
                .handle("/slow", exchange -> {
                    long begin = System.nanoTime();
                    while (System.nanoTime() - begin < 3_000_000) {
                        Thread.onSpinWait();
                    }
                    exchange.sendResponseHeaders(200, -1);
                })
                .handle("/gone", exchange -> exchange.sendResponseHeaders(404, -1))
                .handle("/headers", exchange -> {
                    exchange.getResponseHeaders().set("Strict-Transport-Security", "max-age=31536000; preload");
                    exchange.getResponseHeaders()
                            .set("X-Agent", exchange.getRequestHeaders().getFirst("User-Agent"));
                    exchange.getResponseHeaders()
                            .set(
                                    "X-Mine",
                                    String.valueOf(exchange.getRequestHeaders().getFirst("X-Mine")));
                    exchange.getResponseHeaders()
                            .set("X-Connection", exchange.getRequestHeaders().getFirst("Connection"));
                    exchange.sendResponseHeaders(200, -1);
                })
                .handle("/echo", exchange -> {
                    byte[] body = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"))
                            .getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                })
                .handle("/gzip", exchange -> {
                    ByteArrayOutputStream packed = new ByteArrayOutputStream();
                    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
                        gzip.write("unpacked text".getBytes(StandardCharsets.UTF_8));
                    }
                    exchange.getResponseHeaders().set("Content-Encoding", "gzip");
                    if (exchange.getRequestMethod().equals("HEAD")) {
                        exchange.sendResponseHeaders(200, -1);
                    } else {
                        exchange.sendResponseHeaders(200, packed.size());
                        exchange.getResponseBody().write(packed.toByteArray());
                    }
                });
        https = HttpPeer.start(Optional.of(authority.issue(from, from.plus(Duration.ofDays(92)), "127.0.0.1")))
                .page("/", "text/plain", "over TLS")
                .protectedPage("/inside", "ada", "lovelace-1", "inside")
                .redirect("/down", 302, http.uri("/").toString());
        http.redirect("/up", 301, https.uri("/").toString());
    }

    @AfterAll
    static void stop() {
        http.close();
        https.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "/          |                                     | OK       | 200 OK",
                "/          | contains: grüß                      | OK       | 200 OK",
                "/          | contains: [Willkommen, fehlt]       | CRITICAL | expected: a page that contains 'fehlt'",
                "/          | lacks: Gott                         | CRITICAL | the page contains a text that it must not",
                "/          | lacks: Teufel                       | OK       | 200 OK",
                "/          | matches: W.*, gr                    | OK       | 200 OK",
                "/          | matches: ^x                         | CRITICAL | expected: a page that matches ^x",
                "/          | status: 204                         | CRITICAL | expected: 204",
                "/gone      |                                     | CRITICAL | but was: 404 Not Found",
                "/gone      | status: [404, 410]                  | OK       | 404 Not Found",
                "/big       | max-size: 2KiB                      | CRITICAL | the page is larger than 2KiB",
                "/big       | {max-size: 2KiB, method: head}      | OK       | 200 OK",
                "/gzip      | contains: unpacked text             | OK       | 200 OK",
                "/gzip      | method: head                        | OK       | 200 OK",
                "/moved     |                                     | CRITICAL | redirects to: /",
                "/moved     | redirects-to: http://HOST/          | OK       | 301",
                "/moved     | redirects-to: http://HOST           | OK       | 301",
                "/moved     | redirects-to: http://HOST/x         | CRITICAL | redirects to a wrong address",
                "/up        | redirects-to: https://SECURE/       | OK       | 301",
                "/          | redirects-to: http://HOST/x         | CRITICAL | expected: a redirect to http://HOST/x",
                "/found     | {follow-redirects: true, contains: Willkommen} | OK | 200 OK",
                "/loop      | follow-redirects: true              | CRITICAL | more than 5 redirects in a row",
                "/file      | follow-redirects: true              | CRITICAL | it does not lead to a http or https address",
                "/gopher    | follow-redirects: true              | CRITICAL | it does not lead to a http or https address",
                "/elsewhere | follow-redirects: true              | CRITICAL | it leads to another host",
                "/broken    | follow-redirects: true              | CRITICAL | its address cannot be read",
                "/nowhere   | follow-redirects: true              | CRITICAL | its address cannot be read",
                "/up        | follow-redirects: true              | CRITICAL | it leads to another host",
                "/up        | {follow-redirects: true, redirect-hosts: SECURE, ca-file: CAFILE, contains: over TLS} | OK | 200 OK",
                "/inside    | forbidden-without-login: true       | OK       | closed to strangers: 401",
                "/          | forbidden-without-login: true       | CRITICAL | open to strangers: 200",
                "/moved     | forbidden-without-login: true       | CRITICAL | not clearly closed to strangers: 301",
                "/inside    | {user: ada, password: {secret: pw}} | OK       | 200 OK",
                "/inside    | {user: ada, password: {secret: other}} | CRITICAL | but was: 401",
                "/inside    | {user: ada, password: {secret: none}}  | UNKNOWN  | no secret none",
                "/headers   | response-headers: {strict-transport-security: max-age=3} | OK | 200 OK",
                "/headers   | response-headers: {x-agent: Faultline/, x-connection: close} | OK | 200 OK",
                "/headers   | {request-headers: {X-Mine: here}, response-headers: {x-mine: here}} | OK | 200 OK",
                "/headers   | response-headers: {x-mine: there}   | CRITICAL | the header x-mine is wrong",
                "/headers   | response-headers: {x-other: there}  | CRITICAL | the header x-other is missing",
                "/slow      | slow-after: 1ms                     | WARNING  | but slow",
                "/slow      | slow-after: 1h                      | OK       | 200 OK",
            })
    void answers_are_judged(String path, String more, Status status, String shown) {
        Result result = Trial.of("http", merged("url: " + http.uri(path), more))
                .secret("pw", "lovelace-1")
                .secret("other", "byron-1")
                .run();
        assertThat(Trial.shown(result)).contains(addressed(shown));
        assertThat(result.status()).isEqualTo(status);
    }

    @Test
    void size_and_time_are_measured() {
        Result result = Trial.of("http", "url: " + http.uri("/big")).run();
        assertThat(Trial.shown(result)).isEqualTo("OK 200 OK\nsize=3000.0B\n");
        assertThat(result.measurements()).anyMatch(m -> m.name().equals("time") && m.value() > 0);
    }

    @Test
    void a_secret_that_the_server_sends_back_is_not_shown() {
        String encoded = Base64.getEncoder().encodeToString("ada:lovelace-1".getBytes(StandardCharsets.UTF_8));
        Result result = Trial.of(
                        "http", "url: " + http.uri("/echo"), "contains: nothing", "user: ada", "password: {secret: pw}")
                .secret("pw", "lovelace-1")
                .run();
        assertThat(Trial.shown(result)).contains("Basic (secret)").doesNotContain(encoded);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0   | 14 | 3  | OK       | 200 OK",
                "80  | 14 | 3  | WARNING  | the certificate expires in 10 days",
                "88  | 14 | 3  | CRITICAL | the certificate expires in 2 days",
                "89  | 14 | 1  | WARNING  | the certificate expires in 1 day",
                "91  | 14 | 3  | CRITICAL | the certificate has expired",
                "-3  | 14 | 3  | CRITICAL | the certificate is not valid yet",
                "80  | 10 | 3  | OK       | 200 OK",
            })
    void certificates_are_judged_at_the_time_of_the_probe(
            int days, int warning, int critical, Status status, String summary) {
        Result result = Trial.of(
                        "http",
                        "url: " + https.uri("/"),
                        "ca-file: " + caFile,
                        "warning-days: " + warning,
                        "critical-days: " + critical)
                .at(Instant.now().plus(Duration.ofDays(days)).minusSeconds(3600))
                .run();
        assertThat(result.summary()).isEqualTo(summary);
        assertThat(result.status()).isEqualTo(status);
        assertThat(result.measurements()).anyMatch(m -> m.name().equals("days_left"));
    }

    @Test
    void a_certificate_of_an_unknown_authority_is_critical_and_explained() {
        Result result = Trial.of("http", "url: " + https.uri("/")).run();
        assertThat(Trial.shown(result))
                .startsWith("CRITICAL the certificate chain does not lead to a trusted root")
                .contains("issued by: CN=Test CA")
                .contains("certificate for: 127.0.0.1");
    }

    @Test
    void nothing_is_sent_to_a_server_that_did_not_prove_who_it_is() {
        long before = https.requests();
        Trial.of("http", "url: " + https.uri("/inside"), "user: ada", "password: {secret: pw}")
                .secret("pw", "lovelace-1")
                .run();
        assertThat(https.requests()).isEqualTo(before);
    }

    @Test
    void a_missing_authority_file_is_unknown_not_critical() {
        Result result = Trial.of("http", "url: " + https.uri("/"), "ca-file: /nonexistent/ca.pem")
                .run();
        assertThat(Trial.shown(result)).startsWith("UNKNOWN there is no file /nonexistent/ca.pem");
    }

    @Test
    void a_redirect_from_https_to_http_is_refused_even_to_a_listed_host() {
        Result result = Trial.of(
                        "http",
                        "url: " + https.uri("/down"),
                        "ca-file: " + caFile,
                        "follow-redirects: true",
                        "redirect-hosts: \"" + http.address() + "\"")
                .run();
        assertThat(Trial.shown(result)).startsWith("CRITICAL a redirect is not followed: it leads from https to http");
    }

    @Test
    void a_login_is_not_sent_to_another_server() throws IOException {
        try (HttpPeer other = HttpPeer.start()) {
            other.handle("/", exchange -> {
                byte[] body = exchange.getRequestHeaders().containsKey("Authorization")
                        ? new byte[] {'s', 'e', 'n', 't'}
                        : new byte[] {'k', 'e', 'p', 't'};
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            });
            http.redirect("/to-other", 302, other.uri("/").toString());
            Result result = Trial.of(
                            "http",
                            "url: " + http.uri("/to-other"),
                            "follow-redirects: true",
                            "redirect-hosts: \"" + other.address() + "\"",
                            "contains: kept",
                            "user: ada",
                            "password: {secret: pw}")
                    .secret("pw", "lovelace-1")
                    .run();
            assertThat(Trial.shown(result)).startsWith("OK");
        }
    }

    @Test
    void headers_are_not_sent_to_another_host() throws IOException {
        String elsewhere = "localhost:" + http.address().port();
        http.redirect("/to-localhost", 302, "http://" + elsewhere + "/headers");
        Trial.of(
                        "http",
                        "url: " + http.uri("/to-localhost"),
                        "follow-redirects: true",
                        "redirect-hosts: \"" + elsewhere + "\"",
                        "request-headers: {X-Mine: token}",
                        "response-headers: {x-mine: token}")
                .expect(Status.CRITICAL, "the header x-mine is");
    }

    @Test
    void a_renewed_certificate_is_seen_at_once() throws IOException {
        Instant from = Instant.now().minus(Duration.ofDays(2));
        try (HttpPeer peer =
                HttpPeer.start(Optional.of(authority.issue(from, from.plus(Duration.ofDays(7)), "127.0.0.1")))) {
            peer.page("/", "text/plain", "x");
            Trial trial = Trial.of("http", "url: " + peer.uri("/"), "ca-file: " + caFile);
            assertThat(trial.run().summary()).isEqualTo("the certificate expires in 4 days");
            peer.switchTo(authority.issue(from, from.plus(Duration.ofDays(60)), "127.0.0.1"));
            assertThat(trial.run().summary()).isEqualTo("200 OK");
        }
    }

    @Test
    void a_dead_server_is_critical() throws IOException {
        HttpPeer peer = HttpPeer.start();
        peer.close();
        assertThat(Trial.shown(Trial.of("http", "url: " + peer.uri("/")).run()))
                .startsWith("CRITICAL connection refused by " + peer.address());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "url: ftp://example.org/             | expected an address that starts with https:// or http://",
                "url: https://a:b@example.org/       | expected no user or password in an address",
                "{url: 'https://example.org/', user: a} | expected both 'user' and 'password'",
                "{url: 'http://example.org/', user: a, password: {secret: b}} | it would be sent unencrypted",
                "{url: 'http://example.org/', status: 200, forbidden-without-login: true} | no 'status' beside it",
                "{url: 'http://example.org/', method: head, contains: a} | expected get",
                "{url: 'http://example.org/', request-headers: {'A b': c}} | expected the name of a header field",
                "{url: 'http://example.org/', request-headers: {A: \"c\\r\\nd: e\"}} | without control characters",
                "{url: 'http://example.org/', request-headers: {Connection: keep}} | set by Faultline itself",
                "{url: 'http://example.org/', critical-days: 20} | expected no more than warning-days",
                "{url: 'http://example.org/', contain: a} | did you mean 'contains'?",
            })
    void mistakes_are_told(String yaml, String problem) {
        assertThat(Trial.of("http", yaml).problems()).singleElement().asString().contains(problem);
    }

    private static String merged(String url, String more) {
        if (more == null) {
            return url;
        }
        String lines = addressed(more);
        return lines.startsWith("{") ? "{" + url.replace(": ", ": '") + "', " + lines.substring(1) : url + "\n" + lines;
    }

    private static String addressed(String text) {
        return text.replace("HOST", http.address().toString())
                .replace("redirect-hosts: SECURE", "redirect-hosts: '" + https.address() + "'")
                .replace("CAFILE", caFile.toString())
                .replace("SECURE", https.address().toString());
    }
}
