package io.faultline.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.catalog.AlertPolicy;
import io.faultline.catalog.AlertPolicy.Budgets;
import io.faultline.catalog.AlertPolicy.Heartbeat;
import io.faultline.catalog.AlertRules;
import io.faultline.catalog.AlertWhen;
import io.faultline.catalog.DigestEvery;
import io.faultline.catalog.FlappingRule;
import io.faultline.catalog.Importance;
import io.faultline.catalog.PublicKey;
import io.faultline.catalog.Team;
import io.faultline.check.Fact;
import io.faultline.check.Result;
import io.faultline.config.Place;
import io.faultline.history.QueuedMail;
import io.faultline.net.SystemResolver;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.bouncycastle.openpgp.api.bc.BcOpenPGPApi;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/mail.md} shows a mail of each kind, as it is. After a change of the texts: run this test with {@code
 * -Dfaultline.docs=write} and read the difference.
 */
class MailDocsTest {
    private static final Path FILE = Path.of("docs/mail.md");
    private static final Result EXPIRED = Result.critical(
            "the Release file has expired",
            Fact.expected("Valid-Until in the future"),
            Fact.butWas("Sat, 21 Nov 2026 03:00:00 UTC"));
    private static final Result REFUSED = Result.critical("connection refused");
    private static final Result OK = Result.ok("fine");

    private final StringBuilder text = new StringBuilder("""
            # The mails that Faultline writes

            Written by the test `MailDocsTest`, from the same code that writes them in earnest. Plain text, 72 characters a line, so that
            they read well on any screen and in any program. Headers to sort by: `List-Id`, `X-Faultline-Incident`, `X-Faultline-Subject`,
            `X-Faultline-Importance`, `Importance`; `Auto-Submitted: auto-generated` keeps absence notices away. The mails of an incident
            are one thread (`In-Reply-To`, `References`).
            """);

    private void show(String title, String words, List<QueuedMail> mails) throws Exception {
        assertThat(mails).as(title).isNotEmpty();
        MimeMessage message = new MimeMessage(
                Session.getInstance(new Properties()),
                new ByteArrayInputStream(mails.get(mails.size() - 1).content().getBytes(StandardCharsets.US_ASCII)));
        text.append("\n## ").append(title).append("\n\n").append(words).append("\n\n```text\n");
        text.append("Subject: ").append(message.getSubject()).append('\n');
        text.append("To: ")
                .append(message.getHeader("To", null).replaceAll("\\s+", " "))
                .append("\n\n");
        text.append(((String) message.getContent()).replace("\r\n", "\n")).append("```\n");
    }

