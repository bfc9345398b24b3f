package io.faultline.history;

import io.faultline.check.Fact;
import io.faultline.check.Measurement;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Facts and measurements as text: one a line, its parts separated by tabs. Neither can stand in a part, because facts
 * and measurements are cleaned of control characters when they are made. Nothing at all is null.
 */
final class StoredText {
    private static final double LARGEST_EXACT = 1L << 53;

    private StoredText() {}

    static String facts(List<Fact> facts) {
        if (facts.isEmpty()) {
            return null;
        }
        StringBuilder text = new StringBuilder();
        for (Fact fact : facts) {
            text.append(fact.key()).append('\t').append(fact.value()).append('\n');
        }
        return text.toString();
    }

    static List<Fact> facts(String text) {
        List<Fact> facts = new ArrayList<>();
        for (String[] parts : lines(text)) {
            facts.add(new Fact(parts[0], parts[1]));
        }
        return facts;
    }

    static String measurements(List<Measurement> measurements) {
        if (measurements.isEmpty()) {
            return null;
        }
        StringBuilder text = new StringBuilder();
        for (Measurement measurement : measurements) {
            text.append(measurement.name()).append('\t');
            number(text, measurement.value());
            text.append('\t').append(measurement.unit());
            if (measurement.warning().isPresent() || measurement.critical().isPresent()) {
                text.append('\t');
                measurement.warning().ifPresent(value -> number(text, value));
                text.append('\t');
                measurement.critical().ifPresent(value -> number(text, value));
            }
            text.append('\n');
        }
        return text.toString();
    }

    static List<Measurement> measurements(String text) {
        List<Measurement> measurements = new ArrayList<>();
        for (String[] parts : lines(text)) {
            measurements.add(new Measurement(
                    parts[0],
                    Double.parseDouble(parts[1]),
                    parts[2],
                    parts.length > 3 ? optional(parts[3]) : OptionalDouble.empty(),
                    parts.length > 4 ? optional(parts[4]) : OptionalDouble.empty()));
        }
        return measurements;
    }

    private static List<String[]> lines(String text) {
        if (text == null) {
            return List.of();
        }
        return text.lines().map(line -> line.split("\t", -1)).toList();
    }

    private static OptionalDouble optional(String text) {
        return text.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(Double.parseDouble(text));
    }

    /** Whole numbers without a fraction: most are, and they are shorter. */
    private static void number(StringBuilder text, double value) {
        if (value == Math.rint(value) && Math.abs(value) < LARGEST_EXACT && !isNegativeZero(value)) {
            text.append((long) value);
        } else {
            text.append(value);
        }
    }

    private static boolean isNegativeZero(double value) {
        return value == 0 && 1 / value < 0;
    }
}
