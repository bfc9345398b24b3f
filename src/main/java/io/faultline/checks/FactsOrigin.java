package io.faultline.checks;

import io.faultline.config.Keys;
import io.faultline.machine.SignedReport;
import io.faultline.net.HostPort;
import io.faultline.net.ProtocolFault;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** How a machine's facts come to us. */
public sealed interface FactsOrigin permits PulledFacts, PushedFacts {
    /** The file with the machine's SSH host key. */
    Path knownHosts();

    /** The name under which its key stands there. */
    String knownAs();

    /**
     * Passes if the machine's own SSH host key signed it, for this purpose.
     *
     * @throws IOException saying what is wrong with it
     */
    default void verify(SignedReport report, String purpose) throws IOException {
        if (!report.signature().namespace().equals(purpose)) {
            throw new ProtocolFault("it was signed for another purpose: '"
                    + report.signature().namespace() + "', expected '" + purpose + "'");
        }
        SshHostKeys known = SshHostKeys.read(knownHosts(), true);
        known.check(knownAs(), report.signature().key());
        if (!known.isKnown()) {
            throw new ProtocolFault("it was not signed by " + knownAs() + ": "
                    + known.judged().summary() + " (" + known.offered().orElse("none") + ")");
        }
        if (!report.signature().isFor(report.message())) {
            throw new ProtocolFault("its signature does not fit: it was changed after it was signed");
        }
    }

    /** Reads {@code facts} of a machine in machines.yaml. */
    static Optional<FactsOrigin> read(Keys keys, String machine, String address) {
        return keys.mapping("facts", "How what the machine says of itself comes to us; see machines.md.")
                .flatMap(facts -> {
                    Optional<FactsOrigin> ssh = facts.mapping(
                                    "ssh", "Pulled over SSH, with a key that can run nothing but faultline-agent.")
                            .map(inner -> pulled(inner, address));
                    Optional<FactsOrigin> reports = facts.mapping(
                                    "reports", "Pushed: reports that are signed with the machine's SSH host key.")
                            .map(inner -> pushed(inner, machine, address));
                    if (ssh.isPresent() == reports.isPresent()) {
                        facts.problem(facts.place(), "expected either 'ssh' or 'reports'");
                    }
                    return ssh.or(() -> reports);
                });
    }

    /** Whether checks of this type tell when there are no facts; the other checks over facts do not. */
    static boolean isTold(String checkType) {
        return checkType.equals(FactsCheck.TYPE.name());
    }

    private static PulledFacts pulled(Keys keys, String address) {
        int port = keys.integer("port", 22, 1, 65_535, "The port of the machine's SSH server.");
        PulledFacts read = new PulledFacts(
                new HostPort(address, port),
                keys.text("user", "faultline", "The user to log in as."),
                SshSession.LoginKey.read(keys),
                keys.file("known-hosts", "The file with the host keys that are right."));
        if (!read.key().isThere()) {
            keys.problem("key", "expected a key ('key' or 'key-file')");
        }
        return read;
    }

    private static PushedFacts pushed(Keys keys, String machine, String address) {
        return new PushedFacts(
                machine,
                keys.optionalText(
                                "host",
                                "The name that the machine has for itself (uname -n), if it is not its name here.")
                        .orElse(machine),
                address,
                keys.file("known-hosts", "The file with the machine's SSH host key, under its address."),
                keys.duration(
                        "silent-after", Duration.ofMinutes(30), "A machine that was silent for so long is a problem."));
    }
}
