package io.faultline.verdict;

import io.faultline.verdict.BuildFacts.OtherBuild;
import io.faultline.verdict.BuildFacts.Result;
import io.faultline.verdict.Indication.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What the CI server's knowledge of a build says. A pure function. The log-odds were set by hand, from what each fact
 * means; {@code docs/verdict.md} lists them.
 */
final class FactIndications {
    static final double LOST_AGENT = 3.5;
    static final double KILLED = 1.5;
    static final double TERMINATED = 0.8;
    static final double SHUTDOWN = 3.0;
    static final double TIMED_OUT = 0.4;
    static final double SETUP_STAGE = 0.8;
    static final double CODE_STAGE = 0.3;
    static final double TESTS_FAILED = 1.5;
    static final double MOST_TESTS_FAILED = 0.4;
    static final double TESTS_PASSED = 0.3;
    static final double OTHERS_FAIL_TOO = 1.5;
    static final double NODE_FAILS = 1.5;
    static final double NODE_IS_WELL = 0.3;
    static final double SAME_COMMIT_PASSED = 1.5;
    static final double SAME_COMMIT_FAILED = 1.0;

    /** Other builds count as "at the same time" this long before and after. */
    private static final Duration NEARBY = Duration.ofMinutes(30);
    /** Fewer other builds say nothing. */
    private static final int SOME = 3;

    private static final Set<String> SETUP_STAGES =
            Set.of("declarative: checkout scm", "declarative: agent setup", "declarative: tool install", "checkout");
    private static final Set<String> CODE_STAGES =
            Set.of("test", "tests", "unit tests", "unit test", "lint", "compile", "build", "static analysis");

    private final BuildFacts facts;
    private final List<Indication> indications = new ArrayList<>();

    private FactIndications(BuildFacts facts) {
        this.facts = facts;
    }

    static List<Indication> of(BuildFacts facts) {
        return new FactIndications(facts).all();
    }

    private List<Indication> all() {
        if (facts.agentLost()) {
            infrastructure(
                    Source.LOST_AGENT,
                    LOST_AGENT,
                    "agent",
                    "the connection to the agent " + facts.node().orElse("") + " was lost",
                    "A change in the repository does not take an agent away.",
                    "Retry; tell the sysadmins which agent it was.");
        }
        exitStatus();
        abort();
        stage();
        tests();
        Map<String, OtherBuild> nearby = new TreeMap<>();
        for (OtherBuild other : facts.others()) {
            if (isNearby(other)) {
                nearby.put(other.job() + "\n" + other.build(), other);
            }
        }
        List<OtherBuild> others = List.copyOf(nearby.values());
        otherJobs(others);
        node(others);
        sameCommit();
        return List.copyOf(indications);
    }

    private void exitStatus() {
        boolean stopped = facts.abort().isPresent();
        if (facts.exitStatus().isEmpty() || stopped) {
            return;
        }
        int status = facts.exitStatus().getAsInt();
        if (status == 137) {
            infrastructure(
                    Source.EXIT_STATUS,
                    KILLED,
                    "memory",
                    "the command ended with status 137: SIGKILL",
                    "Somebody killed it, mostly the kernel when memory ran out.",
                    "Look for the OOM killer in the agent's kernel log; retry on an agent with more memory.");
        } else if (status == 143) {
            infrastructure(
                    Source.EXIT_STATUS,
                    TERMINATED,
                    "agent",
                    "the command ended with status 143: SIGTERM",
                    "Somebody asked it to end, mostly a shutdown.",
                    "Retry; ask what ended it.");
        }
    }

    private void abort() {
        if (facts.abort().isEmpty()) {
            return;
        }
        switch (facts.abort().get()) {
            case SHUTDOWN ->
                infrastructure(
                        Source.ABORT_CAUSE,
                        SHUTDOWN,
                        "agent",
                        "the build was stopped by a shutdown",
                        "The CI server or the agent went down under it.",
                        "Retry.");
            case TIME_OUT ->
                infrastructure(
                        Source.TIME_OUT,
                        TIMED_OUT,
                        "time-out",
                        "the build took longer than it may",
                        "Something slow or hanging: more often a network or an agent than a change, but not much more.",
                        "Look at where it hung before you retry.");
            case PERSON, NEWER_BUILD ->
                infrastructure(
                        Source.ABORT_CAUSE,
                        0,
                        "abort",
                        facts.abort().get() == BuildFacts.Abort.PERSON
                                ? "a person stopped the build"
                                : "a newer build took this one's place",
                        "That says nothing about the change.",
                        "");
        }
    }

    private void stage() {
        if (facts.failedStage().isEmpty()) {
            return;
        }
        String stage = facts.failedStage().get().toLowerCase(Locale.ROOT);
        if (SETUP_STAGES.contains(stage)) {
            infrastructure(
                    Source.FAILED_STAGE,
                    SETUP_STAGE,
                    "setup",
                    "it failed in the stage '" + facts.failedStage().get() + "'",
                    "Nothing of the change had run by then.",
                    "Retry.");
        } else if (CODE_STAGES.contains(stage)) {
            code(
                    Source.FAILED_STAGE,
                    CODE_STAGE,
                    "stage",
                    "it failed in the stage '" + facts.failedStage().get() + "'",
                    "There the change is put to the test.");
        }
    }

