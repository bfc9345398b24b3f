package io.faultline.verdict;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps the last lines of a log. Where each one stands in the block is noted; what stands there is copied only of those that
 * are still the last when the block goes. Not for use by several threads.
 */
final class LastLines {
    private final int[] starts;
    private final int[] ends;
    private final long[] numbers;
    private final byte[][] copies;
    /** How many lines there were, and how many of those have been copied. */
    private long lines;

    private long copied;

    LastLines(int most) {
        starts = new int[most];
        ends = new int[most];
        numbers = new long[most];
        copies = new byte[most][Quote.MAX_TEXT];
    }

    /** The next line, of which at most {@value Quote#MAX_TEXT} bytes are kept. */
    void add(long number, int from, int to) {
        int at = (int) (lines++ % starts.length);
        starts[at] = from;
        ends[at] = Math.min(to, from + Quote.MAX_TEXT);
        numbers[at] = number;
    }

    /** The block that the lines since the last call are in is about to go. */
    void copyFrom(byte[] block) {
        for (long line = Math.max(copied, lines - starts.length); line < lines; line++) {
            int at = (int) (line % starts.length);
            System.arraycopy(block, starts[at], copies[at], 0, ends[at] - starts[at]);
        }
        copied = lines;
    }

    /** To be called when all lines have been copied. */
    List<Quote> quotes() {
        List<Quote> quotes = new ArrayList<>();
        for (long line = Math.max(0, lines - starts.length); line < lines; line++) {
            int at = (int) (line % starts.length);
            quotes.add(Quote.of(numbers[at], new String(copies[at], 0, ends[at] - starts[at], StandardCharsets.UTF_8)));
        }
        return quotes;
    }
}
