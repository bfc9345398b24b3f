package io.faultline.checks;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.check.Result;
import io.faultline.check.Status;
import io.faultline.demo.HttpPeer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BitcoindCheckTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "900000 | 900000 | false | 10 | 900001 | OK       | blocks=900000.0",
                "900000 | 900010 | false | 10 | 900001 | CRITICAL | the node has 900000 blocks and knows of 900010",
                "900000 | 900000 | true  | 10 | 900001 | CRITICAL | still loading the chain",
                "900000 | 900000 | false | 600 | 900001 | CRITICAL | the newest block is 10 h old",
                "899990 | 899990 | false | 10 | 900001 | CRITICAL | the node has 899990 blocks, others have 900001",
                "900000 | 900000 | false | 10 | <html> | WARNING  | a reference does not answer: ",
            })
    void nodes_are_judged(int blocks, int headers, boolean loading, int age, String others, Status status, String shown)
            throws IOException {
        Instant now = Instant.parse("2026-11-22T12:00:00Z");
        try (HttpPeer server = HttpPeer.start()) {
            server.page("/height", "text/plain", others + "\n");
            serve(server, 200, """
                    {"result":{"chain":"main","blocks":%d,"headers":%d,"initialblockdownload":%b,"time":%d,"warnings":""},\
                    "error":null,"id":"faultline"}""".formatted(
                    blocks, headers, loading, now.minusSeconds(age * 60L).getEpochSecond()));
            trial(server, "references: ['" + server.uri("/height") + "']")
                    .at(now)
                    .expect(status, shown);
        }
    }

    @Test
    void a_reference_that_stands_still_is_named_and_the_others_are_asked() throws IOException {
        try (HttpPeer server = HttpPeer.start();
                ScriptedServer silent = ScriptedServer.saying("")) {
            server.page("/height", "text/plain", "900010");
            serve(server, 200, "{\"result\":{\"blocks\":900000,\"headers\":900000},\"error\":null}");
            String silence = "http://" + silent.address() + "/";
            trial(server, "references: ['" + silence + "']")
                    .within(Duration.ofSeconds(8))
                    .expect(Status.WARNING, "a reference does not answer: " + silence + ": no answer in time");
            trial(server, "references: ['" + silence + "', '" + server.uri("/height") + "']")
                    .expect(Status.CRITICAL, "the node has 900000 blocks, others have 900010");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "401 |                                                                   | refuses the login: 401",
                "500 | {\"result\":null,\"error\":{\"code\":-28,\"message\":\"Loading block index...\"}} | Loading block index...",
                "200 | {\"result\":{},\"error\":null} | not that of a Bitcoin node",
                "200 | hello                     | is not JSON",
                "404 |                           | expected 200, but was 404",
            })
    void other_answers_are_named(int code, String said, String shown) throws IOException {
        try (HttpPeer server = HttpPeer.start()) {
            serve(server, code, said == null ? "" : said.replace("\\\"", "\""));
            Result result = trial(server, "").run();
            assertThat(Trial.shown(result)).startsWith("CRITICAL").contains(shown);
        }
    }

    private static Trial trial(HttpPeer server, String more) {
        return Trial.of("bitcoind", "url: " + server.uri("/"), "user: ada", "password: {secret: it}", more)
                .secret("it", "correct horse");
    }

    private static void serve(HttpPeer server, int code, String body) {
        server.handle("/", exchange -> {
            String asked = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(asked).contains("\"getblockchaininfo\"");
            assertThat(exchange.getRequestHeaders().getFirst("Authorization"))
                    .isEqualTo("Basic YWRhOmNvcnJlY3QgaG9yc2U=");
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(code, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        });
    }
}
