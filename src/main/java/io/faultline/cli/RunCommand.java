package io.faultline.cli;

import io.faultline.alert.Postman;
import io.faultline.catalog.Catalog;
import io.faultline.catalog.CatalogReader;
import io.faultline.catalog.CheckDefinition;
import io.faultline.check.Status;
import io.faultline.checks.CheckTypes;
import io.faultline.config.Problem;
import io.faultline.history.History;
import io.faultline.report.Terminal;
import io.faultline.run.Pace;
import io.faultline.run.RunListener;
import io.faultline.run.Runner;
import io.faultline.run.Selection;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs checks until each is certain, and tells what came out. */
@Command(
        name = "run",
        description = "Run checks now, each until it is certain; send mails, write pages and reports.",
        mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
    private final Host host;

    @Mixin
    Sources sources;

    @Mixin
    Outputs outputs;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "1",
            description = "Run everything N times over without waiting (soak tests, benchmarks).")
    int rounds;

    @Parameters(
            paramLabel = "SUBJECT[/CHECK]",
            arity = "0..*",
            description = "Services, machines or single checks; all if none is named.")
    List<String> subjects = List.of();

    RunCommand(Host host) {
        this.host = host;
    }

    @Override
    public Integer call() throws IOException {
        Catalog catalog = catalog(host, sources);
        List<CheckDefinition> checks = selected(catalog);
        Instant began = host.clock().instant();
        Terminal terminal = terminal(host, checks);
        Progress progress = new Progress(
                outputs.resultsOnStandardOutput() ? host.err() : host.out(),
                terminal,
                host.terminal() && !outputs.resultsOnStandardOutput(),
                outputs.verbose || (!outputs.quiet && !host.terminal()) ? Progress.Show.ALL : Progress.Show.PROBLEMS,
                checks.size());
        try (ResultFiles files = ResultFiles.open(host, outputs);
                History history = Store.open(sources.stateFile(host, catalog));
                Engine engine = new Engine(
                        host,
                        catalog,
                        history,
                        host.clock(),
                        Pace.REAL,
                        outputs,
                        listeners(progress, files, catalog))) {
            Thread onSignal = new Thread(engine::close, "faultline-stop");
            Runtime.getRuntime().addShutdownHook(onSignal);
            Runner.Outcome outcome;
            try {
                outcome = rounds > 1
                        ? engine.runner().rounds(checks, rounds)
                        : engine.runner().once(checks);
            } finally {
                unhook(onSignal);
            }
            progress.end();
            if (outcome.complete()) {
                engine.look();
            }
            Optional<Postman.Report> mail = engine.deliver();
            tellMail(mail, catalog, history);
            engine.writeJUnit(outcome.states());
            engine.writeOverview();
            engine.tidy();
            engine.beat();
            if (!outputs.resultsOnStandardOutput()) {
                host.out()
                        .println(terminal.summary(
                                outcome.states().values(),
                                Duration.between(began, host.clock().instant())));
            }
            Status worst = Engine.worst(outcome.states().values());
            return outcome.complete()
                            && mail.filter(report -> report.failed() > 0).isEmpty()
                    ? worst.exitCode()
                    : Status.worst(worst, Status.UNKNOWN).exitCode();
        }
    }

    private List<CheckDefinition> selected(Catalog catalog) {
        try {
            List<CheckDefinition> checks = Selection.of(catalog, subjects);
            if (checks.isEmpty()) {
                throw new CommandFailed("the catalogue has no checks");
            }
            return checks;
        } catch (IllegalArgumentException e) {
            throw new CommandFailed(e.getMessage(), e);
        }
    }

    private void tellMail(Optional<Postman.Report> report, Catalog catalog, History history) {
        if (catalog.settings().mail().isEmpty() && outputs.mailFolder == null) {
            if (!history.openIncidents().isEmpty()) {
                host.err().println("faultline: nobody is told by mail: controller.yaml names no mail server");
            }
            return;
        }
        report.ifPresent(r -> {
            if (r.waiting() > 0) {
                host.err()
                        .println("faultline: " + r.waiting() + " mails wait to be sent"
                                + (r.error().isEmpty() ? "" : ": " + r.error()));
            } else if (!r.error().isEmpty()) {
                host.err().println("faultline: " + r.error());
            }
        });
    }

    /** Reads the catalogue and says on standard error what was refused; the rest goes on. */
    static Catalog catalog(Host host, Sources sources) {
        Catalog catalog = CatalogReader.read(sources.catalogPaths(host), CheckTypes.ALL, host.statePlace())
                .withOwnReport();
        for (Problem problem : catalog.problems()) {
            host.err().println("faultline: " + problem);
        }
        return catalog;
    }

    static Terminal terminal(Host host, List<CheckDefinition> checks) {
        int width = checks.stream()
                .mapToInt(check -> check.id().toString().length())
                .max()
                .orElse(20);
        return new Terminal(host.terminal(), Math.min(width, 40), host.zone());
    }

    static List<RunListener> listeners(Progress progress, ResultFiles files, Catalog catalog) {
        List<RunListener> listeners = new ArrayList<>(List.of(progress));
        listeners.addAll(files.listeners(catalog));
        return listeners;
    }

    static void unhook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending already, by that very hook.
        }
    }
}
