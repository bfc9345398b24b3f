package io.faultline.machine;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a machine said of itself at one moment: the lines of {@code faultline-agent}, as {@link FactsReader} let them
 * through. A machine may lie, but only within this form.
 *
 * @param machine the name that the machine has for itself
 * @param at the machine's own clock
 * @param asked by our clock, the earliest moment at which they can have been made
 * @param arrived by our clock
 * @param lines by their kind, each in the machine's order
 */
public record Facts(String machine, Instant at, Instant asked, Instant arrived, Map<String, List<Line>> lines) {
    public Facts {
        Map<String, List<Line>> kept = new TreeMap<>();
        lines.forEach((kind, all) -> kept.put(kind, List.copyOf(all)));
        lines = Collections.unmodifiableMap(kept);
    }

    /** The values of one line. What the format requires of its kind is there, and numbers are numbers. */
    public record Line(Map<String, String> values) {
        public Line {
            values = Collections.unmodifiableMap(new TreeMap<>(values));
        }

        public String text(String key) {
            return optional(key).orElseThrow(() -> new IllegalArgumentException("no value '" + key + "' in a fact"));
        }

        public Optional<String> optional(String key) {
            return Optional.ofNullable(values.get(key));
        }

        public long whole(String key) {
            return Long.parseLong(text(key));
        }

        public Optional<Long> optionalWhole(String key) {
            return optional(key).map(Long::parseLong);
        }

        public double decimal(String key) {
            return Double.parseDouble(text(key));
        }

        public Optional<Double> optionalDecimal(String key) {
            return optional(key).map(Double::parseDouble);
        }

        public boolean yes(String key) {
            return text(key).equals("yes");
        }

        /** A moment on the machine's own clock. */
        public Instant moment(String key) {
            return Instant.ofEpochSecond(whole(key));
        }
    }

    public List<Line> all(String kind) {
        return lines.getOrDefault(kind, List.of());
    }

    public Optional<Line> one(String kind) {
        return all(kind).stream().findFirst();
    }

    /** Why the machine could not read one of its sources, if it could not; the first reason. */
    public Optional<String> trouble(String source) {
        return all("error").stream()
                .filter(line -> line.text("source").equals(source))
                .map(line -> line.text("reason"))
                .findFirst();
    }
}
