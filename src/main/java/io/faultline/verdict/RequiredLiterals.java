package io.faultline.verdict;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
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
    static final int MIN_BYTES = 5;

    private static final int MAX_SET = 64;
    /** Parts of the expression are joined to longer texts while there are no more of them than this. */
    private static final int MAX_PRODUCT = 30;

    private static final int MAX_LENGTH = 64;
    /** A larger character class may be anything. */
    private static final int MAX_CLASS = 10;

    /** Once in a million places: more text, or more texts, would not make the search faster. */
    private static final double RARE_ENOUGH = 1e-6;

    /** Bytes of an ordinary line. */
    private static final int LINE = 60;

    /** How much dearer a text that stands in a line is than a group of bytes that was compared in vain. */
    private static final double ASKING = 20;

    /**
     * One of an expression's alternatives.
     *
     * @param any texts, one of which stands in every line that this alternative matches; the rarest such set
     * @param also more such sets: of each, one text stands in the line too
     */
    record Branch(Set<String> any, List<Set<String>> also) {
        Branch {
            any = Set.copyOf(any);
            also = List.copyOf(also);
        }
    }

    /**
     * The required texts of an expression.
     *
     * @param branches whatever the expression matches, one of them does
     * @param anyCase whether they are to be compared without regard to ASCII case
     * @param decisive whether the expression matches wherever one of the texts stands, so that it need not be asked
     * @param begins texts with one of which every line begins that the expression matches; empty if none are known
     */
    record Literals(List<Branch> branches, boolean anyCase, boolean decisive, Set<String> begins) {
        Literals {
            branches = List.copyOf(branches);
            begins = Set.copyOf(begins);
        }
    }

    /**
     * What is known of a part of the expression.
     *
     * @param exact the texts that it matches, if they are few; otherwise null
     * @param lead texts that it begins with, and ends with (as x+ does); null if unknown
     * @param maybe texts of which it is any number, or none (as x* is); null if unknown
     * @param branches its alternatives, for each the sets of which a text is required; null if one requires nothing
     */
    private record Part(Set<String> exact, Set<String> lead, Set<String> maybe, List<List<Set<String>>> branches) {
        static final Part ANYTHING = new Part(null, null, null, null);
        static final Part EMPTY = exactly(Set.of(""));

        static Part exactly(Set<String> texts) {
            return new Part(texts, null, null, null);
        }

        static Part of(List<List<Set<String>>> branches) {
            return new Part(null, null, null, branches);
        }

        static Part text(String text) {
            return exactly(Set.of(text));
        }

        /** Its alternatives, an exact one being a single set. */
        List<List<Set<String>>> alternatives() {
            return exact == null ? branches : List.of(List.of(exact));
        }

        /** One set for all its alternatives; null if there is none. */
        Set<String> best() {
            if (alternatives() == null) {
                return null;
            }
            Set<String> sum = new LinkedHashSet<>();
            alternatives().forEach(sets -> sum.addAll(rarest(sets)));
            return sum.size() > MAX_SET ? null : sum;
        }
    }

    private static final Part DIGIT = Part.exactly(Set.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"));
    /** With the vertical tab, which java.util.regex takes for a blank. */
    private static final Part BLANK = Part.exactly(Set.of(" ", "\t", "\f", "\u000b"));

    private final String regex;
    private int at;
    private boolean anyCase;
    private boolean sawAnyCase;
    private boolean verbatim;
    private boolean asserts;
    private int depth;
    private Set<String> begins;

    private RequiredLiterals(String regex) {
        this.regex = regex;
    }

    /** The required texts of an expression that re2j has accepted; empty when an alternative has too short ones. */
    static Optional<Literals> of(String regex) {
        RequiredLiterals reader = new RequiredLiterals(regex);
        Part whole = reader.alternatives();
        if (reader.at < regex.length() || whole.alternatives() == null) {
            return Optional.empty();
        }
        List<Branch> branches = new ArrayList<>();
        for (List<Set<String>> sets : whole.alternatives()) {
            int best = sets.indexOf(rarest(sets));
            Set<String> any = sets.get(best);
            if (!any.stream().allMatch(text -> bytes(text) >= MIN_BYTES)) {
                return Optional.empty();
            }
            List<Set<String>> also = new ArrayList<>();
            for (int i = 0; i < sets.size(); i++) {
                Set<String> set = sets.get(i);
                if (i != best && set.size() <= MAX_PRODUCT && !set.contains("")) {
                    also.add(reader.folded(set));
                }
            }
            also.sort(Comparator.comparingDouble(RequiredLiterals::tellingOff));
            branches.add(new Branch(reader.folded(any), also));
        }
        boolean decisive = whole.exact != null && !reader.asserts;
        boolean allOver = regex.startsWith("(?i)") && regex.indexOf("(?", 1) < 0;
        Set<String> begins = new LinkedHashSet<>();
        if (reader.begins != null && !reader.begins.contains("")) {
            // All of them: unlike a text that stands somewhere, one of these does not stand for a longer one around it.
            reader.begins.forEach(begin -> begins.add(reader.sawAnyCase ? lower(begin) : begin));
        }
        return Optional.of(
                new Literals(branches, reader.sawAnyCase, decisive && (!reader.sawAnyCase || allOver), begins));
    }

    /** The work of looking for all of these texts in a line, by the share of lines that it tells to be no match. */
    private static double tellingOff(Set<String> texts) {
        double holding = 0;
        for (String text : texts) {
            holding += LINE * OrdinaryText.frequency(text);
        }
        return texts.size() / Math.max(0.02, 1 - holding);
    }

    /** Without those that hold another, and in lower case if case does not count. */
    private Set<String> folded(Set<String> texts) {
        Set<String> folded = new LinkedHashSet<>();
        for (String text : texts) {
            if (!holdsAnother(text, texts)) {
                folded.add(sawAnyCase ? lower(text) : text);
            }
        }
        return folded;
    }

    private static boolean holdsAnother(String text, Set<String> texts) {
        for (String other : texts) {
            if (other.length() < text.length() && text.contains(other)) {
                return true;
            }
        }
        return false;
    }

    /** So many at least. */
    private static int bytes(String text) {
        return text.length() >= MIN_BYTES ? text.length() : text.getBytes(StandardCharsets.UTF_8).length;
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

    private static Set<String> rarest(List<Set<String>> sets) {
        Set<String> rarest = sets.get(0);
        if (sets.size() > 1) {
            double lowest = Double.MAX_VALUE;
            for (Set<String> set : sets) {
                double cost = cost(set);
                if (cost < lowest) {
                    lowest = cost;
                    rarest = set;
                }
            }
        }
        return rarest;
    }

    /** What looking for these texts costs: groups of bytes compared, and an expression asked wherever one stands. */
    private static double cost(Set<String> texts) {
        double sum = ASKING * frequency(texts);
        for (String text : texts) {
            sum += bytes(text) < MIN_BYTES ? 1 : LiteralIndex.price(text);
        }
        return sum;
    }

    /** How often one of the texts may be expected at a place of an ordinary log: a rough guess, only to compare. */
    private static double frequency(Set<String> texts) {
        double sum = 0;
        for (String text : texts) {
            sum += bytes(text) < MIN_BYTES ? 1 : OrdinaryText.frequency(text);
        }
        return sum;
    }

    private Part alternatives() {
        boolean outerCase = anyCase;
        Part sum = concatenation();
        while (at < regex.length() && regex.charAt(at) == '|') {
            at++;
            sum = either(sum, concatenation());
            if (depth == 0) {
                begins = null;
            }
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
        List<List<Set<String>>> branches = null;
        if (a.alternatives() != null && b.alternatives() != null) {
            branches = new ArrayList<>(a.alternatives());
            branches.addAll(b.alternatives());
        }
        return new Part(exact, null, null, branches);
    }

    private Part concatenation() {
        Set<String> run = Set.of("");
        List<Set<String>> required = new ArrayList<>();
        boolean exact = true;
        Part only = null;
        int parts = 0;
        boolean leads = false;
        while (at < regex.length()) {
            char c = regex.charAt(at);
            if (!verbatim && (c == '|' || c == ')')) {
                break;
            }
            int from = at;
            Part next = repeated();
            if (next.exact != null && next.exact.equals(Set.of(""))) {
                leads |= c == '^' && !verbatim && at == from + 1 && depth == 0 && parts == 0;
                continue;
            }
            only = next;
            parts++;
            if (next.maybe != null && !run.contains("") && run.size() + next.maybe.size() <= MAX_PRODUCT) {
                // What comes next stands behind what came before, or behind one of these.
                if (leads && exact) {
                    begins = run;
                }
                exact = false;
                keep(required, run);
                Set<String> before = new LinkedHashSet<>(run);
                before.addAll(next.maybe);
                run = before;
                continue;
            }
            Set<String> begin = next.exact == null ? next.lead : next.exact;
            boolean joins = begin != null && run.size() * begin.size() <= MAX_PRODUCT && shortEnough(run);
            if (joins) {
                run = product(run, begin);
            }
            if (next.exact == null || !joins) {
                if (leads && exact) {
                    begins = run;
                }
                exact = false;
                keep(required, run);
                if (begin == null) {
                    if (next.branches != null && next.branches.size() == 1) {
                        required.addAll(next.branches.get(0));
                    } else {
                        keep(required, next.best());
                    }
                }
                run = begin == null ? Set.of("") : begin;
            }
        }
        if (exact) {
            begins = leads ? run : begins;
            return Part.exactly(run);
        }
        if (parts == 1) {
            return only;
        }
        keep(required, run);
        return required.isEmpty() ? Part.ANYTHING : Part.of(List.of(List.copyOf(required)));
    }

    private static void keep(List<Set<String>> required, Set<String> texts) {
        if (texts != null && !texts.contains("")) {
            Set<String> fewer = common(texts).map(Set::of).orElseGet(() -> trimmed(texts));
            required.add(fewer);
            if (!fewer.equals(texts)) {
                // Fewer are better to look for, but when one is found, all of it is asked for.
                required.add(texts);
            }
        }
    }

    /** Many texts that differ in their first or last sign, as before or after a digit, are better looked for without it. */
    private static Set<String> trimmed(Set<String> texts) {
        if (texts.size() < 4 || !texts.stream().allMatch(text -> text.length() > MIN_BYTES)) {
            return texts;
        }
        Set<String> ends = new LinkedHashSet<>();
        Set<String> begins = new LinkedHashSet<>();
        for (String text : texts) {
            ends.add(text.substring(1));
            begins.add(text.substring(0, text.length() - 1));
        }
        Set<String> better = cost(ends) <= cost(begins) ? ends : begins;
        return better.size() < texts.size() && cost(better) <= cost(texts) ? trimmed(better) : texts;
    }

    /** What all of many texts begin with, or end with, if that is rare enough to stand for them. */
    private static Optional<String> common(Set<String> texts) {
        if (texts.size() < 4) {
            return Optional.empty();
        }
        String prefix = null;
        String suffix = null;
        for (String text : texts) {
            prefix = prefix == null ? text : prefix.substring(0, sharedBegin(prefix, text));
            suffix = suffix == null ? text : suffix.substring(suffix.length() - sharedEnd(suffix, text));
        }
        String longer = prefix.length() >= suffix.length() ? prefix : suffix;
        return bytes(longer) >= MIN_BYTES && frequency(Set.of(longer)) <= RARE_ENOUGH
                ? Optional.of(longer)
                : Optional.empty();
    }

    private static int sharedBegin(String a, String b) {
        int shared = 0;
        while (shared < Math.min(a.length(), b.length()) && a.charAt(shared) == b.charAt(shared)) {
            shared++;
        }
        return shared;
    }

    private static int sharedEnd(String a, String b) {
        int shared = 0;
        while (shared < Math.min(a.length(), b.length())
                && a.charAt(a.length() - 1 - shared) == b.charAt(b.length() - 1 - shared)) {
            shared++;
        }
        return shared;
    }

    private static boolean shortEnough(Set<String> texts) {
        for (String text : texts) {
            if (text.length() > MAX_LENGTH) {
                return false;
            }
        }
        return true;
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
        Part plain = plainText();
        if (plain != null) {
            return plain;
        }
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
            return either(part, Part.EMPTY);
        }
        return min == 0
                ? new Part(null, null, part.exact, null)
                : new Part(null, part.exact, null, part.alternatives());
    }

    /** As many characters that stand for themselves as follow, all at once; null if there are none. */
    private Part plainText() {
        StringBuilder text = new StringBuilder();
        while (!verbatim && at < regex.length()) {
            boolean escaped = regex.charAt(at) == '\\' && at + 1 < regex.length();
            char c = regex.charAt(escaped ? at + 1 : at);
            boolean plain = c >= ' '
                    && c <= '~'
                    && (escaped ? !Character.isLetterOrDigit(c) : "\\.[](){}*+?^$|".indexOf(c) < 0);
            int next = escaped ? at + 2 : at + 1;
            // What is repeated is a part of its own.
            if (!plain || (next < regex.length() && "*+?{".indexOf(regex.charAt(next)) >= 0)) {
                break;
            }
            text.append(c);
            at = next;
        }
        return text.isEmpty() ? null : Part.text(anyCase ? lower(text.toString()) : text.toString());
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
        depth++;
        Part inside = alternatives();
        depth--;
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
                boolean range = c == '-' && at > from + 1 && at + 1 < regex.length() && regex.charAt(at + 1) != ']';
                if (range && !members.isEmpty() && regex.charAt(at + 1) != '\\') {
                    char last = regex.charAt(at + 1);
                    for (int next = members.get(members.size() - 1).charAt(0) + 1;
                            next <= last && members.size() <= MAX_CLASS;
                            next++) {
                        members.add(String.valueOf((char) next));
                    }
                    at += 2;
                    continue;
                } else if (range) {
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
        if (!simple || members.size() > MAX_CLASS) {
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
            case 'd' -> DIGIT;
            case 's' -> BLANK;
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
