package io.faultline.run;

import java.util.concurrent.TimeUnit;

/**
 * How the time of a schedule passes: from one run of a check to the next, and to a retry. (The deadlines of what is
 * running are always real.) Thread-safe.
 */
public interface Pace {
    /** As the world's. */
    Pace REAL = new Pace() {
        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public long nanosUntil(long due, boolean idle) {
            return Math.max(0, due - System.nanoTime());
        }
    };

    /** A monotonic time; only differences mean anything. */
    long nanos();

    /**
     * How long the runner really has to wait for the moment {@code due}: 0 if it is there. Simulated time stands still
     * while anything runs ({@link #NOT_YET}) and leaps to the moment when nothing does.
     *
     * @param idle nothing runs, so nothing else can happen before
     */
    long nanosUntil(long due, boolean idle);

    /** Something else has to happen first. */
    long NOT_YET = TimeUnit.DAYS.toNanos(365);
}
