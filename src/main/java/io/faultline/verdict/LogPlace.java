package io.faultline.verdict;

/**
 * Where a line stands in a log.
 *
 * @param distance in lines, from the line at which the build had failed
 */
public record LogPlace(Kind kind, long distance) {
    /** The parts of a log. */
    public enum Kind {
        /** In a step that came to its end, before the one that failed. */
        EARLIER,
        /** In the script that failed, by a command before its last one. */
        SAME_SCRIPT,
        /** In the step that failed; in all of the log up to the failure, when it shows no steps. */
        FAILING_STEP,
        /** After the failure: cleaning up, archiving, reporting. */
        AFTER,
        /** In the CI server's last words on why the build stopped. */
        EPILOGUE
    }
}
