package io.faultline.verdict;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The texts of which at least one must stand in every line that a regular expression matches. They let the scanner look
 * for plain bytes in the log and ask the regular expression only about few lines.
 *
 * <p>An own small reader of RE2's syntax, because re2j keeps its parser to itself. It is careful in one direction: what it
 * does not understand may match anything, so a text is only ever called required when it is.
 */
final class RequiredLiterals {
    /** A shorter text stands in too many lines to be worth looking for. */
    static final int MIN_BYTES = 4;

    private static final int MAX_SET = 64;
    private static final int MAX_LENGTH = 64;

    /**
     * @param all texts, one of which is required
     * @param anyCase whether they are to be compared without regard to ASCII case
     * @param decisive whether the expression matches wherever one of them stands, so that it need not be asked
     */
    record Literals(Set<String> all, boolean anyCase, boolean decisive) {
        Literals {
            all = Set.copyOf(all);
        }
    }

    /**
     * What is known of a part of the expression.
     *
     * @param exact the texts that it matches, if they are few; otherwise null
     * @param required texts, one of which stands in whatever it matches; null if there are none
     */
    private record Part(Set<String> exact, Set<String> required) {
        static final Part ANYTHING = new Part(null, null);
        static final Part EMPTY = new Part(Set.of(""), null);

        static Part text(String text) {
            return new Part(Set.of(text), null);
        }

        /** The best required texts, counting the exact ones. */
        Set<String> best() {
            return better(exact, required);
        }
    }

    private final String regex;
    private int at;
    private boolean anyCase;
    private boolean sawAnyCase;
    private boolean verbatim;
    private boolean asserts;

    private RequiredLiterals(String regex) {
        this.regex = regex;
    }

    /** The required texts of an expression that re2j has accepted; empty when every set has too short a member. */
    static Optional<Literals> of(String regex) {
        RequiredLiterals reader = new RequiredLiterals(regex);
        Part whole = reader.alternatives();
        Set<String> best = whole.best();
        if (reader.at < regex.length() || !usable(best)) {
            return Optional.empty();
        }
        boolean decisive = whole.exact != null && !reader.asserts;
        if (!reader.sawAnyCase) {
            return Optional.of(new Literals(best, false, decisive));
        }
        Set<String> folded = new LinkedHashSet<>();
        best.forEach(text -> folded.add(lower(text)));
        boolean allOver = regex.startsWith("(?i)") && regex.indexOf("(?", 1) < 0;
        return Optional.of(new Literals(folded, true, decisive && allOver));
    }

    private static boolean usable(Set<String> texts) {
        return texts != null && texts.stream().allMatch(text -> bytes(text) >= MIN_BYTES);
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** ASCII letters only, as the scanner folds. */
    static String lower(String text) {
        StringBuilder folded = new StringBuilder(text);
        for (int i = 0; i < folded.length(); i++) {
            char c = folded.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                folded.setCharAt(i, (char) (c + 32));
            }
        }
        return folded.toString();
    }

    private static Set<String> better(Set<String> a, Set<String> b) {
        if (a == null || b == null) {
            return a == null ? b : a;
        }
        return score(a) >= score(b) ? a : b;
    }

    /** Long texts are rare, and few texts are rarer than many. */
    private static int score(Set<String> texts) {
        int shortest = Integer.MAX_VALUE;
        for (String text : texts) {
            shortest = Math.min(shortest, bytes(text));
        }
        if (shortest < MIN_BYTES) {
            return shortest - 100;
        }
        return 4 * Math.min(shortest, 12) - texts.size();
    }

    private Part alternatives() {
        boolean outerCase = anyCase;
        Part sum = concatenation();
        while (at < regex.length() && regex.charAt(at) == '|') {
            at++;
            sum = either(sum, concatenation());
        }
        anyCase = outerCase;
        return sum;
    }

