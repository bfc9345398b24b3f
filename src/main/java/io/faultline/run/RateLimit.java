package io.faultline.run;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How often something may be asked for, for each name by itself: so many times at once, and one more after each pause (a
 * token bucket, kept as the moment at which it is full again: GCRA, ITU-T I.371). Remembers a limited number of names;
 * who is forgotten was not heard of for the longest time. Thread-safe.
 */
public final class RateLimit {
    private static final int MOST_NAMES = 10_000;

    private final InstantSource clock;
    private final int atOnce;
    private final Duration pause;
    private final Map<String, Instant> fullAt = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Instant> eldest) {
            return size() > MOST_NAMES;
        }
    };

    public RateLimit(InstantSource clock, int atOnce, Duration pause) {
        if (atOnce < 1 || pause.isNegative() || pause.isZero()) {
            throw new IllegalArgumentException("expected at least one at once, and a pause");
        }
        this.clock = clock;
        this.atOnce = atOnce;
        this.pause = pause;
    }

    /**
     * Of all senders together, known or not, by one name: what nobody has signed must not fill the log, nor keep us busy,
     * nor try one token after the other.
     */
    public static RateLimit ofRequests(InstantSource clock) {
        return new RateLimit(clock, 200, Duration.ofMillis(50));
    }

    /**
     * Takes one, if there is one.
     *
     * @return how long to wait for the next if there is none; zero if it was taken
     */
    public synchronized Duration take(String name) {
        Instant now = clock.instant();
        Instant full = fullAt.get(name);
        // A clock that was set back must not lock anybody out for longer than the bucket can be empty.
        Instant latest = now.plus(pause.multipliedBy(atOnce));
        Instant from = full == null || full.isBefore(now) ? now : full.isAfter(latest) ? latest : full;
        Instant next = from.plus(pause);
        if (next.isAfter(latest)) {
            fullAt.put(name, from);
            return Duration.between(latest, next);
        }
        fullAt.put(name, next);
        return Duration.ZERO;
    }
}
