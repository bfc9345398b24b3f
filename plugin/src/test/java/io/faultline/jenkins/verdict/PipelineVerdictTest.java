package io.faultline.jenkins.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Result;
import hudson.slaves.DumbSlave;
import hudson.slaves.OfflineCause;
import hudson.tasks.junit.TestResultAction;
import io.faultline.jenkins.Checked;
import io.faultline.jenkins.FaultlineConfiguration;
import io.faultline.jenkins.Verdicts;
import java.util.List;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Pipelines, their steps and conditions, in a real Jenkins. */
@WithJenkins
class PipelineVerdictTest {
    /** Steps that fail, as they do in life: a command says why, and ends with a status. */
    private static final String NETWORK = fails(
            100,
            "E: Failed to fetch http://deb.example.org/debian/dists/stable/InRelease"
                    + "  Temporary failure resolving deb.example.org");

    private static final String COMPILER =
            fails(1, "[ERROR] COMPILATION ERROR : ", "[ERROR] /src/App.java:[12,9] cannot find symbol");

    private static JenkinsRule jenkins;

    @BeforeAll
    static void start(JenkinsRule rule) {
        jenkins = rule;
    }

    /** Builds that failed around the same time are evidence. */
    @BeforeEach
    void forgetOthers() throws Exception {
        Verdicts.settle(jenkins);
        RecentBuilds.get().forget();
        // The same texts in builds that pass would make them mean nothing.
        FaultlineConfiguration.get().setLearnFromPassing(false);
    }

    private static String fails(int status, String... lines) {
        return "sh '''cat <<END\n" + String.join("\n", lines) + "\nEND\nexit " + status + "'''\n";
    }

