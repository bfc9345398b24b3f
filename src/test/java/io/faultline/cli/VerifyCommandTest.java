package io.faultline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.faultline.demo.HttpPeer;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Before and after a change of a machine: a web server on it, a service that needs it, and one that does not. */
class VerifyCommandTest extends AtTheKeyboard {
    private HttpPeer web;
    private HttpPeer builds;
    private HttpPeer other;

    @BeforeEach
    void describe() throws IOException {
        web = HttpPeer.start().page("/", "text/plain", "fine\n");
        builds = HttpPeer.start().page("/", "text/plain", "fine\n");
        other = HttpPeer.start().page("/", "text/plain", "fine\n");
        file("catalog/controller.yaml", "defaults: {failures-before-alert: 2, timeout: 5s}\n");
        file("catalog/machines.yaml", "machines:\n  web1: {address: 127.0.0.1}\n");
        service("web", "depends-on: web1", web);
        service("builds", "depends-on: web", builds);
        service("other", "", other);
    }

    private void service(String name, String more, HttpPeer server) throws IOException {
        file("catalog/" + name + ".yaml", """
                service: %s
                purpose: Shows pages.
                %s
                checks:
                  - {type: http, url: "%s"}
                """.formatted(name, more, server.uri("/")));
    }

    @AfterEach
    void stop() {
        web.close();
        builds.close();
        other.close();
    }

    @Test
    void whatAChangeBrokeIsSaidAndWhatItCannotHaveTouchedIsNotAsked() throws IOException {
        assertThat(run("baseline", "--machine", "web1", "--to", "before.jsonl").out())
                .contains("2 checks in", "2 OK; no hard problem");
        builds.failWith(500);
        long asked = other.requests();

        Said said = run("verify", "--machine", "web1", "--since", "before.jsonl", "--retry-every", "1s");

        assertThat(said.code()).isEqualTo(2);
        assertThat(said.out())
                .contains("NEWLY BROKEN  builds/http: CRITICAL 500", "(was OK for ", "but was: 500")
                .contains("2 checks in ", ": 1 newly broken, 1 unchanged")
                .doesNotContain("web/http");
        assertThat(other.requests()).isEqualTo(asked);
    }

    @Test
    void whatWasBrokenBeforeDoesNotFailAChange() throws IOException {
        builds.failWith(500);
        assertThat(run("baseline", "--machine", "web1", "--to", "before.jsonl", "--retry-every", "1s")
                        .code())
                .isZero();

        Said said = run("verify", "--machine", "web1", "--since", "before.jsonl", "--junit", "junit", "--json", "-");

        assertThat(said.code()).isZero();
        JsonNode json = new ObjectMapper().readTree(said.out());
        assertThat(json.get("status").asText()).isEqualTo("OK");
        JsonNode first = json.get("checks").get(0);
        assertThat(first.get("subject").asText()).isEqualTo("builds");
        assertThat(first.get("change").asText()).isEqualTo("still broken");
        assertThat(first.get("before").asText()).isEqualTo("CRITICAL");
        assertThat(first.get("summary").asText()).startsWith("500");
        assertThat(json.get("checks").get(1).get("change").asText()).isEqualTo("unchanged");
        assertThat(folder.resolve("junit/TEST-faultline.builds.xml"))
                .content()
                .contains("failures=\"0\"", "skipped=\"1\"", "<skipped message=\"it was broken before the change: 500");
    }

    @Test
    void aRepairIsSaid() throws IOException {
        web.failWith(503);
        run("baseline", "--service", "web", "--to", "before.jsonl", "--retry-every", "1s");
        web.failWith(0);

        Said said = run("verify", "--service", "web", "--since", "before.jsonl");

        assertThat(said.code()).isZero();
        assertThat(said.out()).contains("REPAIRED      web/http: OK 200", "(was CRITICAL)", "1 repaired, 1 unchanged");
    }

    @Test
    void withoutABaselineTheStateFileIsWhatWasBefore() throws IOException {
        builds.failWith(500);
        run("run", "--no-mail");
        web.failWith(500);

        Said said = run("verify", "--machine", "web1", "--retry-every", "1s");

        assertThat(said.code()).isEqualTo(2);
        assertThat(said.out()).contains("NEWLY BROKEN  web/http", "STILL BROKEN  builds/http");
        // It has stored nothing.
        assertThat(run("status").out()).doesNotContain("web/http");
    }

    @Test
    void whatIsNotCertainWhenTheTimeIsOverIsSaid() throws IOException {
        run("baseline", "--service", "web", "--to", "before.jsonl");
        web.failWith(500);

        Said said =
                run("verify", "--service", "web", "--since", "before.jsonl", "--retry-every", "1h", "--within", "10s");

        assertThat(said.code()).isEqualTo(3);
        assertThat(said.out()).contains("NOT CERTAIN   web/http: CRITICAL 500");
    }

    @Test
    void withNothingKnownWhateverFailsIsNew() throws IOException {
        web.failWith(500);

        Said said = run("verify", "--service", "web", "--retry-every", "1s");

        assertThat(said.code()).isEqualTo(2);
        assertThat(said.err()).contains("nothing is known from before: there is no state file");
        assertThat(said.out()).contains("NEWLY BROKEN  web/http: CRITICAL 500", "(not seen before)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "verify|say what is changed: --machine NAME or --service NAME",
                "verify --machine web2|there is no machine 'web2' in the catalogue; did you mean 'web1'?",
                "verify --service web1|there is no service 'web1' in the catalogue; did you mean 'web'?",
                "verify --service web --within soon|--within: expected a length of time such as 30s, 5m, 12h or 7d, found 'soon'",
                "verify --service web --since none|none: no result of 'faultline baseline'",
                "verify --service web --since catalog/web.yaml|web.yaml:1: no result of 'faultline baseline': not a JSON object",
                "baseline --service web --to none/there|the results cannot be written to",
            })
    void aMistakeIsSaid(String arguments, String message) throws IOException {
        Said said = run(arguments.split(" "));

        assertThat(said.code()).isEqualTo(3);
        assertThat(said.err()).contains(message);
    }
}
