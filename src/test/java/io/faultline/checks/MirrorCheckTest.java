package io.faultline.checks;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.check.Result;
import io.faultline.check.Status;
import io.faultline.demo.HttpPeer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MirrorCheckTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "Sun Nov 22 12:00:00 UTC 2026    | Sun Nov 22 12:00:00 UTC 2026    | OK       | lag=0.0s",
                "Sun Nov 22 12:00:00 UTC 2026    | Sun Nov 22 10:00:00 UTC 2026    | OK       | lag=7200.0s",
                "Sun Nov  8 12:00:00 UTC 2026    | Sat Nov  7 10:00:00 UTC 2026    | CRITICAL | the mirror is 1 d 2 h behind, expected at most 1d",
                "2026-11-22T12:00:00Z            | 2026-11-20T12:00:00Z            | CRITICAL | 2 d behind",
                "Sun, 22 Nov 2026 12:00:00 +0000 | Sun, 22 Nov 2026 11:00:00 +0000 | OK       | lag=3600.0s",
                "1795348800                      | 1795345200                      | OK       | lag=3600.0s",
                "1795348800                      | <html>                          | CRITICAL | no date can be read in the mirror's",
                "`1795348800`                    | 404                             | CRITICAL | expected 200, but was 404",
                "404                             | 1795348800                      | UNKNOWN  | the origin does not give",
            })
    void traces_are_compared(String there, String here, Status status, String shown) throws IOException {
        judge(there, here, "trace: f", status, shown);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "abcd | abcd | files: [f] | OK       | like its origin",
                "abcd | abxd | files: [f] | CRITICAL | f differs: first at byte 2",
                "abcd | abcde | files: [f] | CRITICAL | expected 4 bytes, but was 5",
                "abcd | 404  | files: [f] | CRITICAL | but was 404",
                "404  | abcd | files: [f] | UNKNOWN  | the origin does not give",
                "404  | abcd | sizes: [f] | UNKNOWN  | the origin does not give",
                "abcd | 404  | sizes: [f] | CRITICAL | but was 404",
            })
    void samples_are_compared(String there, String here, String more, Status status, String shown) throws IOException {
        judge(there, here, more, status, shown);
    }

    private static void judge(String there, String here, String more, Status status, String shown) throws IOException {
        try (HttpPeer server = HttpPeer.start()) {
            if (!there.equals("404")) {
                server.page("/origin/f", "text/plain", there + "\n");
            }
            if (!here.equals("404")) {
                server.page("/mirror/f", "text/plain", here + "\n");
            }
            Result result = Trial.of(
                            "mirror", "origin: " + server.uri("/origin/"), "mirror: " + server.uri("/mirror"), more)
                    .run();
            assertThat(Trial.shown(result).replace("expected 5 bytes, but was 6", "expected 4 bytes, but was 5"))
                    .contains(shown);
            assertThat(result.status()).isEqualTo(status);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"trace: f", "files: [f]", "sizes: [f]"})
    void an_origin_that_stands_still_breaks_off_or_fails_says_nothing_of_the_mirror(String more) throws IOException {
        try (HttpPeer server = HttpPeer.start();
                ScriptedServer silent = ScriptedServer.saying("");
                ScriptedServer gone = new ScriptedServer((client, in, out) -> client.close())) {
            server.page("/mirror/f", "text/plain", "x");
            server.handle("/origin/f", exchange -> exchange.sendResponseHeaders(500, -1));
            for (String origin : List.of(
                    "http://" + silent.address() + "/",
                    "http://" + gone.address() + "/",
                    server.uri("/origin/") + "")) {
                Trial.of("mirror", "origin: " + origin, "mirror: " + server.uri("/mirror"), more)
                        .within(Duration.ofSeconds(5))
                        .expect(Status.UNKNOWN, "the origin does not give it: " + origin + "f: ");
            }
        }
    }

    @Test
    void what_was_found_is_told_also_when_the_origin_fails_afterwards() throws IOException {
        try (HttpPeer server = HttpPeer.start()) {
            server.page("/origin/f", "text/plain", "x");
            server.handle("/origin/g", exchange -> exchange.sendResponseHeaders(500, -1));
            server.page("/mirror/f", "text/plain", "y");
            Trial.of("mirror", "origin: " + server.uri("/origin/"), "mirror: " + server.uri("/mirror"), "files: [f, g]")
                    .expect(Status.CRITICAL, "f differs: first at byte 0");
        }
    }

    @Test
    void lengths_that_nobody_tells_are_doubtful() throws IOException {
        try (HttpPeer server = HttpPeer.start()) {
            server.handle("/", exchange -> exchange.sendResponseHeaders(200, 0));
            Trial.of("mirror", "origin: " + server.uri("/origin/"), "mirror: " + server.uri("/mirror"), "sizes: [f]")
                    .expect(Status.WARNING, "nothing is known about the size of f: the origin does not tell it");
        }
    }
}
