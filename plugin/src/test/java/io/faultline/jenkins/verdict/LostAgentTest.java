package io.faultline.jenkins.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Result;
import hudson.remoting.Channel;
import hudson.slaves.DumbSlave;
import hudson.tasks.Shell;
import io.faultline.jenkins.Verdicts;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** The connection to an agent breaks in the middle of a freestyle build. */
@WithJenkins
class LostAgentTest {
    @Test
    void is_the_infrastructures_fault(JenkinsRule jenkins) throws Exception {
        DumbSlave agent = jenkins.createOnlineSlave();
        FreeStyleProject job = jenkins.createFreeStyleProject();
        job.setAssignedNode(agent);
        job.getBuildersList().add(new Shell("echo begun; sleep 600"));
        FreeStyleBuild build = job.scheduleBuild2(0).waitForStart();
        jenkins.waitForMessage("begun", build);
        ((Channel) agent.getChannel()).terminate(new IOException("the cable was pulled"));
        jenkins.waitForCompletion(build);
        assertThat(build.getResult()).isEqualTo(Result.FAILURE);
        VerdictAction verdict = Verdicts.of(jenkins, build);
        assertThat(verdict.getCategory()).isEqualTo("INFRASTRUCTURE");
        assertThat(verdict.getEvidence())
                .anyMatch(evidence -> evidence.getCause().equals("agent"));
    }
}
