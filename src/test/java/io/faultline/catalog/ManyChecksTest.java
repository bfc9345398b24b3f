package io.faultline.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManyChecksTest {
    @TempDir
    Path folder;

    @Test
    void readsAThousandChecksOnFiftyMachines() {
        CatalogFolder catalog = new CatalogFolder(folder);
        StringBuilder machines = new StringBuilder("machines:\n");
        for (int i = 0; i < 50; i++) {
            machines.append("  web%d: {address: web%d.example.org, purpose: Serves.}\n".formatted(i, i));
        }
        catalog.file("machines.yaml", machines.toString());
        for (int i = 0; i < 250; i++) {
            StringBuilder service = new StringBuilder(
                    "service: service%d\npurpose: One of many.\ndepends-on: [web%d]\nchecks:\n".formatted(i, i % 50));
            for (int check = 0; check < 4; check++) {
                service.append("  - {type: smtp, name: check%d, machine: web%d}\n".formatted(check, i % 50));
            }
            catalog.file("services/service" + i + ".yaml", service.toString());
        }
        Catalog read = catalog.read();
        assertThat(read.problems()).isEmpty();
        assertThat(read.checks().map(CheckDefinition::id).distinct()).hasSize(1000);
        assertThat(read.dependants("web7")).hasSize(5);
    }
}
