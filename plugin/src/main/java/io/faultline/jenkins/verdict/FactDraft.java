package io.faultline.jenkins.verdict;

import io.faultline.verdict.BuildFacts;
import io.faultline.verdict.BuildFacts.Abort;
import io.faultline.verdict.BuildFacts.OtherBuild;
import io.faultline.verdict.BuildFacts.Result;
import io.faultline.verdict.BuildFacts.Tests;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@link BuildFacts} while they are being collected; what was found first stands. Not thread-safe. */
public final class FactDraft {
    /** What the pipeline step {@code sh} says; the number is short, so this cannot backtrack. */
    private static final Pattern EXIT_CODE = Pattern.compile("script returned exit code (-?\\d{1,9})");

    private final String job;
    private final String build;
    private final Optional<Throwable> error;
    private Optional<Result> result = Optional.empty();
    private Optional<String> node = Optional.empty();
    private boolean agentLost;
    private OptionalInt exitStatus = OptionalInt.empty();
    private Optional<Abort> abort = Optional.empty();
    private Optional<String> failedStage = Optional.empty();
    private Optional<Tests> tests = Optional.empty();
    private Optional<String> commit = Optional.empty();
    private Optional<Instant> start = Optional.empty();
    private Optional<Instant> end = Optional.empty();
    private final List<String> services = new ArrayList<>();
    private final List<OtherBuild> others = new ArrayList<>();

    /** @param error what a part of the build failed with, if only that part is looked at */
    FactDraft(String job, String build, Optional<Throwable> error) {
        this.job = job;
        this.build = build;
        this.error = error;
    }

    public String job() {
        return job;
    }

    public String build() {
        return build;
    }

    /** What a part of the build failed with, if only that part is looked at. */
    public Optional<Throwable> error() {
        return error;
    }

    public void result(Result found) {
        result = result.or(() -> Optional.of(found));
    }

    public void node(String found) {
        node = node.or(() -> Optional.of(found));
    }

    public void agentLost() {
        agentLost = true;
    }

    /** The message of an error: the exit status may stand in it. */
    public void errorMessage(String message) {
        Matcher matcher = EXIT_CODE.matcher(message == null ? "" : message);
        if (exitStatus.isEmpty() && matcher.find()) {
            exitStatus = OptionalInt.of(Integer.parseInt(matcher.group(1)));
        }
    }

    public void abort(Abort found) {
        abort = abort.or(() -> Optional.of(found));
    }

    public void failedStage(String found) {
        failedStage = failedStage.or(() -> Optional.of(found));
    }

    public void tests(Tests found) {
        tests = tests.or(() -> Optional.of(found));
    }

    public void commit(String found) {
        commit = commit.or(() -> Optional.of(found));
    }

    public void start(Instant found) {
        start = Optional.of(found);
    }

    public void end(Instant found) {
        end = Optional.of(found);
    }

    public void services(List<String> found) {
        services.addAll(found);
    }

    public void others(List<OtherBuild> found) {
        others.addAll(found);
    }

    BuildFacts facts() {
        return new BuildFacts(
                job,
                build,
                result,
                node,
                agentLost,
                exitStatus,
                abort,
                failedStage,
                tests,
                commit,
                start,
                end,
                services,
                others);
    }
}
