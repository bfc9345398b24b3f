package io.faultline.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.catalog.Importance;
import io.faultline.check.Fact;
import io.faultline.check.Result;
import io.faultline.history.Changes;
import io.faultline.history.Event;
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
import org.junit.jupiter.params.provider.ValueSource;

class AlertsTest {
    private static final Result EXPIRED = Result.critical(
            "the Release file has expired",
            Fact.expected("Valid-Until in the future"),
            Fact.butWas("Sat, 21 Nov 2026 03:00:00 UTC"));
    private static final Result OK = Result.ok("fine");

    private final World world = World.example();

    private static MimeMessage parsed(QueuedMail mail) throws Exception {
        return new MimeMessage(
                Session.getInstance(new Properties()),
                new ByteArrayInputStream(mail.content().getBytes(StandardCharsets.US_ASCII)));
    }

    private static String text(QueuedMail mail) throws Exception {
        return ((String) parsed(mail).getContent()).replace("\r\n", "\n");
    }

    private static String header(QueuedMail mail, String name) throws Exception {
        return parsed(mail).getHeader(name, null);
    }

    private QueuedMail onlyMail(Changes changes) {
        assertThat(changes.mails()).hasSize(1);
        return changes.mails().get(0);
    }

    @Test
    void says_nothing_while_a_problem_is_soft() {
        Changes changes = world.results("apt-custom/release", EXPIRED);
        assertThat(changes.mails()).isEmpty();
        assertThat(changes.incidents()).isEmpty();
        assertThat(changes.events()).isEmpty();
    }

    @Test
    void a_hard_problem_opens_an_incident_and_mails_the_team() throws Exception {
        QueuedMail mail = onlyMail(world.certainly("apt-custom/release", EXPIRED));
        MimeMessage message = parsed(mail);
        assertThat(mail.recipients()).containsExactly("infra@example.org", "oncall@example.net");
        assertThat(message.getSubject())
                .isEqualTo("[faultline] PROBLEM apt-custom (critical): the Release file has expired");
        assertThat(message.getMessageID())
                .isEqualTo("<" + mail.messageId() + ">")
                .matches("<faultline\\.1\\.1\\.[a-z0-9]+@monitor\\.example\\.org>");
        assertThat(message.getHeader("Auto-Submitted", null)).isEqualTo("auto-generated");
        assertThat(message.getHeader("List-Id", null)).isEqualTo("Faultline alerts <alerts.example.org>");
        assertThat(message.getHeader("Date", null)).isEqualTo("Sun, 22 Nov 2026 13:01:00 +0100");
        assertThat(message.getHeader("From", null)).isEqualTo("Faultline <faultline@monitor.example.org>");
        assertThat(message.getHeader("References")).isNull();
        assertThat(message.getContentType()).isEqualTo("text/plain; charset=UTF-8");
        assertThat(world.history().openIncidents()).hasSize(1);
        assertThat(world.history().openIncidents().get(0).mails()).isEqualTo(1);
    }

    @Test
    void the_mail_tells_what_is_known() throws Exception {
        world.certainly("dns/soa", Result.critical("no answer from ns1.example.org"));
        world.pass(Duration.ofMinutes(5)).results("apt-custom/release", OK);
        world.pass(Duration.ofMinutes(5));
        String text = text(onlyMail(world.certainly("apt-custom/release", EXPIRED)));
        assertThat(text)
                .contains("apt-custom has a problem since Sun 22 Nov 2026 13:11 +01:00")
                .contains("It is of critical importance.")
                .contains("  release: CRITICAL - the Release file has expired\n")
                .contains("    expected: Valid-Until in the future\n")
                .contains("    but was: Sat, 21 Nov 2026 03:00:00 UTC\n")
                .contains("2 times in a row")
                .contains("WHO DEPENDS ON IT\n  builds (critical)\n")
                .contains("NEEDED BY IT, AND BROKEN TOO\n  dns soa: CRITICAL - no answer from ns1.example.org")
                .contains("  Sun 13:01  dns: soa became CRITICAL: no answer from ns1.example.org\n")
                .contains("Our own Debian packages")
                .contains("access: everybody, anonymously")
                .contains("configuration: https://git.example.org/puppet/apt-custom")
                .contains("  faultline status apt-custom\n")
                .contains("apt-custom names no team, and infra is the default")
                .contains("Times: Europe/Berlin");
        assertThat(text.lines().mapToInt(String::length).max().orElseThrow()).isLessThanOrEqualTo(78);
        assertThat(text.lines().count()).isLessThan(45);
    }

    @Test
    void problems_of_one_subject_in_one_batch_share_a_mail() throws Exception {
        QueuedMail mail = onlyMail(world.certainly(
                "apt-custom/https",
                Result.warning("the certificate expires in 10 days"),
                "apt-custom/release",
                EXPIRED));
        assertThat(parsed(mail).getSubject())
                .isEqualTo("[faultline] PROBLEM apt-custom (critical): the Release file has expired (and 1 more)");
        assertThat(text(mail)).contains("release: CRITICAL").contains("https: WARNING");
    }

