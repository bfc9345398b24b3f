package io.faultline.config;

import java.util.Comparator;

/**
 * One mistake in a configuration file: where it stands, what was expected and found, and what to do.
 * The message is one line of plain text, already cleaned of control characters.
 */
public record Problem(Place place, String message) implements Comparable<Problem> {
    private static final Comparator<Problem> ORDER = Comparator.comparing((Problem p) -> p.place.file())
            .thenComparingInt(p -> p.place.line())
            .thenComparingInt(p -> p.place.column())
            .thenComparing(Problem::message);

    public Problem {
        message = Shown.oneLine(message, 500);
    }

    @Override
    public int compareTo(Problem other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return place + ": " + message;
    }
}
