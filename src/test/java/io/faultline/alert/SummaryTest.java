package io.faultline.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.catalog.AlertPolicy;
import io.faultline.catalog.AlertPolicy.Budgets;
import io.faultline.catalog.DigestEvery;
import io.faultline.catalog.Team.Contact;
import io.faultline.check.Result;
import io.faultline.history.QueuedMail;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Digests by choice, and the budget of a single check. The world begins on Sunday 22 November 2026, 13:00. */
class SummaryTest {
    private static final Result BAD = Result.critical("refused");
    private static final Result OK = Result.ok("fine");

    private final World world = World.example();

    private List<QueuedMail> summaries(Duration length) {
        List<QueuedMail> mails = new ArrayList<>();
        for (Duration passed = Duration.ZERO; passed.compareTo(length) < 0; passed = passed.plusMinutes(30)) {
            world.pass(Duration.ofMinutes(30));
            mails.addAll(world.time().mails());
        }
        return mails.stream().filter(mail -> mail.content().contains("DIGEST")).toList();
    }

    private static Contact contact(String name, DigestEvery every) {
        return new Contact(name, Optional.of(name + "@example.org"), Optional.empty(), Optional.empty(), every);
    }

    @Test
    void oneEachMorningWithWhatNobodyWasMailedAbout() {
        world.digest("infra", DigestEvery.DAILY, List.of(), "infra@example.org");
        assertThat(world.time().mails()).as("of the night before").isEmpty();
        new Desk(world.catalog(), world.history(), world::now)
                .silence(List.of("builds"), world.now().plus(Duration.ofDays(9)), "disk is ordered", "ben");
        world.certainly("dns/soa", BAD);
        world.certainly("builds/recent", BAD);
        world.pass(Duration.ofMinutes(5)).results("dns/soa", OK);
        List<QueuedMail> mails = summaries(Duration.ofDays(2));
        assertThat(mails).hasSize(2);
        assertThat(mails.get(0).content())
                .contains("Subject: [faultline] DAILY DIGEST: 2 incidents, 1 open")
                .contains("incidents, 2 mails.")
                .contains("; not mailed: silenced by ben")
                .contains("dns: 1 incident, 2 mails", "builds: 1 incident, 0 mails");
        assertThat(mails.get(0).content().replace("\r\n", " ")).contains("nobody was mailed about: 1.");
        assertThat(mails.get(1).content())
                .contains("DAILY DIGEST: 1 incident, 1 open", "NOT MAILED, BY REASON\r\n  silenced by ben");
        assertThat(mails).allMatch(mail -> mail.queued().atZone(World.ZONE).getHour() == 8);
    }

    @Test
    void onceAWeekForAPersonAndNothingWhenThereWasNothing() {
        world.digest(
                "infra",
                DigestEvery.NEVER,
                List.of(contact("ana", DigestEvery.WEEKLY), contact("ben", DigestEvery.NEVER)),
                "infra@example.org");
        world.certainly("dns/soa", BAD);
        world.pass(Duration.ofMinutes(5)).results("dns/soa", OK);
        List<QueuedMail> mails = summaries(Duration.ofDays(15));
        assertThat(mails).singleElement().satisfies(mail -> {
            assertThat(mail.recipients()).containsExactly("ana@example.org");
            assertThat(mail.content()).contains("WEEKLY DIGEST: 1 incident, 0 open");
        });
    }

    @ParameterizedTest
    @CsvSource({
        "DAILY,  2026-11-22T07:00:00Z, 2026-11-22T07:00:00Z, 2026-11-21T07:00:00Z",
        "DAILY,  2026-11-22T06:59:59Z, 2026-11-21T07:00:00Z, 2026-11-20T07:00:00Z",
        "WEEKLY, 2026-11-22T12:00:00Z, 2026-11-16T07:00:00Z, 2026-11-09T07:00:00Z",
        "WEEKLY, 2026-11-23T06:59:00Z, 2026-11-16T07:00:00Z, 2026-11-09T07:00:00Z",
        // Summer time ended on 25 October.
        "WEEKLY, 2026-10-26T12:00:00Z, 2026-10-26T07:00:00Z, 2026-10-19T06:00:00Z"
    })
    void isDueAtEightAndOnMondays(DigestEvery every, Instant now, Instant due, Instant before) {
        assertThat(every.due(now, World.ZONE)).isEqualTo(due);
        assertThat(every.before(due, World.ZONE)).isEqualTo(before);
    }

    @Test
    void aCheckThatIsOverItsBudgetHoldsOnlyItselfBack() {
        world.policy(new AlertPolicy(AlertPolicy.SHIPPED.claimWithin(), new Budgets(4, 20, 60, 200), Optional.empty()));
        List<QueuedMail> mails = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            mails.addAll(world.certainly("apt-custom/https", BAD).mails());
            world.pass(Duration.ofMinutes(10));
            mails.addAll(world.results("apt-custom/https", OK).mails());
            world.pass(Duration.ofMinutes(10));
        }
        assertThat(mails)
                .filteredOn(mail -> mail.content().contains("X-Faultline-Subject"))
                .hasSize(4);
        assertThat(mails)
                .filteredOn(mail -> mail.content().contains("TOO MANY ALERTS"))
                .hasSize(1);
        assertThat(world.certainly("apt-custom/release", BAD).mails()).hasSize(1);
    }
}
