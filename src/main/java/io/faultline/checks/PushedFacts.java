package io.faultline.checks;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Facts that a machine reports by itself, signed with its SSH host key.
 *
 * @param machine its name in the catalogue
 * @param host the name that it has for itself
 * @param address the name under which {@code knownHosts} has its key
 * @param silentAfter the longest time between two reports
 */
public record PushedFacts(String machine, String host, String address, Path knownHosts, Duration silentAfter)
        implements FactsOrigin {
    /** What a report's signature must have been made for. */
    public static final String NAMESPACE = "faultline-report@faultline";

    @Override
    public String knownAs() {
        return address;
    }
}
