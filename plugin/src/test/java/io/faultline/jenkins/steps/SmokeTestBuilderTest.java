package io.faultline.jenkins.steps;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import hudson.model.Executor;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Result;
import hudson.slaves.DumbSlave;
import hudson.slaves.OfflineCause;
import hudson.tasks.junit.TestResultAction;
import hudson.triggers.TimerTrigger;
import hudson.util.Secret;
import io.faultline.check.Status;
import io.faultline.jenkins.Checked;
import io.faultline.jenkins.Checked.Server;
import io.faultline.jenkins.FaultlineConfiguration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

@WithJenkins
@Timeout(180)
class SmokeTestBuilderTest {
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

    private static FreeStyleProject job(String service) throws Exception {
        FreeStyleProject job = jenkins.createFreeStyleProject();
        job.getBuildersList().add(new SmokeTestBuilder(service));
        return job;
    }

    private static FreeStyleProject jobOn(DumbSlave agent, String service) throws Exception {
        FreeStyleProject job = job(service);
        job.setAssignedNode(agent);
        return job;
    }

    @Test
    void a_service_that_works_passes_and_is_a_test_case() throws Exception {
        try (Server server = new Server()) {
            checked.tcp("works", server.port(), "").read();

            FreeStyleBuild build = jenkins.buildAndAssertSuccess(job("works"));

            jenkins.assertLogContains("works/port", build);
            TestResultAction tests = build.getAction(TestResultAction.class);
            assertThat(tests.getTotalCount()).isEqualTo(1);
            assertThat(tests.getFailCount()).isZero();
            assertThat(tests.getPassedTests().get(0).getFullName()).isEqualTo("faultline.works.port");
            assertThat(Checked.status("works/port")).isEqualTo(Status.OK);
        }
    }

    @Test
    void a_service_that_is_down_fails_once_that_is_certain_and_passes_again() throws Exception {
        int port;
        try (Server server = new Server()) {
            port = server.port();
        }
        checked.tcp("down", port, "").read();
        FreeStyleProject job = job("down");

        FreeStyleBuild build = jenkins.buildAndAssertStatus(Result.FAILURE, job);

        assertThat(Checked.state("down/port").orElseThrow().failures()).isEqualTo(2);
        assertThat(Checked.state("down/port").orElseThrow().isHardProblem()).isTrue();
        assertThat(build.getAction(TestResultAction.class).getFailedTests()).hasSize(1);
        jenkins.assertLogContains("[hard problem now]", build);
        // Known to be down: one try is enough to say so again.
        jenkins.buildAndAssertStatus(Result.FAILURE, job);
        assertThat(Checked.state("down/port").orElseThrow().failures()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({"0, OK, SUCCESS", "1, WARNING, UNSTABLE", "2, CRITICAL, FAILURE", "3, UNKNOWN, UNSTABLE"})
    void the_worst_status_decides(int exit, Status status, String result) throws Exception {
        checked.program("exits-" + exit, "echo said; exit " + exit, "").read();

        FreeStyleBuild build = jenkins.buildAndAssertStatus(Result.fromString(result), job("exits-" + exit));

        assertThat(Checked.status("exits-" + exit + "/program")).isEqualTo(status);
        assertThat(build.getAction(TestResultAction.class).getFailCount()).isEqualTo(status == Status.OK ? 0 : 1);
    }

    @Test
    void checks_run_on_the_agent_with_the_secrets_that_they_name_and_leave_nothing_there() throws Exception {
        for (String name : List.of("token", "other")) {
            SystemCredentialsProvider.getInstance()
                    .getCredentials()
                    .add(new StringCredentialsImpl(
                            CredentialsScope.GLOBAL,
                            "faultline-" + name,
                            "",
                            Secret.fromString("the-" + name + "-is-secret")));
        }
        DumbSlave agent = jenkins.createOnlineSlave();
        checked.program(
                        "elsewhere",
                        "[ \"$TOKEN\" = the-token-is-secret ] || exit 2\necho \"started by $PPID with $TOKEN\"",
                        ", secrets: {TOKEN: {secret: token}}")
                .read();

        FreeStyleBuild build = jenkins.buildAndAssertSuccess(jobOn(agent, "elsewhere"));

        String summary = Checked.state("elsewhere/program").orElseThrow().last().summary();
        assertThat(summary)
                .startsWith("started by ")
                .endsWith("with (secret)")
                .doesNotContain("by " + ProcessHandle.current().pid() + " ");
        assertThat(JenkinsRule.getLog(build)).doesNotContain("is-secret");
        assertThat(Checked.hasFile(agent, "sqlite")).isFalse();
        assertThat(Checked.hasFile(agent, "state.db")).isFalse();
    }

    @Test
    void a_secret_that_is_not_there_is_unknown_and_says_where_it_is_looked_for() throws Exception {
        checked.program("secretive", "exit 0", ", secrets: {TOKEN: {secret: nowhere}}")
                .read();

        FreeStyleBuild build = jenkins.buildAndAssertStatus(Result.UNSTABLE, job("secretive"));

        jenkins.assertLogContains("faultline-nowhere", build);
    }

    @Test
    void an_agent_that_disappears_leaves_its_services_unknown() throws Exception {
        DumbSlave agent = jenkins.createOnlineSlave();
        checked.program("orphan", "echo waiting; sleep 600", ", timeout: 10m").read();
        FreeStyleProject job = jobOn(agent, "orphan");

        FreeStyleBuild build = job.scheduleBuild2(0).waitForStart();
        jenkins.waitForMessage("Running 1 checks", build);
        agent.toComputer().disconnect(new OfflineCause.ByCLI("gone"));
        jenkins.waitForCompletion(build);

        assertThat(Checked.status("orphan/program")).isEqualTo(Status.UNKNOWN);
        assertThat(Checked.state("orphan/program").orElseThrow().last().summary())
                .contains("went away");
        assertThat(build.getResult()).isNotEqualTo(Result.SUCCESS);
    }

    @Test
    void a_build_that_is_stopped_records_nothing_more() throws Exception {
        checked.program("endless", "sleep 600", ", timeout: 10m").read();

        FreeStyleBuild build = job("endless").scheduleBuild2(0).waitForStart();
        jenkins.waitForMessage("Running 1 checks", build);
        Executor executor = build.getExecutor();
        executor.interrupt(Result.ABORTED);
        jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(build));

        assertThat(Checked.state("endless/program")).isEmpty();
    }

    @Test
    void builds_at_the_same_time_lose_nothing() throws Exception {
        jenkins.jenkins.setNumExecutors(4);
        List<Future<FreeStyleBuild>> builds = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            checked.program("crowd-" + i, "echo fine", "");
        }
        checked.read();
        for (int i = 0; i < 8; i++) {
            builds.add(job("crowd-" + i + " crowd-" + (i + 1) % 8).scheduleBuild2(0));
        }

        for (Future<FreeStyleBuild> build : builds) {
            jenkins.assertBuildStatusSuccess(build.get());
            assertThat(build.get().getAction(TestResultAction.class).getTotalCount())
                    .isEqualTo(2);
        }
        for (int i = 0; i < 8; i++) {
            assertThat(Checked.status("crowd-" + i + "/program")).isEqualTo(Status.OK);
        }
    }

