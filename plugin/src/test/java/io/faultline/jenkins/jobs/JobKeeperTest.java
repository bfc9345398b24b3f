package io.faultline.jenkins.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.hudson.plugins.folder.Folder;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Result;
import hudson.model.User;
import hudson.security.ACL;
import hudson.security.ACLContext;
import hudson.triggers.SCMTrigger;
import hudson.triggers.TimerTrigger;
import io.faultline.jenkins.Checked;
import io.faultline.jenkins.FaultlineConfiguration;
import io.faultline.jenkins.FaultlinePermissions;
import io.faultline.jenkins.Verdicts;
import io.faultline.jenkins.steps.SmokeTestBuilder;
import io.faultline.jenkins.verdict.VerdictAction;
import java.net.URL;
import java.nio.file.Files;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import jenkins.model.Jenkins;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.htmlunit.html.HtmlForm;
import org.htmlunit.html.HtmlPage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

@WithJenkins
@Timeout(180)
class JobKeeperTest {
    private static JenkinsRule jenkins;

    private Checked checked;

    @BeforeAll
    static void start(JenkinsRule rule) {
        jenkins = rule;
    }

    @BeforeEach
    void catalogue() throws Exception {
        checked = new Checked(jenkins);
        checked.program("always", "echo fine", "").read();
        keep();
    }

    @AfterEach
    void tidy() throws Exception {
        FaultlineConfiguration.get().setJobsFolder("faultline");
        FaultlineConfiguration.get().setKeepJobs(true);
        jenkins.jenkins.setAuthorizationStrategy(new hudson.security.AuthorizationStrategy.Unsecured());
        try (var files = Files.list(checked.folder())) {
            for (var file : files.toList()) {
                Files.delete(file);
            }
        }
        for (var item : jenkins.jenkins.getItems()) {
            item.delete();
        }
    }

    private static void keep() {
        JobKeeper.get().keep();
    }

    private static FreeStyleProject job(String service) {
        return Optional.ofNullable(jenkins.jenkins.getItemByFullName("faultline/" + service, FreeStyleProject.class))
                .orElseThrow();
    }

    /** Without scripts: the pages say everything without. */
    private static JenkinsRule.WebClient browser() {
        return jenkins.createWebClient().withJavaScriptEnabled(false);
    }

    private static String schedule(FreeStyleProject job) {
        return job.getTrigger(TimerTrigger.class).getSpec();
    }

    @Test
    void makes_a_job_for_each_service_that_has_checks_in_a_folder() throws Exception {
        checked.program("web", "echo fine", ", every: 10m")
                .file("none.yaml", "service: none\npurpose: Has no checks.\n")
                .read();
        keep();

        assertThat(jenkins.jenkins.getItem("faultline")).isInstanceOf(Folder.class);
        FreeStyleProject web = job("web");
        assertThat(schedule(web)).isEqualTo("H/10 * * * *");
        assertThat(web.getDescription()).isEqualTo("Tests web.");
        assertThat(web.getBuildersList().get(SmokeTestBuilder.class).getService())
                .isEqualTo("web");
        assertThat(web.isBuildable()).isTrue();
        assertThat(jenkins.jenkins.getItemByFullName("faultline/none")).isNull();
        // The catalogue's report on itself is a service too.
        assertThat(job("catalogue").isBuildable()).isTrue();
        // Nobody waits for its schedule to know whether it works.
        jenkins.waitUntilNoActivity();
        assertThat(jenkins.assertBuildStatusSuccess(web.getBuildByNumber(1)).getCause(JobKeeper.NewServiceCause.class))
                .isNotNull();
    }

    @Test
    void follows_the_catalogue_and_keeps_the_history() throws Exception {
        FreeStyleProject job = job("always");
        jenkins.waitUntilNoActivity();
        FreeStyleBuild build = jenkins.buildAndAssertSuccess(job);
        checked.program("always", "echo fine", ", every: 1h").read();
        keep();

        assertThat(job("always")).isSameAs(job);
        assertThat(schedule(job)).isEqualTo("H * * * *");
        assertThat(job.getBuilds()).contains(build);
    }

