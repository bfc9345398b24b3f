package io.faultline.checks;

import io.faultline.machine.SignedReport;
import io.faultline.net.ProtocolFault;
import java.io.IOException;
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

    /**
     * Passes if the report was signed by this machine's host key, as a report.
     *
     * @throws IOException saying what is wrong with it
     */
    public void verify(SignedReport report) throws IOException {
        if (!report.signature().namespace().equals(NAMESPACE)) {
            throw new ProtocolFault("it was signed for another purpose: '"
                    + report.signature().namespace() + "', expected '" + NAMESPACE + "'");
        }
        SshHostKeys known = SshHostKeys.read(knownHosts, true);
        known.check(address, report.signature().key());
        if (!known.isKnown()) {
            throw new ProtocolFault("it was not signed by " + machine + ": "
                    + known.judged().summary() + " (" + known.offered().orElse("none") + ")");
        }
        if (!report.signature().isFor(report.message())) {
            throw new ProtocolFault("its signature does not fit: it was changed after it was signed");
        }
    }
}
