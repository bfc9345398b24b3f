package io.faultline.alert;

import io.faultline.history.QueuedMail;
import java.io.IOException;
import java.util.Optional;

/**
 * Two mail servers: the second for when the first cannot be used, or does not take a mail. A mail on which a connection
 * broke may have been taken; it is tried twice more with the first server before the second gets it, so that it
 * arrives twice as rarely as can be.
 */
final class FallbackTransport implements MailTransport {
    private static final int TRIES_WITH_FIRST = 2;

    private final MailTransport first;
    private final MailTransport second;

    FallbackTransport(MailTransport first, MailTransport second) {
        this.first = first;
        this.second = second;
    }

    @Override
    public Connection connect() throws IOException {
        try {
            return new Both(Optional.of(first.connect()), Optional.empty());
        } catch (IOException e) {
            Both both = new Both(
                    Optional.empty(),
                    Optional.of(
                            "the first mail server cannot be used, the fallback takes the mails: " + e.getMessage()));
            try {
                both.secondConnection();
            } catch (IOException other) {
                throw new IOException(e.getMessage() + "; nor can the fallback: " + other.getMessage(), e);
            }
            return both;
        }
    }

    private final class Both implements Connection {
        private final Optional<Connection> main;
        private final Optional<String> detour;
        private Optional<Connection> other = Optional.empty();

        Both(Optional<Connection> main, Optional<String> detour) {
            this.main = main;
            this.detour = detour;
        }

        @Override
        public Optional<String> detour() {
            return detour;
        }

        Connection secondConnection() throws IOException {
            if (other.isEmpty()) {
                other = Optional.of(second.connect());
            }
            return other.get();
        }

        @Override
        public Outcome send(QueuedMail mail, boolean anyRecipient) throws IOException {
            if (main.isEmpty()) {
                return secondConnection().send(mail, anyRecipient);
            }
            boolean broken = mail.tries() >= TRIES_WITH_FIRST
                    && mail.lastError().filter(e -> e.startsWith(Postman.BROKE)).isPresent();
            if (!broken) {
                Outcome outcome = main.get().send(mail, anyRecipient);
                return outcome instanceof Outcome.Taken ? outcome : secondOpinion(mail, anyRecipient, outcome);
            }
            return secondConnection().send(mail, anyRecipient);
        }

        private Outcome secondOpinion(QueuedMail mail, boolean anyRecipient, Outcome ofFirst) {
            try {
                Outcome outcome = secondConnection().send(mail, anyRecipient);
                return outcome instanceof Outcome.Taken ? outcome : ofFirst;
            } catch (IOException e) {
                return ofFirst;
            }
        }

        @Override
        public void close() {
            main.ifPresent(Connection::close);
            other.ifPresent(Connection::close);
        }
    }
}
