package io.faultline.history;

import io.faultline.check.CheckId;
import io.faultline.check.Result;
import java.time.Duration;
import java.time.Instant;

/** One try of one check: what came out, when it began and how long it took. */
public record Observation(CheckId check, Instant at, Duration took, Result result) {}
