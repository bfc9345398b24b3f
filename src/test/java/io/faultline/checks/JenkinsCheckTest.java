package io.faultline.checks;

import io.faultline.check.Status;
import io.faultline.demo.HttpPeer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JenkinsCheckTest {
    private HttpPeer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpPeer.start();
        say("/ci/login", 200, "2.541.1", "<html>");
        say("/open/login", 200, "2.541.1", "<html>");
        say("/starting/login", 503, "", "");
        say("/other/login", 200, "", "<html>");
        say("/ci/api/json", 403, "2.541.1", "");
        say("/open/api/json", 200, "2.541.1", "{}");
        server.protectedPage("/ci/pluginManager/api/json", "ada", "secret-token", """
                {"plugins":[{"shortName":"git","version":"5.2.0","active":true},
                {"shortName":"old","version":"1.9","active":true},
                {"shortName":"off","version":"1.0","active":false}]}""");
        String warnings = """
                {"warnings":[
                {"id":"SECURITY-1","message":"Token shown","name":"old","type":"plugin","url":"https://example.org/1",
                 "versions":[{"lastVersion":"1.9","pattern":"1[.].*"}]},
                {"id":"SECURITY-2","message":"All broken","name":"off","type":"plugin","versions":[]},
                {"id":"SECURITY-3","message":"Long ago","name":"git","type":"plugin","versions":[{"pattern":"[1-4][.].*"}]},
                {"id":"SECURITY-4","message":"Core","name":"core","type":"core","versions":[{"pattern":"2[.]300"}]}]}""";
        server.page("/uc/actual.json", "application/json", warnings);
        server.page("/uc/wrapped.json", "text/javascript", "updateCenter.post(\n" + warnings + "\n);");
        server.page("/uc/clean.json", "application/json", "{\"warnings\":[]}");
        server.page("/uc/other.json", "application/json", "{}");
    }

    private void say(String path, int status, String version, String body) {
        server.handle(path, exchange -> {
            if (!version.isEmpty()) {
                exchange.getResponseHeaders().set("X-Jenkins", version);
            }
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        });
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "ci       |                        | OK       | version: 2.541.1",
                "open     |                        | CRITICAL | open to strangers: 200",
                "open     | login-required: false  | OK       | Jenkins is up",
                "ci       | login-required: false  | CRITICAL | strangers may read here, but got 403",
                "starting |                        | CRITICAL | starting, or was not able to",
                "other    |                        | CRITICAL | not that of Jenkins",
                "ci       | LOGIN                  | OK       | plugins=3.0",
                "ci       | LOGIN;UC/clean.json    | OK       | warnings=0.0",
                "ci       | LOGIN;UC/actual.json   | WARNING  | old 1.9: Token shown (https://example.org/1)",
                "ci       | LOGIN;UC/wrapped.json  | WARNING  | warnings=1.0",
                "ci       | LOGIN;UC/other.json    | WARNING  | /uc/other.json: the list has no warnings",
                "ci       | LOGIN;UC/gone.json     | WARNING  | expected 200, but was 404",
                "ci       | STRANGER               | CRITICAL | the login does not show the plugins: 401",
            })
    void controllers_are_judged(String name, String more, Status status, String shown) {
        String lines = more == null
                ? ""
                : more.replace(';', '\n')
                        .replace("UC", "update-center: " + server.uri("/uc"))
                        .replace("LOGIN", "user: ada\ntoken: {secret: it}")
                        .replace("STRANGER", "user: eve\ntoken: {secret: it}");
        Trial.of("jenkins", "url: " + server.uri("/" + name), lines)
                .secret("it", "secret-token")
                .expect(status, shown);
    }

    @Test
    void an_update_center_that_stands_still_is_named() throws IOException {
        try (ScriptedServer silent = ScriptedServer.saying("")) {
            String center = "http://" + silent.address() + "/";
            Trial.of(
                            "jenkins",
                            "url: " + server.uri("/ci"),
                            "user: ada",
                            "token: {secret: it}",
                            "update-center: " + center)
                    .secret("it", "secret-token")
                    .within(Duration.ofSeconds(8))
                    .expect(Status.WARNING, center + ": no answer in time");
        }
    }
}
