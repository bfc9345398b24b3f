package io.faultline.history;

import io.faultline.catalog.AlertRules;
import io.faultline.catalog.FlappingRule;
import io.faultline.check.CheckId;
import io.faultline.check.Result;
import io.faultline.check.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What is known about a check after its results so far. Nagios' rule: a result that is not OK makes a soft problem;
 * {@code failuresBeforeAlert} of them in a row make it hard; an OK ends either at once.
 *
 * <p>A pure function of the results: {@link #next} is the only way on.
 *
 * @param failures how many results in a row were not OK
 * @param failingSince when that row began, if there is one
 * @param hard the status that people are told: OK until a problem is hard
 * @param hardSince since when that holds: a problem since the first failure of its row, OK since the first success
 * @param lastOk when the last OK was, if there was one
 * @param last the newest result
 * @param at when it was
 * @param took how long it took
 * @param flapping whether it goes back and forth
 * @param often whether it fails too often
 * @param lastFailure the status of the newest result that was not OK; OK if there was none
 */
public record CheckState(
        CheckId check,
        int failures,
        Optional<Instant> failingSince,
        Status hard,
        Instant hardSince,
        Optional<Instant> lastOk,
        Result last,
        Instant at,
        Duration took,
        Flapping flapping,
        Often often,
        Status lastFailure) {

    /** A state of a check that was never seen to go back and forth or to fail often. */
    public CheckState(
            CheckId check,
            int failures,
            Optional<Instant> failingSince,
            Status hard,
            Instant hardSince,
            Optional<Instant> lastOk,
            Result last,
            Instant at,
            Duration took) {
        this(
                check,
                failures,
                failingSince,
                hard,
                hardSince,
                lastOk,
                last,
                at,
                took,
                Flapping.NONE,
                Often.NONE,
                last.status());
    }

    /** The state after a check's very first result. */
    public static CheckState first(Observation first, AlertRules rules) {
        CheckState nothing = new CheckState(
                first.check(),
                0,
                Optional.empty(),
                Status.OK,
                first.at(),
                Optional.empty(),
                first.result(),
                first.at(),
                first.took(),
                Flapping.start(rules.flapping()),
                Often.NONE,
                Status.OK);
        return nothing.next(first, rules);
    }

    /** The state after a check's very first result, if nothing but failures in a row counts. */
    public static CheckState first(Observation first, int failuresBeforeAlert) {
        return first(first, AlertRules.after(failuresBeforeAlert));
    }

    /** The state after one more result, if nothing but failures in a row counts. */
    public CheckState next(Observation observation, int failuresBeforeAlert) {
        return next(observation, AlertRules.after(failuresBeforeAlert));
    }

    /** The state after one more result. */
    public CheckState next(Observation now, AlertRules rules) {
        Status status = now.result().status();
        boolean ok = status == Status.OK;
        int row = ok ? 0 : failures + 1;
        Optional<Instant> rowSince = ok ? Optional.empty() : Optional.of(failingSince.orElse(now.at()));
        boolean wasHard = hard != Status.OK;
        boolean isHard = !ok && (wasHard || row >= rules.failures());
        Instant since = hardSince;
        if (wasHard != isHard) {
            since = ok ? now.at() : rowSince.get();
        }
        Flapping swings = flapping(status, isHard, isHard && !wasHard, now.at(), rules.flapping());
        return new CheckState(
                now.check(),
                row,
                rowSince,
                isHard ? status : Status.OK,
                since,
                ok ? Optional.of(now.at()) : lastOk,
                now.result(),
                now.at(),
                now.took(),
                swings,
                // What goes back and forth is told as that; it is not news as well that it fails often.
                swings.on() ? often : often.next(status, failures > 0, now.at(), rules.when()),
                ok ? lastFailure : status);
    }

    /** Another rule than before starts anew. */
    private Flapping flapping(Status status, boolean isHard, boolean becameHard, Instant at, FlappingRule rule) {
        if (rule == FlappingRule.OFF) {
            return Flapping.NONE;
        }
        Flapping known = flapping.rule() == rule ? flapping : Flapping.start(rule);
        return known.next(status, isHard, becameHard, at);
    }

    /** The status that counts when people are told: the hard one, or what a check fails with again and again. */
    public Status counts() {
        boolean again = flapping.on() || often.on();
        return hard == Status.OK && again ? lastFailure : hard;
    }

    /** Whether there is something that people are told: a hard problem, or that it fails again and again. */
    public boolean isTrouble() {
        return counts() != Status.OK;
    }

    /** Since when there is: the first failure of it. */
    public Instant troubleSince() {
        if (!isHardProblem()
                && flapping instanceof Flapping.Episodes known
                && !known.onsets().isEmpty()) {
            return known.onsets().get(0);
        }
        return isHardProblem() ? hardSince : often.since().orElse(hardSince);
    }

    /** Whether people are told: the problem is certain. */
    public boolean isHardProblem() {
        return hard != Status.OK;
    }

    /** Whether more tries are needed before anybody can be told. */
    public boolean isSoftProblem() {
        return failures > 0 && hard == Status.OK;
    }
}
