package io.faultline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.demo.HttpPeer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands as a person calls them, against a real web server. */
class CommandsTest {
    @TempDir
    Path folder;

    private HttpPeer web;

    private record Said(int code, String out, String err) {}

    @BeforeEach
    void describeOneService() throws IOException {
        web = HttpPeer.start().page("/", "text/plain", "fine\n");
        file("catalog/controller.yaml", """
                team: sysadmins
                defaults: {retry-every: 1s, failures-before-alert: 2, timeout: 5s}
                """);
        file("catalog/teams.yaml", "teams:\n  sysadmins: {mail: [sysadmins@example.org]}\n");
        file("catalog/web.yaml", """
                service: web
                purpose: Shows pages.
                importance: high
                checks:
                  - {type: http, url: "%s", contains: fine}
                """.formatted(web.uri("/")));
    }

    @AfterEach
    void stop() {
        web.close();
    }

    @ParameterizedTest
    @CsvSource({"0, fine, 0", "500, fine, 2", "0, something else, 2"})
    void runExitsWithTheWorstHardState(int failing, String content, int code) throws IOException {
        web.page("/", "text/plain", content);
        web.failWith(failing);
        assertThat(run("run", "--no-mail").code()).isEqualTo(code);
        assertThat(run("status").code()).isEqualTo(code);
    }

    @Test
    void aWarningIsOne() throws IOException {
        file("catalog/plugin.yaml", """
                service: plugin
                purpose: Warns.
                importance: low
                checks:
                  - {type: nagios, plugin: /bin/sh, arguments: ["-c", "echo WARNING - soon; exit 1"]}
                """);
        assertThat(run("run", "--no-mail").code()).isEqualTo(1);
    }

    @Test
    void aFailureIsTriedAgainBeforeAnybodyIsTold() throws IOException {
        int[] requests = {0};
        web.handle("/", exchange -> {
            try (exchange) {
                int status = requests[0]++ == 0 ? 503 : 200;
                exchange.sendResponseHeaders(status, 4);
                exchange.getResponseBody().write("fine".getBytes(StandardCharsets.UTF_8));
            }
        });
        Said said = run("run", "--mail-folder", "mails");
        assertThat(said.code()).isZero();
        assertThat(said.out()).contains("failed once").contains("no hard problem");
        assertThat(folder.resolve("mails"))
                .satisfiesAnyOf(
                        mails -> assertThat(mails).doesNotExist(),
                        mails -> assertThat(mails).isEmptyDirectory());
    }

    @Test
    void aProblemIsMailedOnceAndItsEndToo() throws IOException {
        web.failWith(500);
        run("run", "--mail-folder", "mails");
        run("run", "--mail-folder", "mails");
        assertThat(mails()).singleElement().asString().contains("Subject: [faultline] PROBLEM web (high)");
        web.failWith(0);
        assertThat(run("run", "--mail-folder", "mails").code()).isZero();
        assertThat(mails()).hasSize(2).anyMatch(mail -> mail.contains("RECOVERED"));
    }

    @Test
    void whoeverIsNamedLaterHearsOfWhatIsStillBroken() throws IOException {
        web.failWith(500);
        assertThat(run("run").err()).contains("nobody is told by mail");
        run("run", "--mail-folder", "mails");
        assertThat(mails()).singleElement().asString().contains("PROBLEM web");
    }

    @Test
    void aMailThatIsNotSentNowWaitsForTheNextRun() throws IOException {
        web.failWith(500);
        file("catalog/controller.yaml", """
                team: sysadmins
                defaults: {retry-every: 1s, failures-before-alert: 2}
                mail: {server: "127.0.0.1:1", security: none, from: faultline@example.org}
                """);
        run("run", "--no-mail");
        assertThat(run("status").out()).contains("1 mail waits to be sent");
        run("run", "--mail-folder", "mails");
        assertThat(mails()).hasSize(1);
    }

    @Test
    void writesReportsAndPages() throws IOException {
        Said said = run("run", "--no-mail", "--junit", "junit", "--json", "-", "--overview", "pages");
        assertThat(said.code()).isZero();
        assertThat(said.out().lines().filter(line -> line.contains("\"subject\":\"web\"")))
                .singleElement()
                .asString()
                .contains("\"status\":\"OK\"");
        assertThat(folder.resolve("junit/TEST-faultline.web.xml")).content().contains("<testcase");
        assertThat(folder.resolve("pages/index.html")).content().contains("web");
        assertThat(folder.resolve("pages/service/web.html")).exists();
    }

