package io.faultline.verdict;

import io.faultline.config.Shown;
import io.faultline.verdict.LeaveOneOut.Label;
import io.faultline.verdict.LeaveOneOut.Outcome;
import io.faultline.verdict.LeaveOneOut.Sample;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;

/** Judges logs of which people know the answer, and counts. */
public final class Backtest {
    private static final int LONGEST = 160;
    private static final long MAX_LABELS_BYTES = 16 << 20;

    private final List<Outcome> outcomes;

    private Backtest(List<Outcome> outcomes) {
        this.outcomes = List.copyOf(outcomes);
    }

    /** What to leave out of the fitting of weights and calibration before a log is judged. */
    public enum LeaveOut {
        /** Nothing: as shipped. */
        NOTHING,
        /** All logs from the same source. */
        SOURCE,
        /** All logs with the same cause. */
        CAUSE
    }

    /** A labels file that cannot be used; the message says where and why. */
    public static final class LabelsException extends Exception {
        private static final long serialVersionUID = 1L;

        LabelsException(String message) {
            super(message);
        }
    }

    /**
     * Reads and judges all logs of a labels file.
     *
     * @param labels tab-separated, the first line naming the columns: path (from {@code folder}), label (infra, code,
     *     ambiguous or pass), and if wanted sublabel (the cause) and source
     * @param forget when something is left out: whether to drop, too, the signatures that decided nowhere else
     */
    public static Backtest run(Signatures signatures, Path labels, Path folder, LeaveOut leaveOut, boolean forget)
            throws IOException, LabelsException {
        List<Sample> samples = samples(new LogReader(signatures), labels, folder);
        if (leaveOut == LeaveOut.NOTHING) {
            Judge judge = new Judge();
            return new Backtest(samples.stream()
                    .map(sample -> new Outcome(sample, judge.judge(sample.reading(), List.of())))
                    .toList());
        }
        Function<Sample, String> group = leaveOut == LeaveOut.SOURCE ? Sample::source : Sample::cause;
        return new Backtest(LeaveOneOut.judge(samples, group, forget));
    }

    private static List<Sample> samples(LogReader reader, Path labels, Path folder)
            throws IOException, LabelsException {
        if (Files.size(labels) > MAX_LABELS_BYTES) {
            throw new LabelsException(labels + ": larger than " + MAX_LABELS_BYTES + " bytes");
        }
        List<String> lines = new String(Files.readAllBytes(labels), StandardCharsets.UTF_8)
                .lines()
                .toList();
        List<String> columns =
                lines.isEmpty() ? List.of() : List.of(lines.get(0).split("\t", -1));
        int path = columns.indexOf("path");
        int label = columns.indexOf("label");
        if (path < 0 || label < 0) {
            throw new LabelsException(labels + ":1: expected columns named path and label, with tabs between");
        }
        List<Sample> samples = new ArrayList<>();
        for (int i = 1; i < lines.size(); i++) {
            String[] cells = lines.get(i).split("\t", -1);
            if (lines.get(i).isBlank()) {
                continue;
            }
            if (cells.length <= Math.max(path, label)) {
                throw new LabelsException(labels + ":" + (i + 1) + ": expected " + columns.size() + " columns");
            }
            String where = labels + ":" + (i + 1);
            Path log = folder.resolve(cells[path]);
            try (InputStream in = Files.newInputStream(log)) {
                samples.add(new Sample(
                        cells[path],
                        reader.read(in),
                        label(where, cells[label]),
                        cell(columns, cells, "sublabel"),
                        source(cell(columns, cells, "source"))));
            } catch (IOException e) {
                throw new LabelsException(where + ": cannot read " + log + ": " + e.getMessage());
            }
        }
        return samples;
    }

    private static String cell(List<String> columns, String[] cells, String name) {
        int at = columns.indexOf(name);
        return at < 0 || at >= cells.length ? "" : cells[at];
    }

    /** A source is told by its first word; what follows says which part of it. */
    private static String source(String cell) {
        int end = cell.indexOf(' ');
        return end < 0 ? cell : cell.substring(0, end);
    }

