package io.faultline.run;

import io.faultline.history.Changes;
import io.faultline.history.Transition;
import java.util.List;

/**
 * Decides what follows from new results, besides themselves: incidents, mails, events. Called by one thread at a time,
 * in the order of results, before they are stored; what it returns is stored with them in one transaction.
 */
@FunctionalInterface
public interface Consequences {
    Changes of(List<Transition> transitions);

    /** What follows from nothing but the time that has passed: silences end, nobody has claimed a problem. */
    default Changes ofTime() {
        return Changes.NONE;
    }
}
