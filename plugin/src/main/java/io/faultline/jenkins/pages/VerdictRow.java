package io.faultline.jenkins.pages;

import hudson.model.Job;
import hudson.model.Run;
import io.faultline.history.VerdictLog.PastVerdict;
import io.faultline.jenkins.FaultlineEngine;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import jenkins.model.Jenkins;

/** A verdict on a failed build, in a list. */
public final class VerdictRow {
    private static final Duration LOOKING_BACK = Duration.ofDays(14);
    private static final int MOST = 100;

    /** Where a build's verdict can be read and corrected, below the build. */
    private static final String VERDICT_URL = "faultline-verdict/";

    private final PastVerdict verdict;
    private final Run<?, ?> build;

    private VerdictRow(PastVerdict verdict, Run<?, ?> build) {
        this.verdict = verdict;
        this.build = build;
    }

    /** Newest first; without the builds that are gone, or that whoever asks may not see. */
    static List<VerdictRow> newest() {
        FaultlineEngine engine = FaultlineEngine.get();
        Instant since = engine.clock().instant().minus(LOOKING_BACK);
        return engine.look()
                .map(now -> now.verdictLog().verdicts(since, MOST).stream()
                        .flatMap(verdict -> row(verdict).stream())
                        .toList())
                .orElse(List.of());
    }

    private static Optional<VerdictRow> row(PastVerdict verdict) {
        Job<?, ?> job = Jenkins.get().getItemByFullName(verdict.job(), Job.class);
        if (job == null || !verdict.build().matches("[0-9]{1,9}")) {
            return Optional.empty();
        }
        return Optional.ofNullable(job.getBuildByNumber(Integer.parseInt(verdict.build())))
                .map(build -> new VerdictRow(verdict, build));
    }

    public String getBuild() {
        return build.getFullDisplayName();
    }

    /** From the root of Jenkins on. */
    public String getUrl() {
        return build.getUrl() + VERDICT_URL;
    }

    public String getStanding() {
        return verdict.standing();
    }

    /** In per cent; 0 if a person said what it was. */
    public long getConfidence() {
        return isCorrected() ? 0 : Math.round(verdict.confidence() * 100);
    }

    public boolean isCorrected() {
        return verdict.correction().isPresent();
    }

    public String getCorrectedBy() {
        return verdict.correction().map(correction -> correction.by()).orElse("");
    }

    public String getCause() {
        return verdict.cause();
    }
}
