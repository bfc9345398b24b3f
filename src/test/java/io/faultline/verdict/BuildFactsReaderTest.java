package io.faultline.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BuildFactsReaderTest {
    private static BuildFacts read(String json) throws Exception {
        return BuildFactsReader.read("build.json", new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void reads_all_that_is_known() throws Exception {
        BuildFacts facts = read("""
                {"job": "site", "build": 12, "result": "FAILURE", "node": "agent1", "agent-lost": true,
                 "exit-status": 137, "abort": "time-out", "failed-stage": "Test",
                 "tests": {"total": 10, "failed": 1, "skipped": 2}, "commit": "abc",
                 "start": "2026-11-22T10:00:00Z", "end": "2026-11-22T11:10:00+01:00", "services": ["git"],
                 "other-builds": [{"job": "other", "build": "7", "result": "success", "node": "agent2",
                                   "commit": "def", "end": "2026-11-22T10:05:00Z"}]}""");
        assertThat(facts.build()).isEqualTo("12");
        assertThat(facts.result()).contains(BuildFacts.Result.FAILURE);
        assertThat(facts.agentLost()).isTrue();
        assertThat(facts.exitStatus()).isEqualTo(OptionalInt.of(137));
        assertThat(facts.abort()).contains(BuildFacts.Abort.TIME_OUT);
        assertThat(facts.tests()).contains(new BuildFacts.Tests(10, 1, 2));
        assertThat(facts.end()).contains(Instant.parse("2026-11-22T10:10:00Z"));
        assertThat(facts.services()).containsExactly("git");
        assertThat(facts.others().get(0).node()).isEqualTo(Optional.of("agent2"));
    }

    @Test
    void needs_no_more_than_a_job_and_a_build() throws Exception {
        assertThat(read("{\"job\": \"site\", \"build\": \"1\"}").others()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = "=>",
            value = {
                "{\"build\": 1} => build.json: /: 'job' is missing",
                "{\"job\": \"a\", \"build\": 1, \"nodes\": \"x\"} => build.json: /nodes: unknown key; did you mean 'node'?",
                "{\"job\": \"a\", \"build\": 1, \"result\": \"FAILD\"} => /result: expected one of success, unstable, failure",
                "{\"job\": \"a\", \"build\": 1, \"start\": \"yesterday\"} => /start: expected a time with its zone",
                "{\"job\": \"a\", \"build\": 1, \"exit-status\": -1} => /exit-status: expected a whole number, 0 or more",
                "{\"job\": \"a\", \"build\": 1, \"other-builds\": [{\"job\": \"b\", \"build\": 2}]} => /other-builds/0: 'result' is missing",
                "{\"job\": \"a\", \"build\": 1, \"agent-lost\": \"yes\"} => /agent-lost: expected true or false",
                "{\"job\": \"a\", \"job\": \"b\", \"build\": 1} => not valid JSON: Duplicate field 'job'",
                "{\"job\": => build.json:1:",
                "[] => build.json: /: expected an object",
                "{\"job\": \"a\", \"build\": 1} trailing => not valid JSON",
            })
    void refuses_what_is_wrong_and_says_where(String json, String message) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(BuildFactsException.class)
                .hasMessageContaining(message);
    }

    @Test
    void refuses_what_is_nested_without_end() {
        assertThatThrownBy(() -> read("[".repeat(100_000))).isInstanceOf(BuildFactsException.class);
    }
}
