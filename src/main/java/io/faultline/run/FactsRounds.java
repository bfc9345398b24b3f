package io.faultline.run;

import io.faultline.catalog.Catalog;
import io.faultline.catalog.CheckDefinition;
import io.faultline.catalog.Machine;
import io.faultline.check.CheckId;
import io.faultline.check.FactsSource;
import io.faultline.check.Probe;
import io.faultline.check.Secrets;
import io.faultline.checks.FactsOrigin;
import io.faultline.checks.PulledFacts;
import io.faultline.checks.PushedFacts;
import io.faultline.config.Durations;
import io.faultline.history.Report;
import io.faultline.machine.Facts;
import io.faultline.machine.FactsReader;
import io.faultline.net.DeadlineExceeded;
import io.faultline.net.Dialer;
import io.faultline.net.Lifetime;
import io.faultline.net.LocalFault;
import io.faultline.net.ProtocolFault;
import io.faultline.net.Resolver;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Collects what machines say of themselves, once for all checks of a round: a check takes each collection once, and
 * whoever asks again gets a new one. That there are no facts is remembered like facts: a machine that cannot be reached
 * is tried once a round.
 *
 * <p>Thread-safe.
 */
final class FactsRounds {
    /** Checks of one round run within this time; later ones do not take what is left of it. */
    private static final Duration ROUND = Duration.ofSeconds(60);

    /** What is left to a check of its own time when collecting has taken too long, so that it can say so. */
    private static final int RESERVE_PART = 10;

    /** Less time than a check was given, by as little as it takes to begin, is not less. */
    private static final Duration HARDLY_ANY = Duration.ofMillis(500);

    private final Catalog catalog;
    private final Recorder recorder;
    private final Resolver resolver;
    private final InstantSource clock;
    private final Map<String, Turn> turns = new ConcurrentHashMap<>();

    FactsRounds(Catalog catalog, Recorder recorder, Resolver resolver, InstantSource clock) {
        this.catalog = catalog;
        this.recorder = recorder;
        this.resolver = resolver;
        this.clock = clock;
    }

    /** What came of one collection; either facts or a failure. */
    private record Collected(long began, Instant at, Facts facts, IOException failure, Set<CheckId> takers) {
        boolean isYounger(Duration age) {
            return System.nanoTime() - began < age.toNanos();
        }

        Facts get() throws IOException {
            if (failure != null) {
                throw failure;
            }
            return facts;
        }
    }

    /** A machine's newest collection; guarded by the lock. */
    private static final class Turn {
        final ReentrantLock lock = new ReentrantLock();
        Collected newest;
    }

    /**
     * For one attempt of a check.
     *
     * @param since what was collected before that moment is no answer
     */
    FactsSource source(CheckDefinition check, Lifetime lifetime, Secrets secrets, Optional<Instant> since) {
        return new FactsSource() {
            @Override
            public Facts own() throws IOException {
                String machine = check.machine().orElseThrow(() -> new LocalFault("the check belongs to no machine"));
                return take(machine, lifetime.left(), true);
            }

            @Override
            public Facts of(String machine, Duration atMost) throws IOException {
                return take(machine, atMost, false);
            }

            private Facts take(String machine, Duration atMost, boolean once) throws IOException {
                Turn turn = turns.computeIfAbsent(machine, name -> new Turn());
                lock(turn.lock, atMost);
                try {
                    Collected newest = turn.newest;
                    if (newest == null || !fits(newest, once)) {
                        CheckDefinition telling = telling(machine).orElse(check);
                        newest = collected(machine, telling, lifetime, atMost, secrets);
                        // That there was too little time for it here says nothing to checks that have more.
                        boolean cutShort = newest.failure instanceof DeadlineExceeded
                                && atMost.compareTo(telling.timeout().minus(HARDLY_ANY)) < 0;
                        turn.newest = cutShort ? null : newest;
                    }
                    newest.takers.add(check.id());
                    return newest.get();
                } finally {
                    turn.lock.unlock();
                }
            }

            private boolean fits(Collected known, boolean once) {
                if (since.filter(known.at::isBefore).isPresent()) {
                    return false;
                }
                return once
                        ? known.isYounger(ROUND) && !known.takers.contains(check.id())
                        : known.isYounger(check.every().compareTo(ROUND) > 0 ? check.every() : ROUND);
            }
        };
    }

    /**
     * What a check has to wait for if what was said before that moment does not count: the next report of a machine that
     * tells of itself, unless the machine is silent.
     */
    Optional<String> missing(CheckDefinition check, Instant since) {
        Optional<FactsOrigin> origin = check.collectsFrom()
                .flatMap(from -> check.machine())
                .flatMap(catalog::machine)
                .flatMap(Machine::facts);
        if (!(origin.orElse(null) instanceof PushedFacts pushed)) {
            return Optional.empty();
        }
        // Reports say to the second when they were made.
        Instant from = since.truncatedTo(ChronoUnit.SECONDS);
        return recorder.report(pushed.machine())
                .filter(report -> report.at().isBefore(from) && !isSilent(pushed, report, clock.instant()))
                .map(report -> "what " + pushed.machine()
                        + " says of itself is from before the change; its checks wait for its next report");
    }

    private static boolean isSilent(PushedFacts pushed, Report newest, Instant now) {
        return Duration.between(newest.received(), now).compareTo(pushed.silentAfter()) > 0;
    }

    private static void lock(ReentrantLock lock, Duration atMost) throws DeadlineExceeded {
        try {
            if (!lock.tryLock(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new DeadlineExceeded(atMost);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DeadlineExceeded(atMost);
        }
    }

    /** The check that tells when a machine's facts cannot be had; its route and limits hold for collecting them. */
    private Optional<CheckDefinition> telling(String machine) {
        return catalog.machine(machine).stream()
                .flatMap(known -> known.checks().stream())
                .filter(check -> FactsOrigin.isTold(check.type()))
                .findFirst();
    }

    private Collected collected(
            String machine, CheckDefinition check, Lifetime lifetime, Duration atMost, Secrets secrets)
            throws DeadlineExceeded {
        long began = System.nanoTime();
        Instant at = clock.instant();
        try (Lifetime inner = lifetime.own(Lifetime.of(atMost.minus(atMost.dividedBy(RESERVE_PART))))) {
            Probe probe = new Probe(new Dialer(inner, check.route(), resolver, check.mostBytes()), secrets, clock);
            return new Collected(began, at, facts(machine, probe), null, new HashSet<>());
        } catch (IOException e) {
            return new Collected(began, at, null, e, new HashSet<>());
        }
    }

    private Facts facts(String machine, Probe probe) throws IOException {
        Optional<FactsOrigin> origin = catalog.machine(machine).flatMap(Machine::facts);
        if (origin.isEmpty()) {
            throw new LocalFault("nothing is said about the facts of " + machine + " in the catalogue");
        }
        return origin.get() instanceof PulledFacts pulled
                ? pulled.collect(probe)
                : reported((PushedFacts) origin.get(), probe.now());
    }

    private Facts reported(PushedFacts pushed, Instant now) throws IOException {
        Optional<Report> report = recorder.report(pushed.machine());
        if (report.isEmpty()) {
            throw new ProtocolFault("the machine is silent: it has never sent a report");
        }
        if (isSilent(pushed, report.get(), now)) {
            throw new ProtocolFault("the machine is silent: it sent its last report "
                    + Durations.roughly(Duration.between(report.get().received(), now)) + " ago, expected one every "
                    + Durations.write(pushed.silentAfter()) + " at least");
        }
        return FactsReader.read(
                report.get().content(), Optional.empty(), report.get().received());
    }
}
