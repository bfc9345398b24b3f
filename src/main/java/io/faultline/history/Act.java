package io.faultline.history;

import io.faultline.config.Shown;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Something that was done about incidents, by a person or by Faultline itself. Texts are made fit for one line when
 * they are made; limits are in characters.
 */
public sealed interface Act {
    int LONGEST_TEXT = 1000;
    int MOST_TARGETS = 200;

    /** The incident that it is about, if it is about one. */
    default Optional<Long> about() {
        return Optional.empty();
    }

    /** Somebody works on it, until then at most. Takes the place of an earlier claim. */
    record Claimed(long incident, Instant until) implements Act {
        @Override
        public Optional<Long> about() {
            return Optional.of(incident);
        }
    }

    /** Whoever had claimed it does not work on it any more. */
    record Released(long incident) implements Act {
        @Override
        public Optional<Long> about() {
            return Optional.of(incident);
        }
    }

    /**
     * Nobody is mailed about these until then.
     *
     * @param incident the one that this was said of, if it was one
     */
    record Silenced(Optional<Long> incident, SortedSet<Target> targets, Instant until, String why) implements Act {
        public Silenced {
            targets = bounded(targets);
            why = oneLine(why, "a reason");
        }

        @Override
        public Optional<Long> about() {
            return incident;
        }
    }

    /** Work is planned: these are expected to be broken in that time, and whatever depends on them too. */
    record Planned(SortedSet<Target> targets, Instant from, Instant until, String why) implements Act {
        public Planned {
            targets = bounded(targets);
            why = oneLine(why, "a reason");
            if (!from.isBefore(until)) {
                throw new IllegalArgumentException("a downtime must end after it begins");
            }
        }
    }

    /** A silence or downtime is over, whatever was said before. */
    record Ended(long pause) implements Act {}

    /** Words for the others: about an incident, a service or machine, or both. */
    record Noted(Optional<Long> incident, Optional<String> subject, String text) implements Act {
        public Noted {
            text = oneLine(text, "a note");
        }

        @Override
        public Optional<Long> about() {
            return incident;
        }
    }

    /** A problem became certain. */
    record Opened(long incident) implements Act {
        @Override
        public Optional<Long> about() {
            return Optional.of(incident);
        }
    }

    /**
     * A mail was composed.
     *
     * @param what what it is: a problem, more of it, a recovery
     */
    record Told(long incident, List<String> recipients, String what) implements Act {
        public Told {
            recipients = List.copyOf(recipients);
        }

        @Override
        public Optional<Long> about() {
            return Optional.of(incident);
        }
    }

    /** Nobody is told now, for this reason. */
    record Held(long incident, String reason) implements Act {
        public Held {
            reason = Shown.oneLine(reason, LONGEST_TEXT);
        }

        @Override
        public Optional<Long> about() {
            return Optional.of(incident);
        }
    }

    /**
     * Some of a team's mails were left out, and one told how many; or one summed up a day or a week.
     *
     * @param team or {@code team/person}
     * @param incidents how many incidents were not mailed; or how many there were
     * @param what {@link #LEFT_OUT}, {@code daily} or {@code weekly}
     */
    record Digested(String team, int incidents, String what) implements Act {
        public static final String LEFT_OUT = "left out";

        /** Of what was left out. */
        public Digested(String team, int incidents) {
            this(team, incidents, LEFT_OUT);
        }
    }

    /** All is well again. */
    record Resolved(long incident) implements Act {
        @Override
        public Optional<Long> about() {
            return Optional.of(incident);
        }
    }

    private static SortedSet<Target> bounded(Collection<Target> targets) {
        if (targets.isEmpty() || targets.size() > MOST_TARGETS) {
            throw new IllegalArgumentException(
                    "expected 1 to " + MOST_TARGETS + " services, machines or checks, found " + targets.size());
        }
        return Collections.unmodifiableSortedSet(new TreeSet<>(targets));
    }

    private static String oneLine(String text, String what) {
        String line = Shown.oneLine(text.strip().replace("\r\n", " ").replace('\n', ' '), LONGEST_TEXT);
        if (line.isEmpty()) {
            throw new IllegalArgumentException("expected " + what + " in a few words");
        }
        return line;
    }
}
