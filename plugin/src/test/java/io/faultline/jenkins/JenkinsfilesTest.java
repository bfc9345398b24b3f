package io.faultline.jenkins;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Result;
import io.faultline.jenkins.config.FolderCatalog;
import io.faultline.jenkins.verdict.VerdictAction;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** The pipelines that people copy, run as they are. */
@WithJenkins
class JenkinsfilesTest {
    private static final Path FILES = Path.of("..", "jenkinsfiles");

    private static JenkinsRule jenkins;
    private static Path catalog;

    @BeforeAll
    static void start(JenkinsRule rule) throws IOException {
        jenkins = rule;
        catalog = Files.createDirectories(rule.jenkins.getRootDir().toPath().resolve("catalog"));
        Path plugin = Files.writeString(catalog.resolve("check"), """
                #!/bin/sh
                [ ! -e "%s/wrong" ] || exit 2
                echo fine
                """.formatted(catalog));
        Files.setPosixFilePermissions(plugin, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(catalog.resolve("works.yaml"), """
                service: works
                purpose: Works until somebody deploys something wrong.
                checks:
                  - {name: page, type: nagios, plugin: "%s", failures-before-alert: 1}
                """.formatted(plugin));
        try (ServerSocket port = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            // Closed again: nobody listens there.
            Files.writeString(catalog.resolve("broken.yaml"), """
                    service: broken
                    purpose: Nobody answers there.
                    importance: high
                    checks:
                      - {name: port, type: tcp, server: "127.0.0.1:%d", failures-before-alert: 1}
                    """.formatted(port.getLocalPort()));
        }
        FaultlineConfiguration.get().setKeepJobs(false);
        FaultlineConfiguration.get().setCatalog(new FolderCatalog("catalog"));
        FaultlineEngine.get().reload();
    }

    private static WorkflowRun run(Result expected, String file, String... replaced) throws Exception {
        String script = Files.readString(FILES.resolve(file));
        for (int i = 0; i < replaced.length; i += 2) {
            assertThat(script).contains(replaced[i]);
            script = script.replace(replaced[i], replaced[i + 1]);
        }
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(script, true));
        return jenkins.assertBuildStatus(expected, job.scheduleBuild2(0).get());
    }

    @ParameterizedTest
    @ValueSource(strings = {"after-puppet", "after-deployment", "build-with-verdict", "nightly-catalog"})
    void runs_as_it_is(String name) throws Exception {
        run(Result.SUCCESS, name + ".jenkinsfile");
    }

    @Test
    void checks_on_a_schedule_fail_when_a_service_is_broken() throws Exception {
        WorkflowRun run = run(Result.FAILURE, "scheduled-checks.jenkinsfile");
        jenkins.assertLogContains("broken/port", run);
    }

    @Test
    void a_deployment_that_breaks_its_service_fails() throws Exception {
        WorkflowRun run = run(
                Result.FAILURE,
                "after-deployment.jenkinsfile",
                "name: 'SERVICE', defaultValue: ''",
                "name: 'SERVICE', defaultValue: 'works'",
                "sh 'test ! -x ./deploy || ./deploy'",
                "sh 'touch \"" + catalog.resolve("wrong") + "\"'");
        jenkins.assertLogContains("works is CRITICAL, and was OK before the deployment", run);
    }

    @Test
    void what_was_broken_before_is_not_the_deployments_fault() throws Exception {
        WorkflowRun run = run(
                Result.SUCCESS,
                "after-deployment.jenkinsfile",
                "name: 'SERVICE', defaultValue: ''",
                "name: 'SERVICE', defaultValue: 'broken'");
        jenkins.assertLogContains(
                "broken is CRITICAL, and was CRITICAL before the deployment: nothing new is broken", run);
    }

    @Test
    void a_build_says_why_it_failed() throws Exception {
        WorkflowRun run = run(
                Result.FAILURE,
                "build-with-verdict.jenkinsfile",
                "sh 'test ! -x ./test || ./test'",
                "sh '''cat <<END\n[ERROR] COMPILATION ERROR : \n[ERROR] /src/App.java:[12,9] cannot find symbol\nEND\nexit 1'''");
        assertThat(run.getDescription()).startsWith("Code, ");
        Verdicts.settle(jenkins);
        assertThat(VerdictAction.of(run).orElseThrow().getCategory()).isEqualTo("CODE");
    }

    @Test
    void all_of_them_are_tested() throws Exception {
        try (var files = Files.list(FILES)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "after-deployment.jenkinsfile",
                            "after-puppet.jenkinsfile",
                            "build-with-verdict.jenkinsfile",
                            "nightly-catalog.jenkinsfile",
                            "scheduled-checks.jenkinsfile");
        }
    }
}
