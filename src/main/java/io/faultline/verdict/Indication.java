package io.faultline.verdict;

import java.util.Optional;

/**
 * One reason for or against a category.
 *
 * @param source where it comes from
 * @param category which way it points: {@link Category#INFRASTRUCTURE} or {@link Category#CODE}
 * @param logOdds how strongly, natural logarithm, never negative; 0 for what is shown but counts for nothing
 * @param cause one word to count by: the signature's cause, the name of the failing service, or the source's own
 * @param what one plain sentence: what was seen
 * @param why one plain sentence: why it points there
 * @param advice one plain sentence: retry or not, whom to tell; may be empty
 * @param signature id of the signature; empty if it comes from elsewhere
 * @param quote the line of the log, if it comes from one
 */
public record Indication(
        Source source,
        Category category,
        double logOdds,
        String cause,
        String what,
        String why,
        String advice,
        String signature,
        Optional<Quote> quote) {

    /** Where an indication comes from. */
    public enum Source {
        LOG_LINE,
        LOG_CUT_OFF,
        LOST_AGENT,
        EXIT_STATUS,
        TIME_OUT,
        ABORT_CAUSE,
        FAILED_STAGE,
        TEST_REPORT,
        FAILING_SERVICE,
        OTHER_JOBS,
        SAME_COMMIT,
        SIGNATURE_HISTORY,
        CORRECTION
    }

    public Indication {
        if (!(logOdds >= 0) || Double.isInfinite(logOdds)) {
            throw new IllegalArgumentException("log-odds " + logOdds);
        }
        if (category == Category.UNDETERMINED) {
            throw new IllegalArgumentException("an indication points somewhere");
        }
    }

    /** Positive towards infrastructure, negative towards code. */
    public double signed() {
        return category == Category.INFRASTRUCTURE ? logOdds : -logOdds;
    }

    public Indication withLogOdds(double changed) {
        return new Indication(source, category, changed, cause, what, why, advice, signature, quote);
    }
}
