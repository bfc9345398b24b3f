package io.faultline.cli;

import io.faultline.catalog.Catalog;
import io.faultline.catalog.CatalogStamp;
import io.faultline.catalog.CheckDefinition;
import io.faultline.config.Shown;
import io.faultline.history.History;
import io.faultline.net.HttpListener;
import io.faultline.net.LocalFault;
import io.faultline.run.Pace;
import io.faultline.run.RunListener;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs every check at its own interval until it is stopped. Takes up changes of the catalogue by itself. */
@Command(
        name = "watch",
        description = "Run every check at its own interval, for ever; take up changes of the catalogue.",
        mixinStandardHelpOptions = true)
final class WatchCommand implements Callable<Integer> {
    private static final Duration DELIVERY = Duration.ofSeconds(5);
    private static final Duration PAGES = Duration.ofSeconds(60);
    private static final Duration TIDYING = Duration.ofHours(1);
    private static final Duration LOOK_AT_FILES = Duration.ofSeconds(20);

    private final Host host;
    private final AtomicReference<Engine> current = new AtomicReference<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final TriggerListener triggers;
    private volatile boolean stopping;

    @Mixin
    Sources sources;

    @Mixin
    Outputs outputs;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            description =
                    "Take word there, over HTTP, of what happens to machines (POST /trigger), and test them at once; see"
                            + " docs/trigger.md. There is no TLS in it: on loopback, behind a web server or an onion service.")
    String listen;

    WatchCommand(Host host) {
        this.host = host;
        this.triggers = new TriggerListener(host.clock(), this::log);
    }

    @Override
    public Integer call() throws IOException {
        Catalog catalog = RunCommand.catalog(host, sources);
        Thread onSignal = new Thread(this::stop, "faultline-stop");
        try (ResultFiles files = ResultFiles.open(host, outputs);
                History history = Store.open(sources.stateFile(host, catalog))) {
            Optional<HttpListener> listener = listener();
            Runtime.getRuntime().addShutdownHook(onSignal);
            while (!stopping) {
                watch(catalog, history, files);
                if (!stopping) {
                    catalog = RunCommand.catalog(host, sources);
                }
            }
            listener.ifPresent(HttpListener::close);
        } finally {
            ended.countDown();
            RunCommand.unhook(onSignal);
        }
        return 0;
    }

    /** It takes connections for as long as the process lives. */
    private Optional<HttpListener> listener() throws LocalFault {
        if (listen == null) {
            return Optional.empty();
        }
        HttpListener listener =
                HttpListener.start(ReceiveCommand.address(listen), TriggerListener.LIMITS, triggers, this::log);
        host.err().println("faultline: listening on " + listener.address());
        return Optional.of(listener);
    }

    private void log(String line) {
        host.err().println("faultline: " + Shown.oneLine(line, 500));
    }

    /** Until it is stopped, or the catalogue's files change. */
    private void watch(Catalog catalog, History history, ResultFiles results) {
        List<CheckDefinition> checks = catalog.checks().toList();
        CatalogStamp files = CatalogStamp.of(sources.catalogPaths(host));
        Progress progress = new Progress(
                outputs.resultsOnStandardOutput() ? host.err() : host.out(),
                RunCommand.terminal(host, checks),
                false,
                outputs.verbose ? Progress.Show.ALL : Progress.Show.CHANGES,
                checks.size());
        List<RunListener> listeners = RunCommand.listeners(progress, results, catalog);
        ScheduledExecutorService chores = Executors.newScheduledThreadPool(3, task -> {
            Thread thread = new Thread(task, "faultline-chores");
            thread.setDaemon(true);
            return thread;
        });
        try (Engine engine = new Engine(host, catalog, history, host.clock(), Pace.REAL, outputs, listeners)) {
            current.set(engine);
            triggers.use(catalog, engine.secrets(), engine::start);
            host.err().println("faultline: watching " + checks.size() + " checks");
            every(chores, DELIVERY, "sending mail", () -> deliver(engine));
            catalog.settings()
                    .alerts()
                    .heartbeat()
                    .ifPresent(heartbeat -> every(chores, heartbeat.every(), "the sign of life", engine::beat));
            every(chores, TIDYING, "deleting old results", engine::tidy);
            every(chores, PAGES, "writing the pages", engine::writeOverview);
            every(chores, LOOK_AT_FILES, "looking at the catalogue's files", () -> {
                if (!files.equals(CatalogStamp.of(sources.catalogPaths(host)))) {
                    host.err().println("faultline: the catalogue has changed; reading it again");
                    engine.runner().close();
                }
            });
            if (!stopping) {
                engine.runner().watch(checks);
            }
        } finally {
            triggers.rest();
            current.set(null);
            chores.shutdown();
            awaitQuietly(chores);
        }
    }

    private void deliver(Engine engine) {
        if (!stopping) {
            engine.look();
        }
        engine.deliver()
                .filter(report -> !report.error().isEmpty())
                .map(report -> (report.failed() > 0 ? "mail could not be sent: " : "") + report.error())
                .ifPresent(error -> host.err().println("faultline: " + error));
    }

    private void every(ScheduledExecutorService chores, Duration pause, String what, Runnable chore) {
        Runnable guarded = () -> {
            try {
                chore.run();
            } catch (RuntimeException e) {
                host.err().println("faultline: " + what + " failed: " + e.getMessage());
            }
        };
        // Only cancelling or throwing would show in the future; neither happens.
        ScheduledFuture<?> unused =
                chores.scheduleWithFixedDelay(guarded, 1_000, pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static void awaitQuietly(ScheduledExecutorService chores) {
        try {
            if (!chores.awaitTermination(10, TimeUnit.SECONDS)) {
                chores.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void stop() {
        stopping = true;
        Engine engine = current.get();
        if (engine != null) {
            engine.runner().close();
        }
        try {
            ended.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
