package io.faultline.jenkins.steps;

import hudson.model.InvisibleAction;
import hudson.model.Run;
import hudson.tasks.junit.TestResultSummary;

/**
 * How many of a build's test cases are checks of services, which say nothing about what a developer has changed. Kept
 * with the build as plain numbers.
 */
public final class SmokeTests extends InvisibleAction {
    private final int total;
    private final int failed;
    private final int skipped;

    private SmokeTests(int total, int failed, int skipped) {
        this.total = total;
        this.failed = failed;
        this.skipped = skipped;
    }

    /** Those of a build; none if it has none. */
    public static SmokeTests of(Run<?, ?> run) {
        SmokeTests known = run.getAction(SmokeTests.class);
        return known == null ? new SmokeTests(0, 0, 0) : known;
    }

    /** Branches of a pipeline may do so at the same time. */
    static void add(Run<?, ?> run, TestResultSummary more) {
        synchronized (run) {
            SmokeTests known = of(run);
            run.addOrReplaceAction(new SmokeTests(
                    known.total + more.getTotalCount(),
                    known.failed + more.getFailCount(),
                    known.skipped + more.getSkipCount()));
        }
    }

    public int total() {
        return total;
    }

    public int failed() {
        return failed;
    }

    public int skipped() {
        return skipped;
    }
}
