package io.faultline.history;

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
        Duration took) {

    /** The state after a check's very first result. */
    public static CheckState first(Observation first, int failuresBeforeAlert) {
        return after(first, 0, Optional.empty(), Status.OK, first.at(), Optional.empty(), failuresBeforeAlert);
    }

    /** The state after one more result. */
    public CheckState next(Observation observation, int failuresBeforeAlert) {
        return after(observation, failures, failingSince, hard, hardSince, lastOk, failuresBeforeAlert);
    }

    private static CheckState after(
            Observation now,
            int failures,
            Optional<Instant> failingSince,
            Status hard,
            Instant hardSince,
            Optional<Instant> lastOk,
            int failuresBeforeAlert) {
        Status status = now.result().status();
        if (status == Status.OK) {
            return new CheckState(
                    now.check(),
                    0,
                    Optional.empty(),
                    Status.OK,
                    hard == Status.OK ? hardSince : now.at(),
                    Optional.of(now.at()),
                    now.result(),
                    now.at(),
                    now.took());
        }
        int row = failures + 1;
        Instant rowSince = failingSince.orElse(now.at());
        boolean wasHard = hard != Status.OK;
        boolean isHard = wasHard || row >= failuresBeforeAlert;
        return new CheckState(
                now.check(),
                row,
                Optional.of(rowSince),
                isHard ? status : Status.OK,
                isHard && !wasHard ? rowSince : hardSince,
                lastOk,
                now.result(),
                now.at(),
                now.took());
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
