package io.faultline.checks;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.check.Result;
import io.faultline.check.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NagiosCheckTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "echo fine; exit 0      | OK       | OK fine",
                "echo careful; exit 1   | WARNING  | WARNING careful",
                "echo broken; exit 2    | CRITICAL | CRITICAL broken",
                "echo what; exit 3      | UNKNOWN  | UNKNOWN what",
                "echo odd; exit 4       | UNKNOWN  | but was: 4",
                "echo odd; exit 127     | UNKNOWN  | expected: exit code 0, 1, 2 or 3",
                "kill -9 $$             | UNKNOWN  | but was: 137 (killed by signal 9)",
                "exit 0                 | OK       | OK the plugin wrote nothing",
                "echo to stderr >&2; exit 2 | CRITICAL | CRITICAL to stderr",
                "printf 'a\\033[31mb\\n'; exit 0 | OK   | OK a\\u001b[31mb",
            })
    void exit_codes_are_statuses(String script, Status status, String shown) throws IOException {
        Result result = run(script);
        assertThat(Trial.shown(result)).contains(shown);
        assertThat(result.status()).isEqualTo(status);
    }

    @Test
    void output_of_many_lines_is_summary_facts_and_measurements() throws IOException {
        Result result = run("""
                cat <<'EOF'
                DISK OK - free space: / 3326 MB (56%); | /=2643MB;5948;5958;0;5968
                / 15272 MB (77%);
                /boot 68 MB (69%); | /boot=68MB;88;93;0;98
                /home=69357MB;253404;253409;0;253414
                'it''s here'=1,5%;10:20;@30 time2=0.001s U=U rate=1e-3c
                EOF""");
        assertThat(Trial.shown(result)).isEqualTo("""
                        OK DISK OK - free space: / 3326 MB (56%);
                        output: / 15272 MB (77%);
                        output: /boot 68 MB (69%);
                        /=2643.0MB
                        /boot=68.0MB
                        /home=69357.0MB
                        it's here=1.5%
                        time2=0.001s
                        rate=0.001c
                        """);
        assertThat(result.measurements().get(0).warning()).hasValue(5948);
        assertThat(result.measurements().get(0).critical()).hasValue(5958);
        assertThat(result.measurements().get(3).warning()).isEmpty();
    }

    @Test
    void arguments_are_passed_as_they_are_and_no_shell_reads_them() throws IOException {
        Path plugin = plugin("for a in \"$@\"; do printf '<%s>' \"$a\"; done; echo; exit 0");
        Result result = Trial.of("nagios", "plugin: " + plugin, "arguments: ['$(id)', 'a b', ';ls', '*', \"x'y\"]")
                .run();
        assertThat(result.summary()).isEqualTo("<$(id)><a b><;ls><*><x'y>");
    }

    @Test
    void the_environment_holds_only_what_is_written_and_secrets_are_not_shown() throws IOException {
        Path plugin = plugin("env | grep -v '^_=\\|^PWD=\\|^SHLVL=\\|^OLDPWD=' | sort | tr '\\n' ' '; exit 0");
        Result result = Trial.of(
                        "nagios",
                        "plugin: " + plugin,
                        "environment: {COLOUR: blue}",
                        "secrets: {DB_PASSWORD: {secret: db}}")
                .secret("db", "hunter2-hunter2")
                .run();
        assertThat(result.summary())
                .isEqualTo("COLOUR=blue DB_PASSWORD=(secret) LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:"
                        + "/usr/bin:/sbin:/bin");
    }

    @Test
    void a_program_that_is_not_there_is_unknown() {
        assertThat(Trial.shown(
                        Trial.of("nagios", "plugin: /nonexistent/check_it").run()))
                .startsWith("UNKNOWN the program cannot be started: there is no program /nonexistent/check_it")
                .contains("what to do: install it");
    }

    @Test
    void a_program_that_may_not_be_run_is_unknown() throws IOException {
        Path file = Files.writeString(folder.resolve("check_data"), "no program");
        assertThat(Trial.shown(Trial.of("nagios", "plugin: " + file).run()))
                .startsWith("UNKNOWN the program cannot be started: " + file + " is not executable");
    }

    @Test
    void output_without_end_is_cut() throws IOException {
        Result result = run("i=0; while [ $i -lt 3000 ]; do echo \"line $i of a very long output that never ends\";"
                + " i=$((i+1)); done; exit 1");
        assertThat(Trial.shown(result))
                .startsWith("WARNING line 0 of")
                .contains("cut: the plugin wrote more than 65536 bytes");
    }

    @Test
    void at_the_deadline_the_program_and_its_children_are_killed() throws Exception {
        Path pids = folder.resolve("pids");
        Path plugin = plugin("sleep 1000 & echo $! >> " + pids + "; echo $$ >> " + pids + "; wait");
        Result result = Trial.of("nagios", "plugin: " + plugin)
                .within(Duration.ofSeconds(4))
                .run();
        assertThat(Trial.shown(result)).startsWith("CRITICAL no end within 4s");
        assertThat(Files.readAllLines(pids)).hasSize(2);
        assertGone(pids);
    }

    @Test
    void a_child_that_goes_on_writing_does_not_hold_up_the_result() throws Exception {
        Path pids = folder.resolve("pids");
        // The child is there long enough to be seen, then its parent ends and leaves it behind with the open pipe.
        Result result = run("sleep 1000 & echo $! >> " + pids + "; sleep 3; echo done; exit 0");
        assertThat(Trial.shown(result)).isEqualTo("OK done\n");
        assertGone(pids);
    }

    private static void assertGone(Path pids) throws Exception {
        for (String pid : Files.readAllLines(pids)) {
            var process = ProcessHandle.of(Long.parseLong(pid));
            if (process.isPresent()) {
                try {
                    process.get().onExit().get(60, TimeUnit.SECONDS);
                } catch (TimeoutException e) {
                    throw new AssertionError("process " + pid + " is still there", e);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "arguments: [a]                                    | 'plugin' is missing",
                "{plugin: /bin/true, environment: {'A=B': c}}      | expected names of environment variables",
                "{plugin: /bin/true, secrets: {'1A': {secret: c}}} | expected names of environment variables",
                "{plugin: /bin/true, secrets: {A: {secret: 'C D'}}} | a name is lower-case letters",
                "{plugin: /bin/true, secrets: {A: {secre: b}}}     | expected {secret: its-name}",
            })
    void mistakes_are_told(String yaml, String problem) {
        assertThat(Trial.of("nagios", yaml).problems())
                .anySatisfy(told -> assertThat(told).contains(problem));
    }

    private Result run(String script) throws IOException {
        return Trial.of("nagios", "plugin: " + plugin(script)).run();
    }

    private Path plugin(String script) throws IOException {
        Path file = folder.resolve("check_it");
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }
}
