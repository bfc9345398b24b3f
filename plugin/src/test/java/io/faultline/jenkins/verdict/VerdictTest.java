package io.faultline.jenkins.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import hudson.model.Cause;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Item;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.security.AuthorizationStrategy;
import hudson.security.SecurityRealm;
import io.faultline.check.CheckId;
import io.faultline.history.Observation;
import io.faultline.history.VerdictLog.PastVerdict;
import io.faultline.jenkins.FaultlineConfiguration;
import io.faultline.jenkins.FaultlineEngine;
import io.faultline.jenkins.FaultlinePermissions;
import io.faultline.jenkins.TestCatalog;
import io.faultline.jenkins.Texts;
import io.faultline.jenkins.Verdicts;
import io.faultline.jenkins.config.FolderCatalog;
import java.io.File;
import java.net.URL;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import jenkins.model.CauseOfInterruption;
import jenkins.model.Jenkins;
import net.sf.json.JSONObject;
import org.htmlunit.HttpMethod;
import org.htmlunit.Page;
import org.htmlunit.WebRequest;
import org.htmlunit.html.DomElement;
import org.htmlunit.html.HtmlForm;
import org.htmlunit.html.HtmlPage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.SleepBuilder;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Failed freestyle builds and their verdicts, in a real Jenkins. */
@WithJenkins
class VerdictTest {
    private static JenkinsRule jenkins;

    @BeforeAll
    static void start(JenkinsRule rule) {
        jenkins = rule;
        FaultlineConfiguration.get().setKeepJobs(false);
    }

    @AfterEach
    void asBefore() throws Exception {
        jenkins.jenkins.setSecurityRealm(SecurityRealm.NO_AUTHENTICATION);
        jenkins.jenkins.setAuthorizationStrategy(AuthorizationStrategy.UNSECURED);
        FaultlineConfiguration.get().setVerdicts(true);
        RecentBuilds.get().forget();
        takeCorrectionsBack();
    }

    /** What people said in one test would count in the next. */
    private static void takeCorrectionsBack() throws Exception {
        JenkinsRule.WebClient web = jenkins.createWebClient();
        for (FreeStyleProject job : jenkins.jenkins.getAllItems(FreeStyleProject.class)) {
            for (FreeStyleBuild build : job.getBuilds()) {
                Optional<VerdictAction> verdict = VerdictAction.of(build).filter(VerdictAction::isCorrected);
                if (verdict.isPresent()) {
                    String path = build.getUrl() + "faultline-verdict/correct?to="
                            + verdict.get().getCategory() + "&why=taken+back";
                    assertThat(post(web, web.createCrumbedUrl(path))).isEqualTo(200);
                }
            }
        }
    }

    private FreeStyleBuild failing(String log) throws Exception {
        return jenkins.assertBuildStatus(
                Result.FAILURE,
                Verdicts.job(jenkins, log, Result.FAILURE).scheduleBuild2(0).get());
    }

    @ParameterizedTest
    @CsvSource({"NETWORK, INFRASTRUCTURE", "COMPILER, CODE", "NOTHING, UNDETERMINED"})
    void says_whose_fault_it_was(String text, String category) throws Exception {
        String log = (String) Texts.class.getField(text).get(null);
        FreeStyleBuild build = failing(log);
        VerdictAction verdict = Verdicts.of(jenkins, build);
        assertThat(verdict.getCategory())
                .as(() -> verdict.getEvidence().stream()
                        .map(one -> one.getLogOdds() + " " + one.getSource() + ": " + one.getWhat())
                        .toList()
                        .toString())
                .isEqualTo(category);
        assertThat(build.getResult()).as("a verdict changes no result").isEqualTo(Result.FAILURE);
        assertThat(past(build).category()).isEqualTo(category);
    }

