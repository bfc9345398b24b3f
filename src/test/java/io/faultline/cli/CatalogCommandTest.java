package io.faultline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Map;
import org.bouncycastle.openpgp.api.OpenPGPApi;
import org.bouncycastle.openpgp.api.OpenPGPKey;
import org.bouncycastle.openpgp.api.bc.BcOpenPGPApi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogCommandTest {
    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... arguments) {
        Host host = new Host(
                InstantSource.system(),
                ZoneOffset.UTC,
                Map.of(),
                folder,
                folder,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false);
        String[] all = new String[arguments.length + 1];
        all[0] = "catalog";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return Main.run(host, all);
    }

    private String catalog() {
        return folder.resolve("catalog").toString();
    }

    private void file(String name, String content) throws Exception {
        Path file = Path.of(catalog()).resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8).replace(catalog() + "/", "");
    }

    @Test
    void tellsWhatIsThereWhenAllIsGood() throws Exception {
        file("web.yaml", "service: web\npurpose: x\nchecks:\n  - {type: smtp, server: a.example.org}\n");
        assertThat(run("check", catalog())).isZero();
        assertThat(out()).isEqualTo("1 service, 0 machines, 0 teams, 1 check\n");
    }

    @Test
    void findsTheCatalogueBesideItself() throws Exception {
        file("web.yaml", "service: web\npurpose: x\n");
        assertThat(run("check")).isZero();
        assertThat(out()).startsWith("1 service,");
    }

    @Test
    void tellsMistakesInTheOrderOfFilesAndLines() throws Exception {
        file("b.yaml", "service: b\npurpose: x\ncheks: []\nteam: nobody\n");
        file("a.yaml", "service: a\n");
        file("c.yaml", "service: c\npurpose: x\n");
        assertThat(run("check", catalog())).isEqualTo(2);
        assertThat(out()).isEqualTo("""
                        a.yaml:1:1: 'purpose' is missing; expected 'purpose: text'
                        b.yaml:3:1: unknown key 'cheks'; did you mean 'checks'?
                        b.yaml:4:7: no team is named 'nobody'
                        1 service, 0 machines, 0 teams, 0 checks; 2 files refused
                        """);
    }

    @Test
    void writesJsonForPrograms() throws Exception {
        file("a.yaml", "service: a\n");
        assertThat(run("check", "--json", catalog())).isEqualTo(2);
        JsonNode json = new ObjectMapper().readTree(out.toByteArray());
        assertThat(json.get("services").asInt()).isZero();
        assertThat(json.get("files_refused").asInt()).isEqualTo(1);
        JsonNode problem = json.get("problems").get(0);
        assertThat(problem.get("file").asText()).endsWith("/a.yaml");
        assertThat(problem.get("line").asInt()).isEqualTo(1);
        assertThat(problem.get("column").asInt()).isEqualTo(1);
        assertThat(problem.get("message").asText()).startsWith("'purpose' is missing");
    }

    @Test
    void givesAdviceWhenAsked() throws Exception {
        file("a.yaml", "service: a\npurpose: x\n");
        assertThat(run("check", "--strict", catalog())).isEqualTo(1);
        assertThat(out())
                .contains("a.yaml:1:10: advice: service 'a' does not say who may use it ('access')\n")
                .contains("a.yaml:1:10: advice: nobody is told when 'a' breaks");
        out.reset();
        assertThat(run("check", "--strict", Path.of("resources/catalog/example").toString()))
                .isZero();
    }

    @Test
    void listsChecks() throws Exception {
        file("teams.yaml", "teams: {admins: {mail: a@example.org}}\n");
        file("a.yaml", """
                service: a
                purpose: x
                team: admins
                importance: high
                checks:
                  - {type: smtp, name: long-name, server: a.example.org, every: 1h}
                  - {type: smtp, server: a.example.org}
                """);
        assertThat(run("list", catalog())).isZero();
        assertThat(out()).isEqualTo("""
                a/long-name  smtp  1h  high  admins
                a/smtp       smtp  5m  high  admins
                """);
    }

    @Test
    void writesSchemasAndPagesOnlyWhereSomethingChanged() throws Exception {
        Files.createDirectories(folder.resolve("docs"));
        Files.writeString(
                folder.resolve("docs/catalogue.md"),
                "before\n<!-- keys of teams -->\nold\n<!-- end of keys -->\nafter\n");
        assertThat(run("schema")).isZero();
        assertThat(run("docs")).isZero();
        assertThat(folder.resolve("resources/schema/service.schema.json")).exists();
        assertThat(folder.resolve("docs/checks/smtp.md")).exists();
        assertThat(folder.resolve("docs/catalogue.md"))
                .content()
                .startsWith("before\n<!-- keys of teams -->\n| key |")
                .contains("| `contacts[].openpgp` |")
                .endsWith("<!-- end of keys -->\nafter\n")
                .doesNotContain("old");
        out.reset();
        assertThat(run("schema")).isZero();
        assertThat(run("docs")).isZero();
        assertThat(out.size()).isZero();
    }

    @Test
    void tellsWhoseOpenPgpKeyCannotBeUsed() throws Exception {
        OpenPGPApi openPgp = new BcOpenPGPApi();
        OpenPGPKey key = openPgp.generateKey().classicKey("ana@example.org").build();
        file("web.yaml", "service: web\npurpose: x\nchecks:\n  - {type: smtp, server: a.example.org}\n");
        file("teams.yaml", """
                teams:
                  admins:
                    mail: admins@example.org
                    contacts: [{name: ana, mail: ana@example.org, openpgp-key: ana.asc}]
                """);
        file("ana.asc", key.toCertificate().toAsciiArmoredString());
        assertThat(run("check", catalog())).isZero();
        file("ana.asc", openPgp.editKey(key).revokeKey().done().toCertificate().toAsciiArmoredString());
        assertThat(run("check", catalog())).isEqualTo(1);
        assertThat(out()).contains("advice: the OpenPGP key of ana@example.org is revoked");
    }
}
