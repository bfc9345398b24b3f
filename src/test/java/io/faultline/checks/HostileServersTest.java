package io.faultline.checks;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.check.Fact;
import io.faultline.check.Measurement;
import io.faultline.check.Result;
import io.faultline.check.Status;
import io.faultline.demo.CertificateAuthority;
import io.faultline.demo.HttpPeer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that want to do harm, or talk nonsense: a clear result, within bounds, and nothing in it that does harm further on. */
class HostileServersTest {
    private static final String NASTY =
            "\u001b[31mred\u001b]0;title\u0007 <script>alert(1)</script> \u202egnp.exe\u2066 \u0000\u0008\u007f\u009b2J \r";

    @TempDir
    static Path folder;

    @BeforeAll
    static void files() throws IOException {
        CheckContractTest.filesIn(folder);
    }

    /** What servers of other protocols, and of none, say first. */
    private static Map<String, byte[]> greetings() {
        Map<String, byte[]> all = new LinkedHashMap<>();
        byte[] random = new byte[4000];
        new Random(4).nextBytes(random);
        all.put("nothing, and closes", new byte[0]);
        all.put("SSH", bytes("SSH-2.0-OpenSSH_9.2p1 Debian\r\n"));
        all.put("SMTP refusing", bytes("554 5.7.1 go away\r\n"));
        all.put("HTTP refusing", bytes("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"));
        all.put("IMAP leaving", bytes("* BYE overloaded\r\n"));
        all.put("TLS alert", new byte[] {21, 3, 3, 0, 2, 2, 40});
        all.put("random bytes", random);
        all.put("zeros", new byte[3000]);
        all.put("nasty characters", bytes(NASTY + "\n" + NASTY + "\r\n"));
        all.put("nasty SMTP", bytes("554 " + NASTY.strip() + "\r\n"));
        all.put("nasty HTTP", bytes("HTTP/1.1 500 " + NASTY.strip() + "\r\nX: " + NASTY.strip() + "\r\n\r\n" + NASTY));
        all.put("nasty SSH", bytes("SSH-1.5-" + NASTY.strip() + "\r\n"));
        all.put("nasty IMAP", bytes("* BYE " + NASTY.strip() + "\r\n"));
        return all;
    }

