package io.faultline.jenkins.verdict;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Run;
import hudson.tasks.test.AbstractTestResultAction;
import io.faultline.jenkins.steps.SmokeTests;
import io.faultline.verdict.BuildFacts.Tests;

/** What the test report counts, without the checks of services. */
@Extension
public final class TestFacts extends FactFinder {
    @Override
    public void find(@NonNull Run<?, ?> run, @NonNull FactDraft facts) {
        AbstractTestResultAction<?> report = run.getAction(AbstractTestResultAction.class);
        SmokeTests ours = SmokeTests.of(run);
        if (report != null && report.getTotalCount() > ours.total()) {
            facts.tests(new Tests(
                    report.getTotalCount() - ours.total(),
                    report.getFailCount() - ours.failed(),
                    report.getSkipCount() - ours.skipped()));
        }
    }
}
