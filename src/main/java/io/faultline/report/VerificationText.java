package io.faultline.report;

import io.faultline.check.Result;
import io.faultline.check.Status;
import io.faultline.config.Durations;
import io.faultline.config.Shown;
import io.faultline.history.CheckState;
import io.faultline.run.Verification;
import io.faultline.run.Verification.Finding;
import io.faultline.run.Verification.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A verification on one screen: first what the change broke, with its facts; what is as before is only counted. */
public final class VerificationText {
    /** What is said instead of a result. */
    public static final String NO_RESULT = "no result before the time was over";

    private static final int MOST_OF_A_KIND = 12;
    private static final int LONGEST = 200;

    private VerificationText() {}

    /** @param now for how long things were as they were before */
    public static String of(Verification verification, Terminal terminal, Instant now, Duration took) {
        StringBuilder text = new StringBuilder();
        List<String> counts = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            List<Finding> findings = verification.of(kind);
            if (!findings.isEmpty()) {
                counts.add(findings.size() + " " + kind.text());
            }
            if (kind != Kind.UNCHANGED) {
                findings.stream().limit(MOST_OF_A_KIND).forEach(finding -> one(text, finding, terminal, now));
                if (findings.size() > MOST_OF_A_KIND) {
                    text.append("  and ")
                            .append(findings.size() - MOST_OF_A_KIND)
                            .append(" more ")
                            .append(kind.text())
                            .append('\n');
                }
            }
        }
        int checks = verification.findings().size();
        return text.append(checks)
                .append(checks == 1 ? " check in " : " checks in ")
                .append(Durations.roughly(took))
                .append(": ")
                .append(String.join(", ", counts))
                .append('\n')
                .toString();
    }

    private static void one(StringBuilder text, Finding finding, Terminal terminal, Instant now) {
        Optional<Result> last = finding.after().map(CheckState::last);
        text.append(String.format(Locale.ROOT, "%-12s  ", finding.kind().text().toUpperCase(Locale.ROOT)))
                .append(Shown.oneLine(finding.check().id().toString(), LONGEST))
                .append(": ")
                .append(last.map(result -> result.status() + " " + Shown.oneLine(result.summary(), LONGEST))
                        .orElse(NO_RESULT))
                .append(before(finding, now))
                .append('\n');
        if (finding.kind() == Kind.NEWLY_BROKEN || finding.kind() == Kind.NOT_CERTAIN) {
            last.ifPresent(result -> text.append(terminal.facts(result)));
        }
    }

    private static String before(Finding finding, Instant now) {
        return finding.before()
                .map(state -> " (was " + state.hard()
                        + (state.hard() == Status.OK || finding.kind() == Kind.STILL_BROKEN
                                ? " for " + Durations.roughly(Duration.between(state.hardSince(), now))
                                : "")
                        + ")")
                .orElse(finding.kind() == Kind.UNCHANGED ? "" : " (not seen before)");
    }
}