    @Test
    void each_subject_has_an_incident_of_its_own() {
        world.service("blog", "Words", Importance.LOW, List.of(), "http");
        Changes changes = world.certainly("apt-custom/release", EXPIRED, "blog/http", Result.critical("no answer"));
        assertThat(changes.mails()).hasSize(2);
        assertThat(changes.incidents()).extracting(Incident::subject).containsOnly("apt-custom", "blog");
        assertThat(changes.mails()).extracting(QueuedMail::messageId).doesNotHaveDuplicates();
    }

    @Test
    void a_check_that_joins_later_is_told_of_in_the_same_thread() throws Exception {
        QueuedMail root = onlyMail(world.certainly("apt-custom/release", EXPIRED));
        QueuedMail second = onlyMail(world.certainly("apt-custom/https", Result.critical("connection refused")));
        assertThat(header(second, "In-Reply-To")).isEqualTo("<" + root.messageId() + ">");
        assertThat(header(second, "References")).isEqualTo("<" + root.messageId() + ">");
        assertThat(parsed(second).getSubject())
                .isEqualTo("Re: [faultline] PROBLEM apt-custom (critical): also https: connection refused");
        assertThat(text(second))
                .contains("https: CRITICAL")
                .contains("STILL BROKEN")
                .contains("release: CRITICAL");
        assertThat(world.history().openIncidents()).hasSize(1);
    }

    @Test
    void recovery_closes_the_thread_and_says_what_it_was() throws Exception {
        QueuedMail root = onlyMail(world.certainly("apt-custom/release", EXPIRED));
        QueuedMail second = onlyMail(world.certainly("apt-custom/https", Result.critical("connection refused")));
        world.pass(Duration.ofHours(2));
        assertThat(world.results("apt-custom/release", OK).mails()).isEmpty();
        world.pass(Duration.ofMinutes(8));
        QueuedMail last = onlyMail(world.results("apt-custom/https", OK));
        assertThat(header(last, "In-Reply-To")).isEqualTo("<" + second.messageId() + ">");
        assertThat(parsed(last).getHeader("References", null).replaceAll("\\s+", " "))
                .isEqualTo("<" + root.messageId() + "> <" + second.messageId() + ">");
        assertThat(parsed(last).getSubject())
                .isEqualTo("Re: [faultline] RECOVERED apt-custom (critical): the Release file has expired");
        assertThat(text(last))
                .contains("The problem\nlasted 2 h 10 min.")
                .contains("first failure: Sun 22 Nov 2026 13:00 +01:00")
                .contains("https: CRITICAL - connection refused")
                .contains("release: CRITICAL - the Release file has expired");
        assertThat(world.history().openIncidents()).isEmpty();
        assertThat(world.history().incidents(1).get(0).resolved()).contains(world.now());
    }

    @Test
    void a_check_that_comes_back_within_an_incident_is_not_told_of_again() {
        world.certainly("apt-custom/release", EXPIRED);
        world.certainly("apt-custom/https", Result.critical("connection refused"));
        world.pass(Duration.ofMinutes(1)).results("apt-custom/https", OK);
        Changes again = world.certainly("apt-custom/https", Result.critical("connection refused"));
        assertThat(again.mails()).isEmpty();
        assertThat(again.events()).hasSize(1);
    }

    @Test
    void a_warning_that_becomes_critical_is_told_of_once() throws Exception {
        Result soon = Result.warning("the certificate expires in 1 day");
        Result late = Result.critical("the certificate has expired");
        QueuedMail first = onlyMail(world.certainly("apt-custom/https", soon));
        assertThat(parsed(first).getSubject()).startsWith("[faultline] WARNING apt-custom");
        world.pass(Duration.ofMinutes(5));
        QueuedMail worse = onlyMail(world.results("apt-custom/https", late));
        assertThat(parsed(worse).getSubject()).startsWith("Re: [faultline] PROBLEM apt-custom (critical): also https");
        for (int i = 0; i < 5; i++) {
            world.pass(Duration.ofMinutes(5));
            assertThat(world.results("apt-custom/https", i % 2 == 0 ? soon : late)
                            .mails())
                    .isEmpty();
        }
    }

    @Test
    void goes_on_after_a_restart() {
        world.certainly("apt-custom/release", EXPIRED);
        // World makes new Alerts for each batch, so nothing but the history connects them.
        assertThat(world.pass(Duration.ofMinutes(1))
                        .results("apt-custom/release", EXPIRED)
                        .mails())
                .isEmpty();
        assertThat(world.pass(Duration.ofMinutes(1))
                        .results("apt-custom/release", OK)
                        .mails())
                .hasSize(1);
        assertThat(world.pass(Duration.ofMinutes(1))
                        .results("apt-custom/release", OK)
                        .mails())
                .isEmpty();
    }

    @Test
    void the_same_moment_composed_twice_gives_the_same_message_id() {
        World other = World.example();
        assertThat(onlyMail(other.certainly("apt-custom/release", EXPIRED)).messageId())
                .isEqualTo(
                        onlyMail(world.certainly("apt-custom/release", EXPIRED)).messageId());
    }

