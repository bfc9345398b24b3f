package io.faultline.config;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lengths of time as people write and read them: {@code 30s}, {@code 5m}, {@code 48h}, {@code 7d}, {@code 2w}. */
public final class Durations {
    private static final Pattern FORM = Pattern.compile("(\\d{1,9})(ms|s|m|h|d|w)");
    private static final Map<String, Duration> UNITS = Map.of(
            "ms", ChronoUnit.MILLIS.getDuration(),
            "s", ChronoUnit.SECONDS.getDuration(),
            "m", ChronoUnit.MINUTES.getDuration(),
            "h", ChronoUnit.HOURS.getDuration(),
            "d", ChronoUnit.DAYS.getDuration(),
            "w", ChronoUnit.WEEKS.getDuration());

    private Durations() {}

    /** @throws IllegalArgumentException if the text is not a number followed by a unit */
    public static Duration parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("expected a length of time such as 30s, 5m, 12h or 7d");
        }
        return UNITS.get(matcher.group(2)).multipliedBy(Long.parseLong(matcher.group(1)));
    }

    /** The exact short form that {@link #parse} reads, in the largest unit that divides it. */
    public static String write(Duration duration) {
        long millis = duration.toMillis();
        if (millis % 1000 != 0 || millis == 0) {
            return millis == 0 ? "0s" : millis + "ms";
        }
        long seconds = millis / 1000;
        if (seconds % 86_400 == 0) {
            return seconds / 86_400 + "d";
        }
        if (seconds % 3600 == 0) {
            return seconds / 3600 + "h";
        }
        return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }

    /** About how long, for people: the two largest units, such as {@code 3 d 4 h} or {@code 12 min}. */
    public static String roughly(Duration duration) {
        long seconds = Math.abs(duration.toSeconds());
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3600) {
            return two(seconds / 60, "min", seconds % 60, "s", seconds < 600);
        }
        if (seconds < 86_400) {
            return two(seconds / 3600, "h", seconds % 3600 / 60, "min", true);
        }
        return two(seconds / 86_400, "d", seconds % 86_400 / 3600, "h", true);
    }

    private static String two(long large, String largeUnit, long small, String smallUnit, boolean both) {
        return large + " " + largeUnit + (both && small > 0 ? " " + small + " " + smallUnit : "");
    }
}
