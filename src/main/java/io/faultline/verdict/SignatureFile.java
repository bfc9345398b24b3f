package io.faultline.verdict;

import com.google.re2j.Pattern;
import io.faultline.config.Keys;
import io.faultline.config.YamlKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.IntSupplier;

/** The form of a signature file; every mistake is told at its line and column, all at once. */
final class SignatureFile {
    private static final String NAME = "[a-z0-9]+(?:-[a-z0-9]+)*";
    private static final String REGEX = "Searched on the normalised line; RE2 syntax.";
    private static final int MAX_REGEX = 2000;
    private static final double MAX_WEIGHT = 20;

    /** A signature points somewhere. */
    private enum Side {
        INFRASTRUCTURE(Category.INFRASTRUCTURE),
        CODE(Category.CODE);

        private final Category category;

        Side(Category category) {
            this.category = category;
        }
    }

    private SignatureFile() {}

    /**
     * The signatures of a file; those with a mistake are left out, and the mistake is told.
     *
     * @param tried whether tests have found all expressions to be right, so that it need not be done at every start
     */
    static List<Signature> read(YamlKeys file, boolean tried, IntSupplier problemsSoFar) {
        List<Signature> signatures = new ArrayList<>();
        if (!file.has("signatures")) {
            file.problem("signatures", "expected a list named 'signatures'");
        }
        for (Keys keys : file.mappings("signatures", "What tools print when something goes wrong.")) {
            int before = problemsSoFar.getAsInt();
            Optional<Signature> signature = signature(keys, tried);
            // In place of what is wrong stands something harmless, which must not be taken for what was meant.
            if (problemsSoFar.getAsInt() == before) {
                signature.ifPresent(signatures::add);
            }
        }
        file.refuseOthers();
        return signatures;
    }

    /** Asks for every key in every case, so that none is refused as unknown because another is wrong. */
    private static Optional<Signature> signature(Keys keys, boolean tried) {
        String id = keys.text("id", "Unique, in lower case with dashes.");
        Category category = keys.oneOf("category", Side.CODE, "Which way the line points.").category;
        String cause = keys.text("cause", "One word to count by: git, apt, dns, tls, disk, …");
        Optional<String> regex = tried
                ? keys.optionalText("regex", REGEX)
                : keys.optionalPattern("regex", REGEX).map(Pattern::pattern);
        Signature.Where where =
                keys.oneOf("where", Signature.Where.ANYWHERE, "In which part of the log a hit counts in full.");
        boolean recovers = keys.flag("recovers", true, "Whether tools commonly get over this trouble.");
        OptionalDouble weight = weight(keys, keys.text("weight", "Log-odds towards the category, such as 2.5."));
        String explanation = keys.text("explanation", "One plain sentence: what this line means.");
        String advice = keys.text("advice", "One plain sentence: retry or not, whom to tell.");
        String source = keys.text("source", "Where the wording comes from.");
        List<String> examples = keys.texts("examples", "Lines that must match.");
        List<String> nearMisses = keys.texts("near-misses", "Lines that must not match.");

        boolean good = true;
        good &= check(keys, "id", id.matches(NAME) && id.length() <= 80, "expected lower-case words with dashes");
        good &= check(keys, "category", keys.has("category"), "expected infrastructure or code");
        good &= check(keys, "cause", cause.matches(NAME), "expected lower-case words with dashes");
        good &= check(keys, "examples", !examples.isEmpty(), "expected at least one line that must match");
        good &= check(keys, "near-misses", !nearMisses.isEmpty(), "expected at least one line that must not match");
        if (regex.isEmpty()) {
            // A pattern that RE2 does not take has been told already.
            check(keys, "regex", keys.has("regex"), "expected a regular expression");
            good = false;
        } else if (!tried) {
            String pattern = regex.get();
            good &= check(keys, "regex", pattern.length() <= MAX_REGEX, "longer than " + MAX_REGEX + " characters");
            good &= check(
                    keys,
                    "regex",
                    Alternatives.of(pattern).stream()
                            .allMatch(one -> RequiredLiterals.of(one).isPresent()),
                    "expected a plain text of at least " + RequiredLiterals.MIN_BYTES
                            + " bytes in every alternative: it is what the log is searched for before the expression");
        }
        if (!good || weight.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Signature(
                id,
                category,
                cause,
                new Expression(regex.get()),
                where,
                recovers,
                weight.getAsDouble(),
                explanation,
                advice,
                source,
                examples,
                nearMisses,
                keys.place("id")));
    }

    private static OptionalDouble weight(Keys keys, String text) {
        double weight = text.matches("\\d{1,3}(?:\\.\\d{1,6})?") ? Double.parseDouble(text) : -1;
        boolean good = weight > 0 && weight <= MAX_WEIGHT;
        // That it is missing has been told already.
        check(keys, "weight", good || !keys.has("weight"), "expected log-odds above 0 and at most 20, such as 2.5");
        return good ? OptionalDouble.of(weight) : OptionalDouble.empty();
    }

    private static boolean check(Keys keys, String key, boolean good, String message) {
        if (!good) {
            keys.problem(key, message);
        }
        return good;
    }
}
