package io.faultline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.faultline.demo.HttpPeer;
import io.faultline.history.Report;
import io.faultline.history.Reports;
import io.faultline.history.SqliteReports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
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
    private InstantSource clock = InstantSource.system();

    @Override
    InstantSource clock() {
        return clock;
    }

    @BeforeEach
    void describe() throws IOException {
        web = HttpPeer.start().page("/", "text/plain", "fine\n");
        builds = HttpPeer.start().page("/", "text/plain", "fine\n");
        other = HttpPeer.start().page("/", "text/plain", "fine\n");
        file("catalog/controller.yaml", "defaults: {failures-before-alert: 2, timeout: 5s}\n");
        file("catalog/machines.yaml", "machines:\n  web1: {address: 127.0.0.1}\n  idle: {address: 127.0.0.1}\n");
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

        Said said = run(
                "verify",
                "--machine",
                "web1",
                "--since",
                "before.jsonl",
                "--retry-every",
                "1s",
                "--junit",
                "junit",
                "--json",
                "-");

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

        Said said = run("verify", "--service", "web", "--since", "before.jsonl", "--retry-every", "1s");

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
    void whatFailsAMomentAfterItWasWellIsBroken() throws IOException {
        web.handle("/", new HttpHandler() {
            private int requests;

            @Override
            public void handle(HttpExchange exchange) throws IOException {
                exchange.sendResponseHeaders(requests++ == 0 ? 200 : 500, -1);
                exchange.close();
            }
        });

        Said said = run("verify", "--service", "web", "--retry-every", "1s");

        assertThat(said.code()).isEqualTo(2);
        assertThat(said.out()).contains("NEWLY BROKEN  web/http: CRITICAL 500", "1 newly broken, 1 unchanged");
    }

    @Test
    void whatWasNotCertainBeforeIsNoBaseline() throws IOException {
        web.failWith(500);

        Said before =
                run("baseline", "--service", "web", "--to", "before.jsonl", "--retry-every", "1h", "--within", "10s");

        assertThat(before.code()).isEqualTo(3);
        assertThat(before.err()).contains("1 of 2 checks were not certain when the time was over; they are not kept");
        assertThat(run("verify", "--service", "web", "--since", "before.jsonl", "--retry-every", "1s")
                        .out())
                .contains("NEWLY BROKEN  web/http: CRITICAL 500");
    }

    @Test
    void whatAMachineReportedBeforeTheChangeIsNoAnswer() throws IOException {
        file("catalog/known_hosts", "");
        file("catalog/machines.yaml", """
                machines:
                  web1:
                    address: 127.0.0.1
                    facts: {reports: {known-hosts: known_hosts}}
                    checks: [{type: facts}, {type: memory}]
                """);
        Path state = Files.createDirectories(folder.resolve("state")).resolve("state.db");
        Instant now = Instant.now();
        try (Reports reports = SqliteReports.open(state, Optional.empty())) {
            reports.take(new Report("web1", now, now, """
                    faultline-facts 1
                    machine name=web1
                    time seconds=%d
                    memory total=100 available=90
                    end lines=4
                    """.formatted(now.getEpochSecond())));
        }
        Instant later = now.plusSeconds(60);
        clock = () -> later;

        Said said = run("verify", "--machine", "web1", "--retry-every", "1s", "--within", "5s", "--junit", "junit");

        assertThat(said.code()).isEqualTo(3);
        assertThat(said.err())
                .containsOnlyOnce(
                        "what web1 says of itself is from before the change; its checks wait for its next report");
        assertThat(said.out()).contains("NOT CERTAIN   web1/memory: no result before the time was over");
        assertThat(folder.resolve("junit/TEST-faultline.web1.xml"))
                .content()
                .contains("errors=\"2\"", "no result before the time was over");
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
                "verify --service web --since none|nothing to compare with: there is no file ",
                "verify --service web --since catalog/web.yaml|web.yaml:1: not a JSON object",
                "verify --service web --since a --after b|give one of --since, --before and --after",
                "verify --service web --before a|say which machine is upgraded: --machine NAME",
                "verify --machine web1 --before a|nothing is said about the facts of web1 in the catalogue",
                "verify --machine idle|nothing can be tested: neither idle nor what depends on it has checks",
                "baseline --service web --to none/there|the results cannot be written to",
            })
    void aMistakeIsSaid(String arguments, String message) throws IOException {
        Said said = run(arguments.split(" "));

        assertThat(said.code()).isEqualTo(3);
        assertThat(said.err()).contains(message);
    }
}
