package io.faultline.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.catalog.Catalog;
import io.faultline.catalog.CatalogReader;
import io.faultline.check.CheckId;
import io.faultline.check.Secrets;
import io.faultline.check.Status;
import io.faultline.checks.CheckTypes;
import io.faultline.history.Changes;
import io.faultline.history.CheckState;
import io.faultline.history.Report;
import io.faultline.history.StateStore;
import io.faultline.net.SystemResolver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks of one round share what was collected; machines that report stand for all. */
class FactsRoundsTest {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    @TempDir
    Path folder;

    private final Map<String, Integer> asked = new HashMap<>();
    private final Map<String, Report> reports = new HashMap<>();
    private Catalog catalog;

    private final StateStore store = new StateStore() {
        @Override
        public void commit(Changes changes) {}

        @Override
        public Map<CheckId, CheckState> states() {
            return Map.of();
        }

        @Override
        public Optional<Report> report(String machine) {
            synchronized (asked) {
                asked.merge(machine, 1, Integer::sum);
            }
            return Optional.ofNullable(reports.get(machine));
        }
    };

    @BeforeEach
    void write() throws IOException {
        Files.writeString(folder.resolve("known_hosts"), "");
        Files.writeString(folder.resolve("machines.yaml"), """
                machines:
                  one: &machine
                    address: one.example.org
                    facts: {reports: {known-hosts: known_hosts, silent-after: 1h}}
                    checks:
                      - {type: facts, failures-before-alert: 1}
                      - {type: disk, failures-before-alert: 1}
                      - {type: memory, failures-before-alert: 1}
                      - {type: load, failures-before-alert: 1}
                      - {type: systemd, failures-before-alert: 1}
                  two: *machine
                """);
        catalog = CatalogReader.read(List.of(folder), CheckTypes.ALL, folder.resolve("state.db"));
        assertThat(catalog.problems()).isEmpty();
        report("one", NOON.minusSeconds(60));
    }

    private void report(String machine, Instant at) {
        String lines = "faultline-facts 1\nmachine name=" + machine + "\ntime seconds=" + at.getEpochSecond()
                + "\nmemory total=100 available=90\nload one=0 five=0 fifteen=0 cores=1\nsystemd state=running\n"
                + "disk mount=/ size=100 free=90 available=90 inodes=0 inodes-free=0\nend lines=7\n";
        reports.put(machine, new Report(machine, at, at, lines));
    }

    private Runner.Outcome rounds(int rounds) {
        try (Recorder recorder = new Recorder(store, transitions -> Changes.NONE, List.of());
                Runner runner = new Runner(
                        catalog,
                        recorder,
                        new SystemResolver(),
                        Secrets.none(),
                        () -> NOON,
                        Pace.REAL,
                        new Runner.Limits(8, 4, Duration.ofSeconds(5), Duration.ofSeconds(5)))) {
            return runner.rounds(catalog.checks().toList(), rounds);
        }
    }

    private static Status status(Runner.Outcome outcome, String check) {
        return outcome.states().get(CheckId.parse(check)).last().status();
    }

    @Test
    void each_machine_is_asked_once_a_round_whether_it_answers_or_not() {
        Runner.Outcome outcome = rounds(3);
        assertThat(outcome.results()).isEqualTo(30);
        assertThat(asked).containsExactlyInAnyOrderEntriesOf(Map.of("one", 3, "two", 3));
        for (String check : List.of("facts", "disk", "memory", "load", "systemd")) {
            assertThat(status(outcome, "one/" + check)).as(check).isEqualTo(Status.OK);
        }
        assertThat(status(outcome, "two/facts")).isEqualTo(Status.CRITICAL);
        for (String check : List.of("disk", "memory", "load", "systemd")) {
            assertThat(status(outcome, "two/" + check)).as(check).isEqualTo(Status.UNKNOWN);
        }
    }

    @Test
    void a_machine_that_has_fallen_silent_is_a_problem_of_its_own() {
        report("one", NOON.minus(Duration.ofMinutes(61)));
        Runner.Outcome outcome = rounds(1);
        assertThat(outcome.states().get(CheckId.parse("one/facts")).last().summary())
                .isEqualTo(
                        "the machine is silent: it sent its last report 1 h 1 min ago, expected one every 1h at least");
        assertThat(outcome.states().get(CheckId.parse("two/facts")).last().summary())
                .isEqualTo("the machine is silent: it has never sent a report");
        assertThat(status(outcome, "one/disk")).isEqualTo(Status.UNKNOWN);
    }
}
