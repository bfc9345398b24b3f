package io.faultline.jenkins.steps;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import hudson.model.Result;
import hudson.model.TaskListener;
import hudson.slaves.DumbSlave;
import hudson.slaves.OfflineCause;
import hudson.tasks.junit.TestResultAction;
import hudson.util.Secret;
import io.faultline.check.Status;
import io.faultline.history.Report;
import io.faultline.history.SqliteReports;
import io.faultline.jenkins.Checked;
import io.faultline.jenkins.Checked.Server;
import io.faultline.jenkins.FaultlineConfiguration;
import io.faultline.jenkins.FaultlineEngine;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;
import org.jenkinsci.plugins.structs.describable.DescribableModel;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

@WithJenkins
@Timeout(180)
class SmokeTestStepTest {
    private static JenkinsRule jenkins;

    private Checked checked;

    @BeforeAll
    static void start(JenkinsRule rule) {
        jenkins = rule;
    }

    @BeforeEach
    void catalogue() throws Exception {
        checked = new Checked(jenkins);
        FaultlineConfiguration.get().setKeepJobs(false);
    }

    private static WorkflowJob pipeline(String script) throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(script, true));
        return job;
    }

    private static WorkflowRun run(Result result, String script) throws Exception {
        return jenkins.buildAndAssertStatus(result, pipeline(script));
    }

    @Test
    void returns_the_worst_status_and_makes_test_cases() throws Exception {
        try (Server server = new Server()) {
            checked.tcp("up", server.port(), "").read();

            WorkflowRun build =
                    run(Result.SUCCESS, "stage('checks') { node { echo \"it is ${smokeTest service: 'up'}\" } }");

            jenkins.assertLogContains("it is OK", build);
            assertThat(build.getAction(TestResultAction.class).getTotalCount()).isEqualTo(1);
        }
    }

    @Test
    void critical_fails_the_step_and_warning_makes_it_unstable_unless_told_otherwise() throws Exception {
        checked.program("bad", "exit 2", "").program("odd", "exit 1", "").read();

        jenkins.assertLogContains(
                "smoke tests of bad: CRITICAL",
                run(Result.FAILURE, "node { smokeTest service: 'bad'; echo 'not reached' }"));
        run(Result.UNSTABLE, "node { smokeTest service: 'odd' }");
        jenkins.assertLogContains(
                "it is CRITICAL",
                run(Result.SUCCESS, "node { echo \"it is ${smokeTest service: 'bad odd', propagate: false}\" }"));
    }

    @Test
    void a_machine_is_checked_with_what_needs_it() throws Exception {
        try (Server server = new Server()) {
            checked.file(
                            "machines.yaml",
                            "machines: {host1: {address: 127.0.0.1, purpose: Carries.,"
                                    + " checks: [{type: tcp, name: ssh, server: \"127.0.0.1:" + server.port()
                                    + "\"}]}}\n")
                    .tcp("carried", server.port(), "depends-on: [host1]\n")
                    .tcp("apart", server.port(), "")
                    .read();

            WorkflowRun build = run(Result.SUCCESS, "node { smokeTest machine: 'host1' }");

            jenkins.assertLogContains("host1/ssh", build);
            jenkins.assertLogContains("carried/port", build);
            jenkins.assertLogNotContains("apart/port", build);
            jenkins.assertLogContains(
                    "there is no such machine", run(Result.FAILURE, "node { smokeTest machine: 'carried' }"));
            checked.remove("machines.yaml");
            checked.remove("carried.yaml");
        }
    }

    @Test
    void what_a_machine_says_of_itself_is_looked_at_on_the_controller() throws Exception {
        Instant now = FaultlineEngine.get().clock().instant();
        checked.file("known_hosts", "").file("machines.yaml", """
                machines:
                  speaks:
                    address: speaks.example.org
                    facts: {reports: {known-hosts: known_hosts, silent-after: 1h}}
                    checks: [{type: facts}, {type: disk}, {type: memory, failures-before-alert: 1}]
                """).read();
        try (SqliteReports reports = SqliteReports.open(
                FaultlineEngine.folder().resolve("state.db"), Optional.of(FaultlineEngine.folder()))) {
            assertThat(reports.take(
                            new Report("speaks", now.minusSeconds(60), now, """
                    faultline-facts 1
                    machine name=speaks
                    time seconds=%d
                    memory total=100 available=1
                    disk mount=/ size=100 free=90 available=90 inodes=0 inodes-free=0
                    end lines=5
                    """.formatted(now.getEpochSecond() - 60))))
                    .isTrue();
        }
        DumbSlave agent = jenkins.createOnlineSlave();
        String script = "node('" + agent.getNodeName() + "') { smokeTest machine: 'speaks' }";

        jenkins.assertLogContains("smoke tests of speaks: CRITICAL", run(Result.FAILURE, script));

        assertThat(Checked.status("speaks/facts")).isEqualTo(Status.OK);
        assertThat(Checked.status("speaks/disk")).isEqualTo(Status.OK);
        assertThat(Checked.status("speaks/memory")).isEqualTo(Status.CRITICAL);
        checked.remove("machines.yaml");
    }

    @Test
    void the_key_to_a_machine_stays_on_the_controller() throws Exception {
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new StringCredentialsImpl(
                        CredentialsScope.GLOBAL, "faultline-facts-key", "", Secret.fromString("no key at all")));
        checked.file("known_hosts", "").file("machines.yaml", """
                machines:
                  asked:
                    address: 127.0.0.1
                    facts: {ssh: {user: faultline, port: 1, key: {secret: facts-key}, known-hosts: known_hosts}}
                    checks: [{type: facts, failures-before-alert: 1}]
                """).read();
        DumbSlave agent = jenkins.createOnlineSlave();
        String script = "node('" + agent.getNodeName() + "') { smokeTest machine: 'asked' }";

        WorkflowRun build = jenkins.buildAndAssertStatus(Result.UNSTABLE, pipeline(script));

        jenkins.assertLogContains("key", build);
        jenkins.assertLogNotContains("fault of Faultline", build);
        jenkins.assertLogNotContains("no key at all", build);
        jenkins.assertLogNotContains("Running 1 checks on", build);
        checked.remove("machines.yaml");
    }

    @Test
    void can_be_stopped() throws Exception {
        checked.program("lasting", "sleep 600", ", timeout: 10m").read();

        WorkflowRun build = pipeline("node { smokeTest service: 'lasting' }")
                .scheduleBuild2(0)
                .waitForStart();
        jenkins.waitForMessage("Running 1 checks", build);
        build.doStop();

        jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(build));
        assertThat(Checked.state("lasting/program")).isEmpty();
    }

    @Test
    void an_agent_that_disappears_leaves_its_services_unknown() throws Exception {
        DumbSlave agent = jenkins.createOnlineSlave();
        checked.program("lost", "sleep 600", ", timeout: 10m").read();

        WorkflowRun build = pipeline("node('" + agent.getNodeName() + "') { echo 'here'; smokeTest service: 'lost' }")
                .scheduleBuild2(0)
                .waitForStart();
        jenkins.waitForMessage("Running 1 checks", build);
        agent.toComputer().disconnect(new OfflineCause.ByCLI("gone"));
        jenkins.waitForCompletion(build);

        assertThat(Checked.status("lost/program")).isEqualTo(Status.UNKNOWN);
        assertThat(build.getResult()).isNotEqualTo(Result.SUCCESS);
    }

    @Test
    void many_branches_at_once_lose_nothing() throws Exception {
        jenkins.jenkins.setNumExecutors(4);
        for (int i = 0; i < 6; i++) {
            checked.program("branch-" + i, "echo fine", "");
        }
        checked.read();

        WorkflowRun build = run(
                Result.SUCCESS,
                "def b = [:]; for (int i = 0; i < 6; i++) { def n = \"branch-${i}\"; b[n] = { node { smokeTest"
                        + " service: n } } }; parallel b");

        assertThat(build.getAction(TestResultAction.class).getTotalCount()).isEqualTo(6);
    }

    @Test
    void is_written_as_people_write_it() throws Exception {
        SmokeTestStep step = new SmokeTestStep();
        step.setService("web");
        step.setPropagate(false);

        assertThat(DescribableModel.uninstantiate_(step).toString()).isEqualTo("{propagate=false, service=web}");
        assertThat(DescribableModel.of(SmokeTestStep.class)
                        .instantiate(Map.of("machine", "host1"), TaskListener.NULL)
                        .getMachine())
                .isEqualTo("host1");
    }
}
