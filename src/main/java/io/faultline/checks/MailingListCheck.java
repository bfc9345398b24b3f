package io.faultline.checks;

import io.faultline.check.Check;
import io.faultline.check.CheckType;
import io.faultline.check.Fact;
import io.faultline.check.Probe;
import io.faultline.check.Result;
import io.faultline.config.Durations;
import io.faultline.config.Keys;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Sends a mailing list a request, and looks for its answer. */
record MailingListCheck(
        MailSubmission submission,
        Optional<Mailbox> mailbox,
        String subject,
        List<String> body,
        String answerFrom,
        Optional<String> answerContains,
        Duration awaited)
        implements Check {
    static final CheckType TYPE = CheckType.named("mailing-list")
            .summary("A mailing list answers a request by mail, so its mail goes in and comes out.")
            .about("""
                    Sends a request to the list and waits in the sender's mailbox for an answer from `answer-from`, \
                    which is deleted then: any mail from there that comes after the request is taken for it, so the \
                    mailbox must be one for this check alone. Schleuder sends its key to whoever writes to `LIST-sendkey@`; Mailman \
                    answers `help` at `LIST-request@`, mlmmj at `LIST+help@`. Some lists refuse mail that says it was made by a program: this one does say so.""")
            .example("""
                    server: mail.example.org
                    starttls: true
                    from: probe@example.org
                    to: team-sendkey@lists.example.org
                    answer-from: team@lists.example.org
                    answer-contains: BEGIN PGP PUBLIC KEY BLOCK
                    mailbox: {imap: imap.example.org, user: probe, password: {secret: probe-mailbox}}
                    wait: 1m""")
            .reads(MailingListCheck::read);

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);

    MailingListCheck {
        body = List.copyOf(body);
    }

    private static MailingListCheck read(Keys keys) {
        MailingListCheck check = new MailingListCheck(
                MailSubmission.read(keys),
                Mailbox.read(keys),
                keys.text("subject", "help", "The subject of the request."),
                keys.texts("body", "The lines of the request."),
                keys.text("answer-from", "A text that the answer's From must contain, such as the list's address."),
                keys.optionalText("answer-contains", "A text that the answer or what is attached to it must contain."),
                keys.duration(
                        "wait", Duration.ofSeconds(8), "How long to wait for the answer; less than the timeout."));
        if (!(check.subject + String.join("", check.body)).chars().allMatch(c -> c >= ' ' && c < 0x7f)) {
            keys.problem("subject", "expected 'subject' and 'body' of plain ASCII characters, a line each");
        }
        return check;
    }

    @Override
    public Result run(Probe probe) throws IOException {
        Mailbox.Session session = mailbox.orElseThrow().open(probe);
        Set<String> before = Set.copyOf(session.find("From", answerFrom));
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        try {
            submission.send(
                    probe,
                    List.of(
                            "Subject: " + subject,
                            "Message-ID: <" + HexFormat.of().formatHex(random) + "@faultline.invalid>"),
                    body);
        } catch (MailSubmission.Refused e) {
            return Result.critical(String.valueOf(e.getMessage()));
        }
        Duration start = probe.lifetime().spent();
        while (true) {
            List<Mailbox.Message> answers = new ArrayList<>();
            for (String name : session.find("From", answerFrom)) {
                if (!before.contains(name)) {
                    session.beginning(name).ifPresent(answers::add);
                }
            }
            Duration waited = probe.lifetime().spent().minus(start);
            if (!answers.isEmpty()) {
                session.delete(answers.stream().map(Mailbox.Message::name).toList());
                return judge(answers, waited);
            }
            if (waited.compareTo(awaited) > 0) {
                return Result.critical(
                        "the list does not answer",
                        Fact.expected("mail from " + answerFrom + " within " + Durations.write(awaited)),
                        Fact.butWas("none"));
            }
            probe.lifetime().pause(BETWEEN_LOOKS);
        }
    }

    private Result judge(List<Mailbox.Message> answers, Duration waited) {
        Findings findings = new Findings();
        findings.measured("delay", waited.toMillis() / 1000.0, "s");
        findings.fact("subject", answers.get(0).field("Subject"));
        if (answerContains.isPresent()
                && answers.stream()
                        .noneMatch(answer -> MimeText.of(answer.text()).contains(answerContains.get()))) {
            findings.wrong("the answer lacks '" + answerContains.get() + "'");
        }
        return findings.result("the list answers");
    }
}
