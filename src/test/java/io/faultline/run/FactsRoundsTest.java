package io.faultline.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.catalog.Catalog;
import io.faultline.catalog.CatalogReader;
import io.faultline.catalog.CheckDefinition;
import io.faultline.check.CheckId;
import io.faultline.check.Secrets;
import io.faultline.check.Status;
import io.faultline.checks.CheckTypes;
import io.faultline.history.Changes;
import io.faultline.history.CheckState;
import io.faultline.history.Report;
import io.faultline.history.StateStore;
import io.faultline.net.Lifetime;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
        String lines = """
                faultline-facts 1
                machine name=%s
                time seconds=%d
                memory total=100 available=90
                load one=0 five=0 fifteen=0 cores=1
                systemd state=running
                disk mount=/ size=100 free=90 available=90 inodes=0 inodes-free=0
                end lines=7
                """.formatted(machine, at.getEpochSecond());
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
        Runner.Outcome outcome = rounds(1);
        assertThat(outcome.results()).isEqualTo(10);
        assertThat(asked).containsExactlyInAnyOrderEntriesOf(Map.of("one", 1, "two", 1));
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

    @Test
    void a_check_takes_nothing_twice() {
        assertThat(rounds(3).results()).isEqualTo(30);
        // One more if a check that is late to be recorded begins its round when the others are in the next.
        assertThat(asked.get("one")).isBetween(3, 14);
    }

    @ParameterizedTest(name = "made {0} s and received {1} s before the change: waited for {2}")
    @CsvSource({"1, 0, true", "0, 0, false", "-5, -5, false", "300, 300, true", "4000, 4000, false"})
    void after_a_change_only_what_was_said_since_counts(long made, long received, boolean waits) {
        report("one", NOON.minusSeconds(made));
        Report report = reports.get("one");
        reports.put("one", new Report("one", report.at(), NOON.minusSeconds(received), report.text()));
        try (Recorder recorder = new Recorder(store, transitions -> Changes.NONE, List.of())) {
            FactsRounds rounds = new FactsRounds(catalog, recorder, new SystemResolver(), () -> NOON);
            CheckDefinition disk = catalog.checks()
                    .filter(check -> check.id().toString().equals("one/disk"))
                    .findFirst()
                    .orElseThrow();

            // Reports are dated to the second.
            assertThat(rounds.missing(disk, NOON.plusMillis(900)).isPresent()).isEqualTo(waits);
        }
    }

    @Test
    void after_a_change_what_was_collected_before_it_is_collected_again() throws IOException {
        Instant[] now = {NOON};
        try (Recorder recorder = new Recorder(store, transitions -> Changes.NONE, List.of());
                Lifetime lifetime = Lifetime.of(Duration.ofMinutes(1))) {
            FactsRounds rounds = new FactsRounds(catalog, recorder, new SystemResolver(), () -> now[0]);
            List<CheckDefinition> checks = catalog.checks()
                    .filter(check -> check.id().subject().equals("one"))
                    .toList();
            rounds.source(checks.get(0), lifetime, Secrets.none(), Optional.empty())
                    .own();
            rounds.source(checks.get(1), lifetime, Secrets.none(), Optional.empty())
                    .own();
            assertThat(asked).containsEntry("one", 1);
            Optional<Instant> change = Optional.of(NOON.plusSeconds(1));
            now[0] = NOON.plusSeconds(2);
            rounds.source(checks.get(2), lifetime, Secrets.none(), change).own();
            rounds.source(checks.get(3), lifetime, Secrets.none(), change).own();
            assertThat(asked).containsEntry("one", 2);
        }
    }
}
