package io.faultline.catalog;

import java.time.Duration;
import java.util.Optional;

/**
 * How often a check may fail before people are told, even if it never fails long enough for a problem to be certain.
 *
 * @param failures so many times that it began to fail
 * @param share so large a part of its results that were not OK, from 0 to 1
 * @param within the time that both are looked for in
 * @param daily whether people are told of a check that fails three days running at about the same time
 */
public record AlertWhen(Optional<Integer> failures, Optional<Double> share, Duration within, boolean daily) {
    public static final AlertWhen SHIPPED = new AlertWhen(Optional.of(6), Optional.empty(), Duration.ofHours(24), true);
    public static final AlertWhen NEVER =
            new AlertWhen(Optional.empty(), Optional.empty(), Duration.ofHours(24), false);

    /** As a text that is the same for the same rules, also in the next version. */
    String text() {
        return failures.map(String::valueOf).orElse("-") + " "
                + share.map(String::valueOf).orElse("-") + " "
                + within.toMillis() + " " + daily;
    }
}
