package io.faultline.verdict;

/**
 * A line of a log that a signature matches.
 *
 * @param line number of the line, from 1
 * @param text the normalised line, at most {@value #MAX_TEXT} characters of it
 */
public record Hit(Signature signature, long line, String text) {
    static final int MAX_TEXT = 1000;
}
