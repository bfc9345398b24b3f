package io.faultline.cli;

import io.faultline.catalog.Catalog;
import io.faultline.catalog.CheckDefinition;
import io.faultline.catalog.Machine;
import io.faultline.catalog.Settings;
import io.faultline.check.CheckId;
import io.faultline.check.FactCheck;
import io.faultline.config.Durations;
import io.faultline.history.Changes;
import io.faultline.history.CheckState;
import io.faultline.history.History;
import io.faultline.history.Report;
import io.faultline.history.StateStore;
import io.faultline.history.Transition;
import io.faultline.net.SystemResolver;
import io.faultline.run.Pace;
import io.faultline.run.Recorder;
import io.faultline.run.RunListener;
import io.faultline.run.Runner;
import io.faultline.run.Selection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/**
 * What is changed, and how long to wait for it to settle: options that {@code baseline} and {@code verify} share, and the
 * run that both make. It stores nothing and mails nobody, so it can be made beside a controller that watches.
 */
final class Change {
    /** What the comparison of a machine with itself is called. */
    static final String UPGRADE = "upgrade";

    private static final Duration FACTS_WITHIN = Duration.ofMinutes(1);

    @Option(
            names = {"-m", "--machine"},
            paramLabel = "NAME",
            description = "A machine that is changed; may be given several times.")
    List<String> machines = List.of();

    @Option(
            names = {"-s", "--service"},
            paramLabel = "NAME",
            description = "A service that is changed; may be given several times.")
    List<String> services = List.of();

    @Option(
            names = "--within",
            paramLabel = "TIME",
            defaultValue = "2m",
            description = "How long to wait until all is certain. 2m if nothing is given.")
    String within;

    @Option(
            names = "--retry-every",
            paramLabel = "TIME",
            defaultValue = "5s",
            description = "How soon what fails is tried again. 5s if nothing is given.")
    String retryEvery;

    /**
     * What is to be asked.
     *
     * @param checks those of what is changed and of what depends on it, with fast retries
     * @param state the state file, for what machines have reported of themselves; it may be missing
     */
    record Asked(Catalog catalog, List<CheckDefinition> checks, Path state) {
        Asked and(CheckDefinition more) {
            return new Asked(
                    catalog, Stream.concat(checks.stream(), Stream.of(more)).toList(), state);
        }

        /**
         * One more look at what a machine says of itself, made like its checks.
         *
         * @throws CommandFailed if nothing is known of how the machine says it
         */
        CheckDefinition ofMachine(String name, FactCheck check) {
            Machine machine = catalog.machine(name)
                    .filter(known -> known.facts().isPresent())
                    .orElseThrow(() -> new CommandFailed("nothing is said about the facts of " + name
                            + " in the catalogue, so it cannot be compared; see docs/machines.md"));
            // Every machine with facts has a check of type facts.
            CheckDefinition like = machine.checks().get(0);
            return new CheckDefinition(
                    new CheckId(name, UPGRADE),
                    UPGRADE,
                    "the machine before and after",
                    check,
                    Optional.of(name),
                    like.every(),
                    checks.get(0).retryEvery(),
                    3,
                    FACTS_WITHIN,
                    like.route(),
                    like.mostBytes(),
                    "",
                    machine.place());
        }
    }

    /** @throws CommandFailed if nothing can be asked */
    Asked asked(Host host, Sources sources) {
        Catalog catalog = RunCommand.catalog(host, sources);
        return new Asked(catalog, checks(catalog), sources.stateFile(host, catalog));
    }

    private List<CheckDefinition> checks(Catalog catalog) {
        if (machines.isEmpty() && services.isEmpty()) {
            throw new CommandFailed("say what is changed: --machine NAME or --service NAME");
        }
        Duration retry = duration(retryEvery, "--retry-every");
        try {
            List<CheckDefinition> checks = Selection.touchedBy(catalog, machines, services).stream()
                    .flatMap(subject -> subject.checks().stream())
                    .map(check -> check.retriedWithin(retry))
                    .toList();
            if (checks.isEmpty()) {
                throw new CommandFailed("nothing can be tested: neither "
                        + Stream.concat(machines.stream(), services.stream()).collect(Collectors.joining(", "))
                        + " nor what depends on it has checks");
            }
            return checks;
        } catch (IllegalArgumentException e) {
            throw new CommandFailed(e.getMessage(), e);
        }
    }

    /** How all of it is now. */
    Map<CheckId, CheckState> before(Host host, Asked asked) {
        return run(host, asked, Map.of(), Runner::once);
    }

    /**
     * How all of it is after the change.
     *
     * @param known what is known of the checks; a problem that is certain already is tried once
     */
    Map<CheckId, CheckState> after(Host host, Asked asked, Map<CheckId, CheckState> known) {
        return run(host, asked, known, Runner::settled);
    }

    private Map<CheckId, CheckState> run(
            Host host,
            Asked asked,
            Map<CheckId, CheckState> known,
            BiFunction<Runner, List<CheckDefinition>, Runner.Outcome> way) {
        Settings settings = asked.catalog().settings();
        Duration most = duration(within, "--within");
        ScheduledExecutorService end = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "faultline-deadline");
            thread.setDaemon(true);
            return thread;
        });
        try (Stored stored = Stored.at(asked.state());
                Recorder recorder = new Recorder(
                        StateStore.inMemory(known, stored::report),
                        transitions -> Changes.NONE,
                        List.of(troubles(host)));
                Runner runner = new Runner(
                        asked.catalog(),
                        recorder,
                        new SystemResolver(),
                        new HostSecrets(host, settings.secrets()),
                        host.clock(),
                        Pace.REAL,
                        Runner.Limits.of(settings.atOnce(), settings.perMachine()))) {
            // Only a runner that is closed already could fail, and closing it again does nothing.
            ScheduledFuture<?> unused = end.schedule(runner::close, most.toMillis(), TimeUnit.MILLISECONDS);
            Thread onSignal = new Thread(runner::close, "faultline-stop");
            Runtime.getRuntime().addShutdownHook(onSignal);
            try {
                return way.apply(runner, asked.checks()).states();
            } finally {
                RunCommand.unhook(onSignal);
            }
        } finally {
            end.shutdownNow();
        }
    }

    private static RunListener troubles(Host host) {
        return new RunListener() {
            @Override
            public void recorded(Transition transition) {
                // Told when all is over.
            }

            @Override
            public void trouble(String message) {
                host.err().println("faultline: " + message);
            }
        };
    }

    /** What the controller has stored, if it ever ran here. */
    private record Stored(Optional<History> history) implements AutoCloseable {
        static Stored at(Path file) {
            return new Stored(Files.exists(file) ? Optional.of(Store.openToRead(file)) : Optional.empty());
        }

        Optional<Report> report(String machine) {
            return history.flatMap(known -> known.report(machine));
        }

        @Override
        public void close() {
            history.ifPresent(History::close);
        }
    }

    private static Duration duration(String text, String option) {
        try {
            return Durations.parse(text);
        } catch (IllegalArgumentException e) {
            throw new CommandFailed(option + ": " + e.getMessage() + ", found '" + text + "'", e);
        }
    }
}
