package io.faultline.verdict;

import java.util.regex.Pattern;

/** How a line of a log is brought into the form that signatures are matched on. */
final class LogLine {
    private static final Pattern CONSOLE_NOTE = Pattern.compile("\u001b\\[8mha:[^\u001b]*\u001b\\[0m");
    private static final Pattern ESCAPE = Pattern.compile("\u001b\\[[0-?]*[ -/]*[@-~]|[\u001b\u0000\b]");
    private static final Pattern TIME = Pattern.compile(
            "^(?:\\[?\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d(?:[.,]\\d+)?(?:Z|[+-]\\d\\d:?\\d\\d)?\\]? {1,3}|\\[?\\d\\d:\\d\\d:\\d\\d(?:[.,]\\d+)?\\]? {1,3})+");

    private LogLine() {}

    static String normalised(String raw) {
        String text = CONSOLE_NOTE.matcher(raw).replaceAll("");
        text = ESCAPE.matcher(text).replaceAll("");
        return TIME.matcher(text).replaceFirst("");
    }
}
