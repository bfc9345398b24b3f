package io.faultline.alert;

import io.faultline.check.Status;
import io.faultline.history.CheckState;
import io.faultline.history.Incident;
import io.faultline.history.Often;
import io.faultline.history.Told;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Why a check counts as broken, in words: it fails for sure, goes back and forth, or fails too often. */
final class Trouble {
    private Trouble() {}

    static String word(CheckState state) {
        if (state.flapping().on()) {
            return "flapping, now " + state.last().status();
        }
        return state.isHardProblem()
                ? state.hard().name()
                : "fails often, now " + state.last().status();
    }

    /** Behind the check's name. */
    static String often(CheckState state) {
        int times = state.often().episodes().size();
        return switch (state.often().pattern().orElse(Often.Pattern.COUNT)) {
            case COUNT -> "fails again and again: " + times + " times in the last days";
            case SHARE -> "fails too often: " + times + " times in the last days";
            case DAILY -> "fails every day at about the same time";
        };
    }

    static List<String> details(CheckState state, Incident incident, Situation situation) {
        List<String> details = new ArrayList<>();
        if (state.isHardProblem()) {
            details.add("failing since " + situation.clock(state.hardSince()) + ", " + times(state.failures())
                    + lastOk(state, situation));
        }
        Told told = incident.told().get(state.check());
        if (state.flapping().on()) {
            details.add("It goes back and forth. Mails about it stop until it has calmed down; then the state that it"
                    + " calmed down in is told.");
        } else if (told != null && told.flapping()) {
            details.add("It went back and forth and has calmed down in this state.");
        }
        if (state.often().on()) {
            details.add("It " + often(state) + ". It began to fail at "
                    + String.join(
                            ", ",
                            newest(state.often().episodes()).stream()
                                    .map(situation::clock)
                                    .toList())
                    + (state.often().episodes().size() > SHOWN ? ", and before" : "") + ".");
            if (state.last().status() == Status.OK) {
                details.add("Now it is OK.");
            }
        }
        return details;
    }

    private static final int SHOWN = 5;

    private static List<Instant> newest(List<Instant> episodes) {
        return episodes.subList(Math.max(0, episodes.size() - SHOWN), episodes.size());
    }

    private static String lastOk(CheckState state, Situation situation) {
        return state.lastOk().map(at -> "; last OK " + situation.clock(at)).orElse("; it was never seen OK");
    }

    private static String times(int failures) {
        return failures == 1 ? "once" : failures + " times in a row";
    }
}
