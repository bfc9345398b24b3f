package io.faultline.jenkins.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.FreeStyleProject;
import hudson.model.Job;
import hudson.model.ListView;
import hudson.security.AuthorizationStrategy;
import io.faultline.check.Fact;
import io.faultline.check.Result;
import io.faultline.jenkins.FaultlineConfiguration;
import io.faultline.jenkins.FaultlineEngine;
import io.faultline.jenkins.config.FolderCatalog;
import java.util.List;
import java.util.Optional;
import net.sf.json.JSONObject;
import org.htmlunit.Page;
import org.htmlunit.html.DomElement;
import org.htmlunit.html.HtmlPage;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.TestExtension;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

@WithJenkins
class PagesTest {
    private static final List<String> PAGES = List.of(
            "faultline/",
            "faultline/services",
            "faultline/machines",
            "faultline/incidents",
            "faultline/verdicts",
            "faultline/log",
            "faultline/service/web/",
            "faultline/machine/vm/",
            "faultline/incident/1/",
            "faultline/silence/");

    @Test
    void the_overview_says_what_is_broken(JenkinsRule jenkins) throws Exception {
        Watched watched = Watched.few(jenkins);
        watched.certainly("web/home", Result.critical("connection refused"));
        watched.result("dns/port", Result.ok("open"));
        HtmlPage page = watched.browser("").goTo("faultline/");
        assertEquals("1 of 3 services has a problem", h1(page));
        String text = Watched.own(page).asNormalizedText();
        assertTrue(text.contains("home: connection refused"), text);
        assertTrue(text.contains("2 no result yet"), text);
        assertEquals(
                "/faultline/service/web/",
                page.getAnchorByText("web").getHrefAttribute().replaceFirst("^/jenkins", ""));
    }

    @Test
    void a_service_is_shown_in_depth(JenkinsRule jenkins) throws Exception {
        Watched watched = Watched.few(jenkins);
        watched.certainly("vm/ssh", Result.critical("no answer"));
        watched.certainly("web/home", Result.critical("connection refused", Fact.expected("200")));
        HtmlPage page = watched.browser("").goTo("faultline/service/web/");
        String text = Watched.own(page).asNormalizedText();
        assertTrue(h1(page).startsWith("web: CRITICAL"), h1(page));
        for (String words : List.of(
                "Shows the website.",
                "connection refused",
                "expected: 200",
                "failed 2 times in a row",
                "last 2 results: 2 CRITICAL",
                "What it needs",
                "vm")) {
            assertTrue(text.contains(words), words + " in " + text);
        }
    }

    @Test
    void a_page_can_be_read_by_ear(JenkinsRule jenkins) throws Exception {
        Watched watched = Watched.few(jenkins);
        watched.certainly("web/home", Result.critical("connection refused"));
        for (String path : PAGES) {
            HtmlPage page = watched.browser("").goTo(path);
            assertEquals(1, page.getByXPath("//h1").size(), path);
            DomElement own = Watched.own(page);
            for (DomElement table : own.<DomElement>getByXPath(".//table")) {
                assertEquals(1, table.getByXPath("./caption").size(), path);
                assertEquals(0, table.getByXPath(".//th[not(@scope)]").size(), path);
                assertEquals(
                        table.getByXPath("./tbody/tr").size(),
                        table.getByXPath("./tbody/tr[th[@scope='row']]").size(),
                        path);
            }
            for (DomElement input : own.<DomElement>getByXPath(".//input[@type='text']")) {
                assertEquals(
                        1,
                        own.getByXPath(".//label[@for='" + input.getId() + "']").size(),
                        path);
            }
            for (DomElement labelled : own.<DomElement>getByXPath(".//section")) {
                assertFalse(page.getElementById(labelled.getAttribute("aria-labelledby")) == null, path);
            }
        }
    }

    @Test
    void the_sidebar_leads_there_whoever_may_look(JenkinsRule jenkins) throws Exception {
        Watched watched = Watched.few(jenkins);
        watched.people();
        assertTrue(watched.browser("reader").goTo("").asXml().contains("/faultline\""));
        assertFalse(watched.browser("nobody").goTo("").asXml().contains("/faultline\""));
    }

    @Test
    void forms_are_offered_to_who_may_use_them(JenkinsRule jenkins) throws Exception {
        Watched watched = Watched.few(jenkins);
        watched.certainly("web/home", Result.critical("connection refused"));
        watched.people();
        assertFalse(
                watched.browser("reader").goTo("faultline/incident/1/").asXml().contains("faultline/claim/"));
        assertFalse(watched.browser("reader").goTo("faultline/").asXml().contains("faultline/reload"));
        assertTrue(
                watched.browser("claimer").goTo("faultline/incident/1/").asXml().contains("faultline/claim/"));
        assertFalse(watched.browser("claimer").goTo("faultline/").asXml().contains("faultline/reload"));
        assertTrue(watched.browser("administrator").goTo("faultline/").asXml().contains("faultline/reload"));
    }

