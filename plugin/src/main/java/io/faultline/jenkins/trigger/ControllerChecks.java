package io.faultline.jenkins.trigger;

import hudson.FilePath;
import hudson.security.ACL;
import hudson.security.ACLContext;
import hudson.util.DaemonThreadFactory;
import hudson.util.NamingThreadFactory;
import io.faultline.jenkins.steps.SmokeRun;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Checks services and machines that have no job, on the controller, by a few threads of its own. However many are asked
 * for while all of them are busy: each waits once, and one run takes all that wait. Thread-safe.
 */
final class ControllerChecks {
    private static final Logger LOGGER = Logger.getLogger(ControllerChecks.class.getName());
    private static final int THREADS = 4;

    private final ThreadPoolExecutor pool = new ThreadPoolExecutor(
            THREADS,
            THREADS,
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            new NamingThreadFactory(new DaemonThreadFactory(), "faultline-trigger"));

    /** Guarded by itself. While it is not empty, one run is on its way to take all of it. */
    private final Set<String> waiting = new LinkedHashSet<>();

    ControllerChecks() {
        pool.allowCoreThreadTimeOut(true);
    }

    /** Nobody waits for it: the results are in the history. */
    void check(List<String> subjects) {
        synchronized (waiting) {
            boolean isUnderWay = !waiting.isEmpty();
            if (waiting.addAll(subjects) && !isUnderWay) {
                pool.execute(this::run);
            }
        }
    }

    private void run() {
        List<String> subjects;
        synchronized (waiting) {
            subjects = List.copyOf(waiting);
            waiting.clear();
        }
        try (ACLContext ignored = ACL.as2(ACL.SYSTEM2);
                PrintStream silent = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            SmokeRun.Ended ended = new SmokeRun(new SmokeRun.Order(subjects, Optional.empty(), false, true), "", silent)
                    .run(FilePath.localChannel);
            LOGGER.log(Level.FINE, "checked {0}: {1}", new Object[] {subjects, ended.worst()});
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            LOGGER.log(Level.WARNING, "checks of " + subjects + " failed", e);
        }
    }
}
