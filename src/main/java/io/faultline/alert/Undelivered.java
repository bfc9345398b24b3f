package io.faultline.alert;

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
    private final Envelope envelope;
    private final ZoneId zone;

    public Undelivered(Sender sender, String to, Envelope envelope, ZoneId zone) {
        this.envelope = envelope;
        this.sender = sender;
        this.to = to;
        this.zone = zone;
    }

    List<QueuedMail> notice(QueuedMail mail, boolean refused, String reason, Instant now) {
        if (!refused && !Postman.isLate(mail, now) || mail.recipients().equals(List.of(to))) {
            return List.of();
        }
        String text = "A mail to " + String.join(", ", mail.recipients())
                + "\ncould not be delivered: " + reason
                + "\n\nIt is tried again for a while. This is its content:\n\n"
                + mail.content().replace("\r\n", "\n");
        QueuedMail notice = PlainMail.compose(
                sender,
                ABOUT + mail.messageId(),
                List.of(to),
                "[faultline] UNDELIVERED" + subject(mail),
                text,
                now.atZone(zone));
        return envelope.of(notice, now);
    }

    private static String subject(QueuedMail mail) {
        return mail.content()
                .lines()
                .takeWhile(line -> !line.isEmpty())
                .filter(line -> line.startsWith("Subject: "))
                .map(line -> line.substring("Subject:".length()).replace("[faultline] ", ""))
                .findFirst()
                .orElse("");
    }
}
