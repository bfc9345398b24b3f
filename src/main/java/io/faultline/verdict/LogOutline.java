package io.faultline.verdict;

import java.util.List;

/**
 * How a log is built up: where it failed, in which step, and how it ended.
 *
 * @param lines number of lines
 * @param failures as the CI server tells them, the first half and the last half of
 *     {@value OutlineReader#MAX_FAILURES} if there are more
 * @param successes lines that say that a step or a tool came to a good end, the last {@value OutlineReader#MAX_SUCCESSES}
 * @param failing the step that failed: the one running at the first failed step or, if the log names none, before the
 *     clean-up began or the build ended
 * @param failedAt the line at which it had failed; the last line if the log does not tell
 * @param format the kind of CI server by the form of its lines: jenkins, github, gitlab, travis, or empty
 * @param told whether the log tells where it failed
 * @param epilogue the first line of the CI server's last words (a Jenkins pipeline prints there what stopped it); past
 *     the end if there are none
 * @param ended whether the log's last words are there: a log that just stops was cut off
 * @param lastLines the last few lines, at most {@value OutlineReader#LAST_LINES}
 */
public record LogOutline(
        long lines,
        List<Failure> failures,
        List<Long> successes,
        Step failing,
        long failedAt,
        String format,
        boolean told,
        long epilogue,
        boolean ended,
        List<Quote> lastLines) {

    public LogOutline {
        failures = List.copyOf(failures);
        successes = List.copyOf(successes);
        lastLines = List.copyOf(lastLines);
    }

    /** Where a line stands. */
    public LogPlace place(long line) {
        if (line >= epilogue) {
            return new LogPlace(LogPlace.Kind.EPILOGUE, 0);
        }
        if (line > failedAt) {
            return new LogPlace(LogPlace.Kind.AFTER, line - failedAt);
        }
        LogPlace.Kind kind = line >= failing.firstLine()
                ? LogPlace.Kind.FAILING_STEP
                : line >= failing.scriptLine() ? LogPlace.Kind.SAME_SCRIPT : LogPlace.Kind.EARLIER;
        return new LogPlace(kind, failedAt - line);
    }
}