    private static Part either(Part a, Part b) {
        Set<String> exact = null;
        if (a.exact != null && b.exact != null && a.exact.size() + b.exact.size() <= MAX_SET) {
            exact = new LinkedHashSet<>(a.exact);
            exact.addAll(b.exact);
        }
        Set<String> required = null;
        Set<String> ofA = a.best();
        Set<String> ofB = b.best();
        if (ofA != null && ofB != null && ofA.size() + ofB.size() <= MAX_SET) {
            required = new LinkedHashSet<>(ofA);
            required.addAll(ofB);
        }
        return new Part(exact, required);
    }

    private Part concatenation() {
        Set<String> run = Set.of("");
        Set<String> required = null;
        boolean exact = true;
        while (at < regex.length()) {
            char c = regex.charAt(at);
            if (!verbatim && (c == '|' || c == ')')) {
                break;
            }
            Part next = repeated();
            if (next.exact != null && (long) run.size() * next.exact.size() <= MAX_SET && shortEnough(run)) {
                run = product(run, next.exact);
            } else {
                exact = false;
                required = better(better(required, run), next.required);
                run = next.exact == null ? Set.of("") : next.exact;
            }
        }
        return exact ? new Part(run, null) : new Part(null, better(required, run));
    }

    private static boolean shortEnough(Set<String> texts) {
        return texts.stream().allMatch(text -> text.length() <= MAX_LENGTH);
    }

    private static Set<String> product(Set<String> firsts, Set<String> seconds) {
        Set<String> both = new LinkedHashSet<>();
        for (String first : firsts) {
            for (String second : seconds) {
                both.add(first + second);
            }
        }
        return both;
    }

    private Part repeated() {
        Part part = single();
        while (!verbatim && at < regex.length()) {
            char c = regex.charAt(at);
            int min;
            int max;
            if (c == '*') {
                min = 0;
                max = Integer.MAX_VALUE;
                at++;
            } else if (c == '+') {
                min = 1;
                max = Integer.MAX_VALUE;
                at++;
            } else if (c == '?') {
                min = 0;
                max = 1;
                at++;
            } else if (c == '{') {
                int end = regex.indexOf('}', at);
                String inside = end < 0 ? "" : regex.substring(at + 1, end);
                if (!inside.matches("\\d{1,4}(,\\d{0,4})?")) {
                    break;
                }
                int comma = inside.indexOf(',');
                min = Integer.parseInt(comma < 0 ? inside : inside.substring(0, comma));
                max = comma < 0
                        ? min
                        : comma == inside.length() - 1
                                ? Integer.MAX_VALUE
                                : Integer.parseInt(inside.substring(comma + 1));
                at = end + 1;
            } else {
                break;
            }
            if (at < regex.length() && regex.charAt(at) == '?') {
                at++;
            }
            part = repeat(part, min, max);
        }
        return part;
    }

    private static Part repeat(Part part, int min, int max) {
        if (min == 1 && max == 1) {
            return part;
        }
        if (min == 0 && max == 1 && part.exact != null && part.exact.size() < 8) {
            return either(new Part(part.exact, null), Part.EMPTY);
        }
        return min == 0 ? Part.ANYTHING : new Part(null, part.best());
    }

    private Part single() {
        char c = regex.charAt(at);
        if (verbatim) {
            if (regex.startsWith("\\E", at)) {
                verbatim = false;
                at += 2;
                return Part.EMPTY;
            }
            return character();
        }
        return switch (c) {
            case '(' -> group();
            case '[' -> characterClass();
            case '.' -> {
                at++;
                yield Part.ANYTHING;
            }
            case '^', '$' -> {
                asserts = true;
                at++;
                yield Part.EMPTY;
            }
            case '\\' -> escape();
            default -> character();
        };
    }

    private Part character() {
        int c = regex.codePointAt(at);
        at += Character.charCount(c);
        return literal(c);
    }