    @Test
    void programs_can_ask_too(JenkinsRule jenkins) throws Exception {
        Watched watched = Watched.few(jenkins);
        watched.certainly("web/home", Result.critical("connection refused"));
        JSONObject all = json(watched, "faultline/api/json");
        assertEquals("1 of 3 services has a problem", all.getString("verdict"));
        assertEquals("CRITICAL", all.getString("condition"));
        List<String> services = all.getJSONArray("services").stream()
                .map(one -> ((JSONObject) one).getString("name") + " " + ((JSONObject) one).getString("condition"))
                .toList();
        assertEquals(List.of("dns PENDING", "catalogue PENDING", "web CRITICAL"), services);
        JSONObject incident = all.getJSONArray("openIncidents").getJSONObject(0);
        assertEquals("web", incident.getString("subject"));
        JSONObject check = json(watched, "faultline/service/web/api/json")
                .getJSONArray("checks")
                .getJSONObject(0);
        assertEquals("connection refused", check.getString("summary"));
        assertEquals(
                1,
                json(watched, "faultline/incident/1/api/json")
                        .getJSONObject("incident")
                        .getInt("id"));
    }

    @Test
    void a_badge_is_a_picture_of_words(JenkinsRule jenkins) throws Exception {
        Watched watched = Watched.few(jenkins);
        watched.certainly("web/home", Result.critical("connection refused"));
        Page badge = watched.browser("").goTo("faultline/badge?service=web", "image/svg+xml");
        String svg = badge.getWebResponse().getContentAsString();
        assertTrue(svg.contains("<title>web: CRITICAL</title>"), svg);
    }

    @Test
    void the_column_says_how_a_jobs_service_is(JenkinsRule jenkins) throws Exception {
        Watched watched = Watched.few(jenkins);
        watched.certainly("web/home", Result.critical("connection refused"));
        watched.people();
        FreeStyleProject tested = jenkins.createFreeStyleProject("checks-web");
        FreeStyleProject machine = jenkins.createFreeStyleProject("checks-vm");
        FreeStyleProject other = jenkins.createFreeStyleProject("other");
        ListView view = new ListView("services", jenkins.jenkins);
        view.getColumns().add(new ServiceColumn());
        view.add(tested);
        view.add(machine);
        view.add(other);
        jenkins.jenkins.addView(view);
        HtmlPage page = watched.browser("reader").goTo("view/services/");
        assertEquals(
                "CRITICAL",
                page.<DomElement>getFirstByXPath(
                                "//tr[@id='job_checks-web']//a[contains(@href,'faultline/service/web')]")
                        .asNormalizedText());
        assertNotNull(page.getFirstByXPath("//tr[@id='job_checks-vm']//a[contains(@href,'faultline/machine/vm')]"));
        assertEquals(
                0,
                page.getByXPath("//tr[@id='job_other']//a[contains(@href,'faultline/service')]")
                        .size());
        String unseen = watched.browser("administrator").goTo("view/services/").asXml();
        assertTrue(unseen.contains("faultline/service/web"));
        jenkins.jenkins.setAuthorizationStrategy(AuthorizationStrategy.UNSECURED);
        jenkins.configRoundtrip(view);
        assertTrue(view.getColumns().get(ServiceColumn.class) != null);
    }

    @TestExtension("the_column_says_how_a_jobs_service_is")
    public static final class ByName implements ServiceOfJob {
        @Override
        public Optional<String> service(Job<?, ?> job) {
            return job.getName().startsWith("checks-")
                    ? Optional.of(job.getName().substring("checks-".length()))
                    : Optional.empty();
        }
    }

    @Test
    void the_catalogue_is_read_again_on_demand(JenkinsRule jenkins) throws Exception {
        Watched watched = Watched.few(jenkins);
        watched.file("mail.yaml", Watched.DNS.replace("service: dns", "service: mail"));
        JenkinsRule.WebClient browser = watched.browser("");
        assertEquals(
                303,
                browser.getPage(watched.post(browser, "faultline/reload", true))
                        .getWebResponse()
                        .getStatusCode());
        assertTrue(FaultlineEngine.get()
                .look()
                .orElseThrow()
                .catalog()
                .subject("mail")
                .isPresent());
    }

    @Test
    void without_a_catalogue_the_page_says_so(JenkinsRule jenkins) throws Exception {
        FaultlineConfiguration.get().setCatalog(new FolderCatalog(""));
        Watched watched = new Watched(jenkins);
        assertEquals("The catalogue holds no service", h1(watched.browser("").goTo("faultline/")));
    }

    private static JSONObject json(Watched watched, String path) throws Exception {
        return JSONObject.fromObject(watched.browser("")
                .goTo(path, "application/json")
                .getWebResponse()
                .getContentAsString());
    }

    private static String h1(HtmlPage page) {
        return page.<DomElement>getFirstByXPath("//h1").asNormalizedText();
    }
}
