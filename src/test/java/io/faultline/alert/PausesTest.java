package io.faultline.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.check.Result;
import io.faultline.history.Act;
import io.faultline.history.Changes;
import io.faultline.history.Entry;
import io.faultline.history.Incident;
import io.faultline.history.Pause;
import io.faultline.history.QueuedMail;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What people say at the desk, and what is mailed because of it and in spite of it. */
class PausesTest {
    private static final Result BROKEN = Result.critical("connection refused");
    private static final Result OK = Result.ok("fine");

    private final World world = World.example();

    private Desk desk() {
        return new Desk(world.catalog(), world.history(), world::now);
    }

    private Instant in(Duration time) {
        return world.now().plus(time);
    }

    private Incident open() {
        assertThat(world.history().openIncidents()).hasSize(1);
        return world.history().openIncidents().get(0);
    }

    private static String subject(QueuedMail mail) {
        try {
            return message(mail).getSubject();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static MimeMessage message(QueuedMail mail) throws Exception {
        return new MimeMessage(
                Session.getInstance(new Properties()),
                new ByteArrayInputStream(mail.content().getBytes(StandardCharsets.US_ASCII)));
    }

    private static String text(QueuedMail mail) throws Exception {
        return ((String) message(mail).getContent()).replace("\r\n", "\n").replaceAll("\n +", " ");
    }

    @ParameterizedTest
    @CsvSource({"dns, dns/soa", "dns/soa, dns/soa"})
    void what_is_silenced_is_stored_and_shown_but_not_mailed(String silenced, String check) {
        desk().silence(List.of(silenced), in(Duration.ofHours(4)), "new zone file", "ana");
        Changes changes = world.certainly(check, BROKEN);
        assertThat(changes.mails()).isEmpty();
        assertThat(world.history().states().values()).anyMatch(state -> state.isHardProblem());
        assertThat(open().held()).contains("silenced by ana until Sun 17:00: new zone file");
        assertThat(open().mails()).isZero();
    }

    @Test
    void a_silence_is_about_nothing_else() {
        desk().silence(List.of("apt-custom/https", "builds"), in(Duration.ofHours(4)), "known", "ana");
        assertThat(world.certainly("apt-custom/release", BROKEN).mails()).hasSize(1);
        assertThat(world.certainly("dns/soa", BROKEN).mails()).hasSize(1);
    }

    @Test
    void what_is_still_broken_when_a_silence_ends_is_told_then() throws Exception {
        desk().silence(List.of("dns"), in(Duration.ofHours(4)), "new zone file", "ana");
        world.certainly("dns/soa", BROKEN);
        world.pass(Duration.ofHours(3));
        assertThat(world.time().mails()).isEmpty();
        world.pass(Duration.ofHours(1));
        List<QueuedMail> mails = world.time().mails();
        assertThat(mails)
                .singleElement()
                .extracting(PausesTest::subject)
                .asString()
                .contains("PROBLEM dns");
        assertThat(text(mails.get(0)))
                .contains("It was not mailed before: silenced by ana until Sun 17:00: new zone\nfile.");
        assertThat(world.time().mails()).isEmpty();
        assertThat(open().held()).isEmpty();
    }

    @Test
    void what_is_well_again_when_a_silence_ends_is_never_told() {
        desk().silence(List.of("dns"), in(Duration.ofHours(4)), "new zone file", "ana");
        world.certainly("dns/soa", BROKEN);
        assertThat(world.pass(Duration.ofHours(1)).results("dns/soa", OK).mails())
                .isEmpty();
        world.pass(Duration.ofHours(4));
        assertThat(world.time().mails()).isEmpty();
        assertThat(world.history().openIncidents()).isEmpty();
    }

    @Test
    void a_silence_that_somebody_ends_is_over_at_once() {
        Pause pause = desk().silence(List.of("dns"), in(Duration.ofHours(4)), "new zone file", "ana");
        world.certainly("dns/soa", BROKEN);
        desk().end(pause.id(), "ben");
        assertThat(world.pass(Duration.ofSeconds(5)).time().mails()).hasSize(1);
    }

    @Test
    void people_who_were_told_hear_of_the_end_even_while_it_is_silenced() {
        world.certainly("dns/soa", BROKEN);
        desk().silence(List.of("dns"), in(Duration.ofHours(4)), "new zone file", "ana");
        assertThat(world.pass(Duration.ofMinutes(9)).results("dns/soa", OK).mails())
                .singleElement()
                .extracting(PausesTest::subject)
                .asString()
                .contains("RECOVERED dns");
    }

    @Test
    void what_is_not_silenced_is_told_without_the_rest_and_so_is_its_end() throws Exception {
        desk().silence(List.of("apt-custom/https"), in(Duration.ofDays(7)), "certificate is ordered", "ana");
        List<QueuedMail> mails = world.certainly(
                        "apt-custom/https",
                        Result.warning("the certificate expires in 9 days"),
                        "apt-custom/release",
                        BROKEN)
                .mails();
        assertThat(mails).hasSize(1);
        assertThat(text(mails.get(0))).contains("release: CRITICAL").doesNotContain("https: WARNING");
        assertThat(open().held()).isPresent();

        world.pass(Duration.ofHours(2));
        List<QueuedMail> end = world.results("apt-custom/release", OK).mails();
        assertThat(end)
                .singleElement()
                .extracting(PausesTest::subject)
                .asString()
                .contains("RECOVERED apt-custom");
        assertThat(text(end.get(0)))
                .contains("STILL BROKEN, AND NOT MAILED")
                .contains("https: WARNING")
                .contains("certificate is ordered");
        assertThat(world.pass(Duration.ofMinutes(1)).time().mails()).isEmpty();

        assertThat(world.certainly("apt-custom/release", BROKEN).mails())
                .as("again, after people were told that it is well")
                .hasSize(1);
        world.pass(Duration.ofDays(7));
        assertThat(world.time().mails()).as("the silence is over").hasSize(1);
    }

    @Test
    void a_downtime_of_a_machine_is_about_all_that_depends_on_it() {
        desk().downtime(List.of("apt-vm"), in(Duration.ofMinutes(30)), in(Duration.ofHours(2)), "new disk", "ana");
        assertThat(world.certainly("apt-custom/https", BROKEN).mails())
                .as("before it begins")
                .hasSize(1);
        world.results("apt-custom/https", OK);
        world.pass(Duration.ofMinutes(30));
        assertThat(world.certainly("apt-vm/ping", BROKEN, "apt-custom/https", BROKEN, "builds/recent", BROKEN)
                        .mails())
                .isEmpty();
        assertThat(world.history().openIncidents())
                .extracting(
                        incident -> incident.subject() + " " + incident.held().orElse(""))
                .contains(
                        "apt-vm planned downtime by ana until Sun 15:00: new disk",
                        "builds planned downtime of apt-vm, which it depends on by ana until Sun 15:00: new disk");
        assertThat(world.certainly("dns/soa", BROKEN).mails())
                .as("depends on nothing that is down")
                .hasSize(1);
        world.results("apt-vm/ping", OK, "apt-custom/https", OK, "dns/soa", OK);
        world.pass(Duration.ofHours(2));
        assertThat(world.time().mails())
                .singleElement()
                .extracting(PausesTest::subject)
                .asString()
                .contains("PROBLEM builds");
    }

    @Test
    void a_downtime_of_one_check_is_about_that_check_alone() {
        desk().downtime(List.of("apt-vm/ping"), world.now(), in(Duration.ofHours(2)), "firewall", "ana");
        assertThat(world.certainly("apt-vm/ping", BROKEN).mails()).isEmpty();
        assertThat(world.certainly("apt-custom/https", BROKEN).mails()).hasSize(1);
    }

    @Test
    void the_number_of_an_incident_silences_what_fails_of_it_now() {
        world.certainly("apt-custom/release", Result.warning("expires soon"));
        Pause pause = desk().silence(List.of("1"), in(Duration.ofHours(4)), "known", "ana");
        assertThat(pause.targets()).extracting(Object::toString).containsExactly("apt-custom/release");
        assertThat(world.results("apt-custom/release", BROKEN).mails())
                .as("worse, but silenced")
                .isEmpty();
        assertThat(world.certainly("apt-custom/https", BROKEN).mails())
                .as("another check")
                .hasSize(1);
        world.pass(Duration.ofHours(4));
        assertThat(world.time().mails()).as("the worse status was not told yet").hasSize(1);
    }

    @Test
    void the_log_tells_who_did_what() {
        world.certainly("dns/soa", BROKEN);
        desk().claim(1, in(Duration.ofHours(8)), "ana");
        desk().note("1", "the zone file lacks a dot", "ana");
        desk().note("dns", "tell ben next time", "ben");
        world.pass(Duration.ofMinutes(20)).results("dns/soa", OK);
        assertThat(world.history().log(1, 99).stream()
                        .map(entry -> entry.by() + " " + LogWords.of(entry.act(), Instant::toString)))
                .containsExactly(
                        "faultline opened it",
                        "faultline mailed 'problem' to infra@example.org, oncall@example.net",
                        "ana claimed it until 2026-11-22T20:01:00Z",
                        "ana noted on dns: the zone file lacks a dot",
                        "ben noted on dns: tell ben next time",
                        "faultline resolved it",
                        "faultline mailed 'recovered' to infra@example.org, oncall@example.net");
    }

    @Test
    void the_reason_for_holding_is_logged_once() {
        desk().silence(List.of("dns"), in(Duration.ofHours(4)), "known", "ana");
        world.certainly("dns/soa", BROKEN);
        for (int i = 0; i < 5; i++) {
            world.pass(Duration.ofMinutes(1)).time();
        }
        assertThat(world.history().log(1, 99))
                .extracting(Entry::act)
                .hasSize(2)
                .last()
                .isInstanceOf(Act.Held.class);
        assertThat(world.time().isEmpty()).isTrue();
    }

    @Test
    void later_mails_say_who_works_on_it_and_what_was_noted() throws Exception {
        world.certainly("apt-custom/release", BROKEN);
        desk().claim(1, in(Duration.ofHours(8)), "ana");
        desk().note("1", "it is the disk", "ana");
        String text = text(world.certainly("apt-custom/https", BROKEN).mails().get(0));
        assertThat(text)
                .contains("WHAT PEOPLE SAID")
                .contains("claimed by ana until Sun 21:01")
                .contains("ana: it is the disk")
                .doesNotContain("faultline claim");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "claim 9       | there is no incident 9",
                "claim 1       | incident 1 (dns) is resolved already",
                "release 2     | incident 2 is claimed by nobody",
                "silence dsn   | 'dsn' is neither a service nor a machine; did you mean 'dns'?",
                "silence dns/so| dns has no check 'so'; did you mean 'dns/soa'?",
                "silence 1     | incident 1 (dns) is resolved already",
                "past dns      | a silence must end after it begins",
                "years dns     | a silence may last 366d at most",
                "why dns       | expected a reason in a few words",
                "end 99        | there is no silence or downtime 99",
                "twice dns     | is over already",
                "note xyz      | 'xyz' is neither a service nor a machine",
                "late dns      | the downtime would be over already"
            })
    void what_makes_no_sense_is_refused_in_a_sentence(String said, String message) {
        world.certainly("dns/soa", BROKEN);
        world.pass(Duration.ofMinutes(1)).results("dns/soa", OK);
        world.certainly("apt-custom/release", BROKEN);
        String what = said.split(" ")[1];
        Instant soon = in(Duration.ofHours(1));
        assertThatThrownBy(() -> {
                    switch (said.split(" ")[0]) {
                        case "claim" -> desk().claim(Long.parseLong(what), soon, "ana");
                        case "release" -> desk().release(Long.parseLong(what), "ana");
                        case "silence" -> desk().silence(List.of(what), soon, "known", "ana");
                        case "past" -> desk().silence(List.of(what), world.now(), "known", "ana");
                        case "years" -> desk().silence(List.of(what), in(Duration.ofDays(900)), "known", "ana");
                        case "why" -> desk().silence(List.of(what), soon, " ", "ana");
                        case "end" -> desk().end(Long.parseLong(what), "ana");
                        case "note" -> desk().note(what, "hello", "ana");
                        case "late" ->
                            desk().downtime(List.of(what), world.now().minusSeconds(9), world.now(), "past", "ana");
                        default -> {
                            Pause pause = desk().silence(List.of(what), soon, "known", "ana");
                            desk().end(pause.id(), "ana");
                            desk().end(pause.id(), "ana");
                        }
                    }
                })
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