    private static PastVerdict past(Run<?, ?> build) {
        return FaultlineEngine.get()
                .look()
                .orElseThrow()
                .verdictLog()
                .verdict(build.getParent().getFullName(), String.valueOf(build.getNumber()))
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({"SUCCESS, false", "UNSTABLE, true", "FAILURE, true", "NOT_BUILT, false", "ABORTED, true"})
    void is_made_for_builds_that_failed(String result, boolean expected) throws Exception {
        FreeStyleProject job = Verdicts.job(jenkins, Texts.NETWORK, Result.fromString(result));
        FreeStyleBuild build = job.scheduleBuild2(0).get();
        Verdicts.settle(jenkins);
        assertThat(VerdictAction.of(build).isPresent()).isEqualTo(expected);
    }

    @Test
    void a_person_who_stops_a_build_is_no_failure() throws Exception {
        FreeStyleProject job = jenkins.createFreeStyleProject();
        job.getBuildersList().add(new SleepBuilder(600_000));
        FreeStyleBuild build = job.scheduleBuild2(0).waitForStart();
        build.getExecutor().interrupt(Result.ABORTED, new CauseOfInterruption.UserInterruption("somebody"));
        jenkins.waitForCompletion(build);
        Verdicts.settle(jenkins);
        assertThat(VerdictAction.of(build)).isEmpty();
    }

    @Test
    void stands_on_the_pages_and_links_to_the_log() throws Exception {
        FreeStyleBuild build = failing(Texts.NETWORK);
        Verdicts.of(jenkins, build);
        JenkinsRule.WebClient web = jenkins.createWebClient();
        HtmlPage page = web.getPage(build);
        assertThat(page.asNormalizedText()).contains("Infrastructure, ");
        HtmlPage own = web.getPage(build, "faultline-verdict/");
        assertThat(own.asNormalizedText()).contains("Temporary failure resolving 'deb.example.org'");
        HtmlPage log = own.getAnchors().stream()
                .filter(anchor -> anchor.getHrefAttribute().startsWith("log?line="))
                .findFirst()
                .orElseThrow()
                .click();
        assertThat(log.asNormalizedText()).contains("+ apt-get update");
        HtmlPage job = web.getPage(build.getParent());
        assertThat(job.getAnchors())
                .as("the badge in the history or the trend")
                .anyMatch(anchor -> anchor.getHrefAttribute().contains("faultline-verdict"));
        HtmlPage trend = web.getPage(build.getParent(), "faultline-verdicts/");
        assertThat(trend.asNormalizedText()).contains("Infrastructure 1");
        assertThat(trend.getByXPath("//*[local-name()='rect'][@height='80']")).isNotEmpty();
    }

    @Test
    void is_in_the_api() throws Exception {
        FreeStyleBuild build = failing(Texts.COMPILER);
        Verdicts.of(jenkins, build);
        JSONObject json = jenkins.getJSON(build.getUrl()
                        + "api/json?tree=actions[category,standing,confidence,evidence[source,pointsTo,line,quote]]")
                .getJSONObject();
        JSONObject verdict = (JSONObject) json.getJSONArray("actions").stream()
                .filter(action -> ((JSONObject) action).has("standing"))
                .findFirst()
                .orElseThrow();
        assertThat(verdict.getString("category")).isEqualTo("CODE");
        assertThat(verdict.getDouble("confidence")).isBetween(0.5, 1.0);
        JSONObject first = verdict.getJSONArray("evidence").getJSONObject(0);
        assertThat(first.getString("source")).isEqualTo("log-line");
        assertThat(first.getInt("line")).isPositive();
        JSONObject trend = jenkins.getJSON(build.getParent().getUrl() + "faultline-verdicts/api/json?depth=1")
                .getJSONObject();
        assertThat(trend.getJSONArray("bars").getJSONObject(11).getInt("code")).isEqualTo(1);
    }

    @Test
    void keeps_plain_texts_and_numbers_with_the_build() throws Exception {
        FreeStyleBuild build = failing(Texts.NETWORK);
        Verdicts.of(jenkins, build);
        String xml = Files.readString(new File(build.getRootDir(), "build.xml").toPath());
        assertThat(xml).contains("<category>INFRASTRUCTURE</category>").doesNotContain("io.faultline.verdict.");
        build.getParent()._getRuns().purgeCache();
        FreeStyleBuild loaded = build.getParent().getBuildByNumber(1);
        assertThat(loaded).isNotSameAs(build);
        assertThat(VerdictAction.of(loaded).orElseThrow().getEvidence()).isNotEmpty();
        assertThat(VerdictAction.of(loaded).orElseThrow().getRun()).isSameAs(loaded);
    }

    @Test
    void can_be_corrected_and_that_counts_for_builds_that_look_the_same() throws Exception {
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ, Item.READ, Item.BUILD)
                .everywhere()
                .toEveryone()
                .grant(FaultlinePermissions.CLAIM)
                .everywhere()
                .to("claimer"));
        FreeStyleProject job = Verdicts.job(jenkins, Texts.NETWORK, Result.FAILURE);
        FreeStyleBuild build = job.scheduleBuild2(0).get();
        Verdicts.of(jenkins, build);