    private void tests() {
        if (facts.tests().isEmpty() || facts.tests().get().total() == 0) {
            return;
        }
        BuildFacts.Tests tests = facts.tests().get();
        String counted = tests.failed() + " of " + tests.total() + " tests failed";
        if (tests.failed() == 0) {
            infrastructure(
                    Source.TEST_REPORT,
                    TESTS_PASSED,
                    "test",
                    "none of " + tests.total() + " tests failed",
                    "It failed at something else than the tests.",
                    "");
        } else if (tests.total() >= 20 && tests.failed() * 2 > tests.total()) {
            code(
                    Source.TEST_REPORT,
                    MOST_TESTS_FAILED,
                    "test",
                    counted,
                    "So many at once may also miss something that they all need.");
        } else {
            code(Source.TEST_REPORT, TESTS_FAILED, "test", counted, "Few tests failed and the others ran.");
        }
    }

    private boolean isNearby(OtherBuild other) {
        Optional<Instant> begin = facts.start().or(facts::end);
        Optional<Instant> end = facts.end().or(facts::start);
        return other.end().isPresent()
                && begin.isPresent()
                && !other.end().get().isBefore(begin.get().minus(NEARBY))
                && !other.end().get().isAfter(end.orElseThrow().plus(NEARBY));
    }

    /** Jobs that have nothing in common but the house. */
    private void otherJobs(List<OtherBuild> nearby) {
        List<OtherBuild> foreign = nearby.stream()
                .filter(other -> !other.job().equals(facts.job()))
                .filter(other -> other.commit().isEmpty() || !other.commit().equals(facts.commit()))
                .filter(FactIndications::tells)
                .toList();
        long failed = foreign.stream().filter(FactIndications::failed).count();
        if (foreign.size() >= SOME && failed * 10 >= foreign.size() * 6L) {
            infrastructure(
                    Source.OTHER_JOBS,
                    OTHERS_FAIL_TOO,
                    "other-jobs",
                    failed + " of " + foreign.size() + " builds of other jobs failed around the same time",
                    "Different changes hardly break together; what they share does.",
                    "Tell the sysadmins that many jobs fail.");
        }
    }

    private void node(List<OtherBuild> nearby) {
        if (facts.node().isEmpty()) {
            return;
        }
        List<OtherBuild> here = on(nearby, facts.node()::equals);
        List<OtherBuild> elsewhere = on(nearby, node -> !node.equals(facts.node()));
        long failedHere = here.stream().filter(FactIndications::failed).count();
        long failedElsewhere =
                elsewhere.stream().filter(FactIndications::failed).count();
        if (here.size() >= SOME
                && failedHere * 10 >= here.size() * 7L
                && elsewhere.size() >= SOME
                && failedElsewhere * 10 <= elsewhere.size() * 3L) {
            infrastructure(
                    Source.OTHER_JOBS,
                    NODE_FAILS,
                    "agent",
                    failedHere + " of " + here.size() + " other builds on "
                            + facts.node().get() + " failed too, but " + failedElsewhere + " of " + elsewhere.size()
                            + " on other agents",
                    "What fails on one agent only is that agent's.",
                    "Take the agent out of service and look at it; retry on another.");
        } else if (here.size() >= SOME && failedHere == 0) {
            code(
                    Source.OTHER_JOBS,
                    NODE_IS_WELL,
                    "agent",
                    "all " + here.size() + " other builds on " + facts.node().get() + " passed around the same time",
                    "The agent was well.");
        }
    }

    private static List<OtherBuild> on(List<OtherBuild> builds, Predicate<Optional<String>> node) {
        return builds.stream()
                .filter(other -> other.node().isPresent() && node.test(other.node()))
                .filter(FactIndications::tells)
                .toList();
    }

    private void sameCommit() {
        if (facts.commit().isEmpty()) {
            return;
        }
        List<OtherBuild> same = facts.others().stream()
                .filter(other -> other.commit().equals(facts.commit())
                        && other.job().equals(facts.job())
                        && !other.build().equals(facts.build()))
                .toList();
        Optional<OtherBuild> passed =
                same.stream().filter(other -> other.result() == Result.SUCCESS).findFirst();
        if (passed.isPresent()) {
            infrastructure(
                    Source.SAME_COMMIT,
                    SAME_COMMIT_PASSED,
                    "same-commit",
                    "the same commit passed in build " + passed.get().build(),
                    "The change is able to pass: what differs is the surroundings, or chance.",
                    "Retry.");
            return;
        }
        Set<String> nodes = new HashSet<>();
        facts.node().ifPresent(nodes::add);
        same.stream()
                .filter(FactIndications::failed)
                .forEach(other -> other.node().ifPresent(nodes::add));
        long failed = same.stream().filter(FactIndications::failed).count();
        if (failed > 0 && nodes.size() >= 2) {
            code(
                    Source.SAME_COMMIT,
                    SAME_COMMIT_FAILED,
                    "same-commit",
                    "the same commit failed in " + (failed + 1) + " builds on " + nodes.size() + " agents",
                    "It fails wherever it is built.");
        }
    }

    private static boolean failed(OtherBuild other) {
        return other.result() == Result.FAILURE || other.result() == Result.UNSTABLE;
    }

    private static boolean tells(OtherBuild other) {
        return failed(other) || other.result() == Result.SUCCESS;
    }

    private void infrastructure(Source source, double logOdds, String cause, String what, String why, String advice) {
        add(source, Category.INFRASTRUCTURE, logOdds, cause, what, why, advice);
    }

    private void code(Source source, double logOdds, String cause, String what, String why) {
        add(source, Category.CODE, logOdds, cause, what, why, "");
    }

    private void add(
            Source source, Category category, double logOdds, String cause, String what, String why, String advice) {
        indications.add(new Indication(source, category, logOdds, cause, what, why, advice, "", Optional.empty()));
    }
}
