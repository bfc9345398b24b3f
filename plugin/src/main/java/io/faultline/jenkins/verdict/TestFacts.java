package io.faultline.jenkins.verdict;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Run;
import hudson.tasks.test.AbstractTestResultAction;
import io.faultline.verdict.BuildFacts.Tests;

/** What the test report counts. */
@Extension
public final class TestFacts extends FactFinder {
    @Override
    public void find(@NonNull Run<?, ?> run, @NonNull FactDraft facts) {
        AbstractTestResultAction<?> report = run.getAction(AbstractTestResultAction.class);
        if (report != null) {
            facts.tests(new Tests(report.getTotalCount(), report.getFailCount(), report.getSkipCount()));
        }
    }
}
