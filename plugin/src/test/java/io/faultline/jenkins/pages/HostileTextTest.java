package io.faultline.jenkins.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.FreeStyleProject;
import hudson.model.ListView;
import io.faultline.alert.Desk;
import io.faultline.check.Fact;
import io.faultline.check.Result;
import io.faultline.jenkins.FaultlineConfiguration;
import io.faultline.jenkins.FaultlineEngine;
import io.faultline.jenkins.Verdicts;
import io.faultline.jenkins.config.GitCatalog;
import io.faultline.jenkins.config.OwnMail;
import io.faultline.jenkins.jobs.JobKeeper;
import io.faultline.jenkins.steps.RecordSmokeResults;
import io.faultline.jenkins.steps.SmokeTestBuilder;
import io.faultline.jenkins.verdict.FaultlineJobProperty;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.htmlunit.Page;
import org.htmlunit.html.DomAttr;
import org.htmlunit.html.DomElement;
import org.htmlunit.html.DomNode;
import org.htmlunit.html.HtmlPage;
import org.htmlunit.util.NameValuePair;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Whatever comes from outside is shown as text. */
@WithJenkins
class HostileTextTest {
    /** Breaks out of text, attributes and scripts, where one lets it; the word in it is searched for. */
    private static final String EVIL = "evil\"'><script>evil()</script><img src=x onerror=evil()>{{evil}}${evil}";

    private static final List<String> PAGES = List.of(
            "faultline/",
            "faultline/services",
            "faultline/machines",
            "faultline/incidents",
            "faultline/log",
            "faultline/service/web/",
            "faultline/service/dns/",
            "faultline/machine/vm/",
            "faultline/incident/1/");

