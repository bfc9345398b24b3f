package io.faultline.verdict;

/**
 * A line of a log, kept as evidence.
 *
 * @param line its number, from 1
 * @param text its normalised form, at most {@value #MAX_TEXT} characters; from outside, so escaped where it is shown
 */
public record Quote(long line, String text) {
    public static final int MAX_TEXT = 500;
    private static final int BEGIN = 60;
    private static final int BEFORE = 120;

    static Quote of(long line, String text) {
        return new Quote(line, text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT - 1) + "…");
    }

    /** The begin of a long line, and the part that a match beginning at {@code at} stands in. */
    static Quote around(long line, String text, int at) {
        if (text.length() <= MAX_TEXT || at <= BEGIN + BEFORE) {
            return of(line, text);
        }
        return of(line, text.substring(0, BEGIN) + "…" + text.substring(at - BEFORE));
    }
}
