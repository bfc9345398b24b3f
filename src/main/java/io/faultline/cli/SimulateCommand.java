package io.faultline.cli;

import io.faultline.alert.replay.Simulation;
import io.faultline.alert.replay.Simulation.Score;
import io.faultline.catalog.AlertPolicy;
import io.faultline.catalog.AlertRules;
import io.faultline.catalog.AlertWhen;
import io.faultline.catalog.FlappingRule;
import io.faultline.config.Durations;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Compares alert policies over made-up weeks of which the truth is known. */
@Command(
        name = "simulate",
        description = {
            "Compare alert policies over made-up weeks of which the truth is known: outages, blips, flapping, daily"
                    + " failures, cascades, planned work, and a machine that lies.",
            "Ours, and the defaults of Nagios, Icinga, Gatus (3 failures, 2 successes) and Monit (3 within 5)."
        },
        mixinStandardHelpOptions = true)
final class SimulateCommand implements Callable<Integer> {
    private final Host host;

    @Option(names = "--days", paramLabel = "N", defaultValue = "90", description = "How long; ${DEFAULT-VALUE} days.")
    int days;

    @Option(
            names = "--machines",
            paramLabel = "N",
            defaultValue = "50",
            description = "How many, with 30 checks each; ${DEFAULT-VALUE}.")
    int machines;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            defaultValue = "3",
            description = "How many stories; ${DEFAULT-VALUE}.")
    int seeds;

    @Option(
            names = "--failures",
            paramLabel = "N",
            defaultValue = "5",
            description = "Ours: failures in a row before an alert; ${DEFAULT-VALUE}.")
    int failures;

    @Option(
            names = "--retry-every",
            paramLabel = "TIME",
            defaultValue = "30s",
            description = "Ours: how soon a failure is tried again; ${DEFAULT-VALUE}.")
    String retryEvery;

    @Option(
            names = "--flapping",
            paramLabel = "RULE",
            defaultValue = "faultline",
            description = "Ours: one of ${COMPLETION-CANDIDATES}.")
    FlappingRule flapping;

    SimulateCommand(Host host) {
        this.host = host;
    }

    @Override
    public Integer call() {
        if (days < 15 || days > 3650 || machines < 2 || machines > 1000 || seeds < 1 || seeds > 1000) {
            throw new CommandFailed("expected 15 to 3650 days, 2 to 1000 machines and 1 to 1000 seeds");
        }
        Duration retry;
        try {
            retry = Durations.parse(retryEvery);
        } catch (IllegalArgumentException e) {
            throw new CommandFailed(e.getMessage(), e);
        }
        host.out()
                .println(days + " days, " + machines + " machines, " + machines * 30 + " checks a minute, seeds 1 to "
                        + seeds);
        host.out()
                .println("policy     outages told    delay  false  needless   mails  most/day  daily   slow flapping");
        for (Score score : Simulation.run(
                LongStream.rangeClosed(1, seeds).boxed().toList(),
                machines,
                Duration.ofDays(days),
                new AlertRules(failures, flapping, AlertWhen.SHIPPED),
                retry,
                AlertPolicy.SHIPPED)) {
            host.out()
                    .println(String.format(
                            Locale.ROOT,
                            "%-10s %5d/%-5d %6.2f %% %5d s %6d %9d %7d %9d %3d/%-3d %3d/%-3d",
                            score.name(),
                            score.told(),
                            score.outages(),
                            100.0 * score.told() / Math.max(1, score.outages()),
                            score.medianDelay().toSeconds(),
                            score.falseMails(),
                            score.needless(),
                            score.mails(),
                            score.mostADay(),
                            score.daily(),
                            score.dailyThereWere(),
                            score.slow(),
                            score.slowThereWere()));
        }
        return 0;
    }
}
