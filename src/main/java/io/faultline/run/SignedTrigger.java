package io.faultline.run;

import io.faultline.catalog.Catalog;
import io.faultline.catalog.Machine;
import io.faultline.checks.FactsOrigin;
import io.faultline.machine.SignedReport;
import io.faultline.net.ProtocolFault;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * Word that a machine tells of itself and has signed with its SSH host key: for this purpose, a moment ago. It must have an
 * id, by which {@link TriggerGate} knows it again.
 */
public final class SignedTrigger {
    /** What the signature must have been made for. */
    public static final String NAMESPACE = "faultline-trigger@faultline";

    private SignedTrigger() {}

    /**
     * Passes if the machine may say so.
     *
     * @param form what is said, of which nothing is believed yet
     * @throws IOException saying in one sentence what is wrong
     */
    public static void verify(Catalog catalog, Map<String, String> form, SignedReport signed, Instant now)
            throws IOException {
        FactsOrigin origin = catalog.machine(form.getOrDefault("machine", ""))
                .flatMap(Machine::facts)
                .orElseThrow(() ->
                        new ProtocolFault("no host key is known of that machine: the catalogue has no 'facts' for it"));
        origin.verify(signed, NAMESPACE);
        if (form.getOrDefault("id", "").isEmpty()) {
            throw new ProtocolFault("expected an id, so that it counts once");
        }
        Duration age;
        try {
            age = Duration.between(Instant.ofEpochSecond(Long.parseLong(form.getOrDefault("sent", ""))), now);
        } catch (NumberFormatException | DateTimeException | ArithmeticException e) {
            throw new ProtocolFault("expected the time of sending: sent=SECONDS", e);
        }
        if (age.abs().compareTo(ReportGate.SKEW) > 0) {
            throw new ProtocolFault("it was sent too long ago, or the machine's clock differs from ours by more than "
                    + ReportGate.SKEW.toMinutes() + " minutes");
        }
    }
}
