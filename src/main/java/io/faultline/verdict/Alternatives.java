package io.faultline.verdict;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A regular expression taken apart into alternatives: it is found in a line exactly where one of them is. Each is smaller
 * than the whole, so a line that holds one alternative's text need not be shown to all the others, and many are plain text.
 */
final class Alternatives {
    private static final String ANY_CASE = "(?i)";
    /** Flags that hold from where they stand on, across alternatives. */
    private static final Pattern FLAGS = Pattern.compile("\\(\\?[A-Za-z-]+\\)");

    /** Flags that hold inside one group. */
    private static final Pattern SCOPED = Pattern.compile("\\(\\?[A-Za-z-]+:");

    private Alternatives() {}

    /** The alternatives of an expression that re2j has accepted; itself if there are none, or if in doubt. */
    static List<String> of(String regex) {
        String flags = regex.startsWith(ANY_CASE) ? ANY_CASE : "";
        String body = regex.substring(flags.length());
        if (FLAGS.matcher(body).find() || body.contains("\\Q")) {
            return List.of(regex);
        }
        List<String> pieces = new ArrayList<>();
        split(body, pieces);
        return pieces.stream().map(piece -> flags + piece).toList();
    }

    private static void split(String body, List<String> pieces) {
        List<String> found = new ArrayList<>();
        int start = 0;
        int depth = 0;
        int at = 0;
        int closedAt = -1;
        while (at < body.length()) {
            char c = body.charAt(at);
            if (c == '\\') {
                at += 2;
                continue;
            }
            if (c == '[') {
                at = afterClass(body, at);
                continue;
            }
            if (c == '(') {
                depth++;
            } else if (c == ')') {
                depth--;
                if (depth == 0 && closedAt < 0) {
                    closedAt = at;
                }
            } else if (c == '|' && depth == 0) {
                found.add(body.substring(start, at));
                start = at + 1;
            }
            at++;
        }
        found.add(body.substring(start));
        if (found.size() > 1) {
            found.forEach(piece -> split(piece, pieces));
        } else if (closedAt == body.length() - 1 && body.startsWith("(")) {
            // One group around all of it.
            int inside = body.startsWith("(?:") ? 3 : body.startsWith("(?") ? body.indexOf('>') + 1 : 1;
            if (SCOPED.matcher(body).lookingAt()) {
                pieces.add(body);
            } else {
                split(body.substring(inside, body.length() - 1), pieces);
            }
        } else {
            pieces.add(body);
        }
    }

    private static int afterClass(String body, int open) {
        int at = open + 1;
        if (at < body.length() && body.charAt(at) == '^') {
            at++;
        }
        boolean first = true;
        while (at < body.length() && (first || body.charAt(at) != ']')) {
            if (body.startsWith("[:", at) && body.indexOf(":]", at) > 0) {
                at = body.indexOf(":]", at) + 2;
            } else {
                at += body.charAt(at) == '\\' ? 2 : 1;
            }
            first = false;
        }
        return at + 1;
    }
}
