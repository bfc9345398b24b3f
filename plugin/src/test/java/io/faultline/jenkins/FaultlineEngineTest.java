package io.faultline.jenkins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.catalog.Service;
import io.faultline.check.CheckId;
import io.faultline.check.Result;
import io.faultline.history.Observation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

/** The engine as a part of the controller: its files, its end and its new begin. */
class FaultlineEngineTest {
    @RegisterExtension
    private final JenkinsSessionExtension sessions = new JenkinsSessionExtension();

    private static Observation critical(String check, int secondsAgo) {
        return new Observation(
                CheckId.parse(check),
                Instant.now().minusSeconds(secondsAgo),
                Duration.ZERO,
                Result.critical("nobody answers"));
    }

    @Test
    void keeps_everything_in_one_folder_of_the_home_and_finds_it_again() throws Throwable {
        sessions.then(jenkins -> {
            FaultlineConfiguration.get().setKeepJobs(false);
            new TestCatalog(jenkins, "catalog").service("web").read();
            FaultlineConfiguration.get().save();
            assertThat(FaultlineEngine.get()
                            .record(List.of(
                                    critical("web/port", 2), critical("web/port", 1), critical("gone/port", 1))))
                    .as("what is not in the catalogue does not count")
                    .hasSize(2);
            try (Stream<Path> files = Files.list(FaultlineEngine.folder())) {
                assertThat(files.map(file -> file.getFileName().toString()))
                        .contains("state.db")
                        .filteredOn(name -> name.contains("sqlitejdbc"))
                        .hasSize(1);
            }
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(FaultlineEngine.folder())))
                    .isEqualTo("rwx------");
        });
        sessions.then(jenkins -> {
            FaultlineEngine.Current engine = FaultlineEngine.get().look().orElseThrow();
            assertThat(engine.history().openIncidents()).hasSize(1);
            assertThat(engine.recorder()
                            .state(CheckId.parse("web/port"))
                            .orElseThrow()
                            .failures())
                    .isEqualTo(2);
        });
    }

    @Test
    void what_cannot_be_stored_is_told_and_recording_goes_on_when_it_can_be() throws Throwable {
        sessions.then(jenkins -> {
            FaultlineConfiguration.get().setKeepJobs(false);
            new TestCatalog(jenkins, "catalog").service("web").read();
            sql("ALTER TABLE checks RENAME TO elsewhere");
            assertThatThrownBy(() -> FaultlineEngine.get().record(List.of(critical("web/port", 2))))
                    .isInstanceOf(IOException.class);
            FaultlineEngine.get().deliver();
            assertThat(FaultlineEngine.get().failure()).isPresent();

            sql("ALTER TABLE elsewhere RENAME TO checks");
            FaultlineEngine.get().reloadIfChanged();
            assertThat(FaultlineEngine.get().failure()).isEmpty();
            assertThat(FaultlineEngine.get().record(List.of(critical("web/port", 1))))
                    .hasSize(1);
        });
    }

    private static void sql(String statement) throws SQLException {
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:sqlite:" + FaultlineEngine.folder().resolve("state.db"));
                Statement one = connection.createStatement()) {
            one.execute(statement);
        }
    }

    @Test
    void what_fails_often_is_told_though_never_twice_in_a_row() throws Throwable {
        sessions.then(jenkins -> {
            FaultlineConfiguration.get().setKeepJobs(false);
            new TestCatalog(jenkins, "catalog")
                    .file(
                            "web.yaml",
                            TestCatalog.text("web")
                                    .replace(
                                            "failures-before-alert: 2",
                                            "failures-before-alert: 5, alert-when: {failures: 2, within: 24h}"))
                    .read();
            Observation failed = critical("web/port", 30);
            FaultlineEngine.get()
                    .record(List.of(
                            failed,
                            new Observation(
                                    failed.check(), failed.at().plusSeconds(10), Duration.ZERO, Result.ok("open")),
                            critical("web/port", 10)));
            assertThat(FaultlineEngine.get().look().orElseThrow().history().openIncidents())
                    .hasSize(1);
        });
    }

    @Test
    void takes_up_changes_of_the_catalogue_and_keeps_what_is_good() throws Throwable {
        sessions.then(jenkins -> {
            FaultlineConfiguration.get().setKeepJobs(false);
            TestCatalog catalog = new TestCatalog(jenkins, "catalog");
            catalog.service("web").read();
            catalog.service("mail").file("bad.yaml", "service: bad\nimportance: loud\n");
            FaultlineEngine.get().reload();
            FaultlineEngine.Current engine = FaultlineEngine.get().look().orElseThrow();
            assertThat(engine.catalog().services().stream().map(Service::name))
                    .contains("web", "mail")
                    .doesNotContain("bad");
            assertThat(engine.catalog().problems()).isNotEmpty();
        });
    }

    @Test
    void results_arrive_while_the_catalogue_is_read_anew() throws Throwable {
        sessions.then(jenkins -> {
            FaultlineConfiguration.get().setKeepJobs(false);
            new TestCatalog(jenkins, "catalog").service("web").read();
            ExecutorService pool = Executors.newFixedThreadPool(4);
            List<Future<Integer>> stored = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                int secondsAgo = i;
                stored.add(pool.submit(() -> FaultlineEngine.get()
                        .record(List.of(critical("web/port", secondsAgo)))
                        .size()));
                if (i % 10 == 0) {
                    pool.execute(() -> FaultlineEngine.get().reload());
                }
            }
            for (Future<Integer> one : stored) {
                assertThat(one.get()).isEqualTo(1);
            }
            pool.shutdown();
            assertThat(FaultlineEngine.get()
                            .look()
                            .orElseThrow()
                            .history()
                            .observations(CheckId.parse("web/port"), Instant.EPOCH, 100))
                    .hasSize(40);
        });
    }

    @Test
    void a_state_file_that_cannot_be_used_is_told_and_hurts_nobody() throws Throwable {
        sessions.then(jenkins -> {});
        Files.writeString(
                sessions.getHome().toPath().resolve("faultline/state.db"), "this is no database at all\n".repeat(100));
        sessions.then(jenkins -> {
            FaultlineEngine.get().reload();
            assertThat(FaultlineEngine.get().look()).isEmpty();
            assertThat(FaultlineEngine.get().failure()).isPresent();
            jenkins.buildAndAssertSuccess(jenkins.createFreeStyleProject());
            assertThat(jenkins.createWebClient().goTo("manage/").asNormalizedText())
                    .contains("Faultline records nothing and alerts nobody");

            Files.delete(FaultlineEngine.folder().resolve("state.db"));
            FaultlineEngine.get().reloadIfChanged();
            assertThat(FaultlineEngine.get().failure()).as("tried again").isEmpty();
            assertThat(FaultlineEngine.get().look()).isPresent();
        });
    }
}
