package io.faultline.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.history.SqliteVerdicts;
import io.faultline.history.VerdictLog;
import io.faultline.history.VerdictLog.Correction;
import io.faultline.verdict.BuildFacts.OtherBuild;
import io.faultline.verdict.BuildFacts.Result;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClassifierTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final Signatures SIGNATURES = new Signatures(List.of(
            signature("mirror-down", Category.INFRASTRUCTURE, "the mirror is down", 2.5),
            signature("test-failed", Category.CODE, "1 test failed", 2.5)));
    private static final String NETWORK = """
            + apt-get update
            the mirror is down, says https://deb.example.org/
            Build step 'Execute shell' marked build as failure
            Finished: FAILURE
            """;

    @TempDir
    Path folder;

    private static Signature signature(String id, Category category, String text, double weight) {
        return new Signature(
                id,
                category,
                category == Category.CODE ? "test" : "apt",
                new Expression(text),
                Signature.Where.ANYWHERE,
                false,
                weight,
                "It says so.",
                "",
                "",
                List.of(),
                List.of(),
                io.faultline.config.Place.of("test"));
    }

    private static InputStream log(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private static BuildFacts facts(String build) {
        return new BuildFacts(
                "site",
                build,
                Optional.of(Result.FAILURE),
                Optional.of("agent1"),
                false,
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of("abc"),
                Optional.of(NOW.minusSeconds(600)),
                Optional.of(NOW),
                List.of(),
                List.of());
    }

    private static BuildFacts with(BuildFacts facts, List<OtherBuild> others) {
        return new BuildFacts(
                facts.job(),
                facts.build(),
                facts.result(),
                facts.node(),
                facts.agentLost(),
                facts.exitStatus(),
                facts.abort(),
                facts.failedStage(),
                facts.tests(),
                facts.commit(),
                facts.start(),
                facts.end(),
                facts.services(),
                others);
    }

    private static OtherBuild other(String job, String build, Result result, String node, String commit) {
        return new OtherBuild(job, build, result, Optional.of(node), Optional.of(commit), Optional.of(NOW));
    }

    @Test
    void counts_a_service_that_was_failing_where_the_log_names_its_host() throws IOException {
        List<List<Object>> asked = new ArrayList<>();
        ServiceStates services = (from, to, names, hosts) -> {
            asked.add(List.of(from, to, List.copyOf(hosts)));
            return List.of(new FailingService(
                    "apt",
                    "release",
                    "Release is gone",
                    NOW.minusSeconds(300),
                    Optional.empty(),
                    Optional.of("deb.example.org")));
        };
        Verdict verdict = new Classifier(SIGNATURES, services, Optional.empty())
                .classify(log(NETWORK), Optional.of(facts("1")), NOW)
                .verdict();
        assertThat(asked).containsExactly(List.of(NOW.minusSeconds(1200), NOW, List.of("deb.example.org")));
        assertThat(verdict.category()).isEqualTo(Category.INFRASTRUCTURE);
        assertThat(verdict.indications())
                .anyMatch(indication -> indication.source() == Indication.Source.FAILING_SERVICE
                        && indication.logOdds() == Classifier.SERVICE_IN_FAILING_STEP
                        && indication.why().contains("Line 2"));
    }

    @ParameterizedTest
    @CsvSource({"601, false", "599, true"})
    void counts_a_service_that_recovered_only_if_that_was_after_the_build_had_begun(long ago, boolean counts)
            throws IOException {
        ServiceStates services = (from, to, names, hosts) -> List.of(new FailingService(
                "apt",
                "release",
                "Release is gone",
                NOW.minusSeconds(900),
                Optional.of(NOW.minusSeconds(ago)),
                Optional.of("deb.example.org")));
        assertThat(new Classifier(SIGNATURES, services, Optional.empty())
                        .classify(log(NETWORK), Optional.of(facts("1")), NOW).verdict().indications().stream()
                                .anyMatch(indication -> indication.source() == Indication.Source.FAILING_SERVICE))
                .isEqualTo(counts);
    }

    @Test
    void counts_a_service_whose_host_an_earlier_command_of_the_failed_script_names() throws IOException {
        ServiceStates services = (from, to, names, hosts) -> List.of(new FailingService(
                "web",
                "page",
                "no answer",
                NOW,
                Optional.empty(),
                Optional.of(hosts.iterator().next())));
        String script = """
                [site] $ /bin/sh -xe /tmp/jenkins1.sh
                + curl -fO https://www.example.org/data.tar
                + echo the data is not there
                the data is not there
                + exit 1
                Build step 'Execute shell' marked build as failure
                Finished: FAILURE
                """;
        String twoSteps = script.replace("+ echo", "[site] $ /bin/sh -xe /tmp/jenkins2.sh\n+ echo");
        Classifier classifier = new Classifier(SIGNATURES, services, Optional.empty());
        assertThat(classifier
                        .classify(log(script), Optional.of(facts("1")), NOW)
                        .verdict()
                        .indications())
                .extracting(Indication::logOdds)
                .contains(Classifier.SERVICE_IN_FAILING_STEP);
        assertThat(classifier
                        .classify(log(twoSteps), Optional.of(facts("1")), NOW)
                        .verdict()
                        .indications())
                .extracting(Indication::logOdds)
                .contains(Classifier.SERVICE_USED);
    }

    @Test
    void shows_facts_as_indications_and_leaves_a_persons_abort_undecided() {
        BuildFacts lost = new BuildFacts(
                "site",
                "1",
                Optional.empty(),
                Optional.of("a"),
                true,
                OptionalInt.of(137),
                Optional.empty(),
                Optional.of("Test"),
                Optional.of(new BuildFacts.Tests(100, 2, 0)),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                List.of());
        assertThat(FactIndications.of(lost))
                .extracting(Indication::source, Indication::category)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(Indication.Source.LOST_AGENT, Category.INFRASTRUCTURE),
                        org.assertj.core.groups.Tuple.tuple(Indication.Source.EXIT_STATUS, Category.INFRASTRUCTURE),
                        org.assertj.core.groups.Tuple.tuple(Indication.Source.FAILED_STAGE, Category.CODE),
                        org.assertj.core.groups.Tuple.tuple(Indication.Source.TEST_REPORT, Category.CODE));
        BuildFacts stopped = new BuildFacts(
                "site",
                "1",
                Optional.empty(),
                Optional.empty(),
                false,
                OptionalInt.of(143),
                Optional.of(BuildFacts.Abort.PERSON),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                List.of());
        assertThat(FactIndications.of(stopped)).hasSize(1).allMatch(indication -> indication.logOdds() == 0);
    }

    @Test
    void hears_other_jobs_other_agents_and_the_same_commit() {
        List<OtherBuild> others = List.of(
                other("a", "1", Result.FAILURE, "agent1", "1"),
                other("b", "2", Result.FAILURE, "agent1", "2"),
                other("c", "3", Result.FAILURE, "agent1", "3"),
                other("d", "4", Result.SUCCESS, "agent2", "4"),
                other("e", "5", Result.SUCCESS, "agent2", "5"),
                other("f", "6", Result.SUCCESS, "agent2", "6"),
                other("site", "0", Result.SUCCESS, "agent2", "abc"));
        assertThat(FactIndications.of(with(facts("1"), others)))
                .extracting(Indication::cause)
                .containsExactly("agent", "same-commit");
        List<OtherBuild> allFail = others.stream()
                .map(one -> new OtherBuild(one.job(), one.build(), Result.FAILURE, one.node(), one.commit(), one.end()))
                .toList();
        assertThat(FactIndications.of(with(facts("1"), allFail)))
                .extracting(Indication::cause, Indication::category)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("other-jobs", Category.INFRASTRUCTURE),
                        org.assertj.core.groups.Tuple.tuple("same-commit", Category.CODE));
    }

    @Test
    void lets_a_correction_count_for_later_builds_that_look_the_same() throws IOException {
        try (VerdictLog past = SqliteVerdicts.open(folder.resolve("state.db"), Optional.empty())) {
            Classifier classifier = new Classifier(SIGNATURES, ServiceStates.UNKNOWN, Optional.of(past));
            Verdict first = classifier
                    .classify(log(NETWORK), Optional.of(facts("1")), NOW)
                    .verdict();
            assertThat(first.category()).isEqualTo(Category.INFRASTRUCTURE);
            past.judged(Classifier.remembered(facts("1"), first, NOW));
            assertThat(past.correct("site", "1", new Correction("CODE", "Our own typo.", "ada", NOW)))
                    .isTrue();

            Verdict again = classifier
                    .classify(log(NETWORK), Optional.of(facts("1")), NOW)
                    .verdict();
            assertThat(again.category()).isEqualTo(Category.CODE);
            Verdict second = classifier
                    .classify(log(NETWORK), Optional.of(facts("2")), NOW)
                    .verdict();
            assertThat(second.category()).isNotEqualTo(Category.INFRASTRUCTURE);
            assertThat(second.indications())
                    .anyMatch(indication -> indication.source() == Indication.Source.CORRECTION
                            && indication.category() == Category.CODE
                            && indication.why().equals("Our own typo."));
        }
    }

    @Test
    void quarantines_a_signature_that_keeps_hitting_builds_that_pass_and_lists_it() throws IOException {
        try (VerdictLog past = SqliteVerdicts.open(folder.resolve("state.db"), Optional.empty())) {
            Classifier classifier = new Classifier(SIGNATURES, ServiceStates.UNKNOWN, Optional.of(past));
            for (int i = 0; i < SignatureTrust.PASSED; i++) {
                past.passed("site", "p" + i, NOW, classifier.falseAlarms(log("the mirror is down\n")));
            }
            Classifier.Classified classified = classifier.classify(log(NETWORK), Optional.of(facts("9")), NOW);
            assertThat(classified.quarantined()).containsExactly("mirror-down");
            assertThat(classified.verdict().category()).isEqualTo(Category.UNDETERMINED);
            assertThat(classified.verdict().indications())
                    .anyMatch(indication -> indication.source() == Indication.Source.SIGNATURE_HISTORY);
        }
    }
}
