package io.faultline.alert;

import io.faultline.history.QueuedMail;
import java.time.Instant;
import java.util.List;

/** What is done to a mail before it goes into the outbox. */
@FunctionalInterface
public interface Envelope {
    /** As it is. */
    Envelope OPEN = (mail, now) -> List.of(mail);

    /** The mails that go out for this one, to its recipients and nobody else. */
    List<QueuedMail> of(QueuedMail mail, Instant now);
}
