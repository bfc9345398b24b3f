package io.faultline.alert.replay;

import io.faultline.catalog.AlertRules;
import java.time.Duration;

/**
 * The policy that Faultline takes part with.
 *
 * @param retryEvery how soon a failure is tried again
 */
public record Ours(AlertRules rules, Duration retryEvery) {}