    private WorkflowJob job(String script) throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(script, true));
        return job;
    }

    private WorkflowRun run(Result expected, String script) throws Exception {
        return jenkins.assertBuildStatus(expected, job(script).scheduleBuild2(0).get());
    }

    @Test
    void the_step_says_whose_fault_it_was_before_the_build_has_ended() throws Exception {
        WorkflowRun run = run(Result.FAILURE, """
                node {
                  try {
                    %s
                  } catch (e) {
                    def v = failureVerdict()
                    echo "said ${v.category} ${v.infrastructure} ${v.code} ${v.confidence > 0.5} ${v.evidence[0].pointsTo}, because ${v.evidence}"
                    echo "see ${v.url} because ${v.evidence[0].what}, line ${v.evidence[0].line}"
                    withEnv(['A=b']) { echo "env ${env.FAULTLINE_VERDICT}" }
                    throw e
                  }
                }""".formatted(NETWORK));
        jenkins.assertLogContains("said INFRASTRUCTURE true false true INFRASTRUCTURE", run);
        jenkins.assertLogContains("see " + run.getUrl() + "faultline-verdict/ because ", run);
        jenkins.assertLogContains("env INFRASTRUCTURE", run);
        VerdictAction verdict = Verdicts.of(jenkins, run);
        assertThat(verdict.isProvisional()).as("made again at the end").isFalse();
        assertThat(verdict.getCategory()).isEqualTo("INFRASTRUCTURE");
        assertThat(run.getActions(VerdictAction.class)).hasSize(1);
    }

    @Test
    void the_step_points_to_no_line_that_is_not_in_the_log_yet() throws Exception {
        WorkflowRun run = run(Result.SUCCESS, """
                node {
                  try {
                    sh 'exit 1'
                  } catch (e) {
                    def v = failureVerdict()
                  }
                }""");
        VerdictAction verdict = VerdictAction.of(run).orElseThrow();
        assertThat(verdict.isProvisional()).isTrue();
        assertThat(verdict.isCorrectable()).as("nothing is counted yet").isFalse();
        List<String> log = run.getLog(1000);
        assertThat(log.subList(0, (int) verdict.getLines())).noneMatch(line -> line.contains("End of Pipeline"));
        assertThat(verdict.getFailedLine()).isLessThanOrEqualTo(verdict.getLines());
        assertThat(verdict.getEvidence())
                .allSatisfy(one -> assertThat(one.getLine()).isLessThanOrEqualTo(verdict.getLines()));
    }

    @Test
    void what_was_logged_just_now_counts() throws Exception {
        // The first one takes longer than a log is buffered.
        WorkflowRun run = run(Result.SUCCESS, """
                failureVerdict()
                echo 'E: Failed to fetch http://deb.example.org/  Temporary failure resolving deb.example.org'
                echo "said ${failureVerdict().category}"
                """);
        jenkins.assertLogContains("said INFRASTRUCTURE", run);
    }

    @Test
    void works_in_a_post_section_of_a_declarative_pipeline() throws Exception {
        WorkflowRun run = run(Result.FAILURE, """
                pipeline {
                  agent any
                  options { faultline(services: 'apt', noMail: true) }
                  stages { stage('Test') { steps { %s } } }
                  post { failure { script { def v = failureVerdict(); echo "it was ${v.category}, because ${v.evidence}" } } }
                }""".formatted(COMPILER));
        jenkins.assertLogContains("it was CODE", run);
        assertThat(run.getParent().getProperty(FaultlineJobProperty.class).getServices())
                .isEqualTo("apt");
        VerdictAction verdict = Verdicts.of(jenkins, run);
        assertThat(verdict.getEvidence())
                .as("the stage is known")
                .anyMatch(evidence -> evidence.getSource().equals("failed-stage")
                        && evidence.getWhat().contains("Test"));
    }

    @Test
    void what_the_infrastructure_broke_is_tried_again() throws Exception {
        WorkflowRun run = run(Result.SUCCESS, """
                int tries = 0
                node {
                  retry(count: 3, conditions: [infrastructure()]) {
                  tries++
                  if (tries < 2) {
                    %s
                  }
                  echo "well at try ${tries}"
                } }""".formatted(NETWORK));
        jenkins.assertLogContains("well at try 2", run);
        Verdicts.settle(jenkins);
        assertThat(VerdictAction.of(run)).isEmpty();
    }

    @Test
    void what_the_change_broke_is_not_tried_again() throws Exception {
        WorkflowRun run = run(Result.FAILURE, """
                int tries = 0
                node {
                  retry(count: 3, conditions: [infrastructure()]) {
                  tries++
                  echo "try ${tries}"
                  %s
                } }""".formatted(COMPILER));
        jenkins.assertLogContains("try 1", run);
        jenkins.assertLogNotContains("try 2", run);
        assertThat(Verdicts.of(jenkins, run).getCategory()).isEqualTo("CODE");
    }

    @Test
    void what_the_change_broke_at_the_second_try_is_not_tried_a_third_time() throws Exception {
        WorkflowRun run = run(Result.FAILURE, """
                int tries = 0
                node {
                  retry(count: 3, conditions: [infrastructure()]) {
                  tries++
                  echo "try ${tries}"
                  if (tries == 1) {
                    %s
                  } else {
                    %s
                  }
                } }""".formatted(NETWORK, COMPILER));
        jenkins.assertLogContains("try 2", run);
        jenkins.assertLogNotContains("try 3", run);
    }

    /** A build that hangs because the network is gone. */
    private static final String HANGS = """
            retry(count: 3, conditions: [infrastructure()]) {
              sh 'echo "E: Failed to fetch http://deb.example.org/  Temporary failure resolving deb.example.org"; sleep 600'
            }
            """;

    @Test
    void what_a_person_stops_is_not_tried_again() throws Exception {
        WorkflowRun run = job("node {" + HANGS + "}").scheduleBuild2(0).waitForStart();
        jenkins.waitForMessage("Temporary failure", run);
        run.getExecutor().interrupt();
        jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(run));
        jenkins.assertLogNotContains("Retrying", run);
    }

    @Test
    void what_is_out_of_time_is_not_tried_again() throws Exception {
        WorkflowRun run = run(Result.ABORTED, "node { timeout(time: 5, unit: 'SECONDS') {" + HANGS + "} }");
        jenkins.assertLogNotContains("Retrying", run);
    }

    @Test
    void a_service_that_is_down_is_no_test_that_a_change_broke() throws Exception {
        FaultlineConfiguration.get().setKeepJobs(false);
        new Checked(jenkins).program("down", "exit 2", "").read();
        WorkflowRun run = run(Result.FAILURE, "node { smokeTest service: 'down' }");
        assertThat(run.getAction(TestResultAction.class).getFailCount()).isEqualTo(1);
        VerdictAction verdict = Verdicts.of(jenkins, run);
        assertThat(verdict.getCategory()).isNotEqualTo("CODE");
        assertThat(verdict.getEvidence())
                .noneMatch(evidence -> evidence.getSource().equals("test-report"));
    }

    @Test
    void the_condition_survives_the_snippet_generator() throws Exception {
        run(Result.SUCCESS, "retry(count: 2, conditions: [infrastructure(), agent()]) { echo 'fine' }");
    }

    @Test
    void an_agent_that_is_gone_is_the_infrastructures_fault() throws Exception {
        DumbSlave agent = jenkins.createOnlineSlave();
        WorkflowJob job = job("node('" + agent.getNodeName() + "') { sh 'sleep 600' }");
        WorkflowRun run = job.scheduleBuild2(0).waitForStart();
        jenkins.waitForMessage("+ sleep 600", run);
        agent.toComputer()
                .disconnect(new OfflineCause.ChannelTermination(new java.io.IOException("the cable was pulled")))
                .get();
        jenkins.jenkins.removeNode(agent);
        jenkins.waitForCompletion(run);
        VerdictAction verdict = Verdicts.of(jenkins, run);
        assertThat(verdict.getCategory()).isEqualTo("INFRASTRUCTURE");
        assertThat(verdict.getEvidence())
                .anyMatch(evidence -> evidence.getSource().equals("lost-agent"));
    }

    @Test
    void the_log_is_read_from_where_the_pipeline_keeps_it() throws Exception {
        WorkflowRun run = run(Result.FAILURE, """
                parallel(one: { node { %s } }, two: { echo 'fine' })
                """.formatted(NETWORK));
        VerdictAction verdict = Verdicts.of(jenkins, run);
        assertThat(verdict.getCategory()).isEqualTo("INFRASTRUCTURE");
        assertThat(verdict.getFirstEvidence().getQuote()).doesNotContain("\u001b");
    }

    @Test
    void a_build_that_took_too_long_is_explained() throws Exception {
        WorkflowRun run = run(Result.ABORTED, "timeout(time: 1, unit: 'SECONDS') { sleep 600 }");
        assertThat(Verdicts.of(jenkins, run).getEvidence())
                .anyMatch(evidence -> evidence.getSource().equals("time-out"));
    }
}
