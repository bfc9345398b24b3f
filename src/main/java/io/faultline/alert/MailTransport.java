package io.faultline.alert;

import io.faultline.history.QueuedMail;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A way for mails to leave. */
public interface MailTransport {
    /**
     * Gets ready to send.
     *
     * @throws IOException if the server cannot be reached or does not want us; one sentence for people
     */
    Connection connect() throws IOException;

    /** For several mails, one after the other. */
    interface Connection extends Closeable {
        /** Why mails go another way than they should, if they do; one sentence for people. */
        default Optional<String> detour() {
            return Optional.empty();
        }

        /**
         * Hands a mail over.
         *
         * @param anyRecipient send to those that are accepted, even if others are refused for now
         * @throws IOException if the connection broke; whether the mail was taken is then unknown
         */
        Outcome send(QueuedMail mail, boolean anyRecipient) throws IOException;

        @Override
        void close();
    }

    /** What the other side said. */
    sealed interface Outcome {
        /**
         * The other side is responsible for the mail now.
         *
         * @param without recipients that it did not accept, each with the reason
         */
        record Taken(List<String> without) implements Outcome {
            public Taken {
                without = List.copyOf(without);
            }
        }

        /** Not now (SMTP 4xx); nobody got the mail. */
        record Later(String reason) implements Outcome {}

        /** Not this mail (SMTP 5xx); nobody got it. */
        record Refused(String reason) implements Outcome {}
    }
}
