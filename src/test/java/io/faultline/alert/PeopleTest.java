package io.faultline.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.catalog.AlertPolicy;
import io.faultline.catalog.AlertPolicy.Budgets;
import io.faultline.catalog.AlertPolicy.QuietHours;
import io.faultline.catalog.Importance;
import io.faultline.catalog.Rota;
import io.faultline.catalog.Team.Contact;
import io.faultline.check.Result;
import io.faultline.history.Act;
import io.faultline.history.Changes;
import io.faultline.history.QueuedMail;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/** Who is mailed, when they may be, and how much of it they have to bear. */
class PeopleTest {
    private static final Result BROKEN = Result.critical("connection refused");
    private static final Result OK = Result.ok("fine");

    private final World world = World.example();

    private static String subject(QueuedMail mail) {
        return read(mail, false);
    }

    private static String read(QueuedMail mail, boolean text) {
        try {
            MimeMessage message = new MimeMessage(
                    Session.getInstance(new Properties()),
                    new ByteArrayInputStream(mail.content().getBytes(StandardCharsets.US_ASCII)));
            return text ? ((String) message.getContent()).replace("\r\n", "\n") : message.getSubject();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private World onShift(String lines) {
        return world.team(
                "infra",
                Rota.parse(lines),
                List.of(
                        new Contact("ana", Optional.of("ana@example.org"), Optional.empty()),
                        new Contact("ben", Optional.of("ben@example.org"), Optional.empty())),
                "infra@example.org");
    }

    private Desk desk() {
        return new Desk(world.catalog(), world.history(), world::now);
    }

    @Test
    void whoever_is_on_shift_gets_the_mail_and_whoever_got_it_hears_of_the_end() {
        onShift("2026-11-16 2026-11-23 ana\n2026-11-23 2026-11-30 ben\n");
        assertThat(world.certainly("dns/soa", BROKEN).mails()).singleElement().satisfies(mail -> {
            assertThat(mail.recipients()).containsExactly("ana@example.org");
            assertThat(read(mail, true)).contains("and you are on shift.");
        });
        world.pass(Duration.ofHours(12));
        assertThat(world.results("dns/soa", OK).mails())
                .singleElement()
                .extracting(QueuedMail::recipients)
                .isEqualTo(List.of("ben@example.org", "ana@example.org"));
    }

    @Test
    void while_nobody_is_on_shift_the_team_gets_it() {
        onShift("2026-11-16 2026-11-20 ana\n");
        assertThat(world.certainly("dns/soa", BROKEN).mails())
                .singleElement()
                .extracting(QueuedMail::recipients)
                .isEqualTo(List.of("infra@example.org"));
    }

    @Test
    void what_nobody_claims_in_time_is_told_to_everybody_sooner_if_it_is_important() {
        onShift("2026-11-16 2026-11-30 ana\n");
        world.service("blog", "Words", Importance.MEDIUM, List.of(), "http");
        world.certainly("dns/soa", BROKEN);
        world.certainly("blog/http", BROKEN);
        world.pass(Duration.ofMinutes(238));
        assertThat(world.time().mails()).isEmpty();
        world.pass(Duration.ofMinutes(1));
        assertThat(world.time().mails()).singleElement().satisfies(mail -> {
            assertThat(subject(mail)).isEqualTo("Re: [faultline] UNCLAIMED dns (critical): claimed by nobody");
            assertThat(mail.recipients()).containsExactly("infra@example.org", "ana@example.org", "ben@example.org");
        });
        assertThat(world.time().mails()).isEmpty();
        desk().claim(1, world.now().plus(Duration.ofDays(3)), "ana");
        world.pass(Duration.ofHours(44).plusMinutes(2));
        assertThat(world.time().mails())
                .singleElement()
                .satisfies(mail -> assertThat(subject(mail)).contains("UNCLAIMED blog"));
    }

    @Test
    void a_claim_that_runs_out_starts_the_time_anew() {
        world.certainly("dns/soa", BROKEN);
        desk().claim(1, world.now().plus(Duration.ofHours(8)), "ana");
        world.pass(Duration.ofHours(11));
        assertThat(world.time().mails()).isEmpty();
        world.pass(Duration.ofHours(1));
        assertThat(world.time().mails()).hasSize(1);
        world.pass(Duration.ofHours(4));
        assertThat(world.time().mails()).as("again after as long").hasSize(1);
    }

    @Test
    void nobody_is_reminded_of_what_was_silenced() {
        world.certainly("dns/soa", BROKEN);
        desk().silence(List.of("1"), world.now().plus(Duration.ofDays(9)), "known", "ana");
        world.pass(Duration.ofDays(3));
        assertThat(world.time().mails()).isEmpty();
    }

    @Test
    void in_quiet_hours_what_is_less_important_waits() {
        world.service("blog", "Words", Importance.MEDIUM, List.of(), "http");
        world.policy(new AlertPolicy(
                AlertPolicy.SHIPPED.claimWithin(),
                Budgets.SHIPPED,
                Optional.of(new QuietHours(LocalTime.of(22, 0), LocalTime.of(8, 0), Importance.HIGH))));
        world.pass(Duration.ofHours(10));
        assertThat(world.certainly("blog/http", BROKEN).mails()).isEmpty();
        assertThat(world.history().openIncidents().get(0).held())
                .contains("quiet hours until 08:00, and it is of medium importance");
        assertThat(world.certainly("dns/soa", BROKEN).mails()).as("important").hasSize(1);
        desk().claim(2, world.now().plus(Duration.ofDays(1)), "ana");
        world.pass(Duration.ofHours(8).plusMinutes(58));
        assertThat(world.time().mails())
                .singleElement()
                .satisfies(mail -> assertThat(subject(mail)).contains("PROBLEM blog"));
    }

    @Test
    void past_its_budget_a_subject_is_counted_and_told_once() {
        world.service("blog", "Words", Importance.MEDIUM, List.of(), "http");
        world.policy(new AlertPolicy(AlertPolicy.SHIPPED.claimWithin(), new Budgets(6, 40, 100), Optional.empty()));
        List<QueuedMail> mails = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            world.pass(Duration.ofMinutes(2));
            mails.addAll(world.certainly("blog/http", BROKEN).mails());
            mails.addAll(world.results("blog/http", OK).mails());
        }
        assertThat(mails).hasSize(7);
        assertThat(mails.subList(0, 6)).allMatch(mail -> subject(mail).contains(" blog "));
        assertThat(subject(mails.get(6)))
                .isEqualTo("[faultline] TOO MANY ALERTS: 1 incident not mailed, most about blog");
        assertThat(world.certainly("dns/soa", BROKEN).mails())
                .as("others are told as ever")
                .hasSize(1);

        world.pass(Duration.ofHours(25));
        List<QueuedMail> later = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            world.pass(Duration.ofMinutes(2));
            later.addAll(world.certainly("blog/http", BROKEN).mails());
            later.addAll(world.results("blog/http", OK).mails());
        }
        assertThat(later).hasSize(7);
        long left = world.history().log(world.now().minus(Duration.ofDays(9)), 9999).stream()
                .filter(entry -> entry.act() instanceof Act.Held)
                .count();
        assertThat(left).as("every one that was left out is in the log").isEqualTo(47 + 17);
    }

