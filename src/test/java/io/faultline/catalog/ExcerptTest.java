package io.faultline.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.checks.CheckTypes;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExcerptTest {
    @TempDir
    Path folder;

    private CatalogFolder files;

    @BeforeEach
    void write() {
        files = new CatalogFolder(folder)
                .goodService("mail")
                .goodService("web")
                .file("teams.yaml", "teams: {sysadmins: {mail: sysadmins@example.org}}\n")
                .file("controller.yaml", "team: sysadmins\ndefaults: {timeout: 3s}\n")
                .file(
                        "machines.yaml",
                        "machines: {db1: {address: db1.example.org, purpose: Database., checks: [{type: tcp, server: db1.example.org:5432}]}}\n")
                .file("shop.yaml", """
                        service: shop
                        purpose: Sells things.
                        depends-on: [mail]
                        checks:
                          - {type: tcp, name: database, machine: db1, server: db1.example.org:5432}
                        """);
    }

    private Excerpt of(String subject) {
        return Excerpt.of(List.of(folder), List.of(files.read().subject(subject).orElseThrow()));
    }

    @Test
    void has_the_files_of_the_subject_and_those_that_hold_for_all() {
        assertThat(of("shop").files().keySet())
                .extracting(name -> Path.of(name).getFileName().toString())
                .containsExactlyInAnyOrder("shop.yaml", "machines.yaml", "controller.yaml");
    }

    @Test
    void reads_the_same_checks_as_the_whole_catalogue() {
        assertThat(of("shop").read(CheckTypes.ALL).subject("shop").orElseThrow().checks())
                .isEqualTo(files.read().subject("shop").orElseThrow().checks());
        assertThat(of("db1").read(CheckTypes.ALL).subject("db1").orElseThrow().checks())
                .isEqualTo(files.read().subject("db1").orElseThrow().checks())
                .isNotEmpty();
    }

    @Test
    void shows_what_is_there_now() {
        Subject mail = files.read().subject("mail").orElseThrow();
        files.file("mail.yaml", "service: mail\npurpose: [broken\n");

        Catalog read = Excerpt.of(List.of(folder), List.of(mail)).read(CheckTypes.ALL);

        assertThat(read.subject("mail")).isEmpty();
        assertThat(read.problems()).isNotEmpty();
    }

    @Test
    void needs_no_disk_to_be_read() {
        Excerpt excerpt = new Excerpt(Map.of(
                "/nowhere/ftp.yaml",
                "service: ftp\npurpose: Files.\nchecks: [{type: tcp, server: 'ftp.example.org:21'}]\n"
                        .getBytes(java.nio.charset.StandardCharsets.UTF_8)));

        assertThat(excerpt.read(CheckTypes.ALL).checks()).hasSize(1);
    }
}
