package io.faultline.cli;

import io.faultline.history.Pause;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Keeps people from being mailed about what they know. */
@Command(
        name = "silence",
        description = {
            "Mail nobody about these for a while. Results are kept and shown; what is still broken in the end is told then.",
            "Without names: list what is silenced."
        },
        mixinStandardHelpOptions = true)
final class SilenceCommand implements Callable<Integer> {
    private final Host host;

    @Mixin
    PauseOptions options;

    @Parameters(
            paramLabel = "SUBJECT[/CHECK]|NUMBER",
            arity = "0..*",
            description = "Services, machines, single checks, or the number of an incident for what fails of it now.")
    List<String> what = List.of();

    SilenceCommand(Host host) {
        this.host = host;
    }

    @Override
    public Integer call() {
        return options.call(
                host,
                what,
                Pause.Kind.SILENCE,
                desk -> desk.silence(
                        what, options.until(host.clock().instant(), host), options.why(), options.words.by(host)));
    }
}