    private static String yaml(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    private static Watched hostile(JenkinsRule jenkins) throws Exception {
        Watched watched = new Watched(jenkins);
        watched.file("teams.yaml", Watched.TEAMS);
        watched.file("controller.yaml", Watched.CONTROLLER);
        watched.file("machines.yaml", Watched.MACHINES.replace("Carries the rest.", yaml(EVIL)));
        watched.file("dns.yaml", Watched.DNS);
        watched.file("broken.yaml", "service: broken\n" + yaml(EVIL) + ": 1\n");
        watched.file(
                "web.yaml",
                Watched.WEB
                        .replace("Shows the website.", yaml(EVIL))
                        .replace(
                                "importance:",
                                "access: " + yaml(EVIL) + "\ntools: [" + yaml(EVIL) + "]\nconfiguration: "
                                        + yaml("javascript:evil()//" + EVIL) + "\nimportance:")
                        .replace("name: home,", "name: home, title: " + yaml(EVIL) + ","));
        watched.read();
        watched.certainly("web/home", Result.critical(EVIL, Fact.butWas(EVIL), Fact.of(EVIL, EVIL)));
        watched.result("dns/port", Result.warning(EVIL));
        FaultlineEngine.Current now = FaultlineEngine.get().look().orElseThrow();
        Desk desk = new Desk(now.catalog(), now.history(), FaultlineEngine.get().clock());
        Instant later = FaultlineEngine.get().clock().instant().plus(2, ChronoUnit.HOURS);
        assertNotNull(desk.claim(1, later, EVIL));
        assertNotNull(desk.silence(List.of("web"), later, EVIL, EVIL));
        assertNotNull(desk.downtime(List.of("vm"), later, later.plusSeconds(60), EVIL, EVIL));
        assertNotNull(desk.note("1", EVIL, EVIL));
        return watched;
    }

    @Test
    void no_page_runs_what_it_shows(JenkinsRule jenkins) throws Exception {
        Watched watched = hostile(jenkins);
        JenkinsRule.WebClient browser = watched.browser("");
        int shown = 0;
        for (String path : PAGES) {
            HtmlPage page = browser.goTo(path);
            assertEquals(List.of(), harm(page), path);
            if (page.getWebResponse().getContentAsString().contains("evil")) {
                shown++;
            }
        }
        assertTrue(shown >= 7, "texts are shown on " + shown + " pages only: nothing was tried");
    }

    @Test
    void no_page_of_jenkins_runs_what_we_add_to_it(JenkinsRule jenkins) throws Exception {
        FreeStyleProject broken = Verdicts.job(
                jenkins,
                "broken",
                "E: Failed to fetch http://deb.example.org/" + EVIL + "  Temporary failure resolving 'deb.example.org'",
                hudson.model.Result.FAILURE);
        FaultlineJobProperty property = new FaultlineJobProperty();
        property.setServices(EVIL);
        property.setInfrastructureMail(EVIL);
        broken.addProperty(property);
        SmokeTestBuilder builder = new SmokeTestBuilder(EVIL);
        broken.getBuildersList().add(builder);
        broken.getPublishersList().add(new RecordSmokeResults(EVIL));
        Verdicts.of(jenkins, jenkins.buildAndAssertStatus(hudson.model.Result.FAILURE, broken));
        // The jobs of services are there, and none of them runs.
        jenkins.jenkins.setNumExecutors(0);
        Watched watched = hostile(jenkins);
        FaultlineConfiguration settings = FaultlineConfiguration.get();
        settings.setKeepJobs(true);
        JobKeeper.get().keep();
        settings.setInfrastructureMail(EVIL);
        settings.setSecretsPrefix(EVIL);
        OwnMail mail = new OwnMail(EVIL);
        mail.setFrom(EVIL);
        mail.setListId(EVIL);
        settings.setMail(mail);
        ListView view = new ListView("view", jenkins.jenkins);
        view.getColumns().add(new ServiceColumn());
        view.setRecurse(true);
        view.add(JobKeeper.get().jobOf("web").orElseThrow());
        view.add(broken);
        jenkins.jenkins.addView(view);
        JenkinsRule.WebClient browser = watched.browser("");
        for (String path : List.of(
                "",
                "view/view/",
                "job/broken/",
                "job/broken/configure",
                "job/broken/1/",
                "job/broken/1/faultline-verdict/",
                "job/broken/1/faultline-verdict/log?line=1",
                "job/broken/faultline-verdicts/",
                "job/faultline/job/web/",
                "job/faultline/job/web/configure",
                "manage/",
                "manage/configure",
                "faultline/verdicts")) {
            HtmlPage page = browser.goTo(path);
            assertEquals(200, page.getWebResponse().getStatusCode(), path);
            assertEquals(List.of(), harm(page), path);
        }
        assertTrue(
                browser.goTo("job/faultline/job/web/").asNormalizedText().contains("evil"),
                "nothing was tried on the page of a job");
    }

    @Test
    void an_address_of_the_catalogue_is_text_too(JenkinsRule jenkins) throws Exception {
        GitCatalog catalog = new GitCatalog(jenkins.jenkins.getRootDir().toURI().toString());
        catalog.setBranch(EVIL);
        FaultlineConfiguration.get().setCatalog(catalog);
        assertThrows(IOException.class, () -> catalog.update(FaultlineEngine.folder()));
        String url = "nowhere:/" + EVIL;
        FaultlineConfiguration.get().setCatalog(new GitCatalog(url));
        FaultlineConfiguration.get().save();
        for (int i = 0; i < 600 && FaultlineEngine.get().outdated().isEmpty(); i++) {
            synchronized (this) {
                wait(100);
            }
        }
        assertTrue(FaultlineEngine.get().outdated().orElseThrow().contains("evil"));
        for (String path : List.of("manage/", "manage/configure", "faultline/")) {
            assertEquals(
                    List.of(),
                    harm(jenkins.createWebClient().withJavaScriptEnabled(false).goTo(path)),
                    path);
        }
    }

    @Test
    void forms_show_what_was_typed_as_text(JenkinsRule jenkins) throws Exception {
        Watched watched = hostile(jenkins);
        JenkinsRule.WebClient browser = watched.browser("");
        for (String form : List.of("claim", "release", "silence", "downtime", "end", "note")) {
            List<NameValuePair> typed = new ArrayList<>();
            for (String field : List.of("incident", "what", "from", "until", "why", "pause", "about", "text")) {
                typed.add(new NameValuePair(field, EVIL));
            }
            HtmlPage page = browser.getPage(
                    watched.post(browser, "faultline/" + form + "/submit", true, typed.toArray(NameValuePair[]::new)));
            assertEquals(400, page.getWebResponse().getStatusCode());
            assertEquals(List.of(), harm(page), form);
            assertTrue(Watched.own(page).asXml().contains("evil"), form);
        }
        HtmlPage prefilled = browser.goTo("faultline/note/?about=%22%3E%3Cscript%3Eevil()%3C/script%3E");
        assertEquals(List.of(), harm(prefilled));
        assertEquals(
                "\"><script>evil()</script>",
                prefilled.getFormByName("act").getInputByName("about").getValue());
    }

    @Test
    void the_public_page_shows_nothing_that_people_or_machines_wrote(JenkinsRule jenkins) throws Exception {
        Watched watched = hostile(jenkins);
        FaultlineConfiguration.get().setPublicPage(true);
        watched.people();
        Page page = watched.browser("").goTo("faultline-public/", null);
        String html = page.getWebResponse().getContentAsString();
        assertTrue(html.contains("web") && html.contains("CRITICAL"), html);
        for (String word : List.of("evil", "example.org", "admins", "Jenkins", "jenkins", "vm", "home")) {
            assertFalse(html.contains(word), word + " in " + html);
        }
        assertTrue(page.getWebResponse()
                .getResponseHeaderValue("Content-Security-Policy")
                .contains("default-src 'none'"));
        assertFalse(html.contains("<script") || html.contains(" style="), html);
    }

    @Test
    void programs_get_the_text_as_it_is(JenkinsRule jenkins) throws Exception {
        Watched watched = hostile(jenkins);
        Page json = watched.browser("").goTo("faultline/service/web/api/json", "application/json");
        String text = json.getWebResponse().getContentAsString();
        assertEquals(EVIL, net.sf.json.JSONObject.fromObject(text).getString("purpose"));
        assertTrue(watched.browser("")
                .goToXml("faultline/api/xml")
                .getWebResponse()
                .getContentAsString()
                .contains("&lt;script&gt;"));
    }

    /** What could run, or comes from text: elements and handlers that the text wanted, and scripts and styles of ours. */
    private static List<String> harm(HtmlPage page) {
        List<String> harm = new ArrayList<>();
        for (DomNode node : page.getDescendants()) {
            if (!(node instanceof DomElement element)) {
                continue;
            }
            String name = element.getTagName().toLowerCase(Locale.ROOT);
            boolean evilScript =
                    name.equals("script") && element.getTextContent().contains("evil");
            boolean evilImage =
                    name.equals("img") && element.getAttribute("src").equals("x");
            if (evilScript || evilImage) {
                harm.add(element.asXml());
            }
            for (DomAttr attribute : element.getAttributesMap().values()) {
                boolean handler = attribute.getName().toLowerCase(Locale.ROOT).startsWith("on");
                boolean link = attribute.getName().equals("href")
                        && attribute.getValue().toLowerCase(Locale.ROOT).startsWith("javascript:");
                if (handler && attribute.getValue().contains("evil") || link) {
                    harm.add(element.asXml());
                }
            }
        }
        DomElement own = Watched.own(page);
        if (own == null) {
            // A page of Jenkins, with scripts of its own.
            return harm;
        }
        for (DomElement element : own.getDomElementDescendants()) {
            String name = element.getTagName().toLowerCase(Locale.ROOT);
            boolean adjunct = !element.getAttribute("src").isEmpty() || name.equals("link");
            if ((name.equals("script") || name.equals("style")) && !adjunct) {
                harm.add("inline: " + element.asXml());
            }
            element.getAttributesMap().keySet().stream()
                    .filter(attribute -> attribute.startsWith("on") || attribute.equals("style"))
                    .forEach(attribute -> harm.add("inline " + attribute + ": " + element.asXml()));
        }
        return harm;
    }
}
