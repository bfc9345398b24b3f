package io.faultline.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.config.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SignatureFileTest {
    private static final String GOOD = """
            signatures:
              - id: mirror-down
                category: infrastructure
                cause: apt
                regex: 'the mirror is down'
                where: anywhere
                recovers: true
                weight: 2.5
                explanation: The mirror did not answer.
                advice: Retry.
                source: made up
                examples: ['E: the mirror is down']
                near-misses: ['the mirror is up']
            """;

    @TempDir
    Path folder;

    private Signatures read(String yaml, List<Problem> problems) throws IOException {
        Path file = folder.resolve("own.yaml");
        Files.writeString(file, yaml);
        return Signatures.at(file, problems::add);
    }

    @Test
    void reads_a_signature() throws IOException {
        List<Problem> problems = new ArrayList<>();
        Signature signature = read(GOOD, problems).all().get(0);
        assertThat(problems).isEmpty();
        assertThat(signature.id()).isEqualTo("mirror-down");
        assertThat(signature.category()).isEqualTo(Category.INFRASTRUCTURE);
        assertThat(signature.weight()).isEqualTo(2.5);
        assertThat(signature.origin().line()).isEqualTo(2);
        assertThat(SignatureExamples.failures(read(GOOD, problems))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = "=>",
            value = {
                "id: mirror-down=>id: Mirror Down=>own.yaml:2:9: 'id': expected lower-case words with dashes",
                "category: infrastructure=>category: infra=>expected one of infrastructure, code, found 'infra'",
                "category: infrastructure=>categorie: code=>unknown key 'categorie'; did you mean 'category'?",
                "regex: 'the mirror is down'=>regex: 'the (mirror'=>own.yaml:5:12",
                "regex: 'the mirror is down'=>regex: 'down|\\d+'=>at least 5 bytes in every alternative",
                "regex: 'the mirror is down'=>regex: 'a(?=b)'=>own.yaml:5:12",
                "weight: 2.5=>weight: heavy=>own.yaml:8:13: 'weight': expected log-odds above 0",
                "weight: 2.5=>weight: -1=>expected log-odds above 0",
                "weight: 2.5=>weight: 21=>at most 20",
                "weight: 2.5=># forgotten=>own.yaml:2:5: 'weight' is missing",
                "signatures:=>signature:=>own.yaml:1:1: unknown key 'signature'; did you mean 'signatures'?",
                "signatures:=>signatures: none=>own.yaml:2:7: a ':' is not allowed here",
                "where: anywhere=>where: here=>own.yaml:6:12: expected one of anywhere, failing-step, near-end, found 'here'",
                "recovers: true=>recovers: maybe=>expected true or false",
                "near-misses: ['the mirror is up']=>near-misses: []=>expected at least one line that must not match",
                "explanation: The mirror did not answer.=>explanation: ''=>own.yaml:9",
            })
    void refuses_a_wrong_one_with_its_place(String part, String wrong, String message) throws IOException {
        List<Problem> problems = new ArrayList<>();
        Signatures signatures = read(GOOD.replace(part, wrong), problems);
        assertThat(problems).extracting(Problem::toString).anyMatch(problem -> problem.contains(message));
        assertThat(signatures.all()).isEmpty();
    }

    @Test
    void uses_the_others_when_one_is_wrong_and_refuses_an_id_twice() throws IOException {
        List<Problem> problems = new ArrayList<>();
        String second = GOOD.substring(GOOD.indexOf("  - id"))
                .replace("mirror-down", "other")
                .replace("2.5", "x");
        assertThat(read(GOOD + second, problems).all()).hasSize(1);
        assertThat(problems).hasSize(1);
        problems.clear();
        assertThat(read(GOOD + GOOD.substring(GOOD.indexOf("  - id")), problems).all())
                .hasSize(1);
        assertThat(problems).extracting(Problem::message).anyMatch(message -> message.contains("is taken by"));
    }

    @Test
    void tells_examples_that_do_not_hold() throws IOException {
        String wrong = GOOD.replace("E: the mirror is down", "something else").replace("is up", "is down");
        assertThat(SignatureExamples.failures(read(wrong, new ArrayList<>())))
                .extracting(Problem::message)
                .containsExactly(
                        "mirror-down must match its example, but does not: something else",
                        "mirror-down must not match its near miss, but does: the mirror is down");
    }

    @Test
    void drafts_signatures_from_lines_that_only_failed_logs_have() throws IOException {
        List<Path> failed = new ArrayList<>();
        List<Path> passed = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Path log = folder.resolve("failed" + i);
            Files.writeString(
                    log, "Fetching revision abcdef" + i + "00\ncannot reach depot 'main" + i + "' after " + i + " s\n");
            failed.add(log);
            log = folder.resolve("passed" + i);
            Files.writeString(log, "Fetching revision abcdef" + i + "11\ndone with " + i + " files in all\n");
            passed.add(log);
        }
        List<Suggestion> suggestions = Suggestion.between(failed, passed);
        assertThat(suggestions).hasSize(1);
        assertThat(suggestions.get(0).failed()).isEqualTo(4);
        assertThat(suggestions.get(0).regex()).matches("cannot reach depot '.*' after .* s");
        assertThat("cannot reach depot 'x' after 17 s")
                .containsPattern(suggestions.get(0).regex());
    }
}
