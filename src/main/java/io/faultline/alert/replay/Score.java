package io.faultline.alert.replay;

import io.faultline.alert.replay.Fleet.Event;
import io.faultline.alert.replay.Fleet.Kind;
import io.faultline.check.CheckId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What somebody's mails were worth, by the truth.
 *
 * @param outages how many there were, of three minutes and more, apart from those within planned work on the same
 * @param told how many of them were mailed about while they lasted, or a quarter of an hour later at most
 * @param delays from the beginning of each outage that was told to its first mail, the shortest first
 * @param falseBlips mails about a short failure, or about nothing at all
 * @param falseWork mails about planned work
 * @param falseLiar mails about a machine that says what it likes
 * @param needless more mails about something that was told already
 * @param mails all of them, ends and digests too
 * @param mostADay the most mails within any 24 hours
 * @param daily how many of the checks that fail every day were mailed about, and how many there were
 * @param slow the same for checks that go back and forth slowly
 * @param tries how many more there were than without trying failures again
 */
public record Score(
        String name,
        int outages,
        int told,
        List<Duration> delays,
        int falseBlips,
        int falseWork,
        int falseLiar,
        int needless,
        int mails,
        int mostADay,
        int daily,
        int dailyThereWere,
        int slow,
        int slowThereWere,
        long tries) {
    /** So long after its end something may still be told. */
    static final Duration GRACE = Duration.ofMinutes(15);

    public Score {
        delays = delays.stream().sorted().toList();
    }

    record Mail(Instant at, Set<String> subjects, boolean news) {}

    /** Mails about something broken where nothing was but a short failure, planned work or a liar. */
    public int falseMails() {
        return falseBlips + falseWork + falseLiar;
    }

    public Duration medianDelay() {
        return delays.isEmpty() ? Duration.ZERO : delays.get(delays.size() / 2);
    }

    /** Another story with the same policy on top. */
    Score and(Score other) {
        List<Duration> both = new ArrayList<>(delays);
        both.addAll(other.delays);
        return new Score(
                name,
                outages + other.outages,
                told + other.told,
                both,
                falseBlips + other.falseBlips,
                falseWork + other.falseWork,
                falseLiar + other.falseLiar,
                needless + other.needless,
                mails + other.mails,
                Math.max(mostADay, other.mostADay),
                daily + other.daily,
                dailyThereWere + other.dailyThereWere,
                slow + other.slow,
                slowThereWere + other.slowThereWere,
                tries + other.tries);
    }

    static Score of(String name, List<Event> happened, List<Mail> mails, long tries) {
        List<Event> work = of(happened, Kind.MAINTENANCE);
        List<Event> events = happened.stream()
                .filter(event -> !event.kind().isOutage() || work.stream().noneMatch(planned -> covers(planned, event)))
                .toList();
        Map<Event, Instant> firstTold = new HashMap<>();
        Map<Kind, Integer> wrong = new EnumMap<>(Kind.class);
        int needless = 0;
        for (Mail mail : mails) {
            if (!mail.news()) {
                continue;
            }
            List<Event> about =
                    events.stream().filter(event -> isAbout(mail, event)).toList();
            List<Event> real =
                    about.stream().filter(event -> event.kind().isNews()).toList();
            if (real.isEmpty()) {
                wrong.merge(excuse(about), 1, Integer::sum);
                continue;
            }
            long fresh = real.stream()
                    .filter(event -> firstTold.putIfAbsent(event, mail.at()) == null)
                    .count();
            needless += fresh == 0 ? 1 : 0;
        }
        List<Event> outages =
                events.stream().filter(event -> event.kind().isOutage()).toList();
        List<Duration> delays = outages.stream()
                .filter(firstTold::containsKey)
                .map(event -> Duration.between(event.from(), firstTold.get(event)))
                .toList();
        return new Score(
                name,
                outages.size(),
                delays.size(),
                delays,
                wrong.getOrDefault(Kind.BLIP, 0),
                wrong.getOrDefault(Kind.MAINTENANCE, 0),
                wrong.getOrDefault(Kind.HOSTILE, 0),
                needless,
                mails.size(),
                most(mails),
                (int) of(events, Kind.DAILY).stream()
                        .filter(firstTold::containsKey)
                        .count(),
                of(events, Kind.DAILY).size(),
                (int) of(events, Kind.SLOW_FLAPPING).stream()
                        .filter(firstTold::containsKey)
                        .count(),
                of(events, Kind.SLOW_FLAPPING).size(),
                tries);
    }

    private static boolean isAbout(Mail mail, Event event) {
        return !event.from().isAfter(mail.at())
                && !mail.at().isAfter(event.until().plus(GRACE))
                && event.checks().stream().map(CheckId::subject).anyMatch(mail.subjects()::contains);
    }

    /** What happens to something while people work on it is their work. */
    private static boolean covers(Event work, Event outage) {
        return !work.from().isAfter(outage.from())
                && !outage.until().isAfter(work.until().plus(GRACE))
                && work.checks().containsAll(outage.checks());
    }

    private static Kind excuse(List<Event> about) {
        return about.stream().map(Event::kind).max(Comparator.naturalOrder()).orElse(Kind.BLIP);
    }

    private static List<Event> of(List<Event> events, Kind kind) {
        return events.stream().filter(event -> event.kind() == kind).toList();
    }

    private static int most(List<Mail> mails) {
        Deque<Instant> day = new ArrayDeque<>();
        int most = 0;
        for (Mail mail : mails) {
            day.add(mail.at());
            while (!day.getFirst().isAfter(mail.at().minus(Duration.ofDays(1)))) {
                day.remove();
            }
            most = Math.max(most, day.size());
        }
        return most;
    }
}
