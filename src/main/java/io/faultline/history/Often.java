package io.faultline.history;

import io.faultline.catalog.AlertWhen;
import io.faultline.check.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Whether a check fails too often, even if never long enough for a problem to be certain. Immutable; {@link #next} is
 * the only way on. Remembers {@value #MOST} beginnings of failures and some counts, however many results there are.
 *
 * @param episodes when it began to fail within the last eight days, oldest first
 * @param counts results, by pieces of the time that a share is looked for in; empty without a share to look for
 * @param pattern in what way it is too often now
 */
public record Often(List<Instant> episodes, List<Count> counts, Optional<Pattern> pattern) {
    /** Nothing to remember. */
    public static final Often NONE = new Often(List.of(), List.of(), Optional.empty());

    /** In what way it fails too often. */
    public enum Pattern {
        /** It began to fail as often as the rule says. */
        COUNT,
        /** So large a share of its results is not OK. */
        SHARE,
        /** It failed on three days running at about the same time. */
        DAILY
    }

    /** Results of a piece of time, and how many of them were not OK. */
    public record Count(long piece, int results, int failures) {}

    static final int MOST = 64;
    private static final Duration LOOKING_BACK = Duration.ofDays(8);
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration ABOUT = Duration.ofMinutes(20);
    private static final int PIECES = 24;
    private static final int FEWEST_RESULTS = 20;

    public Often {
        episodes = List.copyOf(episodes);
        counts = List.copyOf(counts);
    }

    public boolean on() {
        return pattern.isPresent();
    }

    /** When that which is too often began, as far as it matters: the first of its last few failures. */
    Optional<Instant> since() {
        int few = is(Pattern.DAILY) ? 3 : 6;
        return episodes.isEmpty() ? Optional.empty() : Optional.of(episodes.get(Math.max(0, episodes.size() - few)));
    }

    /** After one more result. {@code wasFailing}: whether the one before it was not OK. */
    Often next(Status status, boolean wasFailing, Instant at, AlertWhen when) {
        boolean began = status != Status.OK && !wasFailing;
        if (!began && episodes.isEmpty() && when.share().isEmpty()) {
            return NONE;
        }
        List<Instant> recent = new ArrayList<>();
        episodes.stream().filter(start -> start.isAfter(at.minus(LOOKING_BACK))).forEach(recent::add);
        if (began) {
            recent.add(at);
        }
        recent = recent.subList(Math.max(0, recent.size() - MOST), recent.size());
        List<Count> counted = when.share().isPresent() ? counted(status, at, when) : List.of();
        return new Often(recent, counted, pattern(recent, counted, at, began, when));
    }

    private List<Count> counted(Status status, Instant at, AlertWhen when) {
        long length = Math.max(1, when.within().toMillis() / PIECES);
        long piece = Math.floorDiv(at.toEpochMilli(), length);
        List<Count> kept = new ArrayList<>();
        Count now = new Count(piece, 0, 0);
        for (Count count : counts) {
            if (count.piece == piece) {
                now = count;
            } else if (count.piece > piece - PIECES && count.piece < piece) {
                kept.add(count);
            }
        }
        kept.add(new Count(piece, now.results + 1, now.failures + (status == Status.OK ? 0 : 1)));
        return kept;
    }

    /**
     * Begins at the limit, and ends at half of it, so that it does not come and go; or when there was no failure in half
     * of the time.
     */
    private Optional<Pattern> pattern(
            List<Instant> recent, List<Count> counted, Instant at, boolean began, AlertWhen when) {
        if (when.failures().isPresent()) {
            int limit = when.failures().get();
            long within = recent.stream()
                    .filter(start -> start.isAfter(at.minus(when.within())))
                    .count();
            boolean lately = !recent.isEmpty()
                    && recent.get(recent.size() - 1)
                            .isAfter(at.minus(when.within().dividedBy(2)));
            if (lately && (within >= limit || is(Pattern.COUNT) && within > limit / 2)) {
                return Optional.of(Pattern.COUNT);
            }
        }
        if (when.share().isPresent()) {
            int results = counted.stream().mapToInt(Count::results).sum();
            int failures = counted.stream().mapToInt(Count::failures).sum();
            double share = (double) failures / results;
            double limit = when.share().get();
            if (results >= FEWEST_RESULTS && share >= limit || is(Pattern.SHARE) && share > limit / 2) {
                return Optional.of(Pattern.SHARE);
            }
        }
        if (when.daily()) {
            Instant newest = recent.stream().max(Comparator.naturalOrder()).orElse(Instant.MIN);
            boolean goesOn = is(Pattern.DAILY) && newest.isAfter(at.minus(DAY.multipliedBy(2)));
            boolean begins = began && about(recent, at.minus(DAY)) && about(recent, at.minus(DAY.multipliedBy(2)));
            if (goesOn || begins) {
                return Optional.of(Pattern.DAILY);
            }
        }
        return Optional.empty();
    }

    private boolean is(Pattern one) {
        return pattern.filter(one::equals).isPresent();
    }

    private static boolean about(List<Instant> episodes, Instant moment) {
        return episodes.stream()
                .anyMatch(start -> Duration.between(start, moment).abs().compareTo(ABOUT) <= 0);
    }

    /** As it is stored; nothing for {@link #NONE}. */
    Optional<String> written() {
        if (episodes.isEmpty() && counts.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(pattern.map(Pattern::name).orElse("") + " "
                + episodes.stream()
                        .map(start -> Long.toString(start.toEpochMilli()))
                        .collect(Collectors.joining(","))
                + " "
                + counts.stream()
                        .map(count -> count.piece + ":" + count.results + ":" + count.failures)
                        .collect(Collectors.joining(",")));
    }

    /** Reads what {@link #written} wrote. */
    static Often read(String text) {
        if (text == null) {
            return NONE;
        }
        String[] parts = text.split(" ", -1);
        return new Often(
                list(parts[1])
                        .map(start -> Instant.ofEpochMilli(Long.parseLong(start)))
                        .toList(),
                list(parts[2])
                        .map(count -> count.split(":"))
                        .map(count -> new Count(
                                Long.parseLong(count[0]), Integer.parseInt(count[1]), Integer.parseInt(count[2])))
                        .toList(),
                parts[0].isEmpty() ? Optional.empty() : Optional.of(Pattern.valueOf(parts[0])));
    }

    private static Stream<String> list(String text) {
        return text.isEmpty() ? Stream.empty() : Stream.of(text.split(","));
    }
}
