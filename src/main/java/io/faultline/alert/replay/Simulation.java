package io.faultline.alert.replay;

import io.faultline.alert.replay.Fleet.Event;
import io.faultline.alert.replay.Fleet.Fault;
import io.faultline.alert.replay.Fleet.Kind;
import io.faultline.catalog.AlertPolicy;
import io.faultline.catalog.AlertRules;
import io.faultline.check.CheckId;
import io.faultline.check.Result;
import io.faultline.history.Observation;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;

/**
 * Lets everybody live through the same made-up weeks and counts what they mailed.
 *
 * <p>Each check is tried every minute. Of long times in which all is well only every sixth hour is told, after 25
 * results that say so: no rule here looks back further than that.
 */
public final class Simulation {
    private static final Duration EVERY = Duration.ofMinutes(1);
    private static final Duration RARELY = Duration.ofHours(6);
    private static final int AFTERWARDS = 25;
    private static final Duration GRACE = Duration.ofMinutes(15);

    /**
     * What came out.
     *
     * @param outages how many there were, of three minutes and more
     * @param told how many of them were mailed about while they lasted, or a quarter of an hour later at most
     * @param medianDelay from the beginning of an outage to its first mail
     * @param falseMails mails about something broken where nothing was but a blip, planned work or a liar
     * @param needless more mails about an outage that was told already
     * @param mails all of them, ends and digests too
     * @param mostADay the most mails within a day of the calendar
     * @param daily how many of the checks that fail every day were mailed about, and how many there were
     * @param slow the same for checks that go back and forth slowly
     */
    public record Score(
            String name,
            int outages,
            int told,
            Duration medianDelay,
            int falseMails,
            int needless,
            int mails,
            int mostADay,
            int daily,
            int dailyThereWere,
            int slow,
            int slowThereWere) {}

    private record Mail(Instant at, Set<String> subjects, boolean news) {}

    private static final class Probe {
        final CheckId check;
        final List<Fault> faults;
        int fault;
        int wellFor;
        Instant at;

        Probe(CheckId check, List<Fault> faults, Instant at) {
            this.check = check;
            this.faults = faults;
            this.at = at;
        }

        boolean broken() {
            for (int i = fault; i < faults.size() && !faults.get(i).from().isAfter(at); i++) {
                if (at.isBefore(faults.get(i).until())) {
                    return true;
                }
            }
            return false;
        }

        /** The next slot of the check that is worth a look. */
        Instant next(Duration retryEvery, boolean retry) {
            if (retry) {
                return at.plus(retryEvery);
            }
            if (wellFor < AFTERWARDS) {
                return at.plus(EVERY);
            }
            while (fault < faults.size() && !faults.get(fault).until().isAfter(at)) {
                fault++;
            }
            Instant rarely = at.plus(RARELY);
            if (fault < faults.size() && faults.get(fault).from().isBefore(rarely)) {
                long slots = Math.max(
                        1, (Duration.between(at, faults.get(fault).from()).toMillis() + 59_999) / EVERY.toMillis());
                return at.plus(EVERY.multipliedBy(slots));
            }
            return rarely;
        }
    }

    private Simulation() {}

    /** All contestants' scores over these seeds together, ours first. */
    public static List<Score> run(
            List<Long> seeds, int machines, Duration length, AlertRules ours, Duration retryEvery, AlertPolicy policy) {
        Map<String, List<Score>> scores = new TreeMap<>();
        for (long seed : seeds) {
            Fleet fleet = new Fleet(seed, machines, length, policy);
            for (String name : Contestant.names()) {
                List<Mail> mails = new ArrayList<>();
                Contestant contestant = Contestant.named(
                        name,
                        fleet.catalog(),
                        ours,
                        retryEvery,
                        (at, subjects, news) -> mails.add(new Mail(at, Set.copyOf(subjects), news)));
                live(fleet, contestant, seed);
                scores.computeIfAbsent(name, n -> new ArrayList<>()).add(score(name, fleet, mails));
            }
        }
        return Contestant.names().stream()
                .map(name -> sum(name, scores.get(name)))
                .toList();
    }

