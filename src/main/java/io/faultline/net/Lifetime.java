package io.faultline.net;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A hard deadline, and everything that was opened under it: sockets, processes, files. When the time is over, all of
 * it is closed, so a read or write that hangs in another thread fails at once; {@link #close()} does the same early.
 * Nothing that is owned here can leak or outlast its deadline, whatever the other side does.
 *
 * <p>Thread-safe. Uses the monotonic clock, so a change of the wall clock does not matter.
 */
public final class Lifetime implements Closeable {
    private static final ScheduledThreadPoolExecutor WATCHDOG = watchdog();

    private final Duration given;
    private final long start;
    private final long end;
    private final ScheduledFuture<?> bell;
    private final Deque<Closeable> owned = new ArrayDeque<>();
    private volatile boolean expired;
    private boolean closed;

    private Lifetime(Duration given) {
        this.given = given;
        this.start = System.nanoTime();
        this.end = start + given.toNanos();
        this.bell = WATCHDOG.schedule(this::expire, given.toNanos(), TimeUnit.NANOSECONDS);
    }

    public static Lifetime of(Duration given) {
        return new Lifetime(given);
    }

    /**
     * Closes it with everything else; if time is over already, closes it now. Its {@code close} must not wait for
     * anybody: own plain sockets, and not the TLS connections over them, which say goodbye first.
     */
    public <T extends Closeable> T own(T closeable) throws DeadlineExceeded {
        synchronized (this) {
            if (!closed) {
                owned.push(closeable);
                return closeable;
            }
        }
        quietlyClose(closeable);
        throw new DeadlineExceeded(given);
    }

    /** The whole time that was given. */
    public Duration given() {
        return given;
    }

    /** The time since the beginning. */
    public Duration spent() {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /** @throws DeadlineExceeded if nothing is left */
    public Duration left() throws DeadlineExceeded {
        long left = end - System.nanoTime();
        if (left <= 0) {
            throw new DeadlineExceeded(given);
        }
        return Duration.ofNanos(left);
    }

    /**
     * What is left, for APIs that count in milliseconds and take 0 for "for ever": at least 1, and rounded up, so that
     * whatever waits this long ends when {@link #expired()} is true and not a moment before.
     */
    public int leftMillis() throws DeadlineExceeded {
        return (int) Math.min(Integer.MAX_VALUE, left().plusNanos(999_999).toMillis());
    }

    /** Whether the deadline passed before {@link #close()} was called. */
    public boolean expired() {
        // The watchdog may be late on a busy machine; what the clock says holds.
        if (System.nanoTime() - end >= 0) {
            expire();
        }
        return expired;
    }

    /**
     * Waits between two looks at the same thing, and no longer than the lifetime lasts.
     *
     * @throws DeadlineExceeded if that ends first
     */
    public void pause(Duration wanted) throws DeadlineExceeded {
        long until = System.nanoTime() + Math.min(wanted.toNanos(), left().toNanos());
        synchronized (this) {
            for (long left = until - System.nanoTime(); left > 0 && !closed; left = until - System.nanoTime()) {
                try {
                    TimeUnit.NANOSECONDS.timedWait(this, left);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new DeadlineExceeded(given);
                }
            }
            if (closed) {
                throw new DeadlineExceeded(given);
            }
        }
        left();
    }

    private void expire() {
        synchronized (this) {
            if (closed) {
                return;
            }
            expired = true;
        }
        closeAll();
    }

    @Override
    public void close() {
        bell.cancel(false);
        closeAll();
    }

    private void closeAll() {
        while (true) {
            Closeable next;
            synchronized (this) {
                closed = true;
                notifyAll();
                next = owned.poll();
            }
            if (next == null) {
                return;
            }
            quietlyClose(next);
        }
    }

    private static void quietlyClose(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException | RuntimeException e) {
            // It was to be thrown away; that it broke first changes nothing.
        }
    }

    private static ScheduledThreadPoolExecutor watchdog() {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "faultline-watchdog");
            thread.setDaemon(true);
            return thread;
        });
        executor.setRemoveOnCancelPolicy(true);
        return executor;
    }
}