    @Test
    void theMailsInTheDocumentationAreTheOnesThatAreSent() throws Exception {
        World world = World.example();
        Desk desk = new Desk(world.catalog(), world.history(), world::now);
        world.results("dns/soa", OK, "apt-custom/release", OK, "apt-custom/https", OK, "builds/recent", OK);
        world.pass(Duration.ofMinutes(5));
        show(
                "A problem",
                "What whoever was just woken needs to know, in the order in which it is needed.",
                world.certainly("apt-custom/release", EXPIRED).mails());
        desk.claim(1, world.now().plus(Duration.ofHours(8)), "ana");
        desk.note("1", "reprepro could not sign; looking at the key", "ana");
        world.pass(Duration.ofMinutes(10));
        show(
                "More of it",
                "Another check fails, or one gets worse than anybody was told.",
                world.certainly("apt-custom/https", REFUSED).mails());
        world.pass(Duration.ofMinutes(40)).results("apt-custom/release", OK);
        show(
                "The end",
                "In any case, to everybody who was told.",
                world.results("apt-custom/https", OK).mails());

        world.pass(Duration.ofHours(1));
        show(
                "A cause with its consequences",
                "What depends on it is shown here and not mailed by itself.",
                world.certainly("dns/soa", Result.critical("no answer from ns1.example.org"), "builds/recent", REFUSED)
                        .mails());
        world.pass(Duration.ofHours(4));
        show(
                "Nobody has claimed it",
                "To everybody in the team; `claim-within` says when, by importance.",
                world.time().mails());
        world.results("dns/soa", OK, "builds/recent", OK);

        world.pass(Duration.ofDays(1));
        desk.silence(List.of("builds"), world.now().plus(Duration.ofHours(2)), "the disk is ordered", "ben");
        world.certainly("builds/recent", Result.critical("newest image is 3 days old"));
        world.pass(Duration.ofHours(2));
        show(
                "What a silence held back",
                "Still broken when the silence ended.",
                world.time().mails());
        world.results("builds/recent", OK);

        world.pass(Duration.ofDays(1));
        world.rules(new AlertRules(2, FlappingRule.FAULTLINE, AlertWhen.NEVER));
        List<QueuedMail> mails = new ArrayList<>();
        for (char result : "CCOCCOCC".toCharArray()) {
            world.pass(Duration.ofMinutes(5));
            mails.addAll(world.results("dns/soa", result == 'O' ? OK : REFUSED).mails());
        }
        show("Back and forth", "Once; then only when it has calmed down.", mails);
        mails.clear();
        for (int i = 0; i < 14; i++) {
            world.pass(Duration.ofMinutes(5));
            mails.addAll(world.results("dns/soa", OK).mails());
        }
        show("It has calmed down", "In the state that it calmed down in.", mails);

        world.pass(Duration.ofDays(2));
        world.rules(new AlertRules(
                3,
                FlappingRule.FAULTLINE,
                new AlertWhen(Optional.empty(), Optional.empty(), Duration.ofDays(1), true)));
        mails.clear();
        for (int day = 0; day < 3; day++) {
            world.pass(Duration.ofHours(23).plusMinutes(55));
            mails.addAll(world.results("dns/soa", REFUSED).mails());
            world.pass(Duration.ofMinutes(5));
            mails.addAll(world.results("dns/soa", OK).mails());
        }
        show("Every day", "Though it never fails twice in a row.", mails);

        world.pass(Duration.ofDays(9));
        world.rules(AlertRules.after(2));
        world.results("dns/soa", OK);
        world.policy(new AlertPolicy(AlertPolicy.SHIPPED.claimWithin(), new Budgets(4, 40, 100), Optional.empty()));
        world.service("blog", "Words", Importance.MEDIUM, List.of(), "http");
        mails.clear();
        for (int i = 0; i < 5; i++) {
            mails.addAll(world.certainly("blog/http", REFUSED).mails());
            world.pass(Duration.ofMinutes(5));
            world.results("blog/http", OK);
        }
        show("More than the budget", "At once when something is left out, and then once a day at most.", mails);

        world.certainly("builds/recent", REFUSED);
        world.remove("builds");
        show(
                "Out of the catalogue",
                "The check that failed is gone, so nobody knows.",
                world.reload().mails());

        world.digest("infra", DigestEvery.DAILY, List.of(), "infra@example.org").pass(Duration.ofDays(1));
        show(
                "The digest",
                "Each morning or each Monday, to whoever wants it (`digest` in `teams.yaml`).",
                world.time().mails());
        QueuedMail problem = world.certainly("dns/soa", REFUSED).mails().get(0);
        show(
                "What whoever has an OpenPGP key gets, seen from outside",
                "Inside, encrypted, stand the subject and the text as everywhere above.",
                List.of(sealed(problem)));
        show(
                "When the key cannot be used",
                "A notice without content.",
                new OpenPgpEnvelope(List.of(ana(Optional.empty())), Optional.empty())
                        .of(to("ana@example.org", problem), world.now()));
        show(
                "A mail that no server takes",
                "To `fallback-to`, once, with the mail.",
                new Undelivered(World.SENDER, "ops@else.example.net", AlertPolicy.SHIPPED, Envelope.OPEN, World.ZONE)
                        .notice(problem, true, "infra@example.org: 550 no such user", world.now()));
        world.pass(Duration.ofDays(1)).results("dns/soa", OK);
        Heartbeat heartbeat = new Heartbeat(
                Duration.ofMinutes(1),
                Optional.empty(),
                Optional.empty(),
                Optional.of("watch@else.example.net"),
                Duration.ofDays(1));
        int before = world.mails().size();
        new Heart(
                        heartbeat,
                        world.catalog(),
                        world.history(),
                        Optional.of(World.SENDER),
                        new SystemResolver(),
                        World.ZONE)
                .beat(world.now());
        show(
                "A sign of life",
                "To whoever watches Faultline from outside (`heartbeat`).",
                world.mails().subList(before, world.mails().size()));
        compare();
    }

    private static QueuedMail to(String address, QueuedMail mail) {
        return new QueuedMail(
                mail.messageId(),
                mail.incident(),
                List.of(address),
                mail.content(),
                mail.queued(),
                0,
                mail.notBefore(),
                Optional.empty());
    }

    private static Team ana(Optional<PublicKey> key) {
        Team.Contact ana = new Team.Contact(
                "ana", Optional.of("ana@example.org"), Optional.of("A".repeat(40)), key, DigestEvery.NEVER);
        return new Team("infra", Optional.empty(), List.of("infra@example.org"), List.of(ana), Place.of("teams.yaml"));
    }

    /** With the encrypted part left out, which is another one each time. */
    private static QueuedMail sealed(QueuedMail problem) throws Exception {
        PublicKey key = PublicKey.parse(new BcOpenPGPApi()
                .generateKey(4)
                .classicKey("ana@example.org")
                .build()
                .toCertificate()
                .toAsciiArmoredString());
        QueuedMail mail = new OpenPgpEnvelope(List.of(ana(Optional.of(key))), Optional.empty())
                .of(to("ana@example.org", problem), Instant.now())
                .get(0);
        String head = mail.content().substring(0, mail.content().indexOf("Content-Type:"));
        String content = mail.content().substring(mail.content().indexOf("Content-Type:"));
        return new QueuedMail(
                mail.messageId(),
                mail.incident(),
                mail.recipients(),
                head + "Content-Type: text/plain\r\n\r\n"
                        + content.replaceAll("faultline-[0-9a-f-]{36}", "BOUNDARY")
                                .replaceAll("(?s)(-----BEGIN PGP MESSAGE-----).*(-----END)", "$1\r\n...\r\n$2"),
                mail.queued(),
                0,
                mail.notBefore(),
                Optional.empty());
    }

    private void compare() throws IOException {
        if ("write".equals(System.getProperty("faultline.docs"))) {
            Files.writeString(FILE, text);
        }
        assertThat(FILE).as("see this class").content().isEqualTo(text.toString());
    }
}
