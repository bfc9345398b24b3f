package io.faultline.run;

import io.faultline.catalog.CheckDefinition;
import io.faultline.check.CheckId;
import io.faultline.history.CheckState;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Which checks are due when another program keeps the schedule, one for checks of different intervals. A pure function.
 */
public final class Due {
    private Due() {}

    /**
     * Those that never ran, whose problem is not certain yet, or whose interval is over or nearly so: a tenth of it is
     * allowed for, because a scheduler is not exact. Also those whose last result is from the future, after a clock was
     * set back.
     */
    public static List<CheckDefinition> at(
            Instant now, Collection<CheckDefinition> checks, Map<CheckId, CheckState> states) {
        return checks.stream()
                .filter(check -> isDue(now, check, states.get(check.id())))
                .toList();
    }

    private static boolean isDue(Instant now, CheckDefinition check, CheckState state) {
        if (state == null || state.isSoftProblem() || state.at().isAfter(now)) {
            return true;
        }
        return !state.at()
                .plus(check.every().minus(check.every().dividedBy(10)))
                .isAfter(now);
    }
}
