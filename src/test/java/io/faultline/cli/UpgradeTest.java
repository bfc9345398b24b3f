package io.faultline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.faultline.demo.HttpPeer;
import io.faultline.history.Report;
import io.faultline.history.Reports;
import io.faultline.history.SqliteReports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A machine that is upgraded from one Debian to the next, between verify --before and verify --after. */
class UpgradeTest extends AtTheKeyboard {
    private static final Instant BEFORE = Instant.parse("2026-11-22T09:00:00Z");
    private static final Instant AFTER = Instant.parse("2026-11-22T12:00:00Z");
    private static final String OLD = """
            boot id=0a
            release id=debian version=12
            kernel running=6.1.0-40-amd64 installed=6.1.0-40-amd64 since=1
            disk mount=/ size=50000000000 free=30000000000 available=30000000000 inodes=0 inodes-free=0
            systemd state=running
            package name=nginx architecture=amd64 version=1.22.1-9
            package name=openssl architecture=amd64 version=3.0.17-1
            package name=python3.11 architecture=amd64 version=3.11.2-6
            unit name=cron.service active=active
            unit name=nginx.service active=active
            unit name=ssh.service active=active
            port number=25 protocol=tcp address=127.0.0.1
            port number=80 protocol=tcp address=0.0.0.0
            """;
    private static final String NEW = """
            boot id=0b
            release id=debian version=13
            kernel running=6.12.48-amd64 installed=6.12.48-amd64 since=1
            disk mount=/ size=50000000000 free=26000000000 available=26000000000 inodes=0 inodes-free=0
            systemd state=degraded
            failed-unit name=nginx.service
            package name=nginx architecture=amd64 version=1.26.3-3
            package name=openssl architecture=amd64 version=3.5.1-1
            package name=python3.13 architecture=amd64 version=3.13.5-2
            broken-package name=initramfs-tools state=half-configured
            unit name=cron.service active=active
            unit name=nginx.service active=failed
            unit name=ssh.service active=active
            port number=25 protocol=tcp address=127.0.0.1
            """;

    private HttpPeer web;
    private Instant now = BEFORE;

    @Override
    InstantSource clock() {
        return () -> now;
    }

    @BeforeEach
    void describe() throws IOException {
        web = HttpPeer.start().page("/", "text/plain", "fine\n");
        file("catalog/controller.yaml", "defaults: {failures-before-alert: 2, timeout: 20s}\n");
        file("catalog/known_hosts", "");
        file("catalog/machines.yaml", """
                machines:
                  web1:
                    address: 127.0.0.1
                    facts: {reports: {known-hosts: known_hosts, silent-after: 12h}}
                    checks: [{type: facts}]
                """);
        file("catalog/web.yaml", """
                service: website
                purpose: Shows pages.
                depends-on: web1
                checks: [{type: http, url: "%s"}]
                """.formatted(web.uri("/")));
    }

    @AfterEach
    void stop() {
        web.close();
    }

    private void report(String lines) throws IOException {
        String text = "faultline-facts 1\nmachine name=web1\ntime seconds=" + now.getEpochSecond() + "\n" + lines;
        Path state = Files.createDirectories(folder.resolve("state")).resolve("state.db");
        try (Reports reports = SqliteReports.open(state, Optional.empty())) {
            reports.take(new Report(
                    "web1", now, now, text + "end lines=" + text.lines().count() + "\n"));
        }
    }

    private Said before() throws IOException {
        report(OLD);
        Said said = run("verify", "--machine", "web1", "--before", "web1.before");
        now = AFTER;
        return said;
    }

    private Said after(String... more) {
        String[] arguments = {"verify", "--machine", "web1", "--after", "web1.before", "--retry-every", "1s"};
        return run(Stream.of(arguments, more).flatMap(Arrays::stream).toArray(String[]::new));
    }

    @Test
    void whatTheUpgradeChangedIsSaidAndWhatItBrokeFails() throws IOException {
        Said before = before();
        assertThat(before.code()).as(before.err()).isZero();
        report(NEW);
        web.failWith(502);

        Said said = after();

        assertThat(said.code()).isEqualTo(2);
        String shown = said.out()
                .replace(web.uri("/").toString(), "https://www.example.org/")
                .replace(" in 0 s:", " in 12 s:");
        assertThat(Files.readString(Path.of("docs/changes.md"))).contains(shown.indent(4));
    }

    @Test
    void anUpgradeThatBrokeNothingPassesAndIsTold() throws IOException {
        before();
        report(NEW.replaceAll("(?m)^(failed-unit|broken-package).*\n", "")
                        .replace("nginx.service active=failed", "nginx.service active=active")
                + "port number=80 protocol=tcp address=0.0.0.0\n");

        Said said = after("--junit", "junit");

        assertThat(said.code()).as(said.out()).isZero();
        assertThat(said.out())
                .contains(
                        "what was there before is there",
                        "changed: release was debian 12, is debian 13",
                        "3 checks in",
                        ": 3 unchanged");
        assertThat(folder.resolve("junit/TEST-faultline.web1.xml")).content().contains("name=\"upgrade\"");
    }

    @Test
    void programsAreToldTheSame() throws IOException {
        before();
        report(NEW);

        JsonNode upgrade = new ObjectMapper()
                .readTree(after("--json", "-").out())
                .get("checks")
                .get(1);

        assertThat(upgrade.get("check").asText()).isEqualTo("upgrade");
        assertThat(upgrade.get("change").asText()).isEqualTo("newly broken");
        assertThat(upgrade.get("facts").toString()).contains("unit nginx.service fails");
    }

    @Test
    void aMachineThatIsSilentIsNotKept() throws IOException {
        Said said = run("verify", "--machine", "web1", "--before", "web1.before", "--retry-every", "1s");

        assertThat(said.code()).isEqualTo(3);
        assertThat(said.err()).contains("what web1 says of itself is not kept: it did not say anything", "never sent");
        assertThat(after().err()).contains("what web1 said of itself before is not in web1.before");
    }
}
