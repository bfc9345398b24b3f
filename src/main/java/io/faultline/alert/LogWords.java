package io.faultline.alert;

import io.faultline.history.Act;
import io.faultline.history.Target;
import java.time.Instant;
import java.util.Collection;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What was done about incidents, in words that follow the name of whoever did it. */
public final class LogWords {
    private LogWords() {}

    /** @param clock how moments are written */
    public static String of(Act act, Function<Instant, String> clock) {
        if (act instanceof Act.Claimed claimed) {
            return "claimed it until " + clock.apply(claimed.until());
        } else if (act instanceof Act.Released) {
            return "released it";
        } else if (act instanceof Act.Silenced silenced) {
            return "silenced " + names(silenced.targets()) + " until " + clock.apply(silenced.until()) + ": "
                    + silenced.why();
        } else if (act instanceof Act.Planned planned) {
            return "planned downtime of " + names(planned.targets()) + " from " + clock.apply(planned.from())
                    + " until " + clock.apply(planned.until()) + ": " + planned.why();
        } else if (act instanceof Act.Ended ended) {
            return "ended silence or downtime " + ended.pause();
        } else if (act instanceof Act.Noted noted) {
            return "noted" + noted.subject().map(subject -> " on " + subject).orElse("") + ": " + noted.text();
        } else if (act instanceof Act.Opened) {
            return "opened it";
        } else if (act instanceof Act.Told told) {
            return "mailed '" + told.what() + "' to " + String.join(", ", told.recipients());
        } else if (act instanceof Act.Held held) {
            return "mailed nobody: " + held.reason();
        } else if (act instanceof Act.Digested digested) {
            if (!digested.what().equals(Act.Digested.LEFT_OUT)) {
                return "summed up " + digested.incidents() + " incidents for " + digested.team() + " ("
                        + digested.what() + ")";
            }
            return "told team " + digested.team() + " that " + digested.incidents() + " incidents were not mailed";
        } else if (act instanceof Act.Resolved) {
            return "resolved it";
        }
        throw new IllegalArgumentException("no words for " + act);
    }

    private static String names(Collection<Target> targets) {
        return targets.stream().map(Target::toString).collect(Collectors.joining(", "));
    }
}
