package io.faultline.history;

import io.faultline.check.CheckId;
import io.faultline.check.Result;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * One try of one check: what came out, when it began (kept to the millisecond) and how long it took (to the
 * microsecond).
 */
public record Observation(CheckId check, Instant at, Duration took, Result result) {
    public Observation {
        at = at.truncatedTo(ChronoUnit.MILLIS);
        took = took.truncatedTo(ChronoUnit.MICROS);
    }
}
