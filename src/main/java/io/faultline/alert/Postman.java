package io.faultline.alert;

import io.faultline.alert.MailTransport.Outcome;
import io.faultline.config.Shown;
import io.faultline.history.Changes;
import io.faultline.history.Event;
import io.faultline.history.History;
import io.faultline.history.QueuedMail;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Empties the outbox. A mail leaves the queue when the other side said that it has it, and not before; should we be
 * killed between its word and our note of it, the mail goes out again with the same Message-ID.
 *
 * <p>Keeps nothing between passes. One pass at a time.
 */
public final class Postman {
    /** After so many failures the wait is the next of these; the last one for ever. */
    private static final List<Duration> WAITS = List.of(
            Duration.ofMinutes(1),
            Duration.ofMinutes(2),
            Duration.ofMinutes(5),
            Duration.ofMinutes(15),
            Duration.ofMinutes(60));

    /** A refusal is for good as a rule, but somebody may create the mailbox. */
    private static final Duration WAIT_AFTER_REFUSAL = Duration.ofHours(6);

    /** So long a refused mail is tried. */
    private static final Duration REFUSED_FOR = Duration.ofDays(1);

    /** So long a mail is tried that is put off (RFC 5321 4.5.4.1: four to five days at least). */
    private static final Duration PUT_OFF_FOR = Duration.ofDays(5);

    /** So long a server may put a mail off; greylisting is over sooner. */
    static final Duration PATIENCE = Duration.ofMinutes(30);

    /** From this try on, those recipients that are accepted do not wait for the others any longer. */
    private static final int TRIES_FOR_ALL = 3;

    private static final int MOST_MAILS = 50;
    private static final int MOST_CONNECTIONS = 4;
    private static final String NO_CONNECTION = "the mail server cannot be used: ";
    private static final String PUT_OFF = "the mail server puts it off: ";
    static final String BROKE = "the connection broke before the mail was taken: ";

    private final History history;
    private final MailTransport transport;
    private final Optional<Undelivered> undelivered;

    public Postman(History history, MailTransport transport) {
        this(history, transport, Optional.empty());
    }

    /** @param undelivered tells somebody else of a mail that is not taken */
    public Postman(History history, MailTransport transport, Optional<Undelivered> undelivered) {
        this.history = history;
        this.transport = transport;
        this.undelivered = undelivered;
    }

    /** Whether no server could be used for it when it was tried last, or it is put off; a refusal is about it alone. */
    public static boolean cannotLeave(QueuedMail mail, Instant now) {
        return mail.lastError()
                .filter(error -> error.startsWith(NO_CONNECTION)
                        || error.startsWith(BROKE)
                        || error.startsWith(PUT_OFF) && isLate(mail, now))
                .isPresent();
    }

    static boolean isLate(QueuedMail mail, Instant now) {
        return !now.isBefore(mail.queued().plus(PATIENCE));
    }

    /**
     * What a pass did.
     *
     * @param waiting how many mails are still to be sent
     * @param error why the newest failure happened; if there is none, why mails go another way than they should; or empty
     */
    public record Report(int sent, int failed, int waiting, String error) {}

    /** Tries the mails that are due, oldest first; bounded, so call it again. Never throws because of a mail server. */
    public Report pass(Instant now) {
        Round round = new Round(now);
        round.run();
        return new Report(round.sent, round.failed, history.queuedMails().size(), round.error);
    }

    private final class Round {
        private final Instant now;
        private int sent;
        private int failed;
        private String error = "";

        Round(Instant now) {
            this.now = now;
        }

        void run() {
            Deque<QueuedMail> todo = new ArrayDeque<>(history.dueMails(now, MOST_MAILS));
            for (int connections = 0; !todo.isEmpty() && connections < MOST_CONNECTIONS; connections++) {
                MailTransport.Connection connection;
                try {
                    connection = transport.connect();
                } catch (IOException e) {
                    // That is no fault of any mail: all of them wait.
                    todo.forEach(mail -> failed(mail, wait(mail), NO_CONNECTION + e.getMessage()));
                    return;
                }
                connection.detour().ifPresent(why -> error = Shown.oneLine(why, 300));
                if (connections == 0) {
                    todo = withThoseThatMissedTheServer(todo);
                }
                deliver(todo, connection);
            }
        }