    @Test
    void the_schedule_runs_only_what_is_due_and_a_person_runs_all() throws Exception {
        checked.program("seldom", "echo fine", ", every: 1d").read();
        FreeStyleProject job = jenkins.createFreeStyleProject();
        SmokeTestBuilder builder = new SmokeTestBuilder("seldom");
        builder.setOnlyDue(true);
        job.getBuildersList().add(builder);

        jenkins.assertBuildStatusSuccess(job.scheduleBuild2(0, new TimerTrigger.TimerTriggerCause()));
        var first = Checked.state("seldom/program").orElseThrow().at();
        FreeStyleBuild build =
                jenkins.assertBuildStatusSuccess(job.scheduleBuild2(0, new TimerTrigger.TimerTriggerCause()));
        assertThat(Checked.state("seldom/program").orElseThrow().at()).isEqualTo(first);
        // Still shown, so that the trend is one of the service and not of the schedule.
        assertThat(build.getAction(TestResultAction.class).getTotalCount()).isEqualTo(1);

        jenkins.buildAndAssertSuccess(job);
        assertThat(Checked.state("seldom/program").orElseThrow().at()).isAfter(first);
    }

    @ParameterizedTest
    @CsvSource({"exists-nt, did you mean 'existsnt'", "'', Expected the name", "$NOT_SET, neither a service"})
    void what_cannot_be_run_is_said(String service, String said) throws Exception {
        checked.program("existsnt", "exit 0", "").read();

        jenkins.assertLogContains(said, jenkins.buildAndAssertStatus(Result.FAILURE, job(service)));
    }

    @Test
    void the_catalogue_itself_can_be_checked() throws Exception {
        checked.file("wrong.yaml", "service: wrong\npurpose: [\n").readAsItIs();

        FreeStyleBuild build = jenkins.buildAndAssertStatus(Result.FAILURE, job("catalogue"));

        jenkins.assertLogContains("wrong.yaml", build);
        checked.remove("wrong.yaml");
        checked.read();
        jenkins.buildAndAssertSuccess(job("catalogue"));
    }

    @Test
    void survives_a_round_trip_through_its_form() throws Exception {
        FreeStyleProject job = jenkins.createFreeStyleProject();
        SmokeTestBuilder before = new SmokeTestBuilder("web db/port");
        before.setOnlyDue(true);
        job.getBuildersList().add(before);

        jenkins.configRoundtrip(job);

        SmokeTestBuilder after = job.getBuildersList().get(SmokeTestBuilder.class);
        assertThat(after).isNotSameAs(before);
        jenkins.assertEqualDataBoundBeans(before, after);
    }
}
