package io.faultline.verdict;

import java.util.Map;

/**
 * How much the places of a log and the kinds of evidence count, and how a sum of log-odds becomes a probability.
 *
 * <p>The shipped numbers were set by hand from what the places mean and checked on labelled logs; the calibration was
 * fitted. {@code docs/verdict.md} tells how, and how far they can be trusted.
 *
 * @param signatures weights that replace those of the signatures with these ids
 * @param slope of the calibration: the log-odds of infrastructure are {@code slope * sum + bias}
 * @param bias of the calibration; positive towards infrastructure
 * @param surest the highest confidence that is ever claimed
 * @param enough the confidence from which a category is named at all; below it the verdict is UNDETERMINED
 * @param cutOff log-odds towards infrastructure of a log that just stops
 */
public record Weights(
        Map<String, Double> signatures, double slope, double bias, double surest, double enough, double cutOff) {

    /** What the engine uses. */
    public static final Weights SHIPPED = new Weights(Map.of(), 0.8, -0.1, 0.97, 0.70, 2.0);

    /** In the step that failed, close to the failure, farther away, and far away. */
    static final double NEAR = 1.0;

    static final double FARTHER = 0.85;
    static final double FAR = 0.7;
    static final long NEAR_LINES = 150;
    static final long FARTHER_LINES = 1000;
    /** Before the failing step: that step came to its end, so its troubles were survived. */
    static final double EARLIER_TERMINAL = 0.25;

    static final double EARLIER_RECOVERED = 0.15;
    /** In the script that failed, by an earlier command: a script may handle it and leave, or get over it. */
    static final double SCRIPT_NEAR = 0.6;

    static final double SCRIPT_FAR = 0.3;
    static final long SCRIPT_NEAR_LINES = 15;
    /** Cleaning up after the failure. */
    static final double AFTER = 0.3;
    /** Trouble that tools get over, with a success after it, or a long way before the failure. */
    static final double SUCCESS_FOLLOWED = 0.4;

    static final double WENT_ON = 0.6;
    static final long WENT_ON_LINES = 400;
    /** The line calls itself a warning, or information. */
    static final double WARNING = 0.25;
    /** Outside the place that the signature asks for. */
    static final double ELSEWHERE = 0.1;
    /** "Near the end" of a signature. */
    static final long NEAR_END_LINES = 100;

    /** The second and each further indication of one category repeats part of the first: same cause, other cause. */
    static final double SAME_CAUSE = 0.3;

    static final double OTHER_CAUSE = 0.5;
    static final int COUNTED = 6;

    /** From here on a compiler's, test's or linter's word vetoes weak signs of infrastructure, and dampens strong ones. */
    static final double VETO_FROM = 1.6;

    static final double VETOED_WEAK = 0.3;
    static final double VETOED_STRONG = 0.6;
    static final double STRONG = 2.5;

    /** A test failed of infrastructure trouble: this many lines apart, the two speak of the same thing. */
    static final long TOGETHER_LINES = 12;

    static final double TEST_WITH_TROUBLE = 0.3;
    static final double TROUBLE_IN_TEST = 0.4;
    /** A trouble weaker than this proves nothing in a test: tests print such lines on purpose. */
    static final double TROUBLE_FROM = 0.6;

    public Weights {
        signatures = Map.copyOf(signatures);
    }

    double of(Signature signature) {
        return signatures.getOrDefault(signature.id(), signature.weight());
    }

    /** The probability that it was infrastructure, for a sum of log-odds. */
    double infrastructure(double sum) {
        double probability = 1 / (1 + Math.exp(-(slope * sum + bias)));
        return Math.max(1 - surest, Math.min(surest, probability));
    }

    Weights calibrated(double newSlope, double newBias) {
        return new Weights(signatures, newSlope, newBias, surest, enough, cutOff);
    }

    Weights withSignatures(Map<String, Double> changed) {
        return new Weights(changed, slope, bias, surest, enough, cutOff);
    }
}
