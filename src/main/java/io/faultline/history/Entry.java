package io.faultline.history;

import io.faultline.config.Shown;
import java.time.Instant;

/**
 * One line of the log: who did what and when. Entries are only ever added.
 *
 * @param id grows from entry to entry; names the silence or downtime that the entry makes. 0 before it is stored
 * @param by the name that a person gave, or {@link #FAULTLINE}
 */
public record Entry(long id, Instant at, String by, Act act) {
    public static final String FAULTLINE = "faultline";

    private static final int LONGEST_NAME = 100;

    public Entry {
        by = Shown.oneLine(by.strip(), LONGEST_NAME);
        if (by.isEmpty()) {
            throw new IllegalArgumentException("expected the name of whoever says so");
        }
    }

    /** Faultline's own act, not stored yet. */
    public static Entry own(Instant at, Act act) {
        return new Entry(0, at, FAULTLINE, act);
    }
}
