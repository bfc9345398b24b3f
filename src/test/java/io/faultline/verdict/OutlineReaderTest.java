package io.faultline.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutlineReaderTest {
    private static LogOutline outline(String log) {
        try {
            return new LogReader(new Signatures(List.of()))
                    .read(new ByteArrayInputStream(log.getBytes(StandardCharsets.UTF_8)))
                    .outline();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void finds_the_command_that_failed_in_a_freestyle_job() {
        LogOutline outline = outline("""
                Started by timer
                Building remotely on agent1 in workspace /ws/site
                [site] $ /bin/sh -xe /ws/tmp/hudson1.sh
                + ./configure
                checking for cc... yes
                + make
                make: *** [all] Error 2
                Build step 'Execute shell' marked build as failure
                Archiving artifacts
                Finished: FAILURE
                """);
        assertThat(outline.failing().command()).isEqualTo("make");
        assertThat(outline.failing().firstLine()).isEqualTo(6);
        assertThat(outline.failedAt()).isEqualTo(8);
        assertThat(outline.format()).isEqualTo("jenkins");
        assertThat(outline.told()).isTrue();
        assertThat(outline.ended()).isTrue();
        assertThat(outline.place(7).kind()).isEqualTo(LogPlace.Kind.FAILING_STEP);
        assertThat(outline.place(9).kind()).isEqualTo(LogPlace.Kind.AFTER);
        assertThat(outline.place(2).kind()).isEqualTo(LogPlace.Kind.EARLIER);
    }

    @Test
    void finds_the_step_that_failed_before_a_pipeline_cleans_up() {
        LogOutline outline = outline("""
                [Pipeline] Start of Pipeline
                [Pipeline] stage
                [Pipeline] { (Build)
                [Pipeline] sh
                + ./build
                done
                [Pipeline] }
                [Pipeline] stage
                [Pipeline] { (Test)
                [Pipeline] sh
                + ./test
                1 test failed
                [Pipeline] }
                [Pipeline] stage
                [Pipeline] { (Deploy)
                Stage "Deploy" skipped due to earlier failure(s)
                [Pipeline] }
                [Pipeline] { (Declarative: Post Actions)
                [Pipeline] sh
                + ./clean
                [Pipeline] }
                [Pipeline] End of Pipeline
                ERROR: script returned exit code 3
                Finished: FAILURE
                """);
        assertThat(outline.place(12).kind()).isIn(LogPlace.Kind.FAILING_STEP);
        assertThat(outline.place(20).kind()).isEqualTo(LogPlace.Kind.AFTER);
        assertThat(outline.place(23).kind()).isEqualTo(LogPlace.Kind.EPILOGUE);
        assertThat(outline.failures().get(0).exitCode()).isEqualTo(OptionalInt.of(3));
    }

    @Test
    void who_asks_for_a_verdict_is_not_what_failed() {
        LogOutline outline = outline("""
                [Pipeline] Start of Pipeline
                [Pipeline] sh
                + ./test
                1 test failed
                [Pipeline] failureVerdict
                [Pipeline] echo
                CODE, 80 % sure
                [Pipeline] End of Pipeline
                ERROR: script returned exit code 3
                Finished: FAILURE
                """);
        assertThat(outline.failing().command()).isEqualTo("./test");
        assertThat(outline.place(4).kind()).isEqualTo(LogPlace.Kind.FAILING_STEP);
    }

    @Test
    void follows_a_failed_checkout_to_its_reasons_and_no_further() {
        LogOutline outline = outline("""
                Started by user somebody
                Building in workspace /ws
                 > git fetch origin
                ERROR: Error fetching remote repo 'origin'
                hudson.plugins.git.GitException: Failed to fetch
                stderr: fatal: unable to access
                [ws] $ /bin/sh -xe /tmp/post.sh
                + echo cleaning
                Finished: FAILURE
                """);
        assertThat(outline.failedAt()).isEqualTo(6);
        assertThat(outline.place(6).kind()).isEqualTo(LogPlace.Kind.FAILING_STEP);
        assertThat(outline.place(8).kind()).isEqualTo(LogPlace.Kind.AFTER);
    }

    @Test
    void forgets_a_checkout_that_was_tried_again() {
        LogOutline outline = outline("""
                Started by timer
                Building in workspace /ws
                ERROR: Error fetching remote repo 'origin'
                fatal: the remote end hung up
                Retrying after 10 seconds
                + make
                Build step 'Execute shell' marked build as failure
                Finished: FAILURE
                """);
        assertThat(outline.failing().command()).isEqualTo("make");
    }

    @Test
    void forgets_a_checkout_with_its_reasons_that_the_step_retry_tried_again() {
        LogOutline outline = outline("""
                [Pipeline] retry
                [Pipeline] {
                [Pipeline] checkout
                ERROR: Error fetching remote repo 'origin'
                hudson.plugins.git.GitException: Failed to fetch from https://git.example.org/app.git
                	at hudson.plugins.git.GitSCM.fetchFrom(GitSCM.java:999)
                [Pipeline] }
                ERROR: Error fetching remote repo 'origin'
                Retrying
                [Pipeline] {
                [Pipeline] checkout
                [Pipeline] }
                [Pipeline] // retry
                [Pipeline] sh
                + make
                make: *** [check] Error 1
                [Pipeline] End of Pipeline
                ERROR: script returned exit code 2
                Finished: FAILURE
                """);
        assertThat(outline.failing().command()).isEqualTo("make");
        assertThat(outline.failures()).noneMatch(failure -> failure.quote().line() < 15);
    }

    @Test
    void forgets_what_the_step_retry_tried_again() {
        LogOutline outline = outline("""
                [Pipeline] retry
                [Pipeline] {
                [Pipeline] sh
                + curl -fsS http://mirror.example.org/
                curl: (7) Failed to connect to mirror.example.org port 80
                [Pipeline] }
                ERROR: script returned exit code 7
                Retrying
                [Pipeline] {
                [Pipeline] sh
                + make
                make: *** [check] Error 1
                [Pipeline] }
                [Pipeline] // retry
                [Pipeline] End of Pipeline
                ERROR: script returned exit code 2
                Finished: FAILURE
                """);
        assertThat(outline.failing().command()).isEqualTo("make");
        assertThat(outline.place(5).kind()).isEqualTo(LogPlace.Kind.EARLIER);
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = "=>",
            value = {
                "The command \"make check\" exited with 2. => 2",
                "##[error]Process completed with exit code 137. => 137",
                "ERROR: Job failed: exit code 1 => 1",
                "Error: Process completed with exit code 128. => 128",
                "2026-11-22T10:20:30.1234567Z ##[error]Process completed with exit code 3. => 3",
            })
    void reads_the_exit_code_of_a_failed_step_of_any_server(String line, int code) {
        LogOutline outline = outline("$ some command\noutput\n" + line + "\nlater\n");
        assertThat(outline.failures()).hasSize(1);
        assertThat(outline.failures().get(0).kind()).isEqualTo(Failure.Kind.STEP);
        assertThat(outline.failures().get(0).exitCode()).isEqualTo(OptionalInt.of(code));
        assertThat(outline.failedAt()).isEqualTo(3);
        assertThat(outline.failing().command()).isEqualTo("some command");
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = "=>",
            value = {
                "The command \"make check\" exited with 0.",
                "BUILD SUCCESS",
                "[INFO] BUILD SUCCESS",
                "Finished: SUCCESS",
            })
    void counts_successes_and_calls_none_a_failure(String line) {
        LogOutline outline = outline("x\n" + line + "\n");
        assertThat(outline.failures()).isEmpty();
        assertThat(outline.successes()).containsExactly(2L);
        assertThat(outline.told()).isFalse();
    }

    @Test
    void tells_a_log_that_was_cut_off() {
        assertThat(outline("Started by timer\n[ws] $ make\ncc x.c\n").ended()).isFalse();
        assertThat(outline("Started by timer\n[ws] $ make\ncc x.c\nFinished: ABORTED\n")
                        .ended())
                .isTrue();
    }

    @Test
    void takes_the_additions_of_a_diff_for_no_commands() {
        LogOutline outline = outline("""
                + ./test
                - expected: 1
                + received: 2
                Build step 'Execute shell' marked build as failure
                """);
        assertThat(outline.failing().command()).isEqualTo("./test");
    }

    @Test
    void keeps_a_bounded_number_of_failures_the_first_and_the_last() {
        StringBuilder log = new StringBuilder();
        for (int i = 1; i <= 1000; i++) {
            log.append("The command \"c\" exited with ").append(i).append(".\n");
        }
        LogOutline outline = outline(log.toString());
        assertThat(outline.failures()).hasSize(OutlineReader.MAX_FAILURES);
        assertThat(outline.failures().get(0).exitCode()).isEqualTo(OptionalInt.of(1));
        assertThat(outline.failures().get(OutlineReader.MAX_FAILURES - 1).exitCode())
                .isEqualTo(OptionalInt.of(1000));
    }

    @Test
    void names_the_hosts_that_a_log_speaks_of() throws IOException {
        String log =
                "Cloning https://user@git.example.org:8443/x\nGet:1 http://deb.example.org/debian x\nhttp://deb.example.org/y\n";
        List<HostMention> hosts = new LogReader(new Signatures(List.of()))
                .read(new ByteArrayInputStream(log.getBytes(StandardCharsets.UTF_8)))
                .hosts();
        assertThat(hosts).containsExactly(new HostMention("deb.example.org", 3), new HostMention("git.example.org", 1));
    }
}
