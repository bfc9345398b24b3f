package io.faultline.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Resolves as the operating system does (hosts file, resolv.conf). A system call that hangs cannot be interrupted, so
 * it runs in a thread of its own and the caller goes on at its deadline. Answers are kept for a few seconds only: long
 * enough for the checks of one round, too short to hide a change. The JVM keeps them longer by itself (30 s) unless it is
 * started with {@code sun.net.inetaddr.ttl=0}, as the command line is.
 */
public final class SystemResolver implements Resolver {
    private static final Duration KEPT = Duration.ofSeconds(5);
    private static final int MOST_KEPT = 10_000;

    /** Each name has a thread of its own: those whose servers are silent must not keep the others waiting. */
    private static final int MOST_AT_ONCE = 256;

    /** What asks the system. */
    interface Lookup {
        InetAddress[] of(String host) throws UnknownHostException;
    }

    private record Answer(List<InetAddress> addresses, long until) {}

    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final ThreadPoolExecutor threads;
    private final Lookup system;

    public SystemResolver() {
        this(InetAddress::getAllByName, MOST_AT_ONCE);
    }

    SystemResolver(Lookup system, int mostAtOnce) {
        this.system = system;
        threads = new ThreadPoolExecutor(0, mostAtOnce, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
            Thread thread = new Thread(task, "faultline-resolver");
            thread.setDaemon(true);
            return thread;
        });
    }

    private Future<InetAddress[]> begin(String host) throws LocalFault {
        try {
            return threads.submit(() -> system.of(host));
        } catch (RejectedExecutionException e) {
            throw new LocalFault(
                    threads.getMaximumPoolSize() + " look-ups of names do not end, so " + host
                            + " is not looked up: is this machine's resolver well?",
                    e);
        }
    }

    @Override
    public List<InetAddress> resolve(String host, Lifetime lifetime) throws IOException {
        if (isLiteral(host)) {
            return List.of(InetAddress.getByName(host));
        }
        Answer kept = answers.get(host);
        if (kept != null && kept.until - System.nanoTime() > 0) {
            return kept.addresses;
        }
        Future<InetAddress[]> lookup = begin(host);
        try {
            List<InetAddress> addresses = List.of(lookup.get(lifetime.left().toNanos(), TimeUnit.NANOSECONDS));
            if (answers.size() >= MOST_KEPT) {
                answers.clear();
            }
            answers.put(host, new Answer(addresses, System.nanoTime() + KEPT.toNanos()));
            return addresses;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownHostException) {
                throw new UnknownHostException(host);
            }
            throw new IOException("looking up " + host + " failed", e.getCause());
        } catch (TimeoutException e) {
            throw new DeadlineExceeded(lifetime.given());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DeadlineExceeded(lifetime.given());
        } finally {
            lookup.cancel(true);
        }
    }

    /** Whether no look-up is needed; never asks anyone. */
    static boolean isLiteral(String host) {
        if (host.indexOf(':') >= 0) {
            return true;
        }
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            if (c != '.' && (c < '0' || c > '9')) {
                return false;
            }
        }
        return true;
    }
}