    @Test
    void disables_the_job_of_a_service_that_is_gone_and_enables_it_when_it_is_back() throws Exception {
        checked.program("brief", "echo fine", "").read();
        keep();
        FreeStyleProject job = job("brief");
        checked.remove("brief.yaml");
        checked.read();
        keep();

        assertThat(job("brief").isDisabled()).isTrue();
        assertThat(browser().getPage(job).asNormalizedText()).contains("does not have this service any more");

        checked.program("brief", "echo fine", "").read();
        keep();
        assertThat(job("brief")).isSameAs(job);
        assertThat(job.isDisabled()).isFalse();
    }

    @Test
    void what_its_jobs_find_gets_no_verdict_from_the_first_moment_on() throws Exception {
        checked.program("bad", "exit 2", "").read();
        keep();
        Verdicts.settle(jenkins);

        FreeStyleBuild build =
                jenkins.assertBuildStatus(Result.FAILURE, job("bad").getLastBuild());
        assertThat(VerdictAction.of(build)).isEmpty();
        assertThat(JobKeeper.isOurs(job("bad"))).isTrue();
        assertThat(JobKeeper.isOurs(jenkins.createFreeStyleProject())).isFalse();
    }

    @Test
    void leaves_a_job_disabled_that_a_person_has_disabled() throws Exception {
        job("always").makeDisabled(true);
        checked.program("always", "echo fine", ", every: 1h").read();
        keep();

        assertThat(job("always").isDisabled()).isTrue();
        assertThat(schedule(job("always"))).isEqualTo("H * * * *");
    }

    @Test
    void a_service_whose_file_has_a_mistake_is_not_gone() throws Exception {
        checked.file("always.yaml", "service: always\npurpose: [\n")
                .program("other", "echo fine", "")
                .readAsItIs();
        keep();

        assertThat(job("always").isDisabled()).isFalse();
        // It cannot be checked, which is not a success.
        jenkins.buildAndAssertStatus(Result.FAILURE, job("always"));
    }

    @Test
    void a_catalogue_that_is_empty_all_of_a_sudden_disables_nothing() throws Exception {
        checked.remove("always.yaml");
        checked.readAsItIs();
        keep();

        assertThat(job("always").isDisabled()).isFalse();
    }

    @Test
    void shows_and_keeps_what_a_person_has_changed() throws Exception {
        FreeStyleProject job = job("always");
        job.setDescription("Changed by hand");
        checked.program("always", "echo fine", ", every: 1h").read();
        keep();

        assertThat(job.getDescription()).isEqualTo("Changed by hand");
        assertThat(schedule(job)).isEqualTo("H/5 * * * *");
        assertThat(browser().getPage(job).asNormalizedText()).contains("Somebody has changed this job by hand");
    }

    @Test
    void a_changed_job_is_made_again_what_the_catalogue_says_when_a_person_wants_it() throws Exception {
        FreeStyleProject job = job("always");
        jenkins.waitUntilNoActivity();
        FreeStyleBuild build = jenkins.buildAndAssertSuccess(job);
        assertThat(form(job)).isEmpty();
        job.setDescription("Changed by hand");
        job.getBuildersList().add(new SmokeTestBuilder("another"));
        job.addTrigger(new SCMTrigger("@daily"));
        job.setAssignedNode(jenkins.jenkins);
        job.makeDisabled(true);
        checked.program("always", "echo fine", ", every: 1h").read();
        keep();

        jenkins.submit(form(job).orElseThrow());

        assertThat(job.getDescription()).isEqualTo("Tests always.");
        assertThat(schedule(job)).isEqualTo("H * * * *");
        assertThat(job.getBuilders()).hasSize(1);
        assertThat(job.getTriggers()).hasSize(1);
        assertThat(job.getAssignedLabel()).isEqualTo(jenkins.jenkins.getSelfLabel());
        assertThat(job.isDisabled()).isTrue();
        assertThat(job.getBuildByNumber(build.getNumber())).as("builds stay").isNotNull();
        assertThat(form(job)).isEmpty();
        assertThat(KeptJob.of(job).orElseThrow().isChanged(job)).isFalse();
        // And from then on it follows the catalogue again.
        checked.program("always", "echo fine", ", every: 10m").read();
        keep();
        assertThat(schedule(job)).isEqualTo("H/10 * * * *");
    }

