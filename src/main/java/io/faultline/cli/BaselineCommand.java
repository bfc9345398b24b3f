package io.faultline.cli;

import io.faultline.catalog.Catalog;
import io.faultline.catalog.CheckDefinition;
import io.faultline.check.CheckId;
import io.faultline.history.CheckState;
import io.faultline.report.JsonLines;
import io.faultline.report.Terminal;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Before a change: how is what it may touch? */
@Command(
        name = "baseline",
        description = {
            "Before a change: run the checks that it may touch, and keep their results for 'faultline verify --since'.",
            "The exit code is 0 also if something is broken already; the summary says so."
        },
        mixinStandardHelpOptions = true)
final class BaselineCommand implements Callable<Integer> {
    private final Host host;

    @Mixin
    Sources sources;

    @Mixin
    Change change;

    @Option(
            names = "--to",
            paramLabel = "FILE",
            required = true,
            description = "Where the results are kept, one JSON line each.")
    Path to;

    BaselineCommand(Host host) {
        this.host = host;
    }

    @Override
    public Integer call() throws IOException {
        Catalog catalog = RunCommand.catalog(host, sources);
        List<CheckDefinition> checks = change.checks(catalog);
        Instant began = host.clock().instant();
        Path file = host.directory().resolve(to);
        Map<CheckId, CheckState> states;
        try (OutputStream out = Files.newOutputStream(file);
                JsonLines json = new JsonLines(out)) {
            states = change.run(host, catalog, sources.stateFile(host, catalog), checks, Map.of(), List.of(json));
        } catch (IOException e) {
            throw new CommandFailed("the results cannot be written to " + file + ": " + e, e);
        }
        Terminal terminal = RunCommand.terminal(host, checks);
        states.values().stream()
                .filter(state -> !state.last().isOk())
                .forEach(state -> host.out().println(terminal.line(state)));
        host.out()
                .println(terminal.summary(
                        states.values(), Duration.between(began, host.clock().instant())));
        return 0;
    }
}
