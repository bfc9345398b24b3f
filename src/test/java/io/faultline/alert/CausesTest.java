package io.faultline.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.catalog.Importance;
import io.faultline.check.Result;
import io.faultline.check.Status;
import io.faultline.history.Changes;
import io.faultline.history.Incident;
import io.faultline.history.QueuedMail;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Consequences stand under their cause, and what begins together is one thread. */
class CausesTest {
    private static final Result BROKEN = Result.critical("connection refused");
    private static final Result OK = Result.ok("fine");

    private final World world = World.example();

    private static String subject(QueuedMail mail) {
        return read(mail)[0];
    }

    private static String text(QueuedMail mail) {
        return read(mail)[1];
    }

    private static String[] read(QueuedMail mail) {
        try {
            MimeMessage message = new MimeMessage(
                    Session.getInstance(new Properties()),
                    new ByteArrayInputStream(mail.content().getBytes(StandardCharsets.US_ASCII)));
            String text = (String) message.getContent();
            return new String[] {message.getSubject(), text.replace("\r\n", "\n"), message.getHeader("Importance", null)
            };
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private Incident incident(String subject) {
        return world.history().openIncidents().stream()
                .filter(incident -> incident.subject().equals(subject))
                .findFirst()
                .orElseThrow();
    }

    private void allWell() {
        world.results("dns/soa", OK, "apt-vm/ping", OK, "apt-custom/release", OK, "builds/recent", OK);
        world.pass(Duration.ofMinutes(5));
    }

    @Test
    void what_another_problem_explains_is_shown_under_it_and_not_mailed() {
        allWell();
        Changes changes = world.certainly("builds/recent", BROKEN, "apt-custom/release", BROKEN, "dns/soa", BROKEN);
        assertThat(changes.mails()).singleElement().satisfies(mail -> {
            assertThat(subject(mail)).contains("PROBLEM dns");
            assertThat(text(mail))
                    .contains("BROKEN BECAUSE OF IT, AS FAR AS CAN BE TOLD\n  apt-custom release: CRITICAL")
                    .contains("  builds recent: CRITICAL");
        });
        assertThat(incident("builds").held()).contains("a consequence of dns soa (incident 1)");
        assertThat(incident("apt-custom").held()).contains("a consequence of dns soa (incident 1)");
    }

    @Test
    void a_machine_without_facts_is_one_problem_not_one_for_each_check_over_them() {
        Result none = Result.unknown("there are no facts of the machine");
        world.machineWithFacts("web", "facts", "disk", "memory", "load");
        world.results("web/facts", OK, "web/disk", OK, "web/memory", OK, "web/load", OK);
        world.pass(Duration.ofMinutes(5));
        List<QueuedMail> mails = new java.util.ArrayList<>(
                world.certainly("web/disk", none, "web/memory", none, "web/facts", BROKEN, "web/load", none)
                        .mails());
        assertThat(mails).singleElement().satisfies(mail -> {
            assertThat(subject(mail)).contains("PROBLEM web");
            assertThat(text(mail)).contains("facts").doesNotContain("there are no facts of the machine");
        });
        world.pass(Duration.ofMinutes(5));
        assertThat(world.certainly("web/disk", none, "web/load", none).mails()).isEmpty();

        // What a machine says itself is no consequence.
        world.results("web/facts", OK, "web/disk", OK, "web/memory", OK, "web/load", OK);
        world.pass(Duration.ofMinutes(5));
        assertThat(world.certainly("web/disk", BROKEN).mails()).hasSize(1);
    }

    @Test
    void a_consequence_that_outlasts_its_cause_is_told_when_it_was_looked_at_again() {
        allWell();
        world.certainly("apt-custom/release", BROKEN, "dns/soa", BROKEN);
        world.pass(Duration.ofMinutes(20));
        assertThat(world.results("dns/soa", OK).mails())
                .singleElement()
                .satisfies(mail -> assertThat(subject(mail)).contains("RECOVERED dns"));
        world.pass(Duration.ofSeconds(5));
        assertThat(world.time().mails()).isEmpty();
        assertThat(incident("apt-custom").held())
                .contains("waits for a result since dns, which it needs, is well again");
        world.pass(Duration.ofMinutes(2)).results("apt-custom/release", BROKEN);
        assertThat(world.time().mails())
                .singleElement()
                .satisfies(mail -> assertThat(subject(mail)).contains("PROBLEM apt-custom"));
    }

    @Test
    void a_consequence_that_ends_with_its_cause_is_never_told() {
        allWell();
        world.certainly("apt-custom/release", BROKEN, "dns/soa", BROKEN);
        world.pass(Duration.ofMinutes(20)).results("dns/soa", OK);
        assertThat(world.pass(Duration.ofMinutes(1))
                        .results("apt-custom/release", OK)
                        .mails())
                .isEmpty();
        assertThat(world.history().openIncidents()).isEmpty();
    }

    @Test
    void nobody_waits_for_ever_for_a_result_after_the_cause() {
        allWell();
        world.certainly("apt-custom/release", BROKEN, "dns/soa", BROKEN);
        world.pass(Duration.ofMinutes(20)).results("dns/soa", OK);
        world.pass(Duration.ofMinutes(9));
        assertThat(world.time().mails()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"UNKNOWN", "WARNING"})
    void only_what_is_certainly_broken_explains_anything(Status status) {
        allWell();
        Result unclear = new Result(status, "timed out at the proxy", List.of(), List.of());
        assertThat(world.certainly("dns/soa", unclear, "apt-custom/release", BROKEN)
                        .mails())
                .hasSize(2);
    }

    @Test
    void what_worked_while_the_other_was_broken_is_not_broken_by_it() {
        allWell();
        world.certainly("dns/soa", BROKEN);
        world.pass(Duration.ofMinutes(5)).results("apt-custom/release", OK);
        world.pass(Duration.ofMinutes(5));
        assertThat(world.certainly("apt-custom/release", BROKEN).mails()).hasSize(1);
    }

    @Test
    void while_what_it_needs_is_being_tried_again_a_problem_waits_a_moment() {
        allWell();
        world.results("apt-custom/release", BROKEN);
        world.pass(Duration.ofMinutes(1));
        assertThat(world.results("apt-custom/release", BROKEN, "dns/soa", BROKEN)
                        .mails())
                .isEmpty();
        assertThat(world.pass(Duration.ofSeconds(30)).results("dns/soa", BROKEN).mails())
                .singleElement()
                .satisfies(mail -> assertThat(subject(mail)).contains("PROBLEM dns"));
        assertThat(world.time().mails()).isEmpty();
    }

    @Test
    void it_does_not_wait_when_that_turns_out_to_work() {
        allWell();
        world.results("apt-custom/release", BROKEN);
        world.pass(Duration.ofMinutes(1)).results("apt-custom/release", BROKEN, "dns/soa", BROKEN);
        world.pass(Duration.ofSeconds(30)).results("dns/soa", OK, "apt-custom/release", BROKEN);
        assertThat(world.time().mails())
                .singleElement()
                .satisfies(mail -> assertThat(subject(mail)).contains("PROBLEM apt-custom"));
    }

    @Test
    void a_cause_that_nobody_was_told_of_hides_nothing() {
        allWell();
        new Desk(world.catalog(), world.history(), world::now)
                .silence(List.of("dns"), world.now().plus(Duration.ofHours(4)), "known", "ana");
        assertThat(world.certainly("apt-custom/release", BROKEN, "dns/soa", BROKEN)
                        .mails())
                .singleElement()
                .satisfies(mail -> assertThat(subject(mail)).contains("PROBLEM apt-custom"));
    }

    @ParameterizedTest
    @CsvSource({"dns, high", "blog, normal", "wiki, low"})
    void urgency_follows_from_what_depends_on_it(String name, String urgency) {
        world.service("blog", "Words", Importance.MEDIUM, List.of(), "soa");
        world.machine("wiki", "Few read it", "soa");
        Changes changes = world.certainly(name + "/soa", BROKEN);
        assertThat(read(changes.mails().get(0))[2]).isEqualTo(urgency);
        assertThat(read(world.results(name + "/soa", OK).mails().get(0))[2])
                .as("the end of it wakes nobody")
                .isEqualTo("low");
    }

    @Test
    void related_problems_that_begin_together_are_one_incident_with_one_thread() {
        world.service("mirror", "A mirror", Importance.HIGH, List.of("apt-vm"), "http");
        world.service("tracker", "Bugs", Importance.HIGH, List.of("apt-vm"), "http");
        world.service("blog", "Words", Importance.LOW, List.of(), "http");
        QueuedMail first = world.certainly("mirror/http", BROKEN).mails().get(0);
        QueuedMail second = world.certainly("tracker/http", BROKEN).mails().get(0);
        assertThat(subject(second))
                .isEqualTo("Re: [faultline] PROBLEM mirror (high): also tracker http: connection refused");
        assertThat(second.content().replaceAll("\r\n ", " ")).contains("In-Reply-To: <" + first.messageId() + ">");
        assertThat(world.certainly("blog/http", BROKEN).mails().get(0).incident())
                .as("has nothing to do with it")
                .isNotEqualTo(first.incident());

        world.pass(Duration.ofMinutes(10));
        assertThat(world.results("mirror/http", OK).mails()).singleElement().satisfies(mail -> {
            assertThat(subject(mail)).startsWith("Re: [faultline] RECOVERED mirror");
            assertThat(text(mail)).contains("STILL BROKEN\n  tracker http: CRITICAL");
        });
        assertThat(world.pass(Duration.ofMinutes(1)).time().mails()).isEmpty();
        assertThat(world.results("tracker/http", OK).mails()).hasSize(1);
        assertThat(world.history().openIncidents())
                .extracting(Incident::subject)
                .containsExactly("blog");
    }

    @Test
    void what_begins_later_is_an_incident_of_its_own() {
        world.service("mirror", "A mirror", Importance.HIGH, List.of("apt-vm"), "http");
        world.service("tracker", "Bugs", Importance.HIGH, List.of("apt-vm"), "http");
        world.certainly("mirror/http", BROKEN);
        world.pass(Duration.ofMinutes(6));
        world.certainly("tracker/http", BROKEN);
        assertThat(world.history().openIncidents()).hasSize(2);
    }
}
