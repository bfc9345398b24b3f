package io.faultline.config;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Moments as people write and read them at a keyboard. */
public final class Moments {
    private static final DateTimeFormatter SHOWN = DateTimeFormatter.ofPattern("EEE d MMM HH:mm", Locale.ENGLISH);

    private Moments() {}

    public static String write(Instant at, ZoneId zone) {
        return SHOWN.format(at.atZone(zone));
    }

    /**
     * Reads {@code 18:00} (the next one), {@code 2026-11-23} (its midnight), {@code 2026-11-23T18:00} (a blank will do
     * for the T), both with an offset if wanted, and {@code 4h} (from now on).
     *
     * @throws IllegalArgumentException if it is none of these
     */
    public static Instant parse(String text, Instant now, ZoneId zone) {
        String written = text.strip().replace(' ', 'T');
        try {
            if (written.matches("\\d{1,9}[a-z]{1,2}")) {
                return now.plus(Durations.parse(written));
            }
            if (written.matches("\\d\\d?:\\d\\d")) {
                LocalTime time = LocalTime.parse(written.length() == 4 ? "0" + written : written);
                ZonedDateTime today = now.atZone(zone).with(time);
                return (today.toInstant().isAfter(now) ? today : today.plusDays(1)).toInstant();
            }
            if (written.matches("\\d{4}-\\d\\d-\\d\\d")) {
                return LocalDate.parse(written).atStartOfDay(zone).toInstant();
            }
            if (written.matches(".*T.*(Z|[+-]\\d\\d:\\d\\d)")) {
                return OffsetDateTime.parse(written).toInstant();
            }
            return LocalDateTime.parse(written).atZone(zone).toInstant();
        } catch (DateTimeException | ArithmeticException e) {
            throw new IllegalArgumentException(
                    "expected a time such as 18:00, 2026-11-23, 2026-11-23T18:00 or 4h, found '" + text + "'", e);
        }
    }
}