        JenkinsRule.WebClient web = jenkins.createWebClient().login("claimer");
        HtmlForm form = ((HtmlPage) web.getPage(build, "faultline-verdict/")).getFormByName("correct");
        form.getSelectByName("to").setSelectedAttribute("CODE", true);
        form.getInputByName("why").setValue("the name was <b>misspelt</b> in the change");
        HtmlPage after = (HtmlPage) jenkins.submit(form);
        assertThat(after.asNormalizedText())
                .contains("Code, says claimer")
                .contains("the name was <b>misspelt</b> in the change");

        VerdictAction verdict = Verdicts.of(jenkins, build);
        assertThat(verdict.getStanding()).isEqualTo("CODE");
        assertThat(verdict.getCategory()).isEqualTo("INFRASTRUCTURE");
        assertThat(past(build).standing()).isEqualTo("CODE");
        VerdictAction next = Verdicts.of(jenkins, job.scheduleBuild2(0).get());
        assertThat(next.getEvidence()).anyMatch(evidence -> evidence.getSource().equals("correction"));
    }

    @ParameterizedTest
    @CsvSource({"CODE, ''", "MAYBE, because", "'', because"})
    void a_correction_that_makes_no_sense_is_refused(String to, String why) throws Exception {
        FreeStyleBuild build = failing(Texts.NETWORK);
        Verdicts.of(jenkins, build);
        JenkinsRule.WebClient web = jenkins.createWebClient().withThrowExceptionOnFailingStatusCode(false);
        WebRequest request = new WebRequest(
                web.createCrumbedUrl(build.getUrl() + "faultline-verdict/correct?to=" + to + "&why=" + why),
                HttpMethod.POST);
        assertThat(web.getPage(request).getWebResponse().getStatusCode()).isEqualTo(400);
        assertThat(VerdictAction.of(build).orElseThrow().isCorrected()).isFalse();
    }

    @Test
    void a_correction_that_would_not_count_is_refused() throws Exception {
        FreeStyleBuild build = failing(Texts.NETWORK);
        Verdicts.of(jenkins, build);
        FaultlineEngine.get()
                .look()
                .orElseThrow()
                .verdictLog()
                .deleted(build.getParent().getFullName());
        JenkinsRule.WebClient web = jenkins.createWebClient().withThrowExceptionOnFailingStatusCode(false);

        assertThat(post(web, web.createCrumbedUrl(build.getUrl() + "faultline-verdict/correct?to=CODE&why=because")))
                .isEqualTo(409);
        assertThat(VerdictAction.of(build).orElseThrow().isCorrected()).isFalse();
    }

    @Test
    void verdicts_follow_a_job_to_its_new_name_and_are_nobodys_when_it_is_gone() throws Exception {
        FreeStyleBuild build = failing(Texts.NETWORK);
        Verdicts.of(jenkins, build);
        FreeStyleProject job = build.getParent();
        String name = job.getName();
        job.renameTo(name + "-old");
        FreeStyleProject other = Verdicts.job(jenkins, name, Texts.COMPILER, Result.FAILURE);

        assertThat(past(build).category()).isEqualTo("INFRASTRUCTURE");
        assertThat(verdicts(name)).isEmpty();
        assertThat(jenkins.createWebClient()
                        .getPage(other, "faultline-verdicts/")
                        .asNormalizedText())
                .doesNotContain("#1");

        job.delete();
        assertThat(verdicts(name + "-old")).isEmpty();
    }

    private static List<PastVerdict> verdicts(String job) {
        return FaultlineEngine.get().look().orElseThrow().verdictLog().verdicts(job, 10);
    }

    /** Two and more logs of builds that passed, each of which takes minutes to read. */
    @Test
    @Timeout(300)
    void nobody_waits_for_a_verdict_while_logs_of_builds_that_passed_are_read() throws Exception {
        List<FreeStyleBuild> passed = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            FreeStyleProject job = jenkins.createFreeStyleProject();
            job.getBuildersList().add(new HollowLog(256L << 30));
            passed.add(jenkins.buildAndAssertSuccess(job));
        }
        try {
            FreeStyleBuild build = failing(Texts.NETWORK);
            for (int i = 0; i < 1200 && VerdictAction.of(build).isEmpty(); i++) {
                synchronized (this) {
                    wait(100);
                }
            }
            assertThat(VerdictAction.of(build)).isPresent();
        } finally {
            for (FreeStyleBuild build : passed) {
                HollowLog.empty(build);
            }
        }
        Verdicts.settle(jenkins);
    }

    @Test
    void what_a_log_says_is_never_markup() throws Exception {
        String evil = "\"><script>document.title='owned'</script><img src=x onerror=alert(1)>";
        FreeStyleBuild build = failing("E: Failed to fetch http://deb.example.org/" + evil
                + "  Temporary failure resolving 'deb.example.org" + evil + "'\n" + evil);
        VerdictAction verdict = Verdicts.of(jenkins, build);
        JenkinsRule.WebClient web = jenkins.createWebClient();
        assertThat(post(
                        web,
                        web.createCrumbedUrl(build.getUrl() + "faultline-verdict/correct?to=CODE&why="
                                + URLEncoder.encode(evil, StandardCharsets.UTF_8))))
                .isEqualTo(200);
        assertThat(verdict.getCorrectedWhy()).isEqualTo(evil);
        String url = build.getUrl();
        for (String path : List.of(
                url,
                url + "faultline-verdict/",
                url + "faultline-verdict/log?line=3",
                url + "faultline-verdict/log?line=%22%3E%3Cimg%20src=x%3E",
                build.getParent().getUrl() + "faultline-verdicts/",
                "faultline/verdicts")) {
            HtmlPage page = web.goTo(path);
            assertThat(page.getTitleText()).isNotEqualTo("owned");
            assertThat(page.getByXPath("//img[@src='x']")).as(path).isEmpty();
            assertThat(page.getByXPath("//script[contains(., 'owned')]"))
                    .as(path)
                    .isEmpty();
        }
        assertThat(((HtmlPage) web.getPage(build, "faultline-verdict/")).asNormalizedText())
                .contains("<script>");
    }

    @Test
    void pages_have_neither_inline_scripts_nor_styles_of_ours() throws Exception {
        FreeStyleBuild build = failing(Texts.NETWORK);
        Verdicts.of(jenkins, build);
        JenkinsRule.WebClient web = jenkins.createWebClient();
        HtmlPage page = web.getPage(build, "faultline-verdict/");
        DomElement main = page.getElementById("main-panel");
        assertThat(main.getByXPath(".//script | .//style | .//*[@style] | .//*[@onclick]"))
                .isEmpty();
    }

    @Test
    void can_be_switched_off() throws Exception {
        FaultlineConfiguration.get().setVerdicts(false);
        FreeStyleBuild build = failing(Texts.NETWORK);
        Verdicts.settle(jenkins);
        assertThat(VerdictAction.of(build)).isEmpty();
    }

    @Test
    void is_in_the_environment_of_the_next_build_and_of_builds_that_it_starts() throws Exception {
        FreeStyleProject job = Verdicts.job(jenkins, Texts.NETWORK, Result.FAILURE);
        FreeStyleBuild first = job.scheduleBuild2(0).get();
        Verdicts.of(jenkins, first);
        FreeStyleBuild second = job.scheduleBuild2(0).get();
        assertThat(second.getEnvironment(TaskListener.NULL))
                .containsEntry("FAULTLINE_PREVIOUS_VERDICT", "INFRASTRUCTURE")
                .containsKey("FAULTLINE_PREVIOUS_VERDICT_CONFIDENCE");
        FreeStyleProject downstream = jenkins.createFreeStyleProject();
        FreeStyleBuild started = downstream
                .scheduleBuild2(0, new Cause.UpstreamCause((Run<?, ?>) first))
                .get();
        assertThat(started.getEnvironment(TaskListener.NULL))
                .containsEntry("FAULTLINE_UPSTREAM_VERDICT", "INFRASTRUCTURE");
    }

    @Test
    void builds_that_end_at_the_same_time_each_get_their_own() throws Exception {
        jenkins.jenkins.setNumExecutors(8);
        List<FreeStyleProject> jobs = new ArrayList<>();
        List<Future<FreeStyleBuild>> running = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            FreeStyleProject job = Verdicts.job(jenkins, i % 2 == 0 ? Texts.NETWORK : Texts.COMPILER, Result.FAILURE);
            job.setConcurrentBuild(true);
            jobs.add(job);
        }
        for (int round = 0; round < 3; round++) {
            for (FreeStyleProject job : jobs) {
                running.add(job.scheduleBuild2(0));
            }
            for (Future<FreeStyleBuild> one : running) {
                one.get();
            }
        }
        Verdicts.settle(jenkins);
        for (int i = 0; i < jobs.size(); i++) {
            for (FreeStyleBuild build : jobs.get(i).getBuilds()) {
                Evidence strongest = VerdictAction.of(build).orElseThrow().getFirstEvidence();
                assertThat(strongest.getPointsTo())
                        .as(build.toString())
                        .isEqualTo(i % 2 == 0 ? "INFRASTRUCTURE" : "CODE");
            }
        }
    }

    @Test
    void a_failing_service_that_the_job_uses_is_evidence() throws Exception {
        new TestCatalog(jenkins, "catalog").service("apt").read();
        Instant now = FaultlineEngine.get().clock().instant();
        List<Observation> observations = new ArrayList<>();
        for (int i = 3; i > 0; i--) {
            observations.add(new Observation(
                    CheckId.parse("apt/port"),
                    now.minusSeconds(i),
                    Duration.ZERO,
                    io.faultline.check.Result.critical("nobody answers")));
        }
        assertThat(FaultlineEngine.get().record(observations)).hasSize(3);
        FreeStyleProject job = Verdicts.job(jenkins, Texts.NOTHING, Result.FAILURE);
        FaultlineJobProperty property = new FaultlineJobProperty();
        property.setServices("apt");
        job.addProperty(property);
        VerdictAction verdict = Verdicts.of(jenkins, job.scheduleBuild2(0).get());
        assertThat(verdict.getEvidence())
                .anyMatch(evidence -> evidence.getSource().equals("failing-service")
                        && evidence.getWhat().contains("apt")
                        && evidence.getWhat().contains("nobody answers"));
        assertThat(verdict.getCategory()).isEqualTo("INFRASTRUCTURE");
        FaultlineConfiguration.get().setCatalog(new FolderCatalog(""));
        FaultlineEngine.get().reload();
    }

    @Test
    void the_job_property_survives_its_form() throws Exception {
        FreeStyleProject job = jenkins.createFreeStyleProject();
        FaultlineJobProperty property = new FaultlineJobProperty();
        property.setServices("apt, dns");
        property.setInfrastructureMail("ops@example.org");
        property.setNoMail(true);
        job.addProperty(property);
        jenkins.configRoundtrip(job);
        jenkins.assertEqualDataBoundBeans(property, job.getProperty(FaultlineJobProperty.class));
        assertThat(job.getProperty(FaultlineJobProperty.class).getServices()).isEqualTo("apt, dns");
    }

    @Test
    void a_correction_needs_a_post_with_a_crumb_and_the_permission() throws Exception {
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ, Item.READ)
                .everywhere()
                .toEveryone()
                .grant(FaultlinePermissions.CLAIM)
                .everywhere()
                .to("claimer"));
        FreeStyleBuild build = failing(Texts.NETWORK);
        Verdicts.of(jenkins, build);
        String path = build.getUrl() + "faultline-verdict/correct?to=CODE&why=because";
        JenkinsRule.WebClient reader = jenkins.createWebClient().withThrowExceptionOnFailingStatusCode(false);
        reader.login("reader");
        assertThat(post(reader, reader.createCrumbedUrl(path))).isEqualTo(403);
        JenkinsRule.WebClient claimer = jenkins.createWebClient().withThrowExceptionOnFailingStatusCode(false);
        claimer.login("claimer");
        assertThat(post(
                        claimer,
                        claimer.createCrumbedUrl(path)
                                .toURI()
                                .resolve(jenkins.getURL() + path)
                                .toURL()))
                .as("without a crumb")
                .isEqualTo(403);
        Page get = claimer.goTo(path, null);
        assertThat(get.getWebResponse().getStatusCode()).as("GET").isIn(404, 405);
        assertThat(VerdictAction.of(build).orElseThrow().isCorrected()).isFalse();
        assertThat(post(claimer, claimer.createCrumbedUrl(path))).isEqualTo(200);
        assertThat(VerdictAction.of(build).orElseThrow().getCorrectedBy()).isEqualTo("claimer");
        assertThat(((HtmlPage) reader.getPage(build, "faultline-verdict/"))
                        .getForms().stream().map(HtmlForm::getNameAttribute))
                .doesNotContain("correct");
    }

    private static int post(JenkinsRule.WebClient web, URL url) throws Exception {
        return web.getPage(new WebRequest(url, HttpMethod.POST))
                .getWebResponse()
                .getStatusCode();
    }

    @Test
    void reads_a_log_of_a_gigabyte_as_a_stream() throws Exception {
        FreeStyleProject job = jenkins.createFreeStyleProject();
        job.getBuildersList().add(new LongLog(1L << 30));
        FreeStyleBuild build = job.scheduleBuild2(0).get();
        File log = new File(build.getRootDir(), "log");
        assertThat(log.length()).isGreaterThan(1L << 30);
        assertThat(Runtime.getRuntime().maxMemory())
                .as("no room for the whole log")
                .isLessThan(log.length() + (1L << 30));
        long ended = System.nanoTime();
        VerdictAction verdict = Verdicts.of(jenkins, build);
        System.out.println("verdict on 1 GiB after " + (System.nanoTime() - ended) / 1_000_000 + " ms");
        assertThat(verdict.getCategory()).isEqualTo("INFRASTRUCTURE");
        assertThat(verdict.getLines()).isCloseTo(verdict.getFirstEvidence().getLine(), within(20L));
        HtmlPage page = jenkins.createWebClient()
                .getPage(
                        build,
                        "faultline-verdict/log?line="
                                + verdict.getFirstEvidence().getLine());
        assertThat(page.asNormalizedText()).contains("Temporary failure resolving");
        assertThat(log.delete()).isTrue();
    }
}
