package io.faultline.jenkins.steps;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.FilePath;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Result;
import hudson.slaves.DumbSlave;
import hudson.tasks.junit.TestResultAction;
import io.faultline.check.Status;
import io.faultline.jenkins.Checked;
import io.faultline.jenkins.FaultlineConfiguration;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
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
class RecordSmokeResultsTest {
    private static final AtomicInteger NUMBERS = new AtomicInteger();
    private static JenkinsRule jenkins;

    private String service;
    private FreeStyleProject job;
    private FilePath workspace;

    @BeforeAll
    static void start(JenkinsRule rule) {
        jenkins = rule;
    }

    @BeforeEach
    void catalogue() throws Exception {
        FaultlineConfiguration.get().setKeepJobs(false);
        service = "far" + NUMBERS.incrementAndGet();
        new Checked(jenkins).program(service, "exit 0", "").read();
        job = jenkins.createFreeStyleProject();
        job.setAssignedNode(jenkins.jenkins);
        job.getPublishersList().add(new RecordSmokeResults("results/*.jsonl"));
        workspace = jenkins.jenkins.getWorkspaceFor(job);
        workspace.child("results").mkdirs();
    }

    private String line(String status, Instant at) {
        return "{\"subject\":\"" + service + "\",\"check\":\"program\",\"at\":\"" + at
                + "\",\"seconds\":0.5,\"status\":\"" + status + "\",\"summary\":\"from afar\"}\n";
    }

    private void file(String name, String content) throws Exception {
        workspace.child("results").child(name).write(content, "UTF-8");
    }

    private FreeStyleBuild run(Result result) throws Exception {
        return jenkins.buildAndAssertStatus(result, job);
    }

    @ParameterizedTest
    @CsvSource({"OK, SUCCESS", "WARNING, UNSTABLE", "UNKNOWN, UNSTABLE", "CRITICAL, FAILURE"})
    void records_what_was_found_elsewhere(Status status, String result) throws Exception {
        file("a.jsonl", line(status.name(), Instant.now()));

        FreeStyleBuild build = run(Result.fromString(result));

        assertThat(Checked.status(service + "/program")).isEqualTo(status);
        assertThat(build.getAction(TestResultAction.class).getTotalCount()).isEqualTo(1);
    }

    @Test
    void takes_files_of_several_machines_in_the_order_of_time() throws Exception {
        Instant now = Instant.now();
        file("a.jsonl", line("OK", now.minusSeconds(10)) + line("OK", now));
        file("b.jsonl", line("CRITICAL", now.minusSeconds(30)) + line("CRITICAL", now.minusSeconds(20)));

        run(Result.SUCCESS);

        assertThat(Checked.state(service + "/program").orElseThrow().hardSince())
                .isBefore(now.minusSeconds(5));
    }

    @Test
    void the_same_file_counts_once() throws Exception {
        file("a.jsonl", line("CRITICAL", Instant.now()));
        run(Result.FAILURE);

        FreeStyleBuild again = run(Result.SUCCESS);

        jenkins.assertLogContains("0 results of 0 checks recorded, 1 lines left out", again);
        assertThat(Checked.state(service + "/program").orElseThrow().failures()).isEqualTo(1);
    }

    @Test
    void what_is_no_result_is_left_out_and_shown_to_nobody() throws Exception {
        file(
                "a.jsonl",
                "root:secret:0\n\n" + line("OK", Instant.now()).replace(service, "not-here")
                        + line("OK", Instant.now().plusSeconds(3600)) + line("OK", Instant.now()));

        FreeStyleBuild build = run(Result.UNSTABLE);

        jenkins.assertLogContains("a.jsonl, line 1: left out, not a JSON object", build);
        jenkins.assertLogContains("no check not-here/program", build);
        jenkins.assertLogContains("from the future", build);
        jenkins.assertLogNotContains("secret", build);
        assertThat(Checked.status(service + "/program")).isEqualTo(Status.OK);
    }

    @Test
    void follows_no_link_out_of_the_workspace() throws Exception {
        Path outside = jenkins.jenkins.getRootDir().toPath().resolve("outside-" + service + ".jsonl");
        Files.writeString(outside, line("CRITICAL", Instant.now()));
        Path results = Path.of(workspace.child("results").getRemote());
        Files.createSymbolicLink(results.resolve("a.jsonl"), outside);

        jenkins.assertLogContains("No file in the workspace", run(Result.FAILURE));
        assertThat(Checked.state(service + "/program")).isEmpty();
    }

    @Test
    void refuses_more_than_it_can_hold() throws Exception {
        workspace.child("results/big.jsonl").write("x".repeat(17 << 20), "UTF-8");

        run(Result.FAILURE);
        assertThat(Checked.state(service + "/program")).isEmpty();
    }

    @Test
    void reads_the_workspace_of_an_agent_and_works_in_a_pipeline() throws Exception {
        DumbSlave agent = jenkins.createOnlineSlave();
        WorkflowJob pipeline = jenkins.createProject(WorkflowJob.class);
        pipeline.setDefinition(new CpsFlowDefinition(
                "node('" + agent.getNodeName() + "') { writeFile file: 'r.jsonl', text: '''"
                        + line("WARNING", Instant.now()) + "'''; recordSmokeResults 'r.jsonl' }",
                true));

        var build = jenkins.buildAndAssertStatus(Result.UNSTABLE, pipeline);

        assertThat(Checked.status(service + "/program")).isEqualTo(Status.WARNING);
        assertThat(build.getAction(TestResultAction.class).getFailCount()).isEqualTo(1);
    }

    @Test
    void survives_a_round_trip_through_its_form() throws Exception {
        RecordSmokeResults before = job.getPublishersList().get(RecordSmokeResults.class);
        jenkins.configRoundtrip(job);

        jenkins.assertEqualDataBoundBeans(before, job.getPublishersList().get(RecordSmokeResults.class));
    }
}
