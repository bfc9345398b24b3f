package io.faultline.verdict;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Measures on logs what was fitted without their like: for each group (a source, a cause) the weights and the
 * calibration are fitted on all other groups, and only then are the group's own logs judged.
 *
 * <p>Fitting a weight is small on purpose: it moves the hand-set weight, taken as {@value #PRIOR} imaginary logs, by how
 * often the signature decided in the other groups' logs of either kind. Fitting the calibration is logistic regression
 * of one slope and one bias.
 */
final class LeaveOneOut {
    /** A labelled log. */
    record Sample(String name, LogReading reading, Label label, String cause, String source) {}

    /** What a person said about a log. */
    enum Label {
        INFRASTRUCTURE,
        CODE,
        AMBIGUOUS,
        PASSED
    }

    /** One sample's verdict by weights that never saw its group. */
    record Outcome(Sample sample, Verdict verdict) {}

    private static final double PRIOR = 8;
    /** An indication below this decides nothing. */
    private static final double DECIDES = 0.5;

    private LeaveOneOut() {}

    /**
     * @param group by what to leave out
     * @param forget whether to drop, too, the signatures that decided in no log of any other group: what might have been
     *     written because of these logs
     */
    static List<Outcome> judge(List<Sample> samples, Function<Sample, String> group, boolean forget) {
        Map<String, List<Sample>> groups = new TreeMap<>();
        for (Sample sample : samples) {
            groups.computeIfAbsent(group.apply(sample), key -> new ArrayList<>())
                    .add(sample);
        }
        Map<Sample, Set<String>> deciding = new HashMap<>();
        samples.forEach(sample -> deciding.put(sample, deciding(sample)));
        List<Outcome> outcomes = new ArrayList<>();
        for (List<Sample> held : groups.values()) {
            Set<Sample> out = new HashSet<>(held);
            List<Sample> rest =
                    samples.stream().filter(sample -> !out.contains(sample)).toList();
            Weights weights = fitted(rest, deciding);
            Set<String> forgotten = forget ? onlyIn(held, rest, deciding) : Set.of();
            Judge judge = new Judge(weights);
            for (Sample sample : held) {
                outcomes.add(new Outcome(sample, judge.judge(without(sample.reading(), forgotten), List.of())));
            }
        }
        return outcomes;
    }

    private static Set<String> deciding(Sample sample) {
        Set<String> ids = new TreeSet<>();
        for (Indication indication : new Judge().fromLog(sample.reading())) {
            if (indication.logOdds() >= DECIDES && !indication.signature().isEmpty()) {
                ids.add(indication.signature());
            }
        }
        return ids;
    }

    private static Set<String> onlyIn(List<Sample> held, List<Sample> rest, Map<Sample, Set<String>> deciding) {
        Set<String> ids = new HashSet<>();
        held.forEach(sample -> ids.addAll(deciding.get(sample)));
        rest.forEach(sample -> ids.removeAll(deciding.get(sample)));
        return ids;
    }

    private static LogReading without(LogReading reading, Set<String> forgotten) {
        return new LogReading(
                reading.bytes(),
                reading.outline(),
                reading.hits().stream()
                        .filter(hits -> !forgotten.contains(hits.signature().id()))
                        .toList(),
                reading.hosts());
    }

    /** Weights and calibration from labelled logs; those that passed, and those that nobody could label, fit no weight. */
    static Weights fitted(List<Sample> samples) {
        Map<Sample, Set<String>> deciding = new HashMap<>();
        samples.forEach(sample -> deciding.put(sample, deciding(sample)));
        return fitted(samples, deciding);
    }

    private static Weights fitted(List<Sample> samples, Map<Sample, Set<String>> deciding) {
        Map<String, Signature> seen = new TreeMap<>();
        samples.forEach(sample -> sample.reading()
                .hits()
                .forEach(hits -> seen.put(hits.signature().id(), hits.signature())));
        double infrastructure = 1 + count(samples, Label.INFRASTRUCTURE);
        double code = 1 + count(samples, Label.CODE);
        double size = (infrastructure + code) / 2;
        Map<String, Double> changed = new TreeMap<>();
        for (Signature signature : seen.values()) {
            double inInfrastructure = 0;
            double inCode = 0;
            for (Sample sample : samples) {
                if (deciding.get(sample).contains(signature.id())) {
                    // Classes of different size count alike.
                    inInfrastructure += sample.label() == Label.INFRASTRUCTURE ? size / infrastructure : 0;
                    inCode += sample.label() == Label.CODE ? size / code : 0;
                }
            }
            boolean towardsCode = signature.category() == Category.CODE;
            double own = towardsCode ? inCode : inInfrastructure;
            double other = towardsCode ? inInfrastructure : inCode;
            double prior = 1 / (1 + Math.exp(-signature.weight()));
            double logOdds = Math.log((own + PRIOR * prior) / (other + PRIOR * (1 - prior)));
            // More of the same evidence makes a sign surer, not stronger than a person thought it could be by half.
            changed.put(signature.id(), Math.max(0, Math.min(logOdds, signature.weight() * 1.5)));
        }
        Weights weights = Weights.SHIPPED.withSignatures(changed);
        return calibrated(weights, samples);
    }

    private static long count(List<Sample> samples, Label label) {
        return samples.stream().filter(sample -> sample.label() == label).count();
    }

    /** Logistic regression of label on sum; an ambiguous log counts half for either side. */
    static Weights calibrated(Weights weights, List<Sample> samples) {
        List<double[]> points = new ArrayList<>();
        Judge judge = new Judge(weights);
        for (Sample sample : samples) {
            if (sample.label() != Label.PASSED) {
                double sum = judge.judge(sample.reading(), List.of()).logOdds();
                double truth = sample.label() == Label.INFRASTRUCTURE ? 1 : sample.label() == Label.CODE ? 0 : 0.5;
                points.add(new double[] {sum, truth});
            }
        }
        double slope = 1;
        double bias = 0;
        for (int step = 0; step < 200; step++) {
            // Newton's method, pulled weakly towards slope 1 and bias 0.
            double gradientSlope = -(slope - 1);
            double gradientBias = -bias;
            double ss = 1;
            double sb = 0;
            double bb = 1;
            for (double[] point : points) {
                double probability = 1 / (1 + Math.exp(-(slope * point[0] + bias)));
                double error = point[1] - probability;
                double variance = probability * (1 - probability);
                gradientSlope += error * point[0];
                gradientBias += error;
                ss += variance * point[0] * point[0];
                sb += variance * point[0];
                bb += variance;
            }
            double determinant = ss * bb - sb * sb;
            slope += (gradientSlope * bb - gradientBias * sb) / determinant;
            bias += (gradientBias * ss - gradientSlope * sb) / determinant;
        }
        return weights.calibrated(slope, bias);
    }
}