        /** Mails that waited for a connection only need not wait any longer, and go before newer ones. */
        private Deque<QueuedMail> withThoseThatMissedTheServer(Collection<QueuedMail> due) {
            Set<String> ids = due.stream().map(QueuedMail::messageId).collect(Collectors.toSet());
            Deque<QueuedMail> all = new ArrayDeque<>();
            for (QueuedMail mail : history.queuedMails()) {
                boolean missed = mail.lastError()
                        .filter(e -> e.startsWith(NO_CONNECTION))
                        .isPresent();
                if (all.size() < MOST_MAILS && (missed || ids.contains(mail.messageId()))) {
                    all.add(mail);
                }
            }
            return all;
        }

        private void deliver(Deque<QueuedMail> todo, MailTransport.Connection connection) {
            try (connection) {
                while (!todo.isEmpty()) {
                    QueuedMail mail = todo.poll();
                    try {
                        note(mail, connection.send(mail, mail.tries() >= TRIES_FOR_ALL));
                    } catch (IOException e) {
                        // Perhaps this very mail breaks it: it waits, and the others get another connection.
                        failed(mail, wait(mail), BROKE + e.getMessage());
                        tellSomebodyElse(mail, false, BROKE + e.getMessage());
                        return;
                    }
                }
            }
        }

        private void note(QueuedMail mail, Outcome outcome) {
            if (outcome instanceof Outcome.Taken taken) {
                history.mailSent(mail.messageId(), now);
                sent++;
                tellOfMissing(mail, taken.without());
            } else if (outcome instanceof Outcome.Later later) {
                failed(mail, wait(mail), PUT_OFF_FOR, PUT_OFF + later.reason());
                tellSomebodyElse(mail, false, later.reason());
            } else if (outcome instanceof Outcome.Refused refused) {
                failed(mail, WAIT_AFTER_REFUSAL, REFUSED_FOR, refused.reason());
                tellSomebodyElse(mail, true, refused.reason());
            }
        }

        private void tellSomebodyElse(QueuedMail mail, boolean refused, String reason) {
            undelivered
                    .map(other -> other.notice(mail, refused, reason, now))
                    .filter(notices -> !notices.isEmpty())
                    .ifPresent(notices ->
                            history.commit(new Changes(List.of(), List.of(), List.of(), notices, List.of())));
        }

        private void tellOfMissing(QueuedMail mail, List<String> without) {
            mail.incident().flatMap(history::incident).ifPresent(incident -> {
                List<Event> events = without.stream()
                        .map(whom -> new Event(
                                now,
                                incident.subject(),
                                Shown.oneLine("a mail of incident " + incident.id() + " did not reach " + whom, 300)))
                        .toList();
                if (!events.isEmpty()) {
                    history.commit(new Changes(List.of(), List.of(), List.of(), List.of(), events));
                }
            });
        }

        /** It is tried again, unless it has been for long enough. */
        private void failed(QueuedMail mail, Duration wait, Duration atMost, String reason) {
            if (now.isBefore(mail.queued().plus(atMost))) {
                failed(mail, wait, reason);
                return;
            }
            error = Shown.oneLine(reason, 300);
            failed++;
            history.mailGivenUp(mail.messageId(), now, error);
            tellOfMissing(mail, List.of(String.join(", ", mail.recipients()) + " and is given up: " + reason));
        }

        private void failed(QueuedMail mail, Duration wait, String reason) {
            error = Shown.oneLine(reason, 300);
            failed++;
            history.mailFailed(mail.messageId(), now.plus(wait), error);
        }

        private static Duration wait(QueuedMail mail) {
            return WAITS.get(Math.min(mail.tries(), WAITS.size() - 1));
        }
    }
}
