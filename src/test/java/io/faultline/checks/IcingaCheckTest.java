package io.faultline.checks;

import io.faultline.check.Status;
import io.faultline.demo.HttpPeer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IcingaCheckTest {
    @Test
    void an_icinga_that_does_not_tell_its_numbers_is_doubtful() throws IOException {
        try (HttpPeer server = HttpPeer.start()) {
            server.page("/v1/status", "application/json", """
                    {"results":[{"name":"IcingaApplication","status":{"icingaapplication":{"app":{}}}}]}""");
            Trial.of("icinga", "url: " + server.uri("/"), "user: ada", "password: {secret: it}")
                    .secret("it", "correct horse")
                    .expect(Status.WARNING, "its feature 'cib' is missing");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "200 | true  | 50 | 9000 | OK       | version: r2.13",
                "200 | false | 50 | 9000 | WARNING  | notifications are switched off",
                "200 | true  | 0  | 9000 | CRITICAL | no check was carried out",
                "200 | true  | 0  | 60   | OK       | Icinga works",
                "401 | true  | 50 | 9000 | CRITICAL | refuses the login: 401",
                "503 | true  | 50 | 9000 | CRITICAL | answers 503",
            })
    void the_state_is_judged(int code, boolean notify, int checks, int uptime, Status status, String shown)
            throws IOException {
        try (HttpPeer server = HttpPeer.start()) {
            server.handle("/v1/status", exchange -> {
                byte[] body = """
                        {"results":[{"name":"CIB","status":{"active_host_checks_5min":0,"active_service_checks_5min":%d,
                        "num_services_ok":7,"uptime":%d}},
                        {"name":"IcingaApplication","status":{"icingaapplication":{"app":{"enable_notifications":%b,
                        "enable_host_checks":true,"enable_service_checks":true,"version":"r2.13"}}}}]}""".formatted(checks, uptime, notify).getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(code, body.length);
                exchange.getResponseBody().write(body);
            });
            Trial.of("icinga", "url: " + server.uri("/"), "user: ada", "password: {secret: it}")
                    .secret("it", "correct horse")
                    .expect(status, shown);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "401 | Basic realm=\"Icinga 2\" | OK       | asks for a login",
                "200 | Basic realm=\"Icinga 2\" | CRITICAL | does not ask for a login as Icinga does: 200",
                "401 | Basic realm=\"other\"    | CRITICAL | as Icinga does: 401",
            })
    void without_a_login_it_must_refuse(int code, String realm, Status status, String shown) throws IOException {
        try (HttpPeer server = HttpPeer.start()) {
            server.handle("/v1/status", exchange -> {
                exchange.getResponseHeaders().set("WWW-Authenticate", realm);
                exchange.sendResponseHeaders(code, -1);
            });
            Trial.of("icinga", "url: " + server.uri("/")).expect(status, shown);
        }
    }
}
