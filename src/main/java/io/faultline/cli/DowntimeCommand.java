package io.faultline.cli;

import io.faultline.config.Moments;
import io.faultline.history.Pause;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Plans work, so that nobody is mailed about what it breaks. */
@Command(
        name = "downtime",
        description = {
            "Plan work on services, machines or checks: nobody is mailed about them, or about what depends on them,"
                    + " in that time. What is still broken in the end is told then.",
            "Without names: list what is planned."
        },
        mixinStandardHelpOptions = true)
final class DowntimeCommand implements Callable<Integer> {
    private final Host host;

    @Mixin
    PauseOptions options;

    @Option(names = "--from", paramLabel = "WHEN", description = "From when on; now if nothing is said.")
    String from;

    @Parameters(paramLabel = "SUBJECT[/CHECK]", arity = "0..*", description = "Services, machines or single checks.")
    List<String> what = List.of();

    DowntimeCommand(Host host) {
        this.host = host;
    }

    @Override
    public Integer call() {
        return options.call(host, what, Pause.Kind.DOWNTIME, desk -> {
            Instant now = host.clock().instant();
            Instant begin = from == null ? now : Moments.parse(from, now, host.zone());
            return desk.downtime(what, begin, options.until(begin, host), options.why(), options.words.by(host));
        });
    }
}
