package io.faultline.alert.replay;

import io.faultline.alert.replay.Fleet.Event;
import io.faultline.alert.replay.Fleet.Fault;
import io.faultline.alert.replay.Fleet.Kind;
import io.faultline.check.CheckId;
import io.faultline.check.Result;
import io.faultline.history.Observation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;

/**
 * Lets everybody live through the same made-up weeks and counts what they mailed.
 *
 * <p>Each check is tried every minute, and a failure again as soon as the policy wants. Of long times in which all is
 * well only every sixth hour is told, once 25 results have said so and the policy has nothing to say of the check any
 * more: no rule here looks back on more results than that.
 */
public final class Simulation {
    private static final Duration EVERY = Duration.ofMinutes(1);
    private static final Duration RARELY = Duration.ofHours(6);
    private static final int AFTERWARDS = 25;
    private static final Duration ANNOUNCED = Duration.ofMinutes(2);
    private static final Result FAILED = Result.critical("simulated failure");
    private static final Result WELL = Result.ok("simulated");

    /** A check on its way through the time. */
    private static final class Probe {
        private final CheckId check;
        private final List<Fault> faults;
        private int fault;
        private int wellFor;
        private Instant at;

        Probe(CheckId check, List<Fault> faults, Instant at) {
            this.check = check;
            this.faults = faults;
            this.at = at;
        }

        Result look() {
            for (int i = fault; i < faults.size() && !faults.get(i).from().isAfter(at); i++) {
                if (at.isBefore(faults.get(i).until())) {
                    wellFor = 0;
                    return FAILED;
                }
            }
            wellFor++;
            return WELL;
        }

        /** To the next slot of the check that is worth a look. */
        void goOn(boolean closely) {
            if (closely || wellFor < AFTERWARDS) {
                at = at.plus(EVERY);
                return;
            }
            while (fault < faults.size() && !faults.get(fault).until().isAfter(at)) {
                fault++;
            }
            Instant rarely = at.plus(RARELY);
            if (fault < faults.size() && faults.get(fault).from().isBefore(rarely)) {
                long every = EVERY.toMillis();
                long away = Duration.between(at, faults.get(fault).from()).toMillis();
                at = at.plusMillis(Math.max(1, (away + every - 1) / every) * every);
            } else {
                at = rarely;
            }
        }
    }

    private Simulation() {}

    /** All contestants' scores over these stories together, in the order of {@link Contestant#names}. */
    public static List<Score> run(List<Fleet> fleets, Ours ours) {
        Map<String, Score> scores = new LinkedHashMap<>();
        for (Fleet fleet : fleets) {
            for (String name : Contestant.names()) {
                scores.merge(name, score(name, fleet, ours), Score::and);
            }
        }
        return List.copyOf(scores.values());
    }

    private static Score score(String name, Fleet fleet, Ours ours) {
        List<Score.Mail> mails = new ArrayList<>();
        Contestant contestant = Contestant.named(
                name,
                fleet.catalog(),
                ours,
                (at, subjects, news) -> mails.add(new Score.Mail(at, Set.copyOf(subjects), news)));
        long tries = live(fleet, contestant);
        return Score.of(name, fleet.events(), mails, tries);
    }

    /** @return how many tries there were on top of one a minute */
    private static long live(Fleet fleet, Contestant contestant) {
        PriorityQueue<Probe> queue = new PriorityQueue<>(
                Comparator.comparing((Probe probe) -> probe.at).thenComparing(probe -> probe.check));
        Random phases = new Random(fleet.seed());
        fleet.catalog()
                .checks()
                .forEach(check -> queue.add(
                        new Probe(check.id(), fleet.faults(check.id()), Fleet.START.plusMillis(phases.nextInt((int)
                                EVERY.toMillis())))));
        Deque<Event> planned = new ArrayDeque<>(fleet.events().stream()
                .filter(event -> event.kind() == Kind.MAINTENANCE)
                .sorted(Comparator.comparing(Event::from))
                .toList());
        Duration more = Duration.ZERO;
        while (queue.element().at.isBefore(fleet.end())) {
            Probe probe = queue.remove();
            while (!planned.isEmpty()
                    && planned.getFirst().from().minus(ANNOUNCED).isBefore(probe.at)) {
                Event work = planned.remove();
                contestant.planned(work.from(), work.until().plus(Score.GRACE), work.subjects());
            }
            contestant.result(new Observation(probe.check, probe.at, Duration.ZERO, probe.look()));
            if (contestant.retries(probe.check)) {
                Duration soon = contestant.retryEvery();
                probe.at = probe.at.plus(soon);
                more = more.plus(EVERY.minus(soon));
            } else {
                probe.goOn(!contestant.isAtRest(probe.check));
            }
            queue.add(probe);
        }
        return more.dividedBy(EVERY);
    }
}
