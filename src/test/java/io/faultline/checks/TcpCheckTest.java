package io.faultline.checks;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.check.Status;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TcpCheckTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "                                           | OK       | the port takes connections",
                "expect: ready                              | OK       | answer: hello, ready",
                "expect: HELLO                              | CRITICAL | but was: hello, ready",
                "matches: ^hello.*y                         | OK       | answer: hello, ready",
                "matches: ^ready                            | CRITICAL | expected: what matches ^ready",
                "{send: \"ping\\n\", expect: pong}          | OK       | pong",
                "{send: \"other\\n\", expect: pong}         | CRITICAL | expected: … pong …",
            })
    void answers_are_judged(String more, Status status, String shown) throws IOException {
        try (ScriptedServer server = new ScriptedServer((client, in, out) -> {
            out.write("hello, ".getBytes(StandardCharsets.US_ASCII));
            out.flush();
            out.write("ready\r\n".getBytes(StandardCharsets.US_ASCII));
            if (more != null && more.contains("send")) {
                byte[] asked = in.readNBytes(5);
                out.write((new String(asked, StandardCharsets.US_ASCII).equals("ping\n") ? "pong" : "what?")
                        .getBytes(StandardCharsets.US_ASCII));
            }
            client.shutdownOutput();
        })) {
            String rest = more == null
                    ? ""
                    : more.startsWith("{")
                            ? more.substring(1, more.length() - 1).replace(", ", "\n")
                            : more;
            Trial.of("tcp", "server: '" + server.address() + "'", rest).expect(status, shown);
        }
    }

    @Test
    void a_closed_port_is_critical() throws IOException {
        ScriptedServer server = ScriptedServer.saying("");
        server.close();
        assertThat(Trial.shown(
                        Trial.of("tcp", "server: '" + server.address() + "'").run()))
                .startsWith("CRITICAL connection refused by 127.0.0.1:");
    }

    @Test
    void a_port_that_drops_packets_is_critical_and_named() throws IOException {
        try (FullServer server = new FullServer()) {
            Trial.of("tcp", "server: '" + server.address() + "'")
                    .within(Duration.ofSeconds(1))
                    .expect(Status.CRITICAL, "CRITICAL no connection to " + server.address() + " in time");
        }
    }

    @Test
    void a_name_without_address_is_critical() {
        assertThat(Trial.shown(Trial.of("tcp", "server: host.invalid:80").run()))
                .startsWith("CRITICAL the name host.invalid has no address");
    }

    @Test
    void a_port_must_be_written() {
        assertThat(Trial.of("tcp", "server: example.org").problems())
                .singleElement()
                .asString()
                .contains("the port is missing");
    }
}
