package io.faultline.verdict;

import java.util.Comparator;
import java.util.List;

/**
 * Whose fault a failed build is, how sure that is, and why.
 *
 * <p>A verdict explains a failure. It never changes a build's result and never hides it.
 *
 * @param confidence the probability that the category is right, 0 to 1; for UNDETERMINED that of the likelier of the two
 *     others
 * @param logOdds the sum: positive towards infrastructure, negative towards code
 * @param indications the most telling first
 */
public record Verdict(Category category, double confidence, double logOdds, List<Indication> indications) {
    public Verdict {
        indications = indications.stream()
                .sorted(Comparator.comparingDouble(Indication::logOdds).reversed())
                .toList();
    }
}
