package io.faultline.check;

import io.faultline.config.Shown;

/**
 * One line of explanation, such as {@code expected: 401 or 403}. Both parts are cleaned of control characters and cut
 * to a line's length here, so a fact may be made from what a server sent.
 */
public record Fact(String key, String value) {
    private static final int LONGEST = 400;

    public Fact {
        key = Shown.oneLine(key, 60);
        value = Shown.oneLine(value, LONGEST);
    }

    public static Fact of(String key, Object value) {
        return new Fact(key, String.valueOf(value));
    }

    public static Fact expected(Object value) {
        return of("expected", value);
    }

    public static Fact butWas(Object value) {
        return of("but was", value);
    }

    @Override
    public String toString() {
        return key + ": " + value;
    }
}
