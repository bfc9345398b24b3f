package io.faultline.jenkins.verdict;

import hudson.Extension;
import hudson.ExtensionList;
import hudson.init.InitMilestone;
import hudson.init.Initializer;
import hudson.init.Terminator;
import hudson.model.Result;
import hudson.model.Run;
import hudson.security.ACL;
import hudson.security.ACLContext;
import hudson.util.DaemonThreadFactory;
import hudson.util.NamingThreadFactory;
import io.faultline.jenkins.FaultlineConfiguration;
import io.faultline.jenkins.FaultlineEngine;
import io.faultline.jenkins.jobs.JobKeeper;
import io.faultline.verdict.BuildFacts;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * Builds that have ended and wait for their verdict, and the few threads that make them. What waits is remembered in
 * small files, so that a restart loses none. A thread that ends a build leaves here at once.
 */
@Extension
public final class VerdictQueue {
    private static final Logger LOGGER = Logger.getLogger(VerdictQueue.class.getName());
    private static final int THREADS = 2;
    private static final int MOST_WAITING = 2_000;
    /** With so many waiting, the logs of further builds that passed are not read. */
    private static final int MOST_PASSED = 50;

    private static final String WAITING = "waiting";

    private final ThreadPoolExecutor pool = new ThreadPoolExecutor(
            THREADS,
            THREADS,
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MOST_WAITING),
            new NamingThreadFactory(new DaemonThreadFactory(), "faultline-verdict"));

    /** Reads the logs of builds that passed, so that nobody who waits for a verdict waits for these too. */
    private final ThreadPoolExecutor passing = new ThreadPoolExecutor(
            1,
            1,
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MOST_PASSED),
            new NamingThreadFactory(new DaemonThreadFactory(), "faultline-passed"));

    private final Object counting = new Object();

    /** Guarded by {@link #counting}. */
    private int unfinished;

    public VerdictQueue() {
        pool.allowCoreThreadTimeOut(true);
        passing.allowCoreThreadTimeOut(true);
    }

    static VerdictQueue get() {
        return ExtensionList.lookupSingleton(VerdictQueue.class);
    }

    /** Waits until every verdict that was asked for before is there. */
    public void awaitIdle() throws InterruptedException {
        synchronized (counting) {
            while (unfinished > 0) {
                counting.wait();
            }
        }
    }

    /** Takes up what waited when Jenkins ended. */
    @Initializer(after = InitMilestone.JOB_CONFIG_ADAPTED)
    public static void resume() {
        VerdictQueue queue = get();
        queue.begun();
        FaultlineEngine.get().soon("taking up builds that wait for a verdict", () -> {
            try {
                queue.takeUp();
            } finally {
                queue.finished();
            }
        });
    }

    private void takeUp() throws IOException {
        for (Path file : waiting()) {
            Run<?, ?> run = run(Files.readString(file));
            if (run == null || run.isBuilding()) {
                Files.deleteIfExists(file);
            } else {
                submit(run, file);
            }
        }
    }

    private static List<Path> waiting() throws IOException {
        Path folder = FaultlineEngine.folder().resolve(WAITING);
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.limit(MOST_WAITING).sorted().toList();
        }
    }

    private static Run<?, ?> run(String id) {
        try {
            return Run.fromExternalizableId(id);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Lets what is being read come to its end; what waits is taken up after the restart. */
    @Terminator(attains = FaultlineEngine.UNUSED)
    public static void stop() throws InterruptedException {
        get().passing.shutdownNow();
        ThreadPoolExecutor pool = get().pool;
        pool.getQueue().clear();
        pool.shutdown();
        if (!pool.awaitTermination(5, TimeUnit.SECONDS)) {
            pool.shutdownNow();
        }
    }

    /** A build has ended. Returns at once. */
    void ended(Run<?, ?> run) {
        FaultlineConfiguration settings = FaultlineConfiguration.get();
        Result result = run.getResult();
        boolean passed = result == null || result.isBetterOrEqualTo(Result.SUCCESS);
        if (!settings.isVerdicts() || pool.isShutdown()) {
            return;
        }
        try {
            submit(run, passed ? null : remembered(run));
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, "cannot remember that " + run + " waits for a verdict", e);
            submit(run, null);
        }
    }

    private static Path remembered(Run<?, ?> run) throws IOException {
        Path folder = FaultlineEngine.folder().resolve(WAITING);
        Files.createDirectories(folder);
        return Files.write(
                Files.createTempFile(folder, "build", ""),
                run.getExternalizableId().getBytes(StandardCharsets.UTF_8));
    }

    private void submit(Run<?, ?> run, Path file) {
        begun();
        try {
            pool.execute(() -> {
                try {
                    work(run, file);
                } finally {
                    finished();
                }
            });
        } catch (RejectedExecutionException e) {
            finished();
            LOGGER.log(Level.WARNING, "more than " + MOST_WAITING + " builds wait; {0} gets no verdict now", run);
        }
    }

    private void learn(Run<?, ?> run, BuildFacts facts) {
        begun();
        try {
            passing.execute(() -> {
                try (ACLContext ignored = ACL.as2(ACL.SYSTEM2)) {
                    passed(run, facts);
                } catch (IOException | RuntimeException e) {
                    LOGGER.log(Level.WARNING, "nothing learnt from " + run, e);
                } finally {
                    finished();
                }
            });
        } catch (RejectedExecutionException e) {
            // There are enough others to learn from.
            finished();
        }
    }

    private void begun() {
        synchronized (counting) {
            unfinished++;
        }
    }

    private void finished() {
        synchronized (counting) {
            unfinished--;
            counting.notifyAll();
        }
    }

    private void work(Run<?, ?> run, Path file) {
        Thread.currentThread().setContextClassLoader(VerdictQueue.class.getClassLoader());
        try (ACLContext ignored = ACL.as2(ACL.SYSTEM2)) {
            if (look(run) && file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | RuntimeException e) {
            LOGGER.log(Level.WARNING, "no verdict on " + run, e);
        }
    }

    /** @return whether it is done with, for good or bad */
    private boolean look(Run<?, ?> run) throws IOException {
        if (JobKeeper.isOurs(run.getParent())) {
            // What a service's own job finds is no riddle, and told by alerts.
            return true;
        }
        BuildFacts facts = VerdictMaker.facts(run, Optional.empty());
        RecentBuilds.get().ended(facts);
        if (facts.result().equals(Optional.of(BuildFacts.Result.SUCCESS))) {
            learn(run, facts);
            return true;
        }
        if (!VerdictMaker.failed(facts)) {
            return true;
        }
        Optional<VerdictMaker.Judged> judged;
        try (InputStream log = RunLog.open(run)) {
            judged = VerdictMaker.judge(facts, log);
        } catch (IOException e) {
            // It will not be there after a restart either.
            LOGGER.log(Level.WARNING, "the log of " + run + " cannot be read: no verdict", e);
            return true;
        }
        if (judged.isEmpty()) {
            return false;
        }
        VerdictMaker.remember(judged.get());
        VerdictAction action =
                new VerdictAction(judged.get().classified(), judged.get().at(), 0);
        VerdictAction.of(run).ifPresent(action::keepCorrectionOf);
        run.addOrReplaceAction(action);
        run.save();
        VerdictMail.send(run, judged.get());
        return true;
    }

    private static void passed(Run<?, ?> run, BuildFacts facts) throws IOException {
        Optional<FaultlineEngine.Current> engine = FaultlineEngine.get().look();
        if (engine.isPresent() && FaultlineConfiguration.get().isLearnFromPassing()) {
            try (InputStream log = RunLog.open(run)) {
                Set<String> falseAlarms = engine.get().classifier().falseAlarms(log);
                engine.get()
                        .verdictLog()
                        .passed(
                                facts.job(),
                                facts.build(),
                                facts.end().orElseGet(FaultlineEngine.get().clock()::instant),
                                falseAlarms);
            }
        }
    }
}
