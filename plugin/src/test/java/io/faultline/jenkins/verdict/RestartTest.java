package io.faultline.jenkins.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Result;
import hudson.model.Run;
import hudson.tasks.Shell;
import io.faultline.jenkins.FaultlineEngine;
import io.faultline.jenkins.Texts;
import io.faultline.jenkins.Verdicts;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.TestExtension;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

/** Jenkins is restarted between the end of a build and its verdict, and after it. */
class RestartTest {
    @RegisterExtension
    private final JenkinsSessionExtension sessions = new JenkinsSessionExtension();

    private static FreeStyleProject failing(JenkinsRule jenkins) throws IOException {
        FreeStyleProject job = jenkins.createFreeStyleProject("job");
        job.getBuildersList().add(new Shell("cat <<'END'\n" + Texts.NETWORK + "\nEND\nexit 1\n"));
        return job;
    }

    @Test
    void a_verdict_is_still_there() throws Throwable {
        sessions.then(jenkins -> {
            FreeStyleProject job = failing(jenkins);
            Verdicts.of(jenkins, job.scheduleBuild2(0).get());
        });
        sessions.then(jenkins -> {
            FreeStyleBuild build = jenkins.jenkins
                    .getItemByFullName("job", FreeStyleProject.class)
                    .getBuildByNumber(1);
            assertThat(VerdictAction.of(build).orElseThrow().getCategory()).isEqualTo("INFRASTRUCTURE");
            assertThat(FaultlineEngine.get().look().orElseThrow().verdictLog().verdict("job", "1"))
                    .isPresent();
        });
    }

    /** Waits for ever, as if the log were very long. */
    @TestExtension("a_build_that_waited_gets_its_verdict_afterwards")
    public static final class Slow extends FactFinder {
        static volatile CountDownLatch letGo = new CountDownLatch(1);

        @Override
        public void find(Run<?, ?> run, FactDraft facts) {
            try {
                letGo.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException("Jenkins ends", e);
            }
        }
    }

    @Test
    void a_build_that_waited_gets_its_verdict_afterwards() throws Throwable {
        sessions.then(jenkins -> {
            FreeStyleProject job = failing(jenkins);
            for (int i = 0; i < 4; i++) {
                jenkins.assertBuildStatus(Result.FAILURE, job.scheduleBuild2(0).get());
            }
        });
        Slow.letGo.countDown();
        sessions.then(jenkins -> {
            FreeStyleProject job = jenkins.jenkins.getItemByFullName("job", FreeStyleProject.class);
            for (FreeStyleBuild build : job.getBuilds()) {
                assertThat(Verdicts.of(jenkins, build).getCategory()).isEqualTo("INFRASTRUCTURE");
            }
        });
    }
}
