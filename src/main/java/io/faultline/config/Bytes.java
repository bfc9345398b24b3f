package io.faultline.config;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers of bytes as people write them, with the binary units of IEC 80000-13. */
public final class Bytes {
    private static final Pattern FORM = Pattern.compile("(\\d{1,12})\\s?(B|KiB|MiB|GiB|TiB)?");
    private static final Map<String, Long> UNITS =
            Map.of("B", 1L, "KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30, "TiB", 1L << 40);

    private Bytes() {}

    /** @throws IllegalArgumentException if the text is not a number with an optional unit */
    public static long parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("expected a number of bytes such as 512, 64KiB or 10MiB");
        }
        try {
            return Math.multiplyExact(
                    Long.parseLong(matcher.group(1)), UNITS.get(matcher.group(2) == null ? "B" : matcher.group(2)));
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("expected a number of bytes below 8 EiB", e);
        }
    }

    /** The exact form that {@link #parse} reads, in the largest unit that divides it. */
    public static String write(long bytes) {
        String[] units = {"TiB", "GiB", "MiB", "KiB"};
        for (String unit : units) {
            if (bytes > 0 && bytes % UNITS.get(unit) == 0) {
                return bytes / UNITS.get(unit) + unit;
            }
        }
        return Long.toString(bytes);
    }

    /** As people say it, to one decimal: {@code 1.5 GiB}. */
    public static String roughly(long bytes) {
        String[] units = {"TiB", "GiB", "MiB", "KiB"};
        for (String unit : units) {
            if (bytes >= UNITS.get(unit)) {
                return String.format(Locale.ROOT, "%.1f %s", (double) bytes / UNITS.get(unit), unit);
            }
        }
        return bytes + " B";
    }
}
