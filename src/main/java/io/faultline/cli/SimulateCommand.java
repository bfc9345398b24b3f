package io.faultline.cli;

import io.faultline.alert.replay.Fleet;
import io.faultline.alert.replay.Ours;
import io.faultline.alert.replay.Score;
import io.faultline.alert.replay.Simulation;
import io.faultline.catalog.AlertPolicy;
import io.faultline.catalog.AlertRules;
import io.faultline.catalog.FlappingRule;
import io.faultline.catalog.Settings;
import io.faultline.config.Durations;
import java.time.Duration;
import java.util.List;
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
    private static final Settings.Defaults SHIPPED = Settings.Defaults.SHIPPED;

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
            description = "Ours: failures in a row before an alert; what is shipped if it is not given.")
    int failures = SHIPPED.rules().failures();

    @Option(
            names = "--retry-every",
            paramLabel = "TIME",
            description = "Ours: how soon a failure is tried again; what is shipped if it is not given.")
    String retryEvery = Durations.write(SHIPPED.retryEvery());

    @Option(names = "--flapping", paramLabel = "RULE", description = "Ours: one of ${COMPLETION-CANDIDATES}.")
    FlappingRule flapping = SHIPPED.rules().flapping();

    @Option(
            names = "--blips",
            paramLabel = "TIME",
            defaultValue = "90s",
            description = "How long short failures last at most; ${DEFAULT-VALUE}.")
    String longestBlip;

    SimulateCommand(Host host) {
        this.host = host;
    }

    @Override
    public Integer call() {
        if (days < 15 || days > 3650 || machines < 2 || machines > 1000 || seeds < 1 || seeds > 1000) {
            throw new CommandFailed("expected 15 to 3650 days, 2 to 1000 machines and 1 to 1000 seeds");
        }
        Duration retry = time(retryEvery, Duration.ofMinutes(1));
        Duration blips = time(longestBlip, Duration.ofMinutes(3));
        List<Fleet> fleets = LongStream.rangeClosed(1, seeds)
                .mapToObj(seed -> new Fleet(seed, machines, Duration.ofDays(days), blips, AlertPolicy.SHIPPED))
                .toList();
        List<Score> scores = Simulation.run(
                fleets,
                new Ours(new AlertRules(failures, flapping, SHIPPED.rules().when()), retry));
        host.out()
                .println(days + " days, " + machines + " machines, " + machines * 30 + " checks a minute, seeds 1 to "
                        + seeds + "; short failures of up to " + Durations.write(blips));
        host.out()
                .println("policy        outages told   delay   false = blips + work + liar  needless   mails  most/24h"
                        + "    daily     slow  tries/day");
        scores.forEach(score -> host.out().println(line(score)));
        return 0;
    }

    private String line(Score score) {
        return String.format(
                Locale.ROOT,
                "%-11s %5d/%-5d %6.2f %% %4d s %6d = %5d + %4d + %4d %9d %7d %9d %4d/%-3d %4d/%-3d %10d",
                score.name(),
                score.told(),
                score.outages(),
                100.0 * score.told() / Math.max(1, score.outages()),
                score.medianDelay().toSeconds(),
                score.falseMails(),
                score.falseBlips(),
                score.falseWork(),
                score.falseLiar(),
                score.needless(),
                score.mails(),
                score.mostADay(),
                score.daily(),
                score.dailyThereWere(),
                score.slow(),
                score.slowThereWere(),
                score.tries() / days / seeds);
    }

    private static Duration time(String text, Duration most) {
        try {
            Duration time = Durations.parse(text);
            if (time.compareTo(Duration.ofSeconds(1)) < 0 || time.compareTo(most) > 0) {
                throw new CommandFailed("expected a time from 1s to " + Durations.write(most) + ", found: " + text);
            }
            return time;
        } catch (IllegalArgumentException e) {
            throw new CommandFailed(e.getMessage(), e);
        }
    }
}
