package io.faultline.verdict;

import com.google.re2j.Pattern;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Lines that separate a job's failed builds from its builds that passed, as drafts of signatures for a person to finish.
 * Lines are compared by their form: numbers, hexadecimal ids, paths and quoted names count as equal.
 *
 * @param regex a draft
 * @param example the line as it stood in one log
 * @param failed in how many failed logs a line of this form stands
 * @param passed in how many logs of builds that passed
 */
public record Suggestion(String regex, String example, int failed, int passed) {
    private static final int MAX_FORMS = 300_000;
    private static final int MIN_TEXT = 12;
    private static final int MAX_TEXT = 300;
    private static final int MAX_SHOWN = 20;

    /** What differs from build to build. Order counts: a hexadecimal id holds numbers. */
    private static final Pattern VARYING = Pattern.compile(
            "'[^']*'|\"[^\"]*\"|https?://\\S+|/[\\w.@+-]+(?:/[\\w.@+-]+)+|\\b[0-9a-f]{7,64}\\b|\\d+(?:[.:]\\d+)*");

    private record Form(String example, Set<Integer> logs) {}

    /** The forms that most failed logs and fewest others have, the best first. */
    public static List<Suggestion> between(List<Path> failed, List<Path> passed) throws IOException {
        Map<String, Form> ofFailed = new HashMap<>();
        for (int i = 0; i < failed.size(); i++) {
            collect(failed.get(i), i, ofFailed);
        }
        Map<String, Form> ofPassed = new HashMap<>();
        for (int i = 0; i < passed.size(); i++) {
            collect(passed.get(i), i, ofPassed);
        }
        List<Suggestion> suggestions = new ArrayList<>();
        ofFailed.forEach((form, found) -> {
            Form other = ofPassed.get(form);
            int wrong = other == null ? 0 : other.logs.size();
            // A form that stands in one of two passing logs separates nothing.
            if (wrong * 10 <= passed.size() && RequiredLiterals.of(form).isPresent()) {
                suggestions.add(new Suggestion(form, found.example, found.logs.size(), wrong));
            }
        });
        suggestions.sort(Comparator.comparingInt((Suggestion one) -> one.passed - one.failed)
                .thenComparing(one -> telling(one.example) ? 0 : 1)
                .thenComparing(Suggestion::regex));
        return List.copyOf(suggestions.subList(0, Math.min(MAX_SHOWN, suggestions.size())));
    }

    private static boolean telling(String line) {
        String lower = line.toLowerCase(java.util.Locale.ROOT);
        return lower.contains("error")
                || lower.contains("fail")
                || lower.contains("fatal")
                || lower.contains("cannot")
                || lower.contains("could not")
                || lower.contains("timed out")
                || lower.contains("refused");
    }

    private static void collect(Path log, int number, Map<String, Form> forms) throws IOException {
        try (InputStream in = Files.newInputStream(log)) {
            new LogScanner(new Signatures(List.of())).scan(in, new LogScanner.LineListener() {
                @Override
                public void line(long line, byte[] bytes, int from, int to) {
                    if (to - from >= MIN_TEXT && to - from <= MAX_TEXT) {
                        String text = new String(bytes, from, to - from, StandardCharsets.UTF_8).strip();
                        String form = form(text);
                        Form known = forms.get(form);
                        if (known != null) {
                            known.logs.add(number);
                        } else if (forms.size() < MAX_FORMS) {
                            forms.put(form, new Form(text, new HashSet<>(Set.of(number))));
                        }
                    }
                }

                @Override
                public void hit(int signature, long line, String text) {}
            });
        }
    }

    /** A regular expression that matches the line and its like. */
    static String form(String line) {
        StringBuilder regex = new StringBuilder();
        com.google.re2j.Matcher varying = VARYING.matcher(line);
        int at = 0;
        while (varying.find()) {
            regex.append(quoted(line.substring(at, varying.start())));
            String part = varying.group();
            char first = part.charAt(0);
            if (first == '\'' || first == '"') {
                regex.append(first).append("[^").append(first).append("]*").append(first);
            } else if (Character.isDigit(first) && !part.matches(".*[a-f].*")) {
                regex.append("\\d+(?:[.:]\\d+)*");
            } else {
                regex.append("\\S+");
            }
            at = varying.end();
        }
        return regex.append(quoted(line.substring(at))).toString();
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ("\\.[]{}()*+?^$|".indexOf(c) >= 0) {
                quoted.append('\\');
            }
            quoted.append(c);
        }
        return quoted.toString();
    }

    /** A draft in the form of a signature file; what only a person can know is left to fill in. */
    public String draft() {
        return "  # in " + failed + " failed logs and " + passed + " of builds that passed\n"
                + "  - id: FILL-IN\n"
                + "    category: FILL-IN # infrastructure or code\n"
                + "    cause: FILL-IN\n"
                + "    regex: " + yaml(regex) + "\n"
                + "    where: anywhere\n"
                + "    recovers: true\n"
                + "    weight: 1.0\n"
                + "    explanation: FILL-IN\n"
                + "    advice: FILL-IN\n"
                + "    source: FILL-IN\n"
                + "    examples: [" + yaml(example) + "]\n"
                + "    near-misses: [FILL-IN]\n";
    }

    private static String yaml(String text) {
        StringBuilder quoted = new StringBuilder("'");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            quoted.append(c == '\'' ? "''" : c < 0x20 ? " " : String.valueOf(c));
        }
        return quoted.append('\'').toString();
    }
}
