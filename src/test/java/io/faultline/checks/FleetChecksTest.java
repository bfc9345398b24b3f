package io.faultline.checks;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.check.Result;
import io.faultline.check.Status;
import io.faultline.machine.Facts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Machines that should be alike, and a machine that should be as declared. */
class FleetChecksTest {
    @TempDir
    Path folder;

    private static Facts machine(String release, String kernel, String more) {
        return FactChecksTest.facts("release id=debian version=" + release + ";kernel running=" + kernel + " installed="
                + kernel + " since=@9" + (more.isEmpty() ? "" : ";" + more));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "13 | package name=a version=1 | '' | OK | 4 machines are alike",
                "12 | package name=a version=1 | '' | WARNING | release differs on four: debian 12; the other 3: debian 13",
                "13 | package name=a version=2 | compare: [packages] | WARNING | package a differs on four: 2; the other 3: 1",
                "13 | package name=a version=2 | '' | OK | alike",
                "13 | package name=a version=2 | compare: [packages];ignore: [package a] | OK | alike",
                "13 | package name=a version=1;package name=b version=1 | compare: [packages] | WARNING | package b differs on four: 1; the other 3: missing",
                "13 | package name=b version=1 | compare: [packages] | WARNING | wrong: package a differs on four: missing; the other 3: 1",
                "13 | error source=packages reason=gone | compare: [packages] | WARNING | four does not tell its packages: gone",
                "13 | port number=22 protocol=tcp address=* | compare: [ports] | WARNING | two does not tell its ports: its agent does not say",
            })
    void the_odd_one_out_is_named(String release, String four, String yaml, Status status, String shown) {
        String same = "package name=a version=1";
        Result result = Trial.of("consistency", "machines: [one, two, three, four]", yaml.replace(';', '\n'))
                .facts(FactChecksTest.source(Map.of(
                        "one", machine("13", "6.1-amd64", same),
                        "two", machine("13", "6.1-amd64", same),
                        "three", machine("13", "6.1-amd64", same),
                        "four", machine(release, "6.1-amd64", four))))
                .run();
        assertThat(Trial.shown(result)).contains(shown);
        assertThat(result.status()).as(Trial.shown(result)).isEqualTo(status);
    }

    @Test
    void without_a_majority_it_is_said_who_has_what() {
        Result result = Trial.of("consistency", "machines: [one, two]")
                .facts(FactChecksTest.source(
                        Map.of("one", machine("13", "6.1-amd64", ""), "two", machine("13", "6.2-amd64", ""))))
                .run();
        assertThat(result.summary()).isEqualTo("kernel differs on one: 6.1-amd64; two: 6.2-amd64");
    }

    @Test
    void a_machine_without_facts_is_left_out_and_one_alone_is_not_compared() {
        Facts facts = machine("13", "6.1-amd64", "");
        assertThat(Trial.shown(Trial.of("consistency", "machines: [one, two, three]")
                        .facts(FactChecksTest.source(Map.of("one", facts, "two", facts)))
                        .run()))
                .startsWith("OK 2 machines are alike\nleft out: three: connection refused by three:22");
        assertThat(Trial.of("consistency", "machines: [one, two]")
                        .facts(FactChecksTest.source(Map.of("one", facts)))
                        .run()
                        .status())
                .isEqualTo(Status.UNKNOWN);
    }

    @Test
    void one_machine_cannot_be_alike() {
        assertThat(Trial.of("consistency", "machines: [one, one]").problems())
                .singleElement()
                .asString()
                .contains("expected two machines at least");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "package name=nginx                   | '' | OK | all 1 that is declared is there",
                "package name=nginx version=1.22      | '' | OK | declared=1.0",
                "package name=nginx version=1.24      | '' | CRITICAL | package nginx is 1.22, declared is version 1.24",
                "package name=apache2                 | '' | CRITICAL | package apache2 is not there",
                "package name=nginx                   | exactly: [packages] | CRITICAL | package telnetd is there (0.17), and not declared",
                "package name=nginx;package name=telnetd | exactly: [packages] | OK | all 2",
                "unit name=ssh.service active=active  | '' | OK | all 1",
                "unit name=cron.service active=active | '' | CRITICAL | unit cron.service is failed, declared is active active",
                "port number=22 protocol=tcp          | '' | OK | all 1",
                "port number=22                       | exactly: [ports] | CRITICAL | port udp 53 is there (listening on *), and not declared",
                "port number=443                      | '' | CRITICAL | port tcp 443 is not there",
                "file path=/etc/x sha256=AA           | '' | OK | all 1",
                "file path=/etc/x sha256=BB           | '' | CRITICAL | file /etc/x is aaaa",
                "file path=/etc/y sha256=AA           | '' | CRITICAL | file /etc/y is not there",
                "# a note;;package name=nginx         | '' | OK | all 1",
                "nonsense                             | '' | UNKNOWN | expected lines of package, unit, port or file, found 'nonsense'",
                "package                              | '' | UNKNOWN | no value 'name' in a fact",
                "file path=/etc/x sha256=beef         | '' | UNKNOWN | these are no facts: line 1 has a wrong 'sha256'",
            })
    void differences_from_what_is_declared_are_shown(String list, String yaml, Status status, String shown)
            throws IOException {
        String aa = "a".repeat(64);
        Files.writeString(
                folder.resolve("web.state"),
                list.replace(';', '\n').replace("=AA", "=" + aa).replace("=BB", "=" + "b".repeat(64)));
        Facts facts = FactChecksTest.facts("package name=nginx version=1.22;package name=telnetd version=0.17;"
                + "unit name=ssh.service active=active;unit name=cron.service active=failed;"
                + "port number=22 protocol=tcp address=*;port number=53 protocol=udp address=*;file path=/etc/x sha256="
                + aa);
        Trial.of("declared-state", "list: " + folder.resolve("web.state"), yaml)
                .facts(FactChecksTest.source(Map.of("own", facts)))
                .expect(status, shown);
    }

    @Test
    void a_machine_whose_agent_does_not_tell_such_things_is_unknown() throws IOException {
        Files.writeString(folder.resolve("web.state"), "package name=nginx\n");
        assertThat(Trial.of("declared-state", "list: " + folder.resolve("web.state"))
                        .facts(FactChecksTest.source(Map.of("own", FactChecksTest.facts(""))))
                        .run()
                        .summary())
                .isEqualTo(
                        "the machine does not tell its packages: its agent does not say; was it started with 'declared'?");
    }
}
