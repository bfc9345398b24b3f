package io.faultline.run;

import io.faultline.catalog.CheckDefinition;
import io.faultline.check.CheckId;
import io.faultline.check.Status;
import io.faultline.history.CheckState;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a change did: each check after it, compared with before.
 *
 * @param findings in the order of names
 */
public record Verification(List<Finding> findings) {
    /** How a check has changed, the worst first. */
    public enum Kind {
        /** It was well, or not as bad, or never seen. */
        NEWLY_BROKEN("newly broken"),
        /** It was failing when the time was over, but not often enough in a row to be certain; or it has no result. */
        NOT_CERTAIN("not certain"),
        STILL_BROKEN("still broken"),
        REPAIRED("repaired"),
        UNCHANGED("unchanged");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }

    /**
     * One check.
     *
     * @param before nothing if it had no result then
     * @param after nothing if it has none now
     */
    public record Finding(CheckDefinition check, Optional<CheckState> before, Optional<CheckState> after, Kind kind) {}

    public Verification {
        findings = List.copyOf(findings);
    }

    /** @param before the states before the change, {@code after} those after it, as far as there are any */
    public static Verification of(
            Collection<CheckDefinition> checks, Map<CheckId, CheckState> before, Map<CheckId, CheckState> after) {
        return new Verification(checks.stream()
                .sorted(Comparator.comparing(CheckDefinition::id))
                .map(check -> {
                    Optional<CheckState> then = Optional.ofNullable(before.get(check.id()));
                    Optional<CheckState> now = Optional.ofNullable(after.get(check.id()));
                    return new Finding(check, then, now, kind(then, now));
                })
                .toList());
    }

    private static Kind kind(Optional<CheckState> before, Optional<CheckState> after) {
        Status then = before.map(CheckState::hard).orElse(Status.OK);
        if (after.isEmpty() || after.get().isSoftProblem()) {
            return Kind.NOT_CERTAIN;
        }
        Status now = after.get().hard();
        if (now == Status.OK) {
            return then == Status.OK ? Kind.UNCHANGED : Kind.REPAIRED;
        }
        boolean worse = then == Status.OK || Status.worst(then, now) != then;
        return worse ? Kind.NEWLY_BROKEN : Kind.STILL_BROKEN;
    }

    public List<Finding> of(Kind kind) {
        return findings.stream().filter(finding -> finding.kind() == kind).toList();
    }

    /** The worst of what the change broke; UNKNOWN if something is not certain; OK if it broke nothing. */
    public Status status() {
        Status worst = of(Kind.NEWLY_BROKEN).stream()
                .flatMap(finding -> finding.after().stream())
                .map(CheckState::hard)
                .reduce(Status.OK, Status::worst);
        return of(Kind.NOT_CERTAIN).isEmpty() ? worst : Status.worst(worst, Status.UNKNOWN);
    }
}
