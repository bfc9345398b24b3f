package io.faultline.jenkins;

import hudson.model.FreeStyleProject;
import hudson.model.Result;
import hudson.model.Run;
import io.faultline.jenkins.verdict.VerdictAction;
import io.faultline.jenkins.verdict.VerdictQueue;
import java.io.IOException;
import org.jvnet.hudson.test.JenkinsRule;

/** What many tests of verdicts need. */
public final class Verdicts {
    private Verdicts() {}

    /** A job whose builds say this and end so. */
    public static FreeStyleProject job(JenkinsRule jenkins, String text, Result result) throws IOException {
        return job(jenkins, "test" + jenkins.jenkins.getItems().size(), text, result);
    }

    public static FreeStyleProject job(JenkinsRule jenkins, String name, String text, Result result)
            throws IOException {
        FreeStyleProject job = jenkins.createFreeStyleProject(name);
        job.getBuildersList().add(new SaysAndEnds(text, result));
        return job;
    }

    /** The verdict on it, as soon as it is there. */
    public static VerdictAction of(JenkinsRule jenkins, Run<?, ?> run) throws Exception {
        settle(jenkins);
        return VerdictAction.of(run).orElseThrow(() -> new AssertionError("there is no verdict on " + run));
    }

    /** Waits until all builds have ended and all verdicts are made. */
    public static void settle(JenkinsRule jenkins) throws Exception {
        if (jenkins.isSomethingHappening()) {
            jenkins.waitUntilNoActivity();
        }
        VerdictQueue queue =
                jenkins.jenkins.getExtensionList(VerdictQueue.class).get(0);
        queue.awaitIdle();
    }
}
