package io.faultline.report;

import io.faultline.config.Shown;
import io.faultline.verdict.BuildFacts;
import io.faultline.verdict.Category;
import io.faultline.verdict.Indication;
import io.faultline.verdict.LogOutline;
import io.faultline.verdict.Verdict;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** A verdict as lines for people. Nothing from a log can steer the terminal that shows them. */
public final class VerdictText {
    private static final int LONGEST = 300;

    private VerdictText() {}

    /** The category's word, and how sure: {@code INFRASTRUCTURE, 93 % sure}. */
    public static String headline(Verdict verdict) {
        String sure = Math.round(verdict.confidence() * 100) + " %";
        return verdict.category() == Category.UNDETERMINED
                ? "UNDETERMINED (the evidence does not say whose fault it is)"
                : verdict.category() + ", " + sure + " sure";
    }

    /** All of it. */
    public static String of(Verdict verdict, LogOutline outline, Optional<BuildFacts> facts, Set<String> quarantined) {
        StringBuilder text = new StringBuilder(headline(verdict)).append('\n');
        facts.ifPresent(known -> text.append("build: ")
                .append(Shown.oneLine(known.job(), LONGEST))
                .append(" #")
                .append(Shown.oneLine(known.build(), LONGEST))
                .append('\n'));
        if (outline.told() && !outline.failing().command().isEmpty()) {
            text.append("failed at line ")
                    .append(outline.failedAt())
                    .append(", while running: ")
                    .append(Shown.oneLine(outline.failing().command(), LONGEST))
                    .append('\n');
        }
        for (Indication indication : verdict.indications()) {
            text.append('\n');
            indication(indication, text);
        }
        if (verdict.indications().isEmpty()) {
            text.append("\nNothing in the log matches a signature. Its last lines:\n");
            outline.lastLines()
                    .forEach(line -> text.append("  ")
                            .append(line.line())
                            .append(": ")
                            .append(Shown.oneLine(line.text(), LONGEST))
                            .append('\n'));
        }
        if (!quarantined.isEmpty()) {
            text.append("\nquarantined signatures (they keep hitting builds that pass): ")
                    .append(String.join(", ", quarantined))
                    .append('\n');
        }
        return text.toString();
    }

    private static void indication(Indication indication, StringBuilder text) {
        text.append(String.format(Locale.ROOT, "%+.1f ", indication.signed()))
                .append(
                        indication.logOdds() == 0
                                ? "neither"
                                : indication.category().name())
                .append(": ")
                .append(Shown.oneLine(indication.what(), LONGEST))
                .append(indication.signature().isEmpty() ? "" : " (" + indication.signature() + ")")
                .append('\n');
        indication
                .quote()
                .ifPresent(quote -> text.append("     ")
                        .append(quote.line())
                        .append(": ")
                        .append(Shown.oneLine(quote.text(), LONGEST))
                        .append('\n'));
        text.append("     ").append(Shown.oneLine(indication.why(), LONGEST)).append('\n');
        if (!indication.advice().isEmpty()) {
            text.append("     To do: ")
                    .append(Shown.oneLine(indication.advice(), LONGEST))
                    .append('\n');
        }
    }
}
