package io.faultline.verdict;

import java.util.OptionalInt;

/**
 * A line in which a CI server or its runner says that something failed.
 *
 * @param exitCode of the command, if the line tells it
 * @param step that was running
 * @param until the last line of what was told with it, such as a stack trace; usually the quoted line itself
 */
public record Failure(Kind kind, Quote quote, OptionalInt exitCode, Step step, long until) {
    /** What failed. */
    public enum Kind {
        /** One step; the line stands where it ended. */
        STEP,
        /** What a build tool was asked to do (Maven, Gradle, Ant, make, npm); the tool says so itself. */
        TOOL,
        /** The build; the line stands at its end, perhaps long after the step that failed. */
        BUILD,
        /** The build was stopped from outside: by a person or a time limit. */
        ABORTED
    }
}
