package io.faultline.jenkins.trigger;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.cli.CLICommandInvoker;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Item;
import hudson.model.User;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.faultline.check.Status;
import io.faultline.history.Event;
import io.faultline.jenkins.Checked;
import io.faultline.jenkins.FaultlineConfiguration;
import io.faultline.jenkins.FaultlineEngine;
import io.faultline.jenkins.FaultlinePermissions;
import io.faultline.jenkins.jobs.JobKeeper;
import io.faultline.run.MachineEvent;
import java.net.URL;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import jenkins.model.Jenkins;
import jenkins.security.ApiTokenProperty;
import net.sf.json.JSONObject;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.htmlunit.WebResponse;
import org.htmlunit.util.NameValuePair;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

@WithJenkins
@Timeout(180)
class TriggerTest {
    private static final AtomicInteger NUMBERS = new AtomicInteger();
    private static JenkinsRule jenkins;

    private Checked checked;
    private String machine;

    @BeforeAll
    static void start(JenkinsRule rule) {
        jenkins = rule;
    }

    @BeforeEach
    void catalogue() throws Exception {
        checked = new Checked(jenkins);
        machine = "host" + NUMBERS.incrementAndGet();
        checked.program("on-" + machine, "echo fine", ", machine: " + machine)
                .file(
                        "machines.yaml",
                        "machines: {" + machine
                                + ": {address: 127.0.0.1, purpose: Carries., checks: [{type: nagios, name: up, plugin:"
                                + " \""
                                + checked.folder() + "/on-" + machine + ".sh\"}]}}\n")
                .program("apart-" + machine, "echo fine", "")
                .read();
        JobKeeper.get().keep();
        jenkins.waitUntilNoActivity();
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.ADMINISTER)
                .everywhere()
                .to("admin")
                .grant(Jenkins.READ)
                .everywhere()
                .to("puppet", "reader", "configurer", "builder")
                .grant(TriggerPermission.TRIGGER)
                .everywhere()
                .to("puppet")
                .grant(FaultlinePermissions.VIEW, FaultlinePermissions.CLAIM)
                .everywhere()
                .to("reader")
                .grant(FaultlinePermissions.CONFIGURE)
                .everywhere()
                .to("configurer")
                .grant(Item.BUILD, Item.READ)
                .everywhere()
                .to("builder"));
    }

    @AfterEach
    void settle() throws Exception {
        jenkins.waitUntilNoActivity();
        FaultlineConfiguration.get().setKeepJobs(true);
        for (String name : List.of("machines", "on-" + machine, "apart-" + machine)) {
            checked.remove(name + ".yaml");
        }
    }

    private static WebResponse post(String user, String accept, String... pairs) throws Exception {
        JenkinsRule.WebClient browser = jenkins.createWebClient().withThrowExceptionOnFailingStatusCode(false);
        WebRequest request = new WebRequest(new URL(jenkins.getURL(), "faultline/trigger"), HttpMethod.POST);
        List<NameValuePair> parameters = new ArrayList<>();
        for (int i = 0; i < pairs.length; i += 2) {
            parameters.add(new NameValuePair(pairs[i], pairs[i + 1]));
        }
        request.setRequestParameters(parameters);
        request.setAdditionalHeader("Accept", accept);
        if (!user.isEmpty()) {
            try (ACLContext ignored = ACL.as2(ACL.SYSTEM2)) {
                String token = User.getById(user, true)
                        .getProperty(ApiTokenProperty.class)
                        .generateNewToken("test")
                        .plainValue;
                browser.withBasicCredentials(user, token);
            }
        }
        return browser.loadWebResponse(request);
    }

    private static FreeStyleProject job(String subject) {
        return JobKeeper.get().jobOf(subject).orElseThrow();
    }

    @Test
    void runs_the_jobs_of_the_machine_and_of_what_needs_it_and_no_other() throws Exception {
        WebResponse response =
                post("puppet", "application/json", "machine", machine, "event", "puppet-run", "status", "2");

        assertThat(response.getStatusCode()).isEqualTo(202);
        assertThat(response.getContentType()).isEqualTo("application/json");
        JSONObject answer = JSONObject.fromObject(response.getContentAsString());
        assertThat(answer.getInt("checks")).isEqualTo(2);
        assertThat(places(answer, "subject")).containsExactly(machine, "on-" + machine);
        assertThat(places(answer, "url"))
                .startsWith(jenkins.getURL() + job(machine).getUrl());
        jenkins.waitUntilNoActivity();
        for (String subject : List.of(machine, "on-" + machine)) {
            FreeStyleBuild build = jenkins.assertBuildStatusSuccess(job(subject).getLastBuild());
            assertThat(build.getCause(MachineChangedCause.class).getShortDescription())
                    .isEqualTo(machine + " had a Puppet run, said puppet");
        }
        assertThat(job("apart-" + machine).getLastBuild().getCause(MachineChangedCause.class))
                .isNull();
        List<Event> events =
                FaultlineEngine.get().look().orElseThrow().history().events(List.of(machine), Instant.EPOCH, 10);
        assertThat(events).extracting(Event::what).contains("a Puppet run, status 2, told by puppet");
    }

    @Test
    void tries_again_soon_what_fails() throws Exception {
        checked.program("on-" + machine, "exit 2", ", machine: " + machine + ", retry-every: 1h")
                .read();
        JobKeeper.get().keep();

        assertThat(post("puppet", "text/plain", "machine", machine, "event", "boot")
                        .getStatusCode())
                .isEqualTo(202);
        jenkins.waitUntilNoActivity();

        // Certain after two failures: with the hour between them that the catalogue says, this build would still run.
        assertThat(Checked.state("on-" + machine + "/program").orElseThrow().isHardProblem())
                .isTrue();
    }

    @Test
    void answers_in_text_who_asks_for_text() throws Exception {
        WebResponse response = post("puppet", "text/plain", "machine", machine, "event", "upgrade");

        assertThat(response.getContentType()).isEqualTo("text/plain");
        assertThat(response.getContentAsString())
                .startsWith("2 checks of 2 services and machines were started because of " + machine)
                .contains("on-" + machine + "  queued  " + jenkins.getURL()
                        + job("on-" + machine).getUrl());
    }

    @ParameterizedTest
    @CsvSource({"'', 403", "reader, 403", "builder, 403", "puppet, 202", "configurer, 202", "admin, 202"})
    void only_who_is_permitted_may(String user, int status) throws Exception {
        assertThat(post(user, "*/*", "machine", machine, "event", "boot").getStatusCode())
                .isEqualTo(status);
    }

    @Test
    void a_browser_needs_a_crumb_and_reading_starts_nothing() throws Exception {
        JenkinsRule.WebClient browser = jenkins.createWebClient().withThrowExceptionOnFailingStatusCode(false);
        browser.login("admin");
        URL url = new URL(jenkins.getURL(), "faultline/trigger?machine=" + machine + "&event=boot");

        assertThat(browser.loadWebResponse(new WebRequest(url, HttpMethod.POST)).getStatusCode())
                .isEqualTo(403);
        assertThat(browser.loadWebResponse(new WebRequest(url, HttpMethod.GET)).getStatusCode())
                .isEqualTo(405);
        WebRequest withCrumb = new WebRequest(url, HttpMethod.POST);
        assertThat(browser.loadWebResponse(browser.addCrumb(withCrumb)).getStatusCode())
                .isEqualTo(202);
    }

    @ParameterizedTest
    @CsvSource({
        "MACHINE, meteor, '', 400, expected an event",
        "MACHINE, '', '', 400, expected an event",
        "nobody-has-me, boot, '', 404, no such machine",
        "apart-MACHINE, boot, '', 404, no such machine",
        "<b>x</b>, boot, '', 404, no such machine",
        "MACHINE, boot, '<script>', 400, letters",
        "MACHINE, boot, '-rf', 400, letters",
    })
    void says_what_it_does_not_understand(String name, String event, String status, int http, String said)
            throws Exception {
        WebResponse response = post(
                "puppet",
                "application/json",
                "machine",
                name.replace("MACHINE", machine),
                "event",
                event,
                "status",
                status);

        assertThat(response.getStatusCode()).isEqualTo(http);
        assertThat(JSONObject.fromObject(response.getContentAsString()).getString("error"))
                .contains(said);
        assertThat(response.getContentAsString()).doesNotContain("<");
    }

    @Test
    void a_machine_that_tells_too_much_is_told_to_wait() throws Exception {
        WebResponse response = null;
        for (int i = 0; i < 7; i++) {
            response = post("puppet", "application/json", "machine", machine, "event", "deployment");
        }

        assertThat(response.getStatusCode()).isEqualTo(429);
        assertThat(Integer.parseInt(response.getResponseHeaderValue("Retry-After")))
                .isBetween(1, 20);
    }

    @ParameterizedTest
    @CsvSource({"boot, boot-id", "puppet-run, id", "deployment, id"})
    void an_event_that_is_told_again_starts_nothing_and_says_where_to_look(String event, String key) throws Exception {
        String[] word = {"machine", machine, "event", event, key, "0f3b7a52-2f4e-4a52-8f0a-5d8e7b6f1c11"};
        JSONObject first =
                JSONObject.fromObject(post("puppet", "application/json", word).getContentAsString());
        jenkins.waitUntilNoActivity();
        // More often than a machine may tell of anything else.
        for (int i = 0; i < 10; i++) {
            WebResponse again = post("puppet", "application/json", word);
            assertThat(again.getStatusCode()).isEqualTo(202);
            JSONObject answer = JSONObject.fromObject(again.getContentAsString());
            assertThat(answer.getBoolean("again")).isTrue();
            assertThat(answer.getInt("checks")).isEqualTo(first.getInt("checks"));
            assertThat(places(answer, "url")).isEqualTo(places(first, "url"));
            assertThat(places(answer, "how")).containsOnly("told-before");
        }
        jenkins.waitUntilNoActivity();
        assertThat(job(machine).getLastBuild().getNumber()).isEqualTo(2);

        word[5] = "another";
        assertThat(JSONObject.fromObject(
                                post("puppet", "application/json", word).getContentAsString())
                        .getBoolean("again"))
                .isFalse();
        jenkins.waitUntilNoActivity();
        assertThat(job(machine).getLastBuild().getNumber()).isEqualTo(3);
    }

    private static List<Object> places(JSONObject answer, String what) {
        return answer.getJSONArray("subjects").stream()
                .map(one -> ((JSONObject) one).get(what))
                .toList();
    }

    @Test
    void a_job_that_a_person_disabled_is_not_run() throws Exception {
        job("on-" + machine).makeDisabled(true);

        WebResponse response = post("puppet", "text/plain", "machine", machine, "event", "boot");

        assertThat(response.getContentAsString()).contains("on-" + machine + "  disabled");
        jenkins.waitUntilNoActivity();
        assertThat(job("on-" + machine).getLastBuild().getCause(MachineChangedCause.class))
                .isNull();
    }

    @Test
    void without_jobs_the_controller_checks() throws Exception {
        job("on-" + machine).delete();
        job(machine).delete();
        CheckedSoon soon = new CheckedSoon("on-" + machine + "/program");

        WebResponse response = post("puppet", "text/plain", "machine", machine, "event", "boot");

        assertThat(response.getContentAsString()).contains("on-" + machine + "  on-controller");
        assertThat(soon.await()).isEqualTo(Status.OK);
    }

    /** Waits for a result that no build of a job brings. */
    private record CheckedSoon(String check) {
        Status await() throws InterruptedException {
            for (int i = 0; i < 600 && Checked.state(check).isEmpty(); i++) {
                synchronized (this) {
                    wait(100);
                }
            }
            return Checked.status(check);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"puppet-run", "deployment", "upgrade", "boot"})
    void the_command_does_the_same(String event) throws Exception {
        CLICommandInvoker.Result result = new CLICommandInvoker(jenkins, "faultline-trigger")
                .asUser("puppet")
                .invokeWithArgs(machine, event, "-boot-id", "0f3b7a52-2f4e-4a52-8f0a-5d8e7b6f1c11");

        assertThat(result.returnCode()).isZero();
        assertThat(result.stdout()).contains("2 checks of 2 services and machines");
        assertThat(MachineEvent.of(event)).isPresent();
    }

    @Test
    void the_command_asks_for_the_permission_too() {
        assertThat(new CLICommandInvoker(jenkins, "faultline-trigger")
                        .asUser("reader")
                        .invokeWithArgs(machine, "boot")
                        .returnCode())
                .isEqualTo(6);
        assertThat(new CLICommandInvoker(jenkins, "faultline-trigger")
                        .asUser("puppet")
                        .invokeWithArgs("nobody-has-me", "boot")
                        .stderr())
                .contains("no such machine");
    }

    @Test
    void equal_causes_are_told_once() {
        assertThat(new MachineChangedCause("a", "a boot", "b")).isEqualTo(new MachineChangedCause("a", "a boot", "b"));
        assertThat(Optional.of(new MachineChangedCause("a", "a boot", "b")))
                .isNotEqualTo(Optional.of(new MachineChangedCause("a", "an upgrade", "b")));
    }
}
