package io.faultline.jenkins.steps;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.model.FreeStyleProject;
import hudson.model.Result;
import hudson.tasks.junit.TestResultAction;
import io.faultline.check.Status;
import io.faultline.jenkins.Checked;
import io.faultline.jenkins.FaultlineConfiguration;
import io.faultline.jenkins.jobs.JobKeeper;
import java.nio.file.Files;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

@Timeout(400)
class RestartTest {
    @RegisterExtension
    private final JenkinsSessionExtension sessions = new JenkinsSessionExtension();

    @Test
    void checks_that_a_restart_interrupts_are_run_once_more() throws Throwable {
        sessions.then(jenkins -> {
            FaultlineConfiguration.get().setKeepJobs(false);
            Checked checked = new Checked(jenkins);
            // What the first session started must not end before the test does, in this one process.
            checked.program(
                            "long",
                            "[ -e '" + checked.folder() + "/again' ] && echo fine && exit 0; sleep 300",
                            ", timeout: 5m")
                    .read();
            FaultlineConfiguration.get().save();
            WorkflowJob job = jenkins.createProject(WorkflowJob.class, "restarted");
            job.setDefinition(new CpsFlowDefinition("node { echo \"in the end ${smokeTest service: 'long'}\" }", true));
            WorkflowRun build = job.scheduleBuild2(0).waitForStart();
            jenkins.waitForMessage("Running 1 checks", build);
            Files.createFile(checked.folder().resolve("again"));
        });
        sessions.then(jenkins -> {
            WorkflowRun build = jenkins.jenkins
                    .getItemByFullName("restarted", WorkflowJob.class)
                    .getBuildByNumber(1);
            jenkins.assertBuildStatus(Result.SUCCESS, jenkins.waitForCompletion(build));
            jenkins.assertLogContains("Jenkins was restarted", build);
            jenkins.assertLogContains("in the end OK", build);
            assertThat(build.getAction(TestResultAction.class).getTotalCount()).isEqualTo(1);
            assertThat(Checked.status("long/program")).isEqualTo(Status.OK);
        });
    }

    @Test
    void jobs_of_services_are_the_same_after_a_restart_and_go_on_following_the_catalogue() throws Throwable {
        sessions.then(jenkins -> {
            new Checked(jenkins)
                    .program("web", "echo fine", "")
                    .program("db", "echo fine", "")
                    .read();
            FaultlineConfiguration.get().save();
            JobKeeper.get().keep();
            jenkins.waitUntilNoActivity();
            jenkins.assertBuildStatusSuccess(jenkins.jenkins
                    .getItemByFullName("faultline/web", FreeStyleProject.class)
                    .getLastBuild());
        });
        sessions.then(jenkins -> {
            Checked checked = new Checked(jenkins);
            JobKeeper.get().keep();
            assertThat(jenkins.jenkins
                            .getItemByFullName("faultline", Folder.class)
                            .getItems())
                    .hasSize(3);
            FreeStyleProject web = JobKeeper.get().jobOf("web").orElseThrow();
            assertThat(web.getLastBuild().getNumber()).isEqualTo(1);
            assertThat(web.getLastBuild().getAction(TestResultAction.class).getTotalCount())
                    .isEqualTo(1);
            assertThat(Checked.status("web/program")).isEqualTo(Status.OK);

            checked.remove("db.yaml");
            checked.read();
            JobKeeper.get().keep();
            assertThat(jenkins.jenkins
                            .getItemByFullName("faultline/db", FreeStyleProject.class)
                            .isDisabled())
                    .isTrue();
        });
    }
}
