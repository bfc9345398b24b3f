package io.faultline.cli;

import io.faultline.alert.LogWords;
import io.faultline.catalog.Catalog;
import io.faultline.check.CheckId;
import io.faultline.config.Durations;
import io.faultline.history.Claim;
import io.faultline.history.Entry;
import io.faultline.history.History;
import io.faultline.history.Incident;
import io.faultline.report.IncidentJson;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows incidents: who works on them, why nobody was mailed, and what was done. */
@Command(
        name = "incidents",
        description = "List open incidents and who works on them; with a number, all about that one.",
        mixinStandardHelpOptions = true)
final class IncidentsCommand implements Callable<Integer> {
    private static final int MOST_ENTRIES = 500;

    private final Host host;

    @Mixin
    Sources sources;

    @Option(names = "--all", description = "Resolved ones too, newest first.")
    boolean all;

    @Option(names = "--most", paramLabel = "N", defaultValue = "50", description = "With --all: at most so many.")
    int most;

    @Option(names = "--json", description = "One JSON object a line, for other programs.")
    boolean json;

    @Parameters(paramLabel = "NUMBER", arity = "0..1", description = "An incident.")
    Long number;

    IncidentsCommand(Host host) {
        this.host = host;
    }

    @Override
    public Integer call() {
        Catalog catalog = RunCommand.catalog(host, sources);
        try (History history = Store.openToRead(sources.stateFile(host, catalog))) {
            List<Incident> shown = number != null
                    ? List.of(history.incident(number)
                            .orElseThrow(() -> new CommandFailed("there is no incident " + number)))
                    : all ? history.incidents(most) : history.openIncidents();
            Instant now = host.clock().instant();
            Map<Long, Claim> claims = history.claims();
            for (Incident incident : shown) {
                Claim claim = claims.get(incident.id());
                List<Entry> log = number != null ? history.log(incident.id(), MOST_ENTRIES) : List.of();
                if (json) {
                    host.out()
                            .println(IncidentJson.line(
                                    incident, catalog.importance(incident.subject()), claim, now, log));
                } else {
                    show(incident, catalog, claim, now);
                    log.forEach(entry -> host.out()
                            .println("  " + Words.clock(host, entry.at()) + "  " + entry.by() + " "
                                    + LogWords.of(entry.act(), at -> Words.clock(host, at))));
                }
            }
            if (shown.isEmpty() && !json) {
                host.out().println("no incident is open");
            }
            if (number == null && !json) {
                history.pauses(now).forEach(pause -> host.out().println(PauseOptions.line(host, pause)));
            }
            return 0;
        }
    }

    private void show(Incident incident, Catalog catalog, Claim claim, Instant now) {
        Duration lasted = Duration.between(incident.since(), incident.resolved().orElse(now));
        host.out()
                .println("incident " + incident.id() + ": " + incident.subject() + " ("
                        + catalog.importance(incident.subject()).word() + "), "
                        + (incident.resolved().isPresent() ? "lasted " : "open for ") + Durations.roughly(lasted)
                        + ", "
                        + incident.checks().stream().map(CheckId::name).collect(Collectors.joining(", ")));
        if (incident.resolved().isEmpty()) {
            host.out()
                    .println("  "
                            + (claim == null || !claim.holdsAt(now)
                                    ? "claimed by nobody"
                                    : "claimed by " + claim.by() + " until " + Words.clock(host, claim.until())));
            incident.held().ifPresent(reason -> host.out().println("  not mailed: " + reason));
        }
    }
}
