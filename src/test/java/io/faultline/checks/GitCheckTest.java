package io.faultline.checks;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.check.Result;
import io.faultline.check.Status;
import io.faultline.demo.HttpPeer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class GitCheckTest {
    private static final String COMMIT = "0123456789012345678901234567890123456789";

    private static String packet(String text) {
        return String.format("%04x", text.length() + 4) + text;
    }

    private static String refs(String... names) {
        StringBuilder all = new StringBuilder();
        for (String name : names) {
            all.append(packet(COMMIT + " " + name + (all.length() == 0 ? "\0agent=git/2.39\n" : "\n")));
        }
        return all + "0000";
    }

    static Stream<Arguments> answers() {
        String main = refs("refs/heads/main", "refs/tags/1.0");
        return Stream.of(
                Arguments.of(main, "", Status.OK, "the refs can be listed"),
                Arguments.of(main, "refs: [main, '1.0', refs/heads/main]", Status.OK, "refs=2.0"),
                Arguments.of(main, "refs: [stable]", Status.CRITICAL, "there is no ref stable"),
                Arguments.of(main, "access: refused", Status.CRITICAL, "can be read, though it must not"),
                Arguments.of(
                        packet("ERR access denied or repository not exported: /r.git"),
                        "",
                        Status.CRITICAL,
                        "git says: fatal: remote error: access denied or repository not exported: /r.git"),
                Arguments.of(
                        packet("ERR access denied or repository not exported: /r.git"),
                        "access: refused",
                        Status.OK,
                        "reading is refused, as it should be"),
                Arguments.of(packet("ERR disk full"), "access: refused", Status.CRITICAL, "disk full"),
                Arguments.of("", "access: refused", Status.CRITICAL, "cannot be read"),
                Arguments.of("zzzz", "", Status.CRITICAL, "bad line length"));
    }

    @ParameterizedTest
    @MethodSource("answers")
    void repositories_are_judged(String said, String more, Status status, String shown) throws IOException {
        try (ScriptedServer server = new ScriptedServer((client, in, out) -> {
            out.write(said.getBytes(StandardCharsets.US_ASCII));
            client.shutdownOutput();
        })) {
            Trial.of("git", "url: git://" + server.address() + "/r.git", more).expect(status, shown);
        }
    }

    @Test
    void redirects_of_http_are_not_followed() throws IOException {
        try (HttpPeer peer = HttpPeer.start();
                HttpPeer other = HttpPeer.start()) {
            peer.redirect(
                    "/r.git",
                    302,
                    other.uri("/r.git/info/refs?service=git-upload-pack").toString());
            Result result = Trial.of("git", "url: " + peer.uri("/r.git")).run();
            assertThat(result.status()).as(Trial.shown(result)).isEqualTo(Status.CRITICAL);
            assertThat(other.requests()).isZero();
        }
    }

    @Test
    void a_server_that_does_not_listen_is_named_and_not_the_relay() throws IOException {
        ScriptedServer gone = ScriptedServer.saying("");
        gone.close();
        for (String scheme : new String[] {"git", "http"}) {
            Result result = Trial.of("git", "url: " + scheme + "://" + gone.address() + "/r.git")
                    .run();
            assertThat(Trial.shown(result)).startsWith("CRITICAL connection refused by " + gone.address());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "url: ssh://git.example.org/r                          | expected 'known-hosts', 'user' and a key",
                "url: git://git.example.org/r'x                        | expected a path of letters",
                "{url: git://git.example.org/r, user: git}             | because of known-hosts, user or key",
                "{url: git://git.example.org/r, refs: [--upload-pack]} | expected names such as main",
                "{url: git://git.example.org/r, branch: -x}            | expected a name such as main",
                "{url: git://git.example.org/r, max-age: 1d}           | expected 'branch' too",
                "{url: git://git.example.org/r, access: refused, branch: main} | expected no 'refs' and no 'branch'",
            })
    void mistakes_are_told(String lines, String problem) {
        assertThat(Trial.of("git", lines).problems()).singleElement().asString().contains(problem);
    }
}
