package io.faultline.jenkins.verdict;

import hudson.model.Job;
import hudson.model.Run;
import io.faultline.history.VerdictLog.Correction;
import io.faultline.history.VerdictLog.PastVerdict;
import io.faultline.jenkins.FaultlineEngine;
import io.faultline.jenkins.FaultlineEngine.Current;
import io.faultline.jenkins.Messages;
import io.faultline.jenkins.Readable;
import io.faultline.overview.Page.Moment;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A verdict on a failed build, in a list. */
public final class VerdictRow {
    private static final Duration LOOKING_BACK = Duration.ofDays(14);
    private static final int MOST = 100;

    private final PastVerdict verdict;
    private final Optional<Run<?, ?>> build;
    private final ZoneId zone;

    private VerdictRow(PastVerdict verdict, Job<?, ?> job, ZoneId zone) {
        this.verdict = verdict;
        this.build = build(job, verdict.build());
        this.zone = zone;
    }

    /** Of all jobs, newest first; without the builds that are gone, or that whoever asks may not see. */
    public static List<VerdictRow> newest() {
        FaultlineEngine engine = FaultlineEngine.get();
        Instant since = engine.clock().instant().minus(LOOKING_BACK);
        return engine.look()
                .map(now -> now.verdictLog().verdicts(since, MOST).stream()
                        .flatMap(verdict -> Readable.item(verdict.job(), Job.class)
                                .map(job -> new VerdictRow(verdict, job, now.zone()))
                                .filter(row -> row.build.isPresent())
                                .stream())
                        .toList())
                .orElse(List.of());
    }

    /** Of one job, newest first; also of builds that are gone. */
    static List<VerdictRow> newest(Job<?, ?> job, Current now) {
        return now.verdictLog().verdicts(job.getFullName(), MOST).stream()
                .map(verdict -> new VerdictRow(verdict, job, now.zone()))
                .toList();
    }

    private static Optional<Run<?, ?>> build(Job<?, ?> job, String number) {
        return number.matches("[0-9]{1,9}")
                ? Optional.ofNullable(job.getBuildByNumber(Integer.parseInt(number)))
                : Optional.empty();
    }

    /** With the name of its job. */
    public String getBuild() {
        return build.map(Run::getFullDisplayName).orElse(verdict.job() + " #" + verdict.build());
    }

    public String getNumber() {
        return verdict.build();
    }

    /** From the root of Jenkins on; null if the build is gone. */
    public String getUrl() {
        return build.map(run -> run.getUrl() + VerdictAction.URL + "/").orElse(null);
    }

    public String getWord() {
        return VerdictAction.word(verdict.standing());
    }

    public String getStyle() {
        return verdict.standing().toLowerCase(Locale.ROOT);
    }

    public String getCause() {
        return verdict.cause();
    }

    /** How sure, or what a person said. */
    public String getSure() {
        return verdict.correction().map(VerdictRow::said).orElse(Math.round(verdict.confidence() * 100) + " %");
    }

    private static String said(Correction correction) {
        return Messages.VerdictRow_said(correction.by(), correction.why());
    }

    /** When the build had ended. */
    public Moment getAt() {
        return Moment.of(verdict.at(), zone);
    }
}
