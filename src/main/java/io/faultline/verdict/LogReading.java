package io.faultline.verdict;

import java.util.List;

/**
 * All that one pass over a log found.
 *
 * @param bytes read
 * @param hits of each signature that has any, in the order of the signatures
 * @param hosts that the log names, the latest first
 */
public record LogReading(long bytes, LogOutline outline, List<SignatureHits> hits, List<HostMention> hosts) {
    public LogReading {
        hits = List.copyOf(hits);
        hosts = List.copyOf(hosts);
    }
}
