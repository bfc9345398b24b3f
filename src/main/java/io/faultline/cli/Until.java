package io.faultline.cli;

import io.faultline.config.Durations;
import io.faultline.config.Moments;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How long something holds: options that several commands share. */
final class Until {
    @Option(names = "--for", paramLabel = "TIME", description = "How long, such as 30m, 4h or 2d.")
    String length;

    @Option(
            names = "--until",
            paramLabel = "WHEN",
            description = "Until when: 18:00 (the next one), 2026-11-23 or 2026-11-23T18:00.")
    String end;

    boolean isGiven() {
        return length != null || end != null;
    }

    /** @param usual holds if neither is given; without it one must be */
    Instant from(Instant from, Host host, Optional<Duration> usual) {
        if (length != null && end != null) {
            throw new CommandFailed("expected --for or --until, not both");
        }
        try {
            if (length != null) {
                return from.plus(Durations.parse(length));
            }
            if (end != null) {
                return Moments.parse(end, from, host.zone());
            }
        } catch (IllegalArgumentException e) {
            throw new CommandFailed(e.getMessage(), e);
        }
        return from.plus(usual.orElseThrow(() -> new CommandFailed("expected --for or --until: how long it holds")));
    }
}
