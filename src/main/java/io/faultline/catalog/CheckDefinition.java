package io.faultline.catalog;

import io.faultline.check.Check;
import io.faultline.check.CheckId;
import io.faultline.check.FactCheck;
import io.faultline.config.Place;
import io.faultline.net.Route;
import java.time.Duration;
import java.util.Optional;

/**
 * One check as the catalogue defines it: what is tested, and when and how.
 *
 * @param type the name of its check type
 * @param title what people call it; its name if nothing better is written
 * @param machine the machine whose limit of checks at the same time counts, if one is named
 * @param every the time from one run to the next while all is well, or while a problem is known
 * @param retryEvery the time from one try to the next while a problem is not yet certain
 * @param rules what turns its results into something that people are told of
 * @param timeout the hard deadline of one try
 * @param mostBytes the most that one try reads from the network
 * @param fingerprint changes when the definition changes
 */
public record CheckDefinition(
        CheckId id,
        String type,
        String title,
        Check check,
        Optional<String> machine,
        Duration every,
        Duration retryEvery,
        AlertRules rules,
        Duration timeout,
        Route route,
        long mostBytes,
        String fingerprint,
        Place place) {
    /** A check of which only failures in a row are told. */
    public CheckDefinition(
            CheckId id,
            String type,
            String title,
            Check check,
            Optional<String> machine,
            Duration every,
            Duration retryEvery,
            int failuresBeforeAlert,
            Duration timeout,
            Route route,
            long mostBytes,
            String fingerprint,
            Place place) {
        this(
                id,
                type,
                title,
                check,
                machine,
                every,
                retryEvery,
                AlertRules.after(failuresBeforeAlert),
                timeout,
                route,
                mostBytes,
                fingerprint,
                place);
    }

    /** So many failures in a row make a hard problem. */
    public int failuresBeforeAlert() {
        return rules.failures();
    }

    /**
     * What checks over the facts of one machine have in common, as they share their collection; no name of a machine or
     * check is like it.
     */
    public Optional<String> collectsFrom() {
        return check instanceof FactCheck ? machine.map(name -> name + "/") : Optional.empty();
    }

    /** The same check, tried again sooner if it is not that soon already. */
    public CheckDefinition retriedWithin(Duration most) {
        return retryEvery.compareTo(most) <= 0
                ? this
                : new CheckDefinition(
                        id,
                        type,
                        title,
                        check,
                        machine,
                        every,
                        most,
                        rules,
                        timeout,
                        route,
                        mostBytes,
                        fingerprint,
                        place);
    }
}