    private static Optional<HtmlForm> form(FreeStyleProject job) throws Exception {
        return browser().getPage(job).getForms().stream()
                .filter(form -> form.getNameAttribute().equals("faultline-restore"))
                .findFirst();
    }

    @Test
    void what_the_catalogue_does_not_have_cannot_be_made_again() throws Exception {
        FreeStyleProject job = job("always");
        job.setDescription("Changed by hand");
        checked.program("other", "echo fine", "").remove("always.yaml");
        checked.read();
        JenkinsRule.WebClient browser = browser().withThrowExceptionOnFailingStatusCode(false);
        WebRequest restore = new WebRequest(new URL(job.getAbsoluteUrl() + "faultline-job/restore"), HttpMethod.POST);

        assertThat(browser.loadWebResponse(browser.addCrumb(restore)).getStatusCode())
                .isEqualTo(409);
        assertThat(job.getDescription()).isEqualTo("Changed by hand");
    }

    @Test
    void saving_choosing_an_agent_or_disabling_is_no_change() throws Exception {
        FreeStyleProject job = job("always");
        String before = job.getConfigFile().asString();
        job.save();
        job.setAssignedNode(jenkins.jenkins);
        job.makeDisabled(true);
        job.makeDisabled(false);

        assertThat(KeptJob.counted(job.getConfigFile().asString())).isEqualTo(KeptJob.counted(before));
        assertThat(KeptJob.of(job).orElseThrow().isChanged(job)).isFalse();
        checked.program("always", "echo fine", ", every: 1h").read();
        keep();
        assertThat(schedule(job)).isEqualTo("H * * * *");
        assertThat(job.getAssignedLabel()).isEqualTo(jenkins.jenkins.getSelfLabel());
    }

    @Test
    void saving_its_form_is_no_change() throws Exception {
        FreeStyleProject job = job("always");
        String before = KeptJob.counted(job.getConfigFile().asString());
        JenkinsRule.WebClient browser = jenkins.createWebClient();
        // Other plugins' scripts are not ours to test.
        browser.getOptions().setThrowExceptionOnScriptError(false);
        jenkins.submit(browser.getPage(job, "configure").getFormByName("config"));

        assertThat(KeptJob.counted(job.getConfigFile().asString())).isEqualTo(before);
        assertThat(KeptJob.of(job).orElseThrow().isChanged(job)).isFalse();
    }

    @Test
    void a_job_that_was_renamed_or_moved_is_still_kept_and_a_copy_is_not() throws Exception {
        FreeStyleProject job = job("always");
        jenkins.jenkins.copy((hudson.model.TopLevelItem) job, "copied");
        job.renameTo("renamed");
        keep();

        assertThat(JobKeeper.get().jobOf("always")).contains(job);
        assertThat(jenkins.jenkins.getItemByFullName("faultline/always")).isNull();
        assertThat(KeptJob.of(jenkins.jenkins.getItemByFullName("copied", FreeStyleProject.class)))
                .isEmpty();
    }

    @Test
    void something_else_of_that_name_is_left_alone() throws Exception {
        FreeStyleProject own = jenkins.jenkins
                .getItemByFullName("faultline", Folder.class)
                .createProject(FreeStyleProject.class, "mine");
        checked.program("mine", "echo fine", "")
                .program("yours", "echo fine", "")
                .read();
        keep();

        assertThat(own.getBuilders()).isEmpty();
        assertThat(JobKeeper.get().jobOf("mine")).isEmpty();
        assertThat(JobKeeper.get().jobOf("yours")).isPresent();
    }

