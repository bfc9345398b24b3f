package io.faultline.history;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A mail in the outbox. It was composed once and is sent as it is, however often that has to be tried, so that it
 * always carries the same Message-ID.
 *
 * @param messageId without angle brackets; derived from the incident and its number in the thread, hence unique
 * @param incident the incident whose thread it belongs to, if any
 * @param recipients envelope addresses
 * @param content the whole message, RFC 5322 with CRLF, from the first header to the last line
 * @param tries how often sending it failed
 * @param notBefore when it may be tried next
 * @param lastError why the last try failed
 */
public record QueuedMail(
        String messageId,
        Optional<Long> incident,
        List<String> recipients,
        String content,
        Instant queued,
        int tries,
        Instant notBefore,
        Optional<String> lastError) {
    public QueuedMail {
        recipients = List.copyOf(recipients);
    }
}
