package io.faultline.cli;

import io.faultline.alert.Desk;
import io.faultline.config.Durations;
import io.faultline.history.History;
import io.faultline.history.Pause;
import io.faultline.history.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the commands for silences and for downtimes share: making one, ending one, and a line about one. */
final class PauseOptions {
    @Mixin
    Words words;

    @Mixin
    Until until;

    @Option(names = "--why", paramLabel = "TEXT", description = "Why, for the others; needed.")
    String why;

    @Option(names = "--end", paramLabel = "ID", description = "End this one now, or call it off.")
    Long end;

    String why() {
        if (why == null) {
            throw new CommandFailed("expected --why: a few words for the others");
        }
        return why;
    }

    Instant until(Instant from, Host host) {
        return until.from(from, host, Optional.empty());
    }

    int call(Host host, List<String> what, Pause.Kind kind, Function<Desk, Pause> made) {
        if (end != null && !what.isEmpty()) {
            throw new CommandFailed("expected --end with a number, or names, not both");
        }
        List<String> lines = words.at(host, (desk, history) -> {
            if (end != null) {
                Pause pause = desk.end(end, words.by(host));
                return List.of(pause.kind().word() + " " + pause.id() + " is over; what is still broken is told now");
            }
            return what.isEmpty() ? all(host, history, kind) : List.of(line(host, made.apply(desk)));
        });
        lines.forEach(host.out()::println);
        return 0;
    }

    private static List<String> all(Host host, History history, Pause.Kind kind) {
        List<String> lines = history.pauses(host.clock().instant()).stream()
                .filter(pause -> pause.kind() == kind)
                .map(pause -> line(host, pause))
                .toList();
        return lines.isEmpty() ? List.of("no " + kind.word() + " now or planned") : lines;
    }

    static String line(Host host, Pause pause) {
        Instant now = host.clock().instant();
        String when = pause.from().isAfter(now)
                ? "from " + Words.clock(host, pause.from()) + " until " + Words.clock(host, pause.until())
                : "until " + Words.clock(host, pause.until()) + " ("
                        + Durations.roughly(Duration.between(now, pause.until())) + " left)";
        return pause.kind().word() + " " + pause.id() + ": "
                + pause.targets().stream().map(Target::toString).collect(Collectors.joining(", ")) + " " + when
                + ", by " + pause.by() + ": " + pause.why();
    }
}
