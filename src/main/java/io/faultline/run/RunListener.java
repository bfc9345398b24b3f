package io.faultline.run;

import io.faultline.history.Transition;

/** Hears of results after they are stored. Called by one thread at a time; must be quick. */
@FunctionalInterface
public interface RunListener {
    void recorded(Transition transition);

    /**
     * Something that the run itself has trouble with and people should know, in one line. May be called by another
     * thread than the one above, but never by two at a time.
     */
    default void trouble(String message) {}
}
