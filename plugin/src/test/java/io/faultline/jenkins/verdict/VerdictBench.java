package io.faultline.jenkins.verdict;

import static org.junit.jupiter.api.Assertions.assertEquals;

import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Run;
import hudson.model.listeners.RunListener;
import io.faultline.jenkins.FaultlineConfiguration;
import io.faultline.jenkins.Verdicts;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.TestExtension;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/**
 * How soon the verdict on a build with a log of 100 MB is there after its end, and how long Faultline holds the thread
 * that ends the build. Not run by default, asserts no time: {@code mvn test -Dtest=VerdictBench}.
 */
@WithJenkins
class VerdictBench {
    private static final long BYTES = 100_000_000;
    private static final int WARM_UP = 2;
    private static final int BUILDS = 7;

    /** Is told before Faultline that a build has ended. */
    @TestExtension
    public static final class Before extends RunListener<Run<?, ?>> {
        static final AtomicLong TOLD = new AtomicLong();

        @Override
        public void onFinalized(Run<?, ?> run) {
            TOLD.set(System.nanoTime());
        }
    }

    @Test
    void howSoonVerdictsAreThere(JenkinsRule jenkins) throws Exception {
        FaultlineConfiguration.get().setKeepJobs(false);
        FreeStyleProject job = jenkins.createFreeStyleProject();
        job.getBuildersList().add(new LongLog(BYTES));
        double[] after = new double[BUILDS];
        double[] held = new double[BUILDS];
        for (int i = -WARM_UP; i < BUILDS; i++) {
            FreeStyleBuild build = job.scheduleBuild2(0).get();
            long ended = Before.TOLD.get();
            assertEquals("INFRASTRUCTURE", Verdicts.of(jenkins, build).getCategory());
            long there = System.nanoTime();
            if (i >= 0) {
                after[i] = (there - ended) / 1e6;
                held[i] = millisOfOurListener(build);
            }
            Verdicts.settle(jenkins);
            build.delete();
        }
        Arrays.sort(after);
        Arrays.sort(held);
        System.out.printf(
                "BENCH verdict on %d MB: after %.0f ms (median), %.0f ms (worst); thread held %.2f ms, %.2f ms%n",
                BYTES / 1_000_000, after[BUILDS / 2], after[BUILDS - 1], held[BUILDS / 2], held[BUILDS - 1]);
    }

    /** What the thread that ends a build does for us; done once more, because it cannot be seen from outside. */
    private static double millisOfOurListener(FreeStyleBuild build) {
        long begin = System.nanoTime();
        new EndedBuilds().onFinalized(build);
        return (System.nanoTime() - begin) / 1e6;
    }
}
