package io.faultline.verdict;

import java.util.List;

/**
 * What one signature found in one log.
 *
 * @param count in how many lines
 * @param quotes some of them, in order: the first, and the last few before each failure that the log tells
 */
public record SignatureHits(Signature signature, long count, List<Quote> quotes) {
    public SignatureHits {
        quotes = List.copyOf(quotes);
    }
}
