package io.faultline.run;

import io.faultline.history.Transition;

/** Hears of results after they are stored. Called by one thread at a time; must be quick. */
@FunctionalInterface
public interface RunListener {
    void recorded(Transition transition);
}
