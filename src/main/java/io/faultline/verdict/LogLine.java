package io.faultline.verdict;

import java.nio.charset.StandardCharsets;

/**
 * How a line of a log is brought into the form that signatures are matched on: the escape sequences go
 * ({@link LogCleaner}), then the time in front, as the Jenkins timestamper, GitHub Actions, GitLab and other tools that
 * put the time before each line print it. Both {@code \n} and {@code \r} end a line: what a progress bar has overwritten
 * may be the error, so every piece between carriage returns is a line of its own, with the number of the line it is in.
 */
final class LogLine {
    private LogLine() {}

    /** The normalised form of a single line, as the scanner would see it. */
    static String normalised(String raw) {
        byte[] bytes = raw.getBytes(StandardCharsets.UTF_8);
        int end = new LogCleaner().clean(bytes, 0, bytes.length);
        int start = afterTime(bytes, 0, end);
        return new String(bytes, start, end - start, StandardCharsets.UTF_8);
    }

    /**
     * Where the text after the time begins; {@code from} if the line does not begin with a time. Understands, in brackets
     * or not, once or twice: {@code 2026-11-22T10:20:30.123Z}, {@code 2026-11-22 10:20:30,123+0100}, {@code 10:20:30.123};
     * then blanks.
     */
    static int afterTime(byte[] line, int from, int to) {
        int at = from;
        for (int i = 0; i < 2; i++) {
            int next = afterOneTime(line, at, to);
            if (next == at) {
                break;
            }
            at = next;
        }
        return at;
    }

    private static int afterOneTime(byte[] line, int from, int to) {
        int at = from;
        if (at + 9 > to) {
            return from;
        }
        boolean bracket = line[at] == '[';
        if (bracket) {
            at++;
        }
        if (!digit(line, at, to)) {
            return from;
        }
        int date = shape(line, at, to, "dddd-dd-dd");
        if (date > 0) {
            at = date;
            if (at >= to || (line[at] != 'T' && line[at] != ' ')) {
                return from;
            }
            at++;
        }
        at = shape(line, at, to, "dd:dd:dd");
        if (at < 0) {
            return from;
        }
        if (at < to && (line[at] == '.' || line[at] == ',')) {
            int fraction = at + 1;
            while (digit(line, fraction, to)) {
                fraction++;
            }
            if (fraction > at + 1) {
                at = fraction;
            }
        }
        if (at < to && line[at] == 'Z') {
            at++;
        } else if (at < to && (line[at] == '+' || line[at] == '-')) {
            int zone = shape(line, at + 1, to, "dd:dd");
            if (zone < 0) {
                zone = shape(line, at + 1, to, "dddd");
            }
            at = zone < 0 ? at : zone;
        }
        if (bracket) {
            if (at >= to || line[at] != ']') {
                return from;
            }
            at++;
        }
        if (at < to && line[at] != ' ' && line[at] != '\t') {
            return from;
        }
        while (at < to && (line[at] == ' ' || line[at] == '\t')) {
            at++;
        }
        return at;
    }

    private static int shape(byte[] line, int from, int to, String shape) {
        if (from + shape.length() > to) {
            return -1;
        }
        for (int i = 0; i < shape.length(); i++) {
            char wanted = shape.charAt(i);
            if (wanted == 'd' ? !digit(line, from + i, to) : line[from + i] != wanted) {
                return -1;
            }
        }
        return from + shape.length();
    }

    private static boolean digit(byte[] line, int at, int to) {
        return at < to && line[at] >= '0' && line[at] <= '9';
    }
}
