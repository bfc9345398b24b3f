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
import java.nio.file.Files;
import java.util.concurrent.CountDownLatch;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
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

    @Test
    void nothing_is_corrected_while_nothing_can_be_stored() throws Throwable {
        sessions.then(jenkins ->
                Verdicts.of(jenkins, failing(jenkins).scheduleBuild2(0).get()));
        Files.writeString(
                sessions.getHome().toPath().resolve("faultline/state.db"), "this is no database at all\n".repeat(100));
        sessions.then(jenkins -> {
            JenkinsRule.WebClient web = jenkins.createWebClient().withThrowExceptionOnFailingStatusCode(false);
            String path = "job/job/1/faultline-verdict/correct?to=CODE&why=because";
            assertThat(web.getPage(new WebRequest(web.createCrumbedUrl(path), HttpMethod.POST))
                            .getWebResponse()
                            .getStatusCode())
                    .isEqualTo(503);
            FreeStyleBuild build = jenkins.jenkins
                    .getItemByFullName("job", FreeStyleProject.class)
                    .getBuildByNumber(1);
            assertThat(VerdictAction.of(build).orElseThrow().isCorrected()).isFalse();
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
