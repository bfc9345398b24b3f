package io.faultline.checks;

import io.faultline.config.Durations;
import io.faultline.config.Keys;
import java.time.Duration;
import java.util.OptionalDouble;

/** Two limits: from the first on it is a WARNING, from the second on CRITICAL. */
record Limits(OptionalDouble warning, OptionalDouble critical) {
    /** Of shares, counted in per cent; the keys are {@code warning} and {@code critical} behind the prefix. */
    static Limits shares(Keys keys, String prefix, int warning, int critical, String what) {
        double first = keys.optionalShare(
                        prefix + "warning", "A WARNING from " + what + " on; " + warning + "% if nothing is written.")
                .orElse(warning / 100.0);
        double second = keys.optionalShare(
                        prefix + "critical", "CRITICAL from " + what + " on; " + critical + "% if nothing is written.")
                .orElse(critical / 100.0);
        return inOrder(keys, prefix, OptionalDouble.of(first * 100), OptionalDouble.of(second * 100));
    }

    /** Of lengths of time, counted in seconds. */
    static Limits times(Keys keys, Duration warning, Duration critical, String what) {
        Duration first = keys.duration("warning", warning, "A WARNING from " + what + " on.");
        Duration second = keys.duration("critical", critical, "CRITICAL from " + what + " on.");
        return inOrder(
                keys, "", OptionalDouble.of(first.toMillis() / 1000.0), OptionalDouble.of(second.toMillis() / 1000.0));
    }

    static Limits inOrder(Keys keys, String prefix, OptionalDouble warning, OptionalDouble critical) {
        if (warning.isPresent() && critical.isPresent() && warning.getAsDouble() > critical.getAsDouble()) {
            keys.problem(
                    keys.has(prefix + "warning") ? prefix + "warning" : prefix + "critical",
                    "expected '" + prefix + "warning' not above '" + prefix + "critical'");
        }
        return new Limits(warning, critical);
    }

    /** A share of a whole. */
    void share(Findings findings, String name, double share, String what) {
        double percent = Math.round(share * 1000) / 10.0;
        findings.limited(name, percent, "%", warning, critical, what + " (" + percent + "%)");
    }

    /** A length of time. */
    void time(Findings findings, String name, Duration length, String what) {
        findings.limited(name, length.toMillis() / 1000.0, "s", warning, critical, what);
    }

    static String ago(Duration age) {
        return Durations.roughly(age) + " ago";
    }
}