    @Test
    void finishes_what_a_crash_left_half_done() throws Exception {
        FreeStyleProject job = job("always");
        job.removeTrigger(jenkins.jenkins.getDescriptorByType(TimerTrigger.DescriptorImpl.class));
        // Last, because the keeper's own thread may look at any time.
        Files.delete(job.getRootDir().toPath().resolve(KeptJob.FILE));
        keep();

        assertThat(schedule(job)).isEqualTo("H/5 * * * *");
        assertThat(KeptJob.of(job).orElseThrow().isChanged(job)).isFalse();
    }

    @Test
    void without_a_folder_jobs_stand_at_the_top_under_its_name() throws Exception {
        jenkins.createFreeStyleProject("smoke");
        FaultlineConfiguration.get().setJobsFolder("smoke");
        checked.program("top", "echo fine", "").read();
        keep();

        assertThat(jenkins.jenkins.getItem("smoke-top")).isInstanceOf(FreeStyleProject.class);
    }

    @Test
    void makes_none_when_told_so_and_leaves_those_that_are_there() throws Exception {
        FaultlineConfiguration.get().setKeepJobs(false);
        checked.program("late", "echo fine", "").read();
        keep();

        assertThat(jenkins.jenkins.getItemByFullName("faultline/late")).isNull();
        assertThat(job("always").isDisabled()).isFalse();
    }

    @Test
    void many_at_once_make_each_job_once() throws Exception {
        for (int i = 0; i < 10; i++) {
            checked.program("s" + i, "echo fine", "");
        }
        checked.read();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        for (int i = 0; i < 4; i++) {
            threads.execute(() -> {
                try (ACLContext ignored = ACL.as2(ACL.SYSTEM2)) {
                    keep();
                }
            });
        }
        threads.shutdown();
        assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();

        assertThat(jenkins.jenkins.getItemByFullName("faultline", Folder.class).getItems())
                .hasSize(12);
        assertThat(jenkins.jenkins.getItemByFullName("faultline", Folder.class).getItems())
                .allMatch(job -> KeptJobOf.unchanged((FreeStyleProject) job));
    }

    /** Reads what is remembered, in places that throw nothing. */
    private static final class KeptJobOf {
        static boolean unchanged(FreeStyleProject job) {
            try {
                return !KeptJob.of(job).orElseThrow().isChanged(job);
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    @Test
    void the_page_of_a_job_shows_checks_and_what_depends_on_what_without_starting_it() throws Exception {
        checked.program("base", "echo '<script>alert(1)</script>'", "")
                .file(
                        "above.yaml",
                        "service: above\npurpose: Stands on another.\ndepends-on: [base]\n"
                                + "checks: [{type: nagios, name: program, plugin: \"" + checked.folder()
                                + "/base.sh\"}]\n")
                .read();
        keep();
        jenkins.waitUntilNoActivity();
        FreeStyleBuild newest = job("above").getLastBuild();
        jenkins.buildAndAssertSuccess(job("base"));

        HtmlPage base = browser().getPage(job("base"));
        assertThat(base.asNormalizedText())
                .contains("Needed by:")
                .contains("above")
                .contains("program");
        assertThat(base.getWebResponse().getContentAsString()).doesNotContain("<script>alert(1)");
        assertThat(browser().getPage(job("above")).asNormalizedText())
                .contains("Does not work without:")
                .contains("base");
        jenkins.waitUntilNoActivity();
        assertThat(job("above").getLastBuild()).isSameAs(newest);
        assertThat(job("above").getDescription()).contains("Needs: base.");
    }

    @Test
    void who_may_not_look_at_services_sees_nothing_of_them_on_the_job() throws Exception {
        jenkins.buildAndAssertSuccess(job("always"));
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ, hudson.model.Item.READ)
                .everywhere()
                .to("developer", "reader")
                .grant(FaultlinePermissions.VIEW)
                .everywhere()
                .to("reader"));
        ServiceJobAction action = job("always").getAction(ServiceJobAction.class);

        try (ACLContext ignored = ACL.as2(User.getById("developer", true).impersonate2())) {
            assertThat(action.getView().getChecks()).isEmpty();
        }
        try (ACLContext ignored = ACL.as2(User.getById("reader", true).impersonate2())) {
            assertThat(action.getView().getChecks()).hasSize(1);
        }
    }
}
