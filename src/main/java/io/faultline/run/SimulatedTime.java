package io.faultline.run;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that goes only when it is told to, or when a {@link Runner} has nothing to do but to wait. Thread-safe. */
public final class SimulatedTime implements InstantSource, Pace {
    private final Instant start;
    private Duration passed = Duration.ZERO;

    public SimulatedTime(Instant start) {
        this.start = start;
    }

    @Override
    public synchronized Instant instant() {
        return start.plus(passed);
    }

    public synchronized void advance(Duration time) {
        passed = passed.plus(time);
    }

    @Override
    public synchronized long nanos() {
        return passed.toNanos();
    }

    @Override
    public synchronized long nanosUntil(long due, boolean idle) {
        long left = due - passed.toNanos();
        if (left <= 0) {
            return 0;
        }
        if (!idle) {
            return NOT_YET;
        }
        passed = passed.plusNanos(left);
        return 0;
    }
}
