package io.faultline.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.catalog.Catalog;
import io.faultline.catalog.CatalogReader;
import io.faultline.catalog.Subject;
import io.faultline.checks.CheckTypes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TouchedByTest {
    @TempDir
    Path folder;

    private Catalog catalog;

    @BeforeEach
    void read() throws IOException {
        Files.writeString(folder.resolve("machines.yaml"), """
                machines:
                  host1: {address: h.example.org, purpose: Host., checks: [{type: tcp, server: "h.example.org:22"}]}
                  guest1: {address: g.example.org, purpose: Guest., depends-on: [host1]}
                  alone: {address: a.example.org, purpose: Nothing.}
                """);
        service("db", "{type: tcp, machine: guest1, server: 'g.example.org:5432'}", "");
        service("shop", "{type: tcp, server: 's.example.org:80'}", "depends-on: [db]\n");
        service("blog", "{type: tcp, server: 'b.example.org:80'}", "");
        catalog = CatalogReader.read(List.of(folder), CheckTypes.ALL, folder.resolve("state.db"));
        assertThat(catalog.problems()).isEmpty();
    }

    private void service(String name, String check, String more) throws IOException {
        Files.writeString(
                folder.resolve(name + ".yaml"),
                "service: " + name + "\npurpose: Something.\n" + more + "checks: [" + check + "]\n");
    }

    @ParameterizedTest
    @CsvSource({"host1, host1 db shop", "guest1, db shop", "alone, ''"})
    void touches_itself_and_what_does_not_work_without_it(String machine, String touched) {
        assertThat(String.join(
                        " ",
                        Selection.touchedBy(catalog, machine).stream()
                                .map(Subject::name)
                                .toList()))
                .isEqualTo(touched);
    }

    @Test
    void a_service_is_no_machine() {
        assertThatThrownBy(() -> Selection.touchedBy(catalog, "shop")).isInstanceOf(IllegalArgumentException.class);
    }
}
