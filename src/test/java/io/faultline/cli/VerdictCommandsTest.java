package io.faultline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands about failed builds, as a person or a script calls them. */
class VerdictCommandsTest extends AtTheKeyboard {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

    @Override
    InstantSource clock() {
        return () -> NOW;
    }

    @BeforeEach
    void writeLogs() throws IOException {
        file("network.log", """
                Started by timer
                [image] $ /bin/sh -xe /tmp/jenkins1.sh
                + sudo apt-get update
                E: Failed to fetch https://deb.example.org/debian/dists/bookworm/InRelease  503  Service Unavailable
                Build step 'Execute shell' marked build as failure
                Finished: FAILURE
                """);
        file("test.log", """
                Started by timer
                [image] $ /bin/sh -xe /tmp/jenkins1.sh
                + pytest
                =================================== FAILURES ===================================
                E       AssertionError: assert 3 == 4
                =========================== short test summary info ============================
                FAILED tests/test_core.py::test_sum - AssertionError: assert 3 == 4
                ========================= 1 failed, 12 passed in 0.52s =========================
                Build step 'Execute shell' marked build as failure
                Finished: FAILURE
                """);
        file("facts.json", facts("17", "FAILURE"));
    }

    @Test
    void classifyTellsThePersonWhatHappenedAndWhatToDo() throws IOException {
        Said said = run("classify", "network.log");
        assertThat(said.code()).isZero();
        assertThat(said.out())
                .startsWith("INFRASTRUCTURE, ")
                .contains("failed at line 5, while running: sudo apt-get update")
                .contains("4: E: Failed to fetch https://deb.example.org/")
                .contains("To do: ");
        assertThat(run("classify", "test.log").out())
                .startsWith("CODE, ")
                .contains("7: FAILED tests/test_core.py::test_sum");
    }

    @Test
    void classifyTellsAMachineTheSame() throws IOException {
        Said said = run("classify", "network.log", "--facts", "facts.json", "--json");
        assertThat(said.code()).isZero();
        JsonNode json = new ObjectMapper().readTree(said.out());
        assertThat(json.get("job").asText()).isEqualTo("image");
        assertThat(json.get("build").asText()).isEqualTo("17");
        assertThat(json.get("category").asText()).isEqualTo("INFRASTRUCTURE");
        assertThat(json.get("confidence").asDouble()).isBetween(0.7, 0.97);
        assertThat(json.at("/failed/line").asInt()).isEqualTo(5);
        assertThat(json.at("/failed/lines").asInt()).isEqualTo(6);
        assertThat(json.at("/failed/told-by-log").asBoolean()).isTrue();
        JsonNode first = json.at("/indications/0");
        assertThat(first.get("points-to").asText()).isEqualTo("INFRASTRUCTURE");
        assertThat(first.get("line").asInt()).isEqualTo(4);
        assertThat(first.get("quote").asText()).startsWith("E: Failed to fetch");
        assertThat(first.get("log-odds").asDouble()).isPositive();
        assertThat(first.fieldNames()).toIterable().contains("source", "cause", "what", "why", "advice", "signature");
        assertThat(json.get("quarantined")).isEmpty();
    }

