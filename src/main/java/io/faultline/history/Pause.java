package io.faultline.history;

import io.faultline.check.CheckId;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A time in which nobody is mailed about something. Results are stored and shown all the same; what is still broken
 * when it ends is told then.
 *
 * @param id the number of its entry in the log
 * @param until when it ends; earlier than planned if somebody ended it
 */
public record Pause(long id, Kind kind, SortedSet<Target> targets, Instant from, Instant until, String why, String by) {
    /** Why nobody is mailed. */
    public enum Kind {
        /** People know of the problem and do not want to hear of it. */
        SILENCE,
        /** Work was planned: what depends on these is expected to be broken too. */
        DOWNTIME;

        /** As people read it. */
        public String word() {
            return this == SILENCE ? "silence" : "downtime";
        }
    }

    public Pause {
        targets = Collections.unmodifiableSortedSet(new TreeSet<>(targets));
    }

    /** The pause that an entry makes, if it makes one. */
    public static Optional<Pause> of(Entry entry) {
        if (entry.act() instanceof Act.Silenced act) {
            return Optional.of(
                    new Pause(entry.id(), Kind.SILENCE, act.targets(), entry.at(), act.until(), act.why(), entry.by()));
        }
        if (entry.act() instanceof Act.Planned act) {
            return Optional.of(new Pause(
                    entry.id(), Kind.DOWNTIME, act.targets(), act.from(), act.until(), act.why(), entry.by()));
        }
        return Optional.empty();
    }

    /** This pause, ended at that moment if it had not ended before. */
    public Pause endedAt(Instant at) {
        return at.isBefore(until) ? new Pause(id, kind, targets, from, at, why, by) : this;
    }

    public boolean holdsAt(Instant now) {
        return !now.isBefore(from) && now.isBefore(until);
    }

    /** Whether it is about the check itself, not only about what the check's subject depends on. */
    public boolean covers(CheckId check) {
        return targets.stream().anyMatch(target -> target.covers(check));
    }
}
