package io.faultline.config;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Names that people write, and the name they probably meant. */
public final class Names {
    /** What a service, machine, team or check may be called. */
    public static final String FORM = "[a-z0-9][a-z0-9._-]{0,62}";

    private Names() {}

    /** Whether it has the form {@link #FORM}. */
    public static boolean isName(String text) {
        if (text.isEmpty() || text.length() > 63) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean first = c >= 'a' && c <= 'z' || c >= '0' && c <= '9';
            if (!first && (i == 0 || c != '.' && c != '_' && c != '-')) {
                return false;
            }
        }
        return true;
    }

    /** The beginning of a message about a text that is no name. */
    public static String expected() {
        return "expected a name of lower-case letters, digits, '.', '_' and '-'";
    }

    /** The known name nearest to what was written, if one is near enough to be meant. */
    public static Optional<String> nearest(String written, Collection<String> known) {
        String best = null;
        int bestDistance = Math.max(1, Math.min(written.length(), 64) / 3) + 1;
        for (String name : known) {
            if (Math.abs(name.length() - written.length()) < bestDistance) {
                int distance = distance(written.toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT));
                if (distance < bestDistance) {
                    bestDistance = distance;
                    best = name;
                }
            }
        }
        return Optional.ofNullable(best);
    }

    /** {@code "; did you mean 'x'?"}, or nothing; to be put behind a message. */
    public static String didYouMean(String written, Collection<String> known) {
        return nearest(written, known)
                .map(name -> "; did you mean '" + name + "'?")
                .orElse("");
    }

    /** Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours cost one each. */
    private static int distance(String a, String b) {
        int[] before = new int[b.length() + 1];
        int[] above = new int[b.length() + 1];
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int cost = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(Math.min(row[j - 1], above[j]) + 1, above[j - 1] + cost);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    row[j] = Math.min(row[j], before[j - 2] + 1);
                }
            }
            int[] spare = before;
            before = above;
            above = row;
            row = spare;
        }
        return above[b.length()];
    }
}