    private static Label label(String where, String word) throws LabelsException {
        return switch (word) {
            case "infra" -> Label.INFRASTRUCTURE;
            case "code" -> Label.CODE;
            case "ambiguous" -> Label.AMBIGUOUS;
            case "pass" -> Label.PASSED;
            default ->
                throw new LabelsException(
                        where + ": expected infra, code, ambiguous or pass, found '" + Shown.oneLine(word, 40) + "'");
        };
    }

    /** The figures, as text. */
    public String report() {
        StringBuilder text = new StringBuilder();
        confusion(text);
        long right = count(of(Label.INFRASTRUCTURE).and(said(Category.INFRASTRUCTURE)));
        long called =
                count(said(Category.INFRASTRUCTURE).and(of(Label.AMBIGUOUS).negate()));
        long falseCode = count(of(Label.CODE).and(said(Category.INFRASTRUCTURE)));
        long falsePass = count(of(Label.PASSED).and(said(Category.INFRASTRUCTURE)));
        line(text, "INFRASTRUCTURE precision (failed builds)", right, called - falsePass);
        line(text, "INFRASTRUCTURE precision (with builds that passed)", right, called);
        line(text, "INFRASTRUCTURE recall", right, count(of(Label.INFRASTRUCTURE)));
        line(text, "CODE called INFRASTRUCTURE", falseCode, count(of(Label.CODE)));
        line(text, "CODE recall", count(of(Label.CODE).and(said(Category.CODE))), count(of(Label.CODE)));
        line(text, "INFRASTRUCTURE said of builds that passed", falsePass, count(of(Label.PASSED)));
        byCause(text);
        calibration(text);
        return text.toString();
    }

    private void confusion(StringBuilder text) {
        text.append(
                String.format(Locale.ROOT, "%-16s %14s %6s %13s%n", "label", "INFRASTRUCTURE", "CODE", "UNDETERMINED"));
        for (Label label : Label.values()) {
            text.append(String.format(
                    Locale.ROOT,
                    "%-16s %14d %6d %13d%n",
                    label.name().toLowerCase(Locale.ROOT),
                    count(of(label).and(said(Category.INFRASTRUCTURE))),
                    count(of(label).and(said(Category.CODE))),
                    count(of(label).and(said(Category.UNDETERMINED)))));
        }
    }

    private static void line(StringBuilder text, String what, long part, long whole) {
        text.append(String.format(
                Locale.ROOT, "%s: %d of %d = %.3f%n", what, part, whole, whole == 0 ? 0 : part / (double) whole));
    }

    private void byCause(StringBuilder text) {
        Map<String, long[]> causes = new TreeMap<>();
        for (Outcome outcome : outcomes) {
            Label label = outcome.sample().label();
            if (label == Label.INFRASTRUCTURE || label == Label.CODE) {
                long[] counts = causes.computeIfAbsent(
                        label.name().toLowerCase(Locale.ROOT) + ": "
                                + outcome.sample().cause(),
                        key -> new long[3]);
                counts[0]++;
                Category said = outcome.verdict().category();
                if (said.name().equals(label.name())) {
                    counts[1]++;
                } else if (said == Category.UNDETERMINED) {
                    counts[2]++;
                }
            }
        }
        text.append("\nby cause: right, undetermined, wrong of all\n");
        double infrastructure = 0;
        int kinds = 0;
        for (Map.Entry<String, long[]> entry : causes.entrySet()) {
            long[] counts = entry.getValue();
            text.append(String.format(
                    Locale.ROOT,
                    "  %3d %3d %3d of %3d  %s%n",
                    counts[1],
                    counts[2],
                    counts[0] - counts[1] - counts[2],
                    counts[0],
                    Shown.oneLine(entry.getKey(), LONGEST)));
            if (entry.getKey().startsWith("infrastructure")) {
                infrastructure += counts[1] / (double) counts[0];
                kinds++;
            }
        }
        if (kinds > 0) {
            text.append(String.format(
                    Locale.ROOT,
                    "INFRASTRUCTURE recall, every cause counting the same: %.3f%n",
                    infrastructure / kinds));
        }
    }

