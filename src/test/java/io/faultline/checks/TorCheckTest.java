package io.faultline.checks;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.check.Result;
import io.faultline.check.Status;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TorCheckTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "250 OK | 250-version=0.4.9~250-status/bootstrap-phase=NOTICE BOOTSTRAP PROGRESS=100 TAG=done SUMMARY=\"Done\"~250-status/circuit-established=1~250 OK | OK | version: 0.4.9",
                "250 OK | 250-status/bootstrap-phase=NOTICE BOOTSTRAP PROGRESS=100 TAG=done~250-status/circuit-established=0~250 OK | CRITICAL | Tor has no circuits",
                "250 OK | 250-status/bootstrap-phase=WARN BOOTSTRAP PROGRESS=14 TAG=handshake SUMMARY=\"Handshaking\"~250 OK | CRITICAL | but was: Handshaking",
                "515 Authentication failed | 250 OK | CRITICAL | refuses the login",
                "250 OK | 552 Unrecognized key      | CRITICAL | does not tell how far Tor is",
                "hello  | 250 OK                    | CRITICAL | does not speak Tor's protocol",
            })
    void control_ports_are_judged(String login, String state, Status status, String shown) throws IOException {
        try (ScriptedServer server = new ScriptedServer((client, in, out) -> {
            BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII));
            assertThat(reader.readLine()).isEqualTo("AUTHENTICATE 736563726574");
            out.write((login + "\r\n").getBytes(StandardCharsets.US_ASCII));
            reader.readLine();
            out.write((state.replace("~", "\r\n") + "\r\n").getBytes(StandardCharsets.US_ASCII));
        })) {
            Trial.of("tor", "control: '" + server.address() + "'", "password: {secret: it}")
                    .secret("it", "secret")
                    .expect(status, shown);
        }
    }

    @Test
    void what_cannot_be_reached_through_the_socks_port_is_named() throws IOException {
        try (SocksPeer proxy = new SocksPeer();
                ScriptedServer server = ScriptedServer.saying("")) {
            proxy.knows("service.onion", server.address());
            Result reached = Trial.of("tor", "socks: '" + proxy.address() + "'", "reach: service.onion")
                    .run();
            assertThat(Trial.shown(reached)).startsWith("OK service.onion:80 is reached through Tor");
            assertThat(proxy.asked()).containsExactly("name:service.onion:80");
            Result unknown = Trial.of("tor", "socks: '" + proxy.address() + "'", "reach: other.onion")
                    .run();
            assertThat(Trial.shown(unknown)).startsWith("CRITICAL other.onion:80 not reached through the proxy");
            ScriptedServer closed = ScriptedServer.saying("");
            closed.close();
            Trial.of("tor", "socks: '" + closed.address() + "'", "reach: other.onion")
                    .expect(Status.CRITICAL, "connection refused by " + closed.address());
            assertThat(Trial.of("tor", "socks: '" + server.address() + "'", "reach: example.org")
                            .within(java.time.Duration.ofMillis(300))
                            .run()
                            .isOk())
                    .isFalse();
        }
    }
}