    private Part literal(int c) {
        // Damaged bytes become U+FFFD in the line but not in the log; beyond ASCII re2j folds more than the scanner.
        if (c == 0xFFFD || c == '\n' || c == '\r' || (anyCase && c > 127)) {
            return Part.ANYTHING;
        }
        if (anyCase && (c == 'k' || c == 'K' || c == 's' || c == 'S')) {
            // re2j also takes the Kelvin sign for a k and the long s for an s. Nobody prints them; java.util.regex does
            // not match them either.
            return Part.text(String.valueOf((char) (c | 32)));
        }
        String text = Character.toString(c);
        return Part.text(anyCase ? text.toLowerCase(Locale.ROOT) : text);
    }

    private Part group() {
        at++;
        boolean outerCase = anyCase;
        if (at < regex.length() && regex.charAt(at) == '?') {
            if (regex.startsWith("?P<", at) || regex.startsWith("?<", at)) {
                at = regex.indexOf('>', at) + 1;
            } else {
                boolean on = true;
                at++;
                while (at < regex.length() && regex.charAt(at) != ':' && regex.charAt(at) != ')') {
                    char flag = regex.charAt(at++);
                    if (flag == '-') {
                        on = false;
                    } else if (flag == 'i') {
                        anyCase = on;
                        sawAnyCase |= on;
                    }
                }
                if (at < regex.length() && regex.charAt(at++) == ')') {
                    // Flags from here to the end of the group around.
                    return Part.EMPTY;
                }
            }
        }
        Part inside = alternatives();
        anyCase = outerCase;
        at++;
        return inside;
    }

    private Part characterClass() {
        int from = at++;
        if (at < regex.length() && regex.charAt(at) == '^') {
            at++;
        }
        boolean first = true;
        boolean simple = regex.charAt(from + 1) != '^';
        List<String> members = new ArrayList<>();
        while (at < regex.length() && (first || regex.charAt(at) != ']')) {
            first = false;
            char c = regex.charAt(at);
            if (c == '[' && regex.startsWith("[:", at)) {
                int end = regex.indexOf(":]", at);
                at = end < 0 ? at + 1 : end + 2;
                simple = false;
            } else if (c == '\\') {
                if (at + 1 < regex.length() && !Character.isLetterOrDigit(regex.charAt(at + 1))) {
                    members.add(regex.substring(at + 1, at + 2));
                } else {
                    simple = false;
                }
                if (regex.startsWith("\\p{", at) || regex.startsWith("\\P{", at) || regex.startsWith("\\x{", at)) {
                    at = regex.indexOf('}', at) + 1;
                } else {
                    at += 2;
                }
            } else {
                if (c == '-' && at > from + 1 && at + 1 < regex.length() && regex.charAt(at + 1) != ']') {
                    simple = false;
                }
                if (c > 127) {
                    simple = false;
                }
                members.add(String.valueOf(c));
                at++;
            }
        }
        at++;
        if (!simple || members.size() > 6) {
            return Part.ANYTHING;
        }
        Part sum = null;
        for (String member : members) {
            Part one = literal(member.charAt(0));
            sum = sum == null ? one : either(sum, one);
        }
        return sum == null ? Part.ANYTHING : sum;
    }

    private Part escape() {
        char c = at + 1 < regex.length() ? regex.charAt(at + 1) : 0;
        at += 2;
        return switch (c) {
            case 'Q' -> {
                verbatim = true;
                yield Part.EMPTY;
            }
            case 'b', 'B', 'A', 'z' -> {
                asserts = true;
                yield Part.EMPTY;
            }
            case 't' -> Part.text("\t");
            case 'p', 'P', 'x' -> {
                if (at < regex.length() && regex.charAt(at) == '{') {
                    at = regex.indexOf('}', at) + 1;
                } else {
                    at += c == 'x' ? 2 : 1;
                }
                yield Part.ANYTHING;
            }
            default -> {
                if (Character.isDigit(c)) {
                    while (at < regex.length() && Character.isDigit(regex.charAt(at))) {
                        at++;
                    }
                    yield Part.ANYTHING;
                }
                yield Character.isLetter(c) || c == 0 ? Part.ANYTHING : literal(c);
            }
        };
    }
}
