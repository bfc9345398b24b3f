package io.faultline.cli;

import io.faultline.check.Status;
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
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Before a change: how is what it may touch? */
@Command(
        name = "baseline",
        description = {
            "Before a change: run the checks that it may touch, and keep their results for 'faultline verify --since'.",
            "The exit code is 0 also if something is broken already; the summary says so. It is 3 if the time was too short to"
                    + " be certain of all of them."
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
        Change.Asked asked = change.asked(host, sources);
        Instant began = host.clock().instant();
        Path file = host.directory().resolve(to);
        List<CheckState> certain;
        try (OutputStream out = Files.newOutputStream(file);
                JsonLines json = new JsonLines(out)) {
            certain = change.before(host, asked).values().stream()
                    .filter(state -> !state.isSoftProblem())
                    .toList();
            for (CheckState state : certain) {
                json.write(state);
            }
        } catch (IOException e) {
            throw new CommandFailed("the results cannot be written to " + file + ": " + e, e);
        }
        Terminal terminal = RunCommand.terminal(host, asked.checks());
        certain.stream()
                .filter(state -> !state.last().isOk())
                .forEach(state -> host.out().println(terminal.line(state)));
        host.out()
                .println(terminal.summary(
                        certain, Duration.between(began, host.clock().instant())));
        int uncertain = asked.checks().size() - certain.size();
        if (uncertain > 0) {
            host.err()
                    .println("faultline: " + uncertain + " of " + asked.checks().size()
                            + " checks were not certain when the time was over; they are not kept, so whatever of them fails"
                            + " after the change counts as newly broken. More time: --within");
            return Status.UNKNOWN.exitCode();
        }
        return 0;
    }
}