    @Test
    void what_comes_and_goes_within_one_batch_is_told_of() {
        Changes changes =
                world.results("apt-custom/release", EXPIRED, "apt-custom/release", EXPIRED, "apt-custom/release", OK);
        assertThat(changes.mails()).hasSize(2);
        assertThat(changes.incidents()).hasSize(1);
        assertThat(changes.incidents().get(0).resolved()).isPresent();
        assertThat(changes.incidents().get(0).mails()).isEqualTo(2);
    }

    @Test
    void a_problem_that_nobody_is_told_of_does_not_vanish() {
        world.defaultTeam(null);
        Changes changes = world.certainly("apt-custom/release", EXPIRED);
        assertThat(changes.mails()).isEmpty();
        assertThat(changes.incidents()).hasSize(1);
        assertThat(changes.incidents().get(0).mails()).isZero();
        assertThat(changes.events())
                .extracting(Event::what)
                .anyMatch(what -> what.startsWith("incident 1 is not mailed: neither apt-custom nor"));
    }

    @Test
    void hard_changes_become_events() {
        world.certainly("apt-custom/release", EXPIRED);
        world.pass(Duration.ofMinutes(30)).results("apt-custom/release", OK);
        assertThat(world.events("apt-custom"))
                .extracting(Event::what)
                .containsExactly(
                        "release became CRITICAL: the Release file has expired", "release is OK again after 31 min");
    }

    @Test
    void a_problem_whose_definition_is_gone_is_closed_and_says_so() throws Exception {
        world.reload();
        QueuedMail root = onlyMail(world.certainly("apt-custom/release", EXPIRED));
        world.remove("apt-custom");
        QueuedMail last = onlyMail(world.reload());
        assertThat(header(last, "In-Reply-To")).isEqualTo("<" + root.messageId() + ">");
        assertThat(parsed(last).getSubject())
                .isEqualTo("Re: [faultline] CLOSED apt-custom: not in the catalogue any more");
        assertThat(world.history().openIncidents()).isEmpty();
        assertThat(world.reload().mails()).isEmpty();
    }

    @Test
    void a_file_with_a_mistake_closes_no_incident() {
        world.reload();
        world.certainly("apt-custom/release", EXPIRED);
        world.remove("apt-custom");
        world.problem("services/apt-custom.yaml", "unknown key 'porpose'");
        Changes changes = world.reload();
        assertThat(changes.mails()).isEmpty();
        assertThat(changes.events()).isEmpty();
        assertThat(world.history().openIncidents()).hasSize(1);
    }

    @Test
    void definition_changes_are_told_of_with_the_next_problem() throws Exception {
        world.reload();
        world.service("mirror", "A mirror", Importance.LOW, List.of(), "http");
        assertThat(world.reload().events())
                .extracting(Event::what)
                .containsExactly("check http is new in the catalogue: services/mirror.yaml:10:3");
        world.pass(Duration.ofMinutes(5));
        String text = text(onlyMail(world.certainly("mirror/http", Result.critical("404 Not Found"))));
        assertThat(text).contains("check http is new in the catalogue");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x\r\nBcc: everybody@example.org\r\n\r\nhello",
                "x\nSubject: other",
                "tschüß — \u202eevil\u202c 日本語 \u0000\u001b[31m",
                "=?UTF-8?Q?=0D=0ABcc:_a@example.org?=",
                "very long words without any blank between them ............................................................................................................................................................................"
            })
    void nothing_from_outside_adds_a_header_or_breaks_the_mail(String hostile) throws Exception {
        QueuedMail mail =
                onlyMail(world.certainly("apt-custom/release", Result.critical(hostile, Fact.of(hostile, hostile))));
        MimeMessage message = parsed(mail);
        assertThat(message.getHeader("Bcc")).isNull();
        assertThat(message.getHeader("Subject")).hasSize(1);
        assertThat(message.getSubject())
                .startsWith("[faultline] PROBLEM apt-custom (critical): ")
                .doesNotContain("\n");
        assertThat(mail.content().chars()).allMatch(c -> c == '\r' || c == '\n' || c >= 0x20 && c < 0x7f);
        assertThat(mail.content().replace("\r\n", "")).doesNotContain("\r").doesNotContain("\n");
        assertThat(mail.content().lines().mapToInt(String::length).max().orElseThrow())
                .isLessThanOrEqualTo(998);
        assertThat(text(mail)).contains("WHAT TO DO NEXT");
    }

    @Test
    void text_in_other_scripts_arrives_as_it_was() throws Exception {
        QueuedMail mail =
                onlyMail(world.certainly("apt-custom/release", Result.critical("Zertifikat für 日本語 ungültig")));
        assertThat(parsed(mail).getSubject()).endsWith("Zertifikat für 日本語 ungültig");
        assertThat(text(mail)).contains("Zertifikat für 日本語 ungültig");
        assertThat(header(mail, "Content-Transfer-Encoding")).isEqualTo("quoted-printable");
    }
}
