package io.faultline.verdict;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/** A few lines of a log around one of them, in the form that evidence is quoted in. */
public final class LogWindow {
    private static final class Enough extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Enough() {
            super(null, null, false, false);
        }
    }

    private LogWindow() {}

    /** Drops the oldest piece, but of the line that is asked for only when there is nothing else. */
    private static void makeRoom(Deque<Quote> window, long line) {
        for (Iterator<Quote> pieces = window.iterator(); pieces.hasNext(); ) {
            if (pieces.next().line() != line) {
                pieces.remove();
                return;
            }
        }
        window.poll();
    }

    /**
     * Reads no further than needed, and keeps no more than it returns; does not close. A line that was overwritten with
     * carriage returns is there in pieces with the same number.
     *
     * @param line from 1
     * @param around so many lines before and after it
     * @return nothing if the log does not reach so far
     */
    public static List<Quote> around(InputStream log, long line, int around) throws IOException {
        Deque<Quote> window = new ArrayDeque<>();
        try {
            new LogScanner(new Signatures(List.of())).scan(log, new LogScanner.LineListener() {
                @Override
                public void line(long number, byte[] bytes, int from, int to) {
                    if (number > line + around) {
                        throw new Enough();
                    }
                    if (number >= line - around) {
                        if (window.size() > 4 * around + 4) {
                            makeRoom(window, line);
                        }
                        int end = Math.min(to, from + 4 * Quote.MAX_TEXT);
                        window.add(Quote.of(number, new String(bytes, from, end - from, StandardCharsets.UTF_8)));
                    }
                }

                @Override
                public void hit(int signature, long number, String text) {
                    // There are no signatures.
                }
            });
        } catch (Enough e) {
            // The rest of the log is of no interest.
        }
        return List.copyOf(window);
    }
}
