package io.faultline.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.catalog.AlertPolicy;
import io.faultline.catalog.AlertRules;
import io.faultline.catalog.AlertWhen;
import io.faultline.catalog.FlappingRule;
import io.faultline.catalog.Importance;
import io.faultline.check.Result;
import io.faultline.history.Changes;
import io.faultline.history.QueuedMail;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is mailed about checks that go back and forth, and about those that fail too often. */
class AgainAndAgainTest {
    private static final Result BAD = Result.critical("connection refused");
    private static final Result OK = Result.ok("fine");

    /** Reminders and budgets have tests of their own. */
    private static final AlertPolicy PATIENT = new AlertPolicy(
            Arrays.stream(Importance.values())
                    .collect(Collectors.toMap(importance -> importance, importance -> Duration.ofDays(365))),
            new AlertPolicy.Budgets(9_999, 9_999, 9_999),
            Optional.empty());

    private final World world = World.example().policy(PATIENT);
    private final List<QueuedMail> mails = new ArrayList<>();

    private void results(String results, Duration apart) {
        for (int i = 0; i < results.length(); i++) {
            world.pass(apart);
            Changes changes = world.results("dns/soa", results.charAt(i) == 'O' ? OK : BAD);
            mails.addAll(changes.mails());
        }
    }

    private List<String> subjects() {
        return mails.stream().map(mail -> message(mail, false)).toList();
    }

    private static String message(QueuedMail mail, boolean text) {
        try {
            MimeMessage message = new MimeMessage(
                    Session.getInstance(new Properties()),
                    new ByteArrayInputStream(mail.content().getBytes(StandardCharsets.US_ASCII)));
            return text
                    ? ((String) message.getContent()).replace("\r\n", "\n").replaceAll("\n +", " ")
                    : message.getSubject();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void flappingIsToldOnceAndItsEndInTheStateThatHolds() {
        world.rules(new AlertRules(2, FlappingRule.FAULTLINE, AlertWhen.NEVER));
        results("OCCOCCOCC" + "OCC".repeat(40), Duration.ofMinutes(5));
        assertThat(subjects())
                .containsExactly(
                        "[faultline] PROBLEM dns (critical): connection refused",
                        "Re: [faultline] RECOVERED dns (critical): connection refused",
                        "[faultline] PROBLEM dns (critical): connection refused",
                        "Re: [faultline] RECOVERED dns (critical): connection refused",
                        "[faultline] FLAPPING dns (critical): connection refused");
        assertThat(message(mails.get(4), true)).contains("Mails about it stop until it has calmed down");

        mails.clear();
        results("O".repeat(20), Duration.ofMinutes(5));
        assertThat(subjects()).containsExactly("Re: [faultline] RECOVERED dns (critical): connection refused");
        assertThat(world.history().openIncidents()).isEmpty();
    }

    @Test
    void flappingThatEndsBrokenSaysSo() {
        world.rules(new AlertRules(2, FlappingRule.FAULTLINE, AlertWhen.NEVER));
        results("OCCOCCOCC", Duration.ofMinutes(5));
        mails.clear();
        results("C".repeat(20), Duration.ofMinutes(5));
        assertThat(subjects()).containsExactly("Re: [faultline] PROBLEM dns (critical): also soa: connection refused");
        assertThat(message(mails.get(0), true)).contains("has calmed down in this state");
        mails.clear();
        results("O", Duration.ofMinutes(5));
        assertThat(subjects()).hasSize(1);
        assertThat(world.history().openIncidents()).isEmpty();
    }

    /** Whatever the rule, nobody is left believing in what does not hold any more. */
    @ParameterizedTest
    @EnumSource(FlappingRule.class)
    void theLastMailAlwaysTellsTheStateThatHolds(FlappingRule rule) {
        java.util.Random random = new java.util.Random(7);
        for (int story = 0; story < 40; story++) {
            World told = World.example().policy(PATIENT).rules(new AlertRules(1 + story % 3, rule, AlertWhen.NEVER));
            StringBuilder results = new StringBuilder();
            int length = 10 + random.nextInt(60);
            for (int i = 0; i < length; i++) {
                results.append(random.nextInt(100) < 40 ? 'C' : 'O');
            }
            char end = story % 2 == 0 ? 'O' : 'C';
            results.append(String.valueOf(end).repeat(40));
            String last = "";
            for (char result : results.toString().toCharArray()) {
                told.pass(Duration.ofMinutes(5));
                for (QueuedMail mail :
                        told.results("dns/soa", result == 'O' ? OK : BAD).mails()) {
                    last = message(mail, false);
                }
            }
            String name = rule + " " + results;
            if (end == 'C') {
                assertThat(last).as(name).contains("PROBLEM");
            } else if (!last.isEmpty()) {
                assertThat(last).as(name).contains("RECOVERED");
            }
            assertThat(told.history().openIncidents()).as(name).hasSize(end == 'C' ? 1 : 0);
        }
    }

    @Test
    void whatFailsOftenIsToldThoughItNeverFailsTwiceInARow() {
        world.rules(new AlertRules(
                2,
                FlappingRule.FAULTLINE,
                new AlertWhen(Optional.of(3), Optional.empty(), Duration.ofHours(24), false)));
        results("OOCOOOOCOOOOOC", Duration.ofMinutes(5));
        assertThat(subjects())
                .containsExactly(
                        "[faultline] OFTEN FAILING dns (critical): soa fails again and again: 3 times in the last days");
        assertThat(message(mails.get(0), true))
                .contains("soa: fails often, now CRITICAL - connection refused")
                .contains("It began to fail at Sun 13:15, Sun 13:40, Sun 14:10.");
        mails.clear();
        results("OOOCOOOOOO", Duration.ofMinutes(5));
        assertThat(mails).as("known already").isEmpty();
        results("O".repeat(300), Duration.ofMinutes(5));
        assertThat(subjects()).singleElement().asString().contains("RECOVERED dns");
    }

    @Test
    void fiveMinutesEveryDayAreNamed() {
        world.rules(new AlertRules(2, FlappingRule.FAULTLINE, AlertWhen.SHIPPED));
        for (int day = 0; day < 3; day++) {
            results("C" + "O".repeat(287), Duration.ofMinutes(5));
        }
        assertThat(subjects())
                .containsExactly(
                        "[faultline] OFTEN FAILING dns (critical): soa fails every day at about the same time");
    }

    @Test
    void aRealOutageOfSuchACheckIsToldAsOne() {
        world.rules(new AlertRules(
                2,
                FlappingRule.FAULTLINE,
                new AlertWhen(Optional.of(3), Optional.empty(), Duration.ofHours(24), false)));
        results("OCOCOCOO", Duration.ofMinutes(5));
        assertThat(subjects()).singleElement().asString().contains("OFTEN FAILING");
        for (int outage = 0; outage < 3; outage++) {
            mails.clear();
            results("CC", Duration.ofHours(7));
            assertThat(subjects()).singleElement().asString().contains("PROBLEM dns");
            results("CCOCOCO", Duration.ofMinutes(5));
            assertThat(subjects()).as("the end of it").hasSize(2);
            assertThat(message(mails.get(1), true)).contains("Now it is OK.");
        }
    }
}
