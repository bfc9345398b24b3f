package io.faultline.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How machines.yaml says where facts come from, and what is refused. */
class FactsOfMachinesTest {
    @TempDir
    Path folder;

    private CatalogFolder machine(String facts, String checks) {
        return new CatalogFolder(folder).file("machines.yaml", """
                machines:
                  web:
                    address: web.example.org
                    %s
                    checks: [%s]
                """.formatted(facts, checks));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | {type: disk} | expected 'facts' in machine web: how what it says of itself comes to us",
                "'facts: {reports: {known-hosts: k}}' | {type: disk} | expected a check of type facts too: it tells when the machine says nothing",
                "'facts: {}' | {type: facts} | expected either 'ssh' or 'reports'",
                "'facts: {reports: {known-hosts: k}, ssh: {known-hosts: k, key: {secret: a}}}' | {type: facts} | expected either 'ssh' or 'reports'",
                "'facts: {ssh: {known-hosts: k}}' | {type: facts} | expected a key ('key' or 'key-file')",
                "'facts: {ssh: {key: {secret: a}}}' | {type: facts} | 'known-hosts'",
                "'facts: {ssh: {known-hosts: k, key: open, silent-after: 3m}}' | {type: facts} | silent-after",
            })
    void mistakes_are_told(String facts, String checks, String problem) {
        assertThat(machine(facts, checks).problems()).anyMatch(told -> told.contains(problem));
    }

    @Test
    void services_may_look_at_the_facts_of_a_machine_that_has_some() {
        machine("facts: {ssh: {known-hosts: k, key: {secret: a}}}", "{type: facts}, {type: disk}")
                .file("good.yaml", """
                        service: good
                        purpose: x
                        checks: [{type: systemd, machine: web}, {type: consistency, machines: [web, other]}]
                        """)
                .file("bad.yaml", """
                        service: bad
                        purpose: x
                        checks: [{type: systemd}]
                        """);
        assertThat(new CatalogFolder(folder).problems())
                .containsExactlyInAnyOrder(
                        "good.yaml:3:77: no machine is named 'other'",
                        "bad.yaml:3:17: 'type': expected 'machine' too: it looks at what a machine says of itself");
    }
}
