package io.faultline.alert;

import io.faultline.history.CheckState;
import io.faultline.history.Pause;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Leaves out what is silenced or in planned downtime. The end of a problem that people were told of is told all the
 * same: that is one mail, and without it they would go on believing in the problem.
 */
final class Paused implements Stage {
    @Override
    public Decision decide(Notice notice, Situation situation) {
        if (!notice.isNews()) {
            return new Decision.Pass(notice);
        }
        List<CheckState> told = new ArrayList<>();
        Optional<String> reason = Optional.empty();
        for (CheckState state : notice.news()) {
            Optional<Pause> pause = situation.pauses().of(state.check(), situation.now());
            if (pause.isEmpty()) {
                told.add(state);
            } else if (reason.isEmpty()) {
                reason = pause.map(p -> reason(p, state, situation));
            }
        }
        if (reason.isEmpty()) {
            return new Decision.Pass(notice);
        }
        return told.isEmpty() ? new Decision.Held(reason.get()) : new Decision.Pass(notice.about(told), reason);
    }

    private static String reason(Pause pause, CheckState state, Situation situation) {
        String what =
                pause.covers(state.check()) ? "" : " of " + pause.targets().first() + ", which it depends on";
        return (pause.kind() == Pause.Kind.SILENCE ? "silenced" : "planned downtime" + what) + " by " + pause.by()
                + " until " + situation.clock(pause.until()) + ": " + pause.why();
    }
}
