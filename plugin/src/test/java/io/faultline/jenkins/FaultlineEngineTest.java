package io.faultline.jenkins;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.catalog.Service;
import io.faultline.check.CheckId;
import io.faultline.check.Result;
import io.faultline.history.Observation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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
        });
    }
}