    @Test
    void writesResultsForNagios() throws IOException {
        run("run", "--no-mail", "--nagios", "nagios.txt", "web");
        assertThat(folder.resolve("nagios.txt"))
                .content()
                .containsPattern("^\\[\\d{10}\\] PROCESS_SERVICE_CHECK_RESULT;web;http;0;200 OK");
        Said both = run("run", "--no-mail", "--nagios", "-", "--json", "-");
        assertThat(both.code()).isEqualTo(3);
        assertThat(both.err()).contains("only one of --json and --nagios can go to standard output");
        Said device = run("run", "--no-mail", "--nagios", "/dev/null");
        assertThat(device.err()).contains("/dev/null: it is no regular file; write to -");
    }

    @Test
    void aRefusedFileIsAProblemOfItsOwnAndTheOthersGoOn() throws IOException {
        file("catalog/bad.yaml", "service: bad\npurpos: Is wrong.\n");
        Said said = run("run", "--mail-folder", "mails");
        assertThat(said.code()).isEqualTo(2);
        assertThat(said.err()).contains("bad.yaml:2:1").contains("did you mean 'purpose'");
        assertThat(said.out()).contains("OK        web/http").contains("CRITICAL  catalogue/files");
        assertThat(mails()).singleElement().asString().contains("PROBLEM catalogue");
        Files.delete(folder.resolve("catalog/bad.yaml"));
        assertThat(run("run", "--mail-folder", "mails").code()).isZero();
        assertThat(mails()).hasSize(2);
    }

    @Test
    void onlyWhatIsNamedIsRun() throws IOException {
        assertThat(run("run", "--no-mail", "web/http").out())
                .contains("1 check in")
                .doesNotContain("catalogue/files");
        Said unknown = run("run", "wbe");
        assertThat(unknown.code()).isEqualTo(3);
        assertThat(unknown.err()).contains("'wbe'").contains("did you mean 'web'");
    }

    @ParameterizedTest
    @CsvSource({
        "statsu,                     Did you mean: faultline status",
        "run --ronds 3,              Unknown option: '--ronds'",
        "run --rounds many,          --rounds",
        "run --catalog no-such-place,no catalogue at no-such-place"
    })
    void wrongUseIsExplained(String line, String message) {
        Said said = run(line.split(" "));
        assertThat(said.code()).isIn(3, 64);
        assertThat(said.err()).contains(message);
    }

    @Test
    void aSecretIsReadFromAFileAndNeverShown() throws IOException {
        web.protectedPage("/secret/", "monitor", "s3cr3t-value", "fine\n");
        file("catalog/controller.yaml", "secrets: ../secrets\ndefaults: {retry-every: 1s, failures-before-alert: 1}\n");
        file("catalog/closed.yaml", """
                service: closed
                purpose: Needs a login.
                importance: low
                checks:
                  - {type: http, url: "%s", user: monitor, password: {secret: web-password}}
                """.formatted(web.uri("/secret/")));
        Said without = run("run", "--no-mail", "closed");
        assertThat(without.code()).isEqualTo(3);
        assertThat(without.out()).contains("web-password").contains("FAULTLINE_SECRET_WEB_PASSWORD");
        file("secrets/web-password", "s3cr3t-value\n");
        Said with = run("run", "--no-mail", "closed");
        assertThat(with.code()).isZero();
        assertThat(with.out() + with.err()).doesNotContain("s3cr3t-value");
    }

    @Test
    void theDemoTellsTheWholeStory() throws IOException {
        Said said = run("demo");
        assertThat(said.err()).isEmpty();
        assertThat(said.code()).isZero();
        assertThat(said.out())
                .contains("packages/release-file CRITICAL")
                .contains("website/certificate WARNING")
                .contains("INFRASTRUCTURE, ")
                .contains("the service packages was failing")
                .contains("CODE, ");
        Path demo = folder.resolve("faultline-demo");
        assertThat(files(demo.resolve("mails"))).hasSize(3);
        assertThat(files(demo.resolve("junit"))).hasSize(6);
        assertThat(demo.resolve("overview/index.html")).content().contains("1 of 5 services has a problem");
        assertThat(run("demo").code()).as("again, over its own folder").isZero();
    }

    @Test
    void theDemoTouchesNobodysFolder() throws IOException {
        file("faultline-demo/thesis.txt", "years of work\n");
        Said said = run("demo");
        assertThat(said.code()).isEqualTo(3);
        assertThat(said.err()).contains("--out");
        assertThat(folder.resolve("faultline-demo/thesis.txt")).hasContent("years of work");
    }

    private Said run(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Host host = new Host(
                InstantSource.system(),
                ZoneOffset.UTC,
                Map.of("STATE_DIRECTORY", folder.resolve("state").toString()),
                folder,
                folder,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false);
        int code = Main.run(host, arguments);
        return new Said(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private List<String> mails() throws IOException {
        List<String> mails = new java.util.ArrayList<>();
        for (Path file : files(folder.resolve("mails"))) {
            mails.add(Files.readString(file));
        }
        return mails;
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    private void file(String name, String content) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }
}
