package io.faultline.history;

import java.util.Optional;

/** One result and what it changed. */
public record Transition(Observation observation, Optional<CheckState> before, CheckState after) {
    /** A problem has just become certain. */
    public boolean becameHard() {
        return after.isHardProblem() && before.filter(CheckState::isHardProblem).isEmpty();
    }

    /** A problem that people were told of is over. */
    public boolean recovered() {
        return !after.isHardProblem()
                && before.filter(CheckState::isHardProblem).isPresent();
    }
}