    private void calibration(StringBuilder text) {
        text.append("\nconfidence: how often it was right (undetermined left out)\n");
        double[] bounds = {0.5, 0.8, 0.9, 0.95, 1.01};
        for (int i = 0; i + 1 < bounds.length; i++) {
            double low = bounds[i];
            double high = bounds[i + 1];
            Predicate<Outcome> within = outcome -> outcome.verdict().confidence() >= low
                    && outcome.verdict().confidence() < high
                    && outcome.verdict().category() != Category.UNDETERMINED
                    && of(Label.INFRASTRUCTURE).or(of(Label.CODE)).test(outcome);
            line(
                    text,
                    String.format(Locale.ROOT, "  %.2f to %.2f", low, Math.min(1, high)),
                    count(within.and(Backtest::right)),
                    count(within));
        }
    }

    private static boolean right(Outcome outcome) {
        return outcome.verdict()
                .category()
                .name()
                .equals(outcome.sample().label().name());
    }

    private static Predicate<Outcome> of(Label label) {
        return outcome -> outcome.sample().label() == label;
    }

    private static Predicate<Outcome> said(Category category) {
        return outcome -> outcome.verdict().category() == category;
    }

    private long count(Predicate<Outcome> condition) {
        return outcomes.stream().filter(condition).count();
    }

    /** Every log that was not judged right, with the evidence line; then those that nothing matched. */
    public String mistakes() {
        StringBuilder text = new StringBuilder();
        List<Outcome> unclassified = new ArrayList<>();
        for (Outcome outcome : outcomes) {
            Label label = outcome.sample().label();
            boolean wrong = label == Label.PASSED
                    ? outcome.verdict().category() == Category.INFRASTRUCTURE
                    : label != Label.AMBIGUOUS && !right(outcome);
            if (wrong) {
                evidence(outcome, text);
            }
            if (outcome.verdict().indications().isEmpty() && label != Label.PASSED) {
                unclassified.add(outcome);
            }
        }
        text.append("\nunclassified (no indication at all): ")
                .append(unclassified.size())
                .append('\n');
        for (Outcome outcome : unclassified) {
            LogOutline outline = outcome.sample().reading().outline();
            text.append("  ")
                    .append(outcome.sample().name())
                    .append(" (failed at line ")
                    .append(outline.failedAt());
            outline.lastLines().stream()
                    .reduce((first, second) -> second)
                    .ifPresent(last -> text.append("; last line: ").append(Shown.oneLine(last.text(), LONGEST)));
            text.append(")\n");
        }
        return text.toString();
    }

    /** Every log with the line that decided. */
    public String evidence() {
        StringBuilder text = new StringBuilder();
        outcomes.forEach(outcome -> evidence(outcome, text));
        return text.toString();
    }

    private static void evidence(Outcome outcome, StringBuilder text) {
        Verdict verdict = outcome.verdict();
        text.append(String.format(
                Locale.ROOT,
                "%s\t%s\t%s\t%s\t%.2f\t",
                outcome.sample().name(),
                outcome.sample().label().name().toLowerCase(Locale.ROOT),
                Shown.oneLine(outcome.sample().cause(), LONGEST),
                verdict.category(),
                verdict.confidence()));
        Optional<Indication> first = verdict.indications().stream()
                .filter(indication ->
                        verdict.category() == Category.UNDETERMINED || indication.category() == verdict.category())
                .findFirst();
        if (first.isPresent()) {
            text.append(first.get().signature())
                    .append('\t')
                    .append(first.get()
                            .quote()
                            .map(quote -> quote.line() + ": " + Shown.oneLine(quote.text(), LONGEST))
                            .orElse(first.get().what()));
        } else {
            text.append("-\t-");
        }
        text.append('\n');
    }

    /** How many samples have each label. */
    Map<Label, Long> labels() {
        Map<Label, Long> labels = new EnumMap<>(Label.class);
        outcomes.forEach(outcome -> labels.merge(outcome.sample().label(), 1L, Long::sum));
        return labels;
    }
}
