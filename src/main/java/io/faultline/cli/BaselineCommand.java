package io.faultline.cli;

import java.nio.file.Path;
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
    public Integer call() {
        return new Before(host, change.asked(host, sources)).keep(change, List.of(), to);
    }
}