    @Test
    void classifyShowsTheLastLinesWhenNothingMatches() throws IOException {
        file("quiet.log", "+ ./build\nall is well\nso it seems\u001b[31m\u0007\n");
        Said said = run("classify", "quiet.log");
        assertThat(said.code()).isZero();
        assertThat(said.out())
                .startsWith("UNDETERMINED")
                .contains("Nothing in the log matches a signature")
                .contains("3: so it seems")
                .doesNotContain("\u001b", "\u0007");
        file("empty.log", "");
        assertThat(run("classify", "empty.log").out()).startsWith("UNDETERMINED");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "classify nowhere.log | 3 | cannot read the log nowhere.log",
                "classify . | 3 | cannot read the log .",
                "classify network.log --facts nowhere.json | 3 | cannot read the build facts nowhere.json",
                "classify network.log --facts network.log | 3 | network.log:1:1: not valid JSON",
                "classify network.log --facts wrong.json | 3 | wrong.json: /exit-staus: unknown key; did you mean 'exit-status'?",
                "classify network.log --catalog . | 3 | --catalog needs --state",
                "classify network.log --signatures nowhere | 3 | no signatures at nowhere",
                "classify | 64 | LOG",
                "classify network.log --fact x | 64 | --fact",
                "verdict correct image#17 --to CODE --why x --state state.db | 3 | there is no verdict on image#17: 'faultline classify'",
                "verdict correct image --to CODE --why x --state state.db | 3 | expected job and build as in website#123, found 'image'",
                "verdict correct image#17 --to NOBODY --why x | 64 | NOBODY",
                "verdict correct image#17 --to CODE | 64 | --why",
                "signatures suggest --failed nowhere --passed test.log | 3 | cannot read the log nowhere",
                "signatures backtest --labels nowhere.tsv . | 3 | nowhere.tsv",
                "signatures backtest --labels network.log . | 3 | network.log:1",
            })
    void bad_input_is_refused_in_words_and_never_taken_for_a_verdict(String command, int code, String message)
            throws IOException {
        file("wrong.json", "{\"job\": \"image\", \"build\": \"17\", \"exit-staus\": 1}");
        Said said = run(command.split(" "));
        assertThat(said.code()).isEqualTo(code);
        assertThat(said.err()).contains(message).doesNotContain("Exception", "\tat ");
        assertThat(said.out()).doesNotContain("INFRASTRUCTURE,", "CODE,");
    }

    @Test
    void aCorrectionIsStoredCountedAndHeard() throws IOException {
        String[] classify = {"classify", "network.log", "--facts", "facts.json", "--state", "state.db"};
        assertThat(run(classify).out()).startsWith("INFRASTRUCTURE");
        Said corrected = run(
                "verdict",
                "correct",
                "image#17",
                "--to",
                "CODE",
                "--why",
                "We moved the mirror.",
                "--by",
                "ada",
                "--state",
                "state.db");
        assertThat(corrected.code()).isZero();
        assertThat(corrected.out()).isEqualTo("image#17 is CODE from now on\n");
        assertThat(run("verdict", "list", "--state", "state.db").out())
                .contains("image#17", "INFRASTRUCTURE", "ada: CODE, We moved the mirror.");
        assertThat(run("verdict", "rates", "--state", "state.db").out())
                .containsPattern("2026-11 +1 +0 +1 \\(100.0 %\\)");
        assertThat(run(classify).out()).startsWith("CODE").contains("ada said CODE");
        file("facts.json", facts("18", "FAILURE"));
        assertThat(run(classify).out()).contains("We moved the mirror.").doesNotStartWith("INFRASTRUCTURE");
    }

    @Test
    void aBuildThatPassedIsNotJudgedButTeaches() throws IOException {
        for (int build = 1; build <= 3; build++) {
            file("facts.json", facts("" + build, "SUCCESS"));
            Said said = run("classify", "network.log", "--facts", "facts.json", "--state", "state.db");
            assertThat(said.code()).isZero();
            assertThat(said.out())
                    .contains("the build passed", "false alarm: apt-failed-to-fetch")
                    .doesNotContain("INFRASTRUCTURE");
        }
        file("facts.json", facts("4", "FAILURE"));
        Said said = run("classify", "network.log", "--facts", "facts.json", "--state", "state.db");
        assertThat(said.out()).contains("quarantined signatures", "apt-failed-to-fetch");
        assertThat(run("verdict", "rates", "--state", "state.db").out()).contains("apt-failed-to-fetch: 3 passed");
    }

    @Test
    void signaturesOfOnesOwnAreTestedUsedAndRefusedWithTheirPlace() throws IOException {
        file("own/depot.yaml", """
                signatures:
                  - id: depot-away
                    category: infrastructure
                    cause: depot
                    regex: 'cannot reach the depot'
                    weight: 3
                    explanation: The depot did not answer.
                    advice: Retry.
                    source: our own tool
                    examples: ['fetch: cannot reach the depot']
                    near-misses: ['fetch: reached the depot']
                """);
        Said good = run("signatures", "test", "--only", "--signatures", "own");
        assertThat(good.out()).isEqualTo("1 signatures, 0 problems\n");
        assertThat(good.code()).isZero();
        assertThat(run("signatures", "list", "--only", "--signatures", "own").out())
                .containsPattern("depot-away +infrastructure +depot +3.0  The depot did not answer.");
        file("own.log", "+ fetch\nfetch: cannot reach the depot\nBuild step 'Execute shell' marked build as failure\n");
        assertThat(run("classify", "own.log", "--signatures", "own").out())
                .startsWith("INFRASTRUCTURE")
                .contains("(depot-away)");

        file("own/second.yaml", """
                signatures:
                  - id: depot-full
                    category: infrastructure
                    cause: depot
                    regexp: 'the depot is full'
                """);
        Said bad = run("signatures", "test", "--only", "--signatures", "own");
        assertThat(bad.code()).isEqualTo(2);
        assertThat(bad.out())
                .containsPattern("second.yaml:5:5: .*unknown key 'regexp'; did you mean 'regex'\\?")
                .containsPattern("second.yaml:2:5: .*'weight'");
        Said stillUsed = run("classify", "own.log", "--signatures", "own");
        assertThat(stillUsed.out()).startsWith("INFRASTRUCTURE");
        assertThat(stillUsed.err()).contains("second.yaml:5:5");
    }

    @Test
    void theShippedSignaturesHoldAndAreListed() {
        Said said = run("signatures", "test");
        assertThat(said.out()).containsPattern("\\d{3} signatures, 0 problems");
        assertThat(said.code()).isZero();
        assertThat(run("signatures", "list").out().lines()).hasSizeGreaterThan(150);
    }

    @Test
    void backtestCountsAndListsMistakes() throws IOException {
        file("labels.tsv", """
                path	label	sublabel	source
                network.log	infra	apt	one
                test.log	code	test	two
                empty.log	infra	unknown	three
                """);
        file("empty.log", "nothing\n");
        Said said = run("signatures", "backtest", "--labels", "labels.tsv", "--evidence", "--mistakes", ".");
        assertThat(said.code()).isZero();
        assertThat(said.out())
                .contains("precision (failed builds): 1 of 1 =")
                .contains("INFRASTRUCTURE recall: 1 of 2 =")
                .contains("E: Failed to fetch")
                .contains("unclassified (no indication at all): 1\n  empty.log");
    }

    @Test
    void suggestDraftsASignatureFromWhatOnlyFailedLogsSay() throws IOException {
        for (int i = 0; i < 3; i++) {
            file("failed/" + i, "checking out " + i + "\ncannot reach depot 'main" + i + "' after 30 s\n");
            file("passed/" + i, "checking out " + i + "\ndone\n");
        }
        Said said = run("signatures", "suggest", "--failed", "failed", "--passed", "passed");
        assertThat(said.code()).isZero();
        assertThat(said.out()).startsWith("signatures:\n").contains("cannot reach depot '");
        assertThat(run("signatures", "suggest", "--failed", "passed", "--passed", "passed")
                        .code())
                .isEqualTo(1);
    }

    private static String facts(String build, String result) {
        return "{\"job\": \"image\", \"build\": \"" + build + "\", \"result\": \"" + result + "\", \"end\": \"" + NOW
                + "\"}";
    }
}
