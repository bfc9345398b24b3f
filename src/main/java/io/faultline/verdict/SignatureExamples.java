package io.faultline.verdict;

import io.faultline.config.Problem;
import java.util.ArrayList;
import java.util.List;

/** Tries every signature on its own examples and near misses, as the scanner would see them in a log. */
public final class SignatureExamples {
    private SignatureExamples() {}

    /** What does not hold, at the place of each signature. */
    public static List<Problem> failures(Signatures signatures) {
        List<Problem> failures = new ArrayList<>();
        for (Signature signature : signatures.all()) {
            for (String line : signature.examples()) {
                if (!matches(signature, line)) {
                    failures.add(new Problem(
                            signature.origin(), signature.id() + " must match its example, but does not: " + line));
                }
            }
            for (String line : signature.nearMisses()) {
                if (matches(signature, line)) {
                    failures.add(new Problem(
                            signature.origin(), signature.id() + " must not match its near miss, but does: " + line));
                }
            }
        }
        return failures;
    }

    private static boolean matches(Signature signature, String line) {
        return signature.regex().matcher(LogLine.normalised(line)).find();
    }
}
