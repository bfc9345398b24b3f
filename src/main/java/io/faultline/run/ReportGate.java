package io.faultline.run;

import io.faultline.catalog.Catalog;
import io.faultline.catalog.Machine;
import io.faultline.checks.PushedFacts;
import io.faultline.config.Durations;
import io.faultline.config.Shown;
import io.faultline.history.Report;
import io.faultline.history.Reports;
import io.faultline.machine.Facts;
import io.faultline.machine.FactsReader;
import io.faultline.machine.SignedReport;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Lets in what machines report of themselves: only what the machine itself has signed with its SSH host key, for this
 * purpose, a moment ago, and once. Whatever is wrong with a report, nothing that is known of any machine changes.
 *
 * <p>Thread-safe.
 */
public final class ReportGate {
    /** So much may a machine's clock and ours differ; an older report could have been kept back by somebody. */
    static final Duration SKEW = Duration.ofMinutes(5);

    /** What is enough for every event that makes a machine report; more is noise. */
    private static final int AT_ONCE = 10;

    private static final Duration PAUSE = Duration.ofSeconds(30);

    private final List<PushedFacts> machines;
    private final Reports reports;
    private final InstantSource clock;
    private final RateLimit limit;

    public ReportGate(Catalog catalog, Reports reports, InstantSource clock) {
        this.machines = catalog.machines().stream()
                .map(Machine::facts)
                .flatMap(Optional::stream)
                .filter(PushedFacts.class::isInstance)
                .map(PushedFacts.class::cast)
                .toList();
        this.reports = reports;
        this.clock = clock;
        this.limit = new RateLimit(clock, AT_ONCE, PAUSE);
    }

    /** Why a report was not taken; one line that is fit to be shown. */
    public static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(String reason) {
            super(Shown.oneLine(reason, 300));
        }
    }

    /**
     * Takes a report, on disk when this returns.
     *
     * @return the machine that it is about
     */
    public String take(byte[] content) throws Refused {
        Instant now = clock.instant();
        PushedFacts machine;
        SignedReport report;
        Facts facts;
        try {
            report = SignedReport.parse(content);
            machine = machine(FactsReader.machine(report.text()));
            // Nothing else of it is looked at before it is known whose it is.
            machine.verify(report, PushedFacts.NAMESPACE);
            facts = FactsReader.read(report.message(), Optional.empty(), now);
            inTime(machine.machine(), facts.at(), now);
        } catch (IOException e) {
            throw new Refused(String.valueOf(e.getMessage()));
        }
        Instant made = facts.at();
        // Before the allowance is touched: whoever sends again what he has seen must not use it up.
        if (reports.newest(machine.machine())
                .map(Report::at)
                .filter(known -> !known.isBefore(made))
                .isPresent()) {
            throw late(machine);
        }
        Duration wait = limit.take(machine.machine());
        if (!wait.isZero()) {
            throw new Refused(
                    machine.machine() + " reports too often; the next one is taken in " + Durations.roughly(wait));
        }
        if (!reports.take(new Report(machine.machine(), facts.at(), now, report.text()))) {
            throw late(machine);
        }
        return machine.machine();
    }

    private static Refused late(PushedFacts machine) {
        return new Refused("it is not later than the newest report of " + machine.machine()
                + ": it was sent before, or comes too late");
    }

    private PushedFacts machine(String host) throws Refused {
        List<PushedFacts> named =
                machines.stream().filter(known -> known.host().equals(host)).toList();
        if (named.size() != 1) {
            throw new Refused(
                    (named.isEmpty() ? "no machine of the catalogue reports as '" : "several machines report as '")
                            + host + "'");
        }
        return named.get(0);
    }

    private static void inTime(String machine, Instant at, Instant now) throws Refused {
        Duration age = Duration.between(at, now);
        if (age.abs().compareTo(SKEW) > 0) {
            throw new Refused(
                    "it was made " + Durations.roughly(age) + (age.isNegative() ? " ahead of our clock" : " ago")
                            + " by the clock of " + machine + "; expected " + Durations.write(SKEW) + " at most");
        }
    }
}
