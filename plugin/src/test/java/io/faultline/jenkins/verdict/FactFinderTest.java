package io.faultline.jenkins.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Result;
import hudson.model.Run;
import hudson.plugins.git.Revision;
import hudson.plugins.git.util.Build;
import hudson.plugins.git.util.BuildData;
import io.faultline.jenkins.Texts;
import io.faultline.jenkins.Verdicts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.TestExtension;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Whatever looks at builds is slow or broken: the builds do not notice. */
@WithJenkins
class FactFinderTest {
    private JenkinsRule jenkins;

    @BeforeEach
    void keep(JenkinsRule rule) {
        jenkins = rule;
    }

    /** Something that looks at builds and does not come back until it is let. */
    @TestExtension("holds_up_no_build")
    public static final class Slow extends FactFinder {
        static final CountDownLatch LET_GO = new CountDownLatch(1);

        @Override
        public void find(Run<?, ?> run, FactDraft facts) {
            try {
                LET_GO.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Test
    void holds_up_no_build() throws Exception {
        FreeStyleProject job = Verdicts.job(jenkins, Texts.NETWORK, Result.FAILURE);
        List<FreeStyleBuild> builds = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            builds.add(job.scheduleBuild2(0).get());
        }
        assertThat(builds)
                .allMatch(
                        build -> !build.isBuilding() && VerdictAction.of(build).isEmpty());
        jenkins.waitUntilNoActivity();
        Slow.LET_GO.countDown();
        for (FreeStyleBuild build : builds) {
            assertThat(Verdicts.of(jenkins, build).getCategory()).isEqualTo("INFRASTRUCTURE");
        }
    }

    /** Something that looks at builds and breaks. */
    @TestExtension("whoever_cannot_tell_a_fact_is_left_out")
    public static final class Broken extends FactFinder {
        @Override
        public void find(Run<?, ?> run, FactDraft facts) {
            throw new IllegalStateException("broken on purpose");
        }
    }

    @Test
    void whoever_cannot_tell_a_fact_is_left_out() throws Exception {
        FreeStyleBuild build = Verdicts.job(jenkins, Texts.NETWORK, Result.FAILURE)
                .scheduleBuild2(0)
                .get();
        assertThat(Verdicts.of(jenkins, build).getCategory()).isEqualTo("INFRASTRUCTURE");
    }

    @Test
    void all_checkouts_of_a_build_together_are_its_commit() throws Exception {
        FreeStyleBuild build = jenkins.buildAndAssertSuccess(jenkins.createFreeStyleProject());
        for (String sha1 : List.of("b".repeat(40), "a".repeat(40))) {
            BuildData checkout = new BuildData();
            checkout.saveBuild(new Build(new Revision(ObjectId.fromString(sha1)), 1, Result.SUCCESS));
            build.addAction(checkout);
        }
        FactDraft facts = new FactDraft("job", "1", Optional.empty());
        new GitFacts().find(build, facts);
        assertThat(facts.facts().commit()).contains("a".repeat(40) + " " + "b".repeat(40));
    }
}
