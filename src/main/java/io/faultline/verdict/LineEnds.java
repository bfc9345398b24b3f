package io.faultline.verdict;

/** Looks for the ends of lines in a block: line feeds and carriage returns. */
final class LineEnds {
    /** Line feeds, carriage returns, and few others. */
    private static final int LIMIT = '\r' + 1;

    private LineEnds() {}

    static boolean isEnd(byte b) {
        return b == '\n' || b == '\r';
    }

    /** Where the first line end of {@code [from, to)} stands, or {@code to}. */
    static int next(byte[] block, int from, int to) {
        int at = from;
        for (; at + Words.BYTES <= to; at += Words.BYTES) {
            for (long low = Words.below(Words.at(block, at), LIMIT); low != 0; low &= low - 1) {
                int place = at + Words.first(low);
                if (isEnd(block[place])) {
                    return place;
                }
            }
        }
        while (at < to && !isEnd(block[at])) {
            at++;
        }
        return at;
    }

    /** The place behind the last line end of {@code [from, to)}, or {@code from}. */
    static int behindLast(byte[] block, int from, int to) {
        int at = to;
        for (; at - Words.BYTES >= from; at -= Words.BYTES) {
            int word = at - Words.BYTES;
            for (long low = Words.below(Words.at(block, word), LIMIT); low != 0; low ^= Long.highestOneBit(low)) {
                int place = word + Words.last(low);
                if (isEnd(block[place])) {
                    return place + 1;
                }
            }
        }
        while (at > from && !isEnd(block[at - 1])) {
            at--;
        }
        return at;
    }

    /** The number of line feeds in {@code [from, to)}. */
    static int lineFeeds(byte[] block, int from, int to) {
        int count = 0;
        int at = from;
        for (; at + Words.BYTES <= to; at += Words.BYTES) {
            count += Long.bitCount(Words.equal(Words.at(block, at), '\n'));
        }
        for (; at < to; at++) {
            count += block[at] == '\n' ? 1 : 0;
        }
        return count;
    }
}
