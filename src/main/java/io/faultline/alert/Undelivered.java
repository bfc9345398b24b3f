package io.faultline.alert;

import io.faultline.catalog.AlertPolicy;
import io.faultline.catalog.MailKind;
import io.faultline.history.QueuedMail;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;

/**
 * Tells somebody else of a mail that a server does not take: at once if it is refused, after half an hour if it is put
 * off. The mail itself is tried on. Once for each mail, and never about such a mail.
 */
public final class Undelivered {
    private static final String ABOUT = "undelivered ";

    private final Sender sender;
    private final String to;
    private final AlertPolicy policy;
    private final Envelope envelope;
    private final ZoneId zone;

    public Undelivered(Sender sender, String to, AlertPolicy policy, Envelope envelope, ZoneId zone) {
        this.policy = policy;
        this.envelope = envelope;
        this.sender = sender;
        this.to = to;
        this.zone = zone;
    }

    List<QueuedMail> notice(QueuedMail mail, boolean refused, String reason, Instant now) {
        if (!refused && !Postman.isLate(mail, now) || mail.recipients().equals(List.of(to))) {
            return List.of();
        }
        Written written = Written.of(MailKind.UNDELIVERED, policy, value -> switch (value) {
            case "what" -> subject(mail);
            case "recipients" -> String.join(", ", mail.recipients());
            case "reason" -> reason;
            case "mail" -> mail.content().replace("\r\n", "\n");
            default -> zone.getId();
        });
        QueuedMail notice = PlainMail.compose(
                sender, ABOUT + mail.messageId(), List.of(to), written.subject(), written.text(), now.atZone(zone));
        return envelope.of(notice, now);
    }

    private static String subject(QueuedMail mail) {
        return mail.content()
                .lines()
                .takeWhile(line -> !line.isEmpty())
                .filter(line -> line.startsWith("Subject: "))
                .map(line -> line.substring("Subject: ".length()).replace("[faultline] ", ""))
                .findFirst()
                .orElse("mail");
    }
}