    static Stream<Arguments> typesAndGreetings() {
        List<Arguments> all = new ArrayList<>();
        for (String type : CheckTypes.names()) {
            if (!List.of("nagios", "hardening").contains(type) && !CheckContractTest.OVER_FACTS.contains(type)) {
                greetings().keySet().stream()
                        .filter(greeting -> !(type.equals("ssh") && greeting.equals("SSH")))
                        .forEach(greeting -> all.add(Arguments.of(type, greeting)));
            }
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("typesAndGreetings")
    void another_protocol_gives_a_clear_and_clean_result(String type, String greeting) throws Exception {
        byte[] said = greetings().get(greeting);
        try (ScriptedServer server = new ScriptedServer((client, in, out) -> {
            out.write(said);
            out.flush();
            client.shutdownOutput();
        })) {
            for (String yaml :
                    CheckContractTest.pointedAt(server.address(), folder).get(type)) {
                Result result =
                        Trial.of(type, yaml).within(Duration.ofSeconds(5)).run();
                // A mirror is compared with its origin, which is asked first and is not what is tested.
                assertThat(result.status())
                        .as(Trial.shown(result))
                        .isEqualTo(type.equals("mirror") ? Status.UNKNOWN : Status.CRITICAL);
                assertThat(result.summary())
                        .isNotBlank()
                        .doesNotContain("null")
                        .doesNotContain("the check itself failed")
                        .doesNotContain("Exception");
                assertClean(result);
                assertThat(server.everybodyHungUp()).isTrue();
            }
        }
    }

    /** Also when all is well otherwise. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "tcp  | expect: red  | OK",
                "ssh  |              | OK",
                "smtp |              | OK",
            })
    void nasty_banners_are_shown_harmless(String type, String more, Status status) throws IOException {
        try (ScriptedServer server = new ScriptedServer((client, in, out) -> {
            out.write(bytes((type.equals("ssh") ? "SSH-2.0-" : "220 ") + NASTY + "\n"));
            in.read();
            out.write(bytes("250 " + NASTY + "\n"));
        })) {
            Result result = Trial.of(type, "server: '" + server.address() + "'", more == null ? "" : more)
                    .run();
            assertThat(result.status()).as(Trial.shown(result)).isEqualTo(status);
            assertThat(Trial.shown(result)).contains("\\u001b[31mred").contains("<script>");
            assertClean(result);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100})
    void a_page_that_unpacks_to_very_much_is_cut_off_early(int megabytes) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i <= megabytes; i++) {
                gzip.write(zeros);
            }
        }
        try (HttpPeer peer = HttpPeer.start()) {
            peer.handle("/", exchange -> {
                exchange.getResponseHeaders().set("Content-Encoding", "gzip");
                exchange.sendResponseHeaders(200, packed.size());
                exchange.getResponseBody().write(packed.toByteArray());
            });
            Result result =
                    Trial.of("http", "url: " + peer.uri("/"), "contains: x").run();
            assertThat(result.summary()).isEqualTo("the page is larger than 1MiB");
        }
    }

    static Stream<Arguments> badHttp() {
        return Stream.of(
                Arguments.of(
                        "HTTP/1.1 200 OK\r\nX: " + "y".repeat(20_000) + "\r\n\r\n",
                        "the head of the answer is too long"),
                Arguments.of(
                        "HTTP/1.1 200 OK\r\n" + "X: y\r\n".repeat(500) + "\r\n", "the head of the answer is too long"),
                Arguments.of("HTTP/1.1 200 " + "y".repeat(20_000) + "\r\n\r\n", "the head of the answer is too long"),
                Arguments.of("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nxx", "not valid HTTP"),
                Arguments.of("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nxx", "not valid HTTP"),
                Arguments.of("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort", "closed by the other side"),
                Arguments.of(
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\nx",
                        "not valid HTTP"),
                Arguments.of(
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", "closed by the other side"),
                Arguments.of("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab", "not valid HTTP"),
                Arguments.of("HTTP/1.1 999999 OK\r\n\r\n", "not valid HTTP"),
                Arguments.of("HTTP/9.9 200 OK\r\n\r\n", "not valid HTTP"),
                Arguments.of(
                        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nnot packed at all", "cannot be unpacked"),
                Arguments.of(
                        "HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\n\r\nnot packed at all", "cannot be unpacked"),
                Arguments.of("HTTP/1.1 100 Continue\r\n\r\n".repeat(3), "closed by the other side"));
    }

    @ParameterizedTest
    @MethodSource("badHttp")
    void http_that_is_not_http_is_named(String said, String shown) throws IOException {
        try (ScriptedServer server = new ScriptedServer((client, in, out) -> {
            out.write(bytes(said));
            out.flush();
            client.shutdownOutput();
        })) {
            Result result = Trial.of("http", "url: http://" + server.address() + "/", "contains: x")
                    .run();
            assertThat(result.status()).isEqualTo(Status.CRITICAL);
            assertThat(result.summary()).contains(shown);
            assertClean(result);
        }
    }

    @Test
    void interim_answers_without_end_are_cut_off() throws IOException {
        try (ScriptedServer server = new ScriptedServer((client, in, out) -> {
            byte[] more = bytes("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n".repeat(100));
            while (true) {
                out.write(more);
            }
        })) {
            Result result = Trial.of("http", "url: http://" + server.address() + "/")
                    .budget(1 << 20)
                    .run();
            assertThat(result.status()).isEqualTo(Status.CRITICAL);
            assertThat(result.summary()).contains("more than 1048576 bytes received");
        }
    }

    static Stream<Arguments> oddNames() {
        return Stream.of(
                Arguments.of("example.org\u0000.evil.example", "example.org", Status.CRITICAL),
                Arguments.of("evil.example\u0000.example.org", "x.example.org", Status.CRITICAL),
                Arguments.of("*.example.org", "example.org", Status.CRITICAL),
                Arguments.of("*.example.org", "www.example.org", Status.OK),
                Arguments.of("*", "example.org", Status.CRITICAL),
                Arguments.of("*.*.org", "www.example.org", Status.CRITICAL),
                Arguments.of("\u001b[31m\u0007<b>x</b>\r\nX: y", "example.org", Status.CRITICAL),
                Arguments.of("x".repeat(3000) + ".example.org", "example.org", Status.CRITICAL),
                Arguments.of("", "example.org", Status.CRITICAL),
                Arguments.of(" example.org", "example.org", Status.CRITICAL),
                Arguments.of("EXAMPLE.org", "example.ORG", Status.OK));
    }

    @ParameterizedTest
    @MethodSource("oddNames")
    void certificates_with_odd_names_are_shown_harmless_and_believed_for_what_they_are(
            String name, String asked, Status status) throws IOException {
        Instant from = Instant.now().minus(Duration.ofDays(1));
        CertificateAuthority authority =
                CertificateAuthority.create("CA \u001b[2J\u202e", from, from.plus(Duration.ofDays(90)));
        Path ca = authority.writePem(folder.resolve("ca.pem"));
        try (HttpPeer peer = HttpPeer.start(Optional.of(authority.issue(from, from.plus(Duration.ofDays(80)), name)))) {
            Result result = Trial.of(
                            "tls", "server: '" + peer.address() + "'", "server-name: " + asked, "ca-file: " + ca)
                    .run();
            assertThat(result.status()).as(Trial.shown(result)).isEqualTo(status);
            assertClean(result);
            assertThat(Trial.shown(result)).hasSizeLessThan(3000);
        }
    }

    @Test
    void nasty_plugins_are_shown_harmless() throws IOException {
        Path file = folder.resolve("nasty");
        Files.writeString(
                file,
                "#!/bin/sh\nprintf '\\033[31m\\007\\000<b>\\342\\200\\256 | \\033x=1\\033 y=1e999 z=nan\\n\\r\\n\\377\\376\\n'\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        Result result = Trial.of("nagios", "plugin: " + file).run();
        assertThat(result.status()).as(Trial.shown(result)).isEqualTo(Status.OK);
        assertClean(result);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void assertClean(Result result) {
        List<String> texts = new ArrayList<>();
        texts.add(result.summary());
        for (Fact fact : result.facts()) {
            texts.add(fact.key());
            texts.add(fact.value());
        }
        for (Measurement measurement : result.measurements()) {
            texts.add(measurement.name());
            texts.add(measurement.unit());
        }
        for (String text : texts) {
            assertThat(text.chars()
                            .filter(c -> c < 0x20
                                    || c >= 0x7f && c < 0xa0
                                    || c >= 0x2028 && c <= 0x202e
                                    || c >= 0x2066 && c <= 0x2069
                                    || c == 0x200e
                                    || c == 0x200f))
                    .as(text)
                    .isEmpty();
        }
    }
}
