package io.faultline.verdict;

import io.faultline.config.Place;
import java.util.List;

/**
 * What a tool prints when something goes wrong, and what it means. Data from {@code resources/signatures/*.yaml} or
 * from a user's file of the same form.
 *
 * @param id unique, kebab-case
 * @param category {@link Category#INFRASTRUCTURE} or {@link Category#CODE}
 * @param cause one word of a small vocabulary (git, apt, dns, …), to count by
 * @param regex searched (not anchored) on the normalised line, see {@code docs/verdict.md}
 * @param where in which part of the log a hit counts in full
 * @param recovers whether tools commonly get over this trouble, so that a later success discounts it
 * @param weight log-odds towards its category when it stands in a deciding place, natural logarithm, above 0
 * @param explanation one plain sentence: what this line means
 * @param advice one plain sentence: retry or not, whom to tell
 * @param source where the wording comes from
 * @param examples lines that must match, at least one
 * @param nearMisses lines that must not match, at least one
 * @param origin file and line of the definition, for messages
 */
public record Signature(
        String id,
        Category category,
        String cause,
        Expression regex,
        Where where,
        boolean recovers,
        double weight,
        String explanation,
        String advice,
        String source,
        List<String> examples,
        List<String> nearMisses,
        Place origin) {

    /** In which part of a log a signature's hits count in full. */
    public enum Where {
        /** Anywhere in the log. */
        ANYWHERE,
        /** Only in the step that failed. */
        FAILING_STEP,
        /** Only near the point at which the build failed, or the end of the log. */
        NEAR_END
    }

    public Signature {
        examples = List.copyOf(examples);
        nearMisses = List.copyOf(nearMisses);
    }
}
