package io.faultline.jenkins.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.faultline.check.Result;
import io.faultline.history.History;
import io.faultline.history.Pause;
import io.faultline.jenkins.FaultlineEngine;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.htmlunit.Page;
import org.htmlunit.html.HtmlForm;
import org.htmlunit.html.HtmlPage;
import org.htmlunit.html.HtmlTextInput;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

@WithJenkins
class FormsTest {
    private JenkinsRule jenkins;
    private JenkinsRule.WebClient claimer;

    @BeforeEach
    void watch(JenkinsRule jenkins) throws Exception {
        this.jenkins = jenkins;
        Watched watched = Watched.few(jenkins);
        watched.certainly("web/home", Result.critical("no answer"));
        watched.people();
        claimer = watched.browser("claimer");
        claimer.getOptions().setRedirectEnabled(true);
    }

    private static History history() {
        return FaultlineEngine.get().look().orElseThrow().history();
    }

    private static Instant now() {
        return FaultlineEngine.get().clock().instant();
    }

    /** Fills a form in as a person without scripts does; name and value by turns. */
    private HtmlPage say(String path, String... typed) throws Exception {
        HtmlPage page = claimer.goTo("faultline/" + path);
        HtmlForm form = page.getFormByName("act");
        for (int i = 0; i < typed.length; i += 2) {
            form.<HtmlTextInput>getInputByName(typed[i]).setValue(typed[i + 1]);
        }
        return form.getButtonByName("").click();
    }

    private static String path(Page page) {
        return page.getUrl().getPath().replaceFirst("^/jenkins", "");
    }

    @Test
    void a_claim_is_kept_and_shown_with_who_made_it() throws Exception {
        HtmlPage shown = say("claim/?incident=1");
        assertEquals("/faultline/incident/1/", path(shown));
        assertEquals("claimer", history().claims().get(1L).by());
        assertTrue(shown.asNormalizedText().contains("claimed by claimer until"), shown.asNormalizedText());
        HtmlPage overview = claimer.goTo("faultline/");
        assertTrue(overview.asNormalizedText().contains("claimed by claimer until"));

        HtmlPage released = say("release/?incident=1");
        assertEquals("/faultline/incident/1/", path(released));
        assertEquals(0, history().claims().size());
    }

    @Test
    void a_silence_is_made_shown_and_ended() throws Exception {
        HtmlPage shown = say("silence/?what=web", "until", "2h", "why", "known");
        assertEquals("/faultline/service/web/", path(shown));
        Pause pause = history().pauses(now()).get(0);
        assertEquals(Pause.Kind.SILENCE, pause.kind());
        assertEquals("claimer", pause.by());
        assertEquals("known", pause.why());
        assertTrue(shown.asNormalizedText().contains("known"));

        HtmlPage after = say("end/?pause=" + pause.id());
        assertEquals("/faultline/incidents", path(after));
        assertEquals(List.of(), history().pauses(now()));
    }

    @Test
    void a_downtime_begins_and_ends_when_it_is_planned() throws Exception {
        HtmlPage shown = say("downtime/?what=vm", "from", "1h", "until", "2h", "why", "new disks");
        assertEquals("/faultline/machine/vm/", path(shown));
        Pause pause = history().pauses(now()).get(0);
        assertEquals(Pause.Kind.DOWNTIME, pause.kind());
        assertEquals(Duration.ofHours(2), Duration.between(pause.from(), pause.until()));
        assertTrue(pause.from().isAfter(now()));
        assertTrue(claimer.goTo("faultline/incidents").asNormalizedText().contains("new disks"));
    }

    @Test
    void a_note_is_in_the_log() throws Exception {
        HtmlPage shown = say("note/?about=1", "text", "the disk is full");
        assertEquals("/faultline/incident/1/", path(shown));
        assertTrue(shown.asNormalizedText().contains("the disk is full"));
        assertTrue(claimer.goTo("faultline/log").asNormalizedText().contains("the disk is full"));
    }

    @Test
    void what_makes_no_sense_leads_back_to_the_form_with_what_was_typed() throws Exception {
        HtmlPage again = say("silence/", "what", "wbe", "until", "2h", "why", "known & <b>loved</b>");
        assertEquals(400, again.getWebResponse().getStatusCode());
        assertEquals(
                "'wbe' is neither a service nor a machine; did you mean 'web'?",
                again.getElementById("faultline-error").asNormalizedText());
        HtmlForm form = again.getFormByName("act");
        assertEquals("wbe", form.getInputByName("what").getValue());
        assertEquals("known & <b>loved</b>", form.getInputByName("why").getValue());
        assertEquals(List.of(), history().pauses(now()));

        form.<HtmlTextInput>getInputByName("what").setValue("web");
        HtmlPage shown = form.getButtonByName("").click();
        assertEquals("/faultline/service/web/", path(shown));
    }

    @Test
    void each_mistake_is_named() throws Exception {
        assertMistake(say("claim/", "incident", "x", "until", "2h"), "'Incident' is a number, not 'x'");
        assertMistake(say("claim/", "incident", "9", "until", "2h"), "there is no incident 9");
        assertMistake(say("claim/?incident=1", "until", "30d"), "a claim may last 14d at most");
        assertMistake(say("claim/?incident=1", "until", "soon"), "expected a time such as 18:00");
        assertMistake(say("release/?incident=1"), "incident 1 is claimed by nobody");
        assertMistake(say("end/", "pause", "7"), "there is no silence or downtime 7");
        assertMistake(say("note/", "about", "dns", "text", " "), "'Note' is empty");
        assertMistake(say("downtime/?what=web", "until", "2h", "why", ""), "'Why' is empty");
    }

    private static void assertMistake(HtmlPage page, String words) {
        assertEquals(400, page.getWebResponse().getStatusCode());
        String shown = page.getElementById("faultline-error").asNormalizedText();
        assertTrue(shown.startsWith(words), shown);
    }
}
