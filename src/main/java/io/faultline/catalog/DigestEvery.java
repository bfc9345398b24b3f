package io.faultline.catalog;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Locale;

/** How often somebody gets a mail that sums up what there was: in the morning, at {@value #HOUR} o'clock. */
public enum DigestEvery {
    NEVER(0),
    DAILY(1),
    /** On Mondays. */
    WEEKLY(7);

    private static final int HOUR = 8;

    private final int days;

    DigestEvery(int days) {
        this.days = days;
    }

    /** As people write it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The newest moment that it was due at; that very moment counts. Not for {@link #NEVER}. */
    public Instant due(Instant now, ZoneId zone) {
        ZonedDateTime at = now.atZone(zone).with(LocalTime.of(HOUR, 0));
        if (at.toInstant().isAfter(now)) {
            at = at.minusDays(1);
        }
        while (this == WEEKLY && at.getDayOfWeek() != DayOfWeek.MONDAY) {
            at = at.minusDays(1);
        }
        return at.toInstant();
    }

    /** The one before that. */
    public Instant before(Instant due, ZoneId zone) {
        return due.atZone(zone).minusDays(days).toInstant();
    }
}