    @Test
    void the_budget_holds_for_a_team_and_in_all_and_ends_are_never_left_out() {
        world.policy(new AlertPolicy(AlertPolicy.SHIPPED.claimWithin(), new Budgets(20, 10, 100), Optional.empty()));
        List<Object> broken = new ArrayList<>();
        List<Object> well = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            world.service("s" + i, "One of many", Importance.LOW, List.of(), "http");
            broken.addAll(List.of("s" + i + "/http", BROKEN));
            well.addAll(List.of("s" + i + "/http", OK));
        }
        Changes changes = world.certainly(broken.toArray());
        assertThat(changes.mails()).hasSize(4 + 1);
        assertThat(changes.mails().get(4).content()).contains("36 incidents");
        List<QueuedMail> ends = world.results(well.toArray()).mails();
        assertThat(ends).hasSize(4).allMatch(mail -> subject(mail).contains("RECOVERED"));
    }

    @Test
    void what_was_left_out_and_is_still_broken_is_told_when_there_is_room() {
        world.policy(new AlertPolicy(
                Map.of(
                        Importance.LOW, Duration.ofDays(9),
                        Importance.MEDIUM, Duration.ofDays(9),
                        Importance.HIGH, Duration.ofDays(9),
                        Importance.CRITICAL, Duration.ofDays(9)),
                new Budgets(4, 40, 100),
                Optional.empty()));
        for (int i = 0; i < 3; i++) {
            world.certainly("dns/soa", BROKEN);
            if (i < 2) {
                world.results("dns/soa", OK);
            }
        }
        assertThat(world.history().openIncidents().get(0).mails()).isZero();
        world.pass(Duration.ofHours(24));
        assertThat(world.time().mails())
                .singleElement()
                .satisfies(mail -> assertThat(read(mail, true))
                        .contains("It was not mailed before: over the budget of 4 mails a day"));
    }
}
