package io.faultline.alert;

import io.faultline.check.CheckId;
import io.faultline.history.CheckState;
import io.faultline.history.Incident;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/**
 * Something that people could be told about an incident, on its way through the stages.
 *
 * @param number its number in the incident's thread, from 1
 * @param news the checks that it is about, the worst first; for a recovery the states before it
 * @param well for a recovery, what people were told of and is well
 * @param recipients who is told; filled in on the way
 * @param why one sentence: why these recipients
 */
record Notice(
        Kind kind,
        Incident incident,
        int number,
        List<CheckState> news,
        List<CheckId> well,
        List<String> recipients,
        String why,
        Instant at) {
    enum Kind {
        /** A new incident. */
        PROBLEM,
        /** More checks fail, or worse than before. */
        MORE,
        /** Nobody has claimed it in time. */
        UNCLAIMED,
        /** All is well again. */
        RECOVERED,
        /** Some of what people were told of is well again, and nothing of it is broken in the same place. */
        EASED,
        /** What was broken is not in the catalogue any more. */
        CLOSED;

        /** As the log says it. */
        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    Notice {
        news = List.copyOf(news);
        well = List.copyOf(well);
        recipients = List.copyOf(recipients);
    }

    /** Whether it tells of something that is broken, and not of the end of it. */
    boolean isNews() {
        return kind == Kind.PROBLEM || kind == Kind.MORE;
    }

    /** The services and machines that it is about, as people read them. */
    String subject() {
        Collection<String> subjects = kind == Kind.EASED
                ? new TreeSet<>(well.stream().map(CheckId::subject).toList())
                : List.of(incident.subject());
        return String.join(", ", subjects);
    }

    Notice of(List<CheckId> wellAgain) {
        return new Notice(kind, incident, number, news, wellAgain, recipients, why, at);
    }

    Notice about(List<CheckState> fewer) {
        return new Notice(kind, incident, number, fewer, well, recipients, why, at);
    }

    Notice to(List<String> addresses, String reason) {
        return new Notice(kind, incident, number, news, well, addresses, reason, at);
    }
}