    private static void live(Fleet fleet, Contestant contestant, long seed) {
        PriorityQueue<Probe> queue = new PriorityQueue<>(
                Comparator.comparing((Probe probe) -> probe.at).thenComparing(probe -> probe.check));
        java.util.Random phases = new java.util.Random(seed);
        fleet.catalog()
                .checks()
                .forEach(check -> queue.add(
                        new Probe(check.id(), fleet.faults(check.id()), Fleet.START.plusMillis(phases.nextInt((int)
                                EVERY.toMillis())))));
        List<Event> planned = new ArrayList<>(fleet.events().stream()
                .filter(event -> event.kind() == Kind.MAINTENANCE)
                .sorted(Comparator.comparing(Event::from))
                .toList());
        while (queue.peek().at.isBefore(fleet.end())) {
            Probe probe = queue.remove();
            while (!planned.isEmpty() && planned.get(0).from().minusSeconds(120).isBefore(probe.at)) {
                Event work = planned.remove(0);
                contestant.planned(work.from(), work.until().plus(GRACE), work.subjects());
            }
            boolean broken = probe.broken();
            probe.wellFor = broken ? 0 : probe.wellFor + 1;
            contestant.result(new Observation(
                    probe.check,
                    probe.at,
                    Duration.ZERO,
                    broken ? Result.critical("simulated failure") : Result.ok("simulated")));
            probe.at = probe.next(contestant.retryEvery(), contestant.retries(probe.check));
            queue.add(probe);
        }
    }

    private static Score score(String name, Fleet fleet, List<Mail> mails) {
        List<Duration> delays = new ArrayList<>();
        int outages = 0;
        int needless = 0;
        int falseMails = 0;
        Map<Event, Integer> toldOf = new HashMap<>();
        List<Mail> news = mails.stream().filter(Mail::news).toList();
        for (Mail mail : news) {
            List<Event> about = fleet.events().stream()
                    .filter(event -> !event.from().isAfter(mail.at)
                            && !mail.at.isAfter(event.until().plus(GRACE))
                            && event.subjects().stream().anyMatch(mail.subjects::contains))
                    .toList();
            List<Event> real = about.stream()
                    .filter(event -> event.kind() != Kind.BLIP
                            && event.kind() != Kind.MAINTENANCE
                            && event.kind() != Kind.HOSTILE)
                    .toList();
            if (real.isEmpty()) {
                falseMails++;
                continue;
            }
            boolean first = false;
            for (Event event : real) {
                if (toldOf.merge(event, 1, Integer::sum) == 1) {
                    first = true;
                    if (event.isOutage()) {
                        delays.add(Duration.between(event.from(), mail.at));
                    }
                }
            }
            needless += first ? 0 : 1;
        }
        int told = 0;
        Map<Kind, int[]> patterns = new HashMap<>();
        for (Event event : fleet.events()) {
            boolean heard = toldOf.containsKey(event);
            if (event.isOutage()) {
                outages++;
                told += heard ? 1 : 0;
            }
            int[] counts = patterns.computeIfAbsent(event.kind(), kind -> new int[2]);
            counts[0] += heard ? 1 : 0;
            counts[1]++;
        }
        Map<Instant, Integer> byDay = new HashMap<>();
        mails.forEach(mail -> byDay.merge(mail.at.truncatedTo(ChronoUnit.DAYS), 1, Integer::sum));
        delays.sort(Comparator.naturalOrder());
        int[] none = new int[2];
        return new Score(
                name,
                outages,
                told,
                delays.isEmpty() ? Duration.ZERO : delays.get(delays.size() / 2),
                falseMails,
                needless,
                mails.size(),
                byDay.values().stream().max(Comparator.naturalOrder()).orElse(0),
                patterns.getOrDefault(Kind.DAILY, none)[0],
                patterns.getOrDefault(Kind.DAILY, none)[1],
                patterns.getOrDefault(Kind.SLOW_FLAPPING, none)[0],
                patterns.getOrDefault(Kind.SLOW_FLAPPING, none)[1]);
    }

    private static Score sum(String name, List<Score> scores) {
        List<Duration> delays = scores.stream().map(Score::medianDelay).sorted().toList();
        return new Score(
                name,
                scores.stream().mapToInt(Score::outages).sum(),
                scores.stream().mapToInt(Score::told).sum(),
                delays.get(delays.size() / 2),
                scores.stream().mapToInt(Score::falseMails).sum(),
                scores.stream().mapToInt(Score::needless).sum(),
                scores.stream().mapToInt(Score::mails).sum(),
                scores.stream().mapToInt(Score::mostADay).max().orElse(0),
                scores.stream().mapToInt(Score::daily).sum(),
                scores.stream().mapToInt(Score::dailyThereWere).sum(),
                scores.stream().mapToInt(Score::slow).sum(),
                scores.stream().mapToInt(Score::slowThereWere).sum());
    }
}
