package io.faultline.jenkins.verdict;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.EnvVars;
import hudson.Extension;
import hudson.model.Cause;
import hudson.model.EnvironmentContributor;
import hudson.model.Job;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.faultline.jenkins.Readable;
import java.util.Optional;

/**
 * The verdict for later steps, the next build and builds that it starts: {@code FAULTLINE_VERDICT} once
 * {@code failureVerdict()} has made one, {@code FAULTLINE_PREVIOUS_VERDICT} if the build before failed,
 * {@code FAULTLINE_UPSTREAM_VERDICT} if the build that started this one has a verdict.
 */
@Extension
public final class VerdictVariables extends EnvironmentContributor {
    @Override
    @SuppressWarnings("rawtypes") // as it is inherited
    public void buildEnvironmentFor(@NonNull Run run, @NonNull EnvVars variables, @NonNull TaskListener listener) {
        Run<?, ?> build = run;
        put(variables, "FAULTLINE_VERDICT", Optional.of(build));
        put(variables, "FAULTLINE_PREVIOUS_VERDICT", Optional.ofNullable(build.getPreviousBuild()));
        put(
                variables,
                "FAULTLINE_UPSTREAM_VERDICT",
                Optional.ofNullable(build.getCause(Cause.UpstreamCause.class)).flatMap(VerdictVariables::upstream));
    }

    /** None for whom the build runs as may not read, too. */
    private static Optional<Run<?, ?>> upstream(Cause.UpstreamCause cause) {
        return Readable.item(cause.getUpstreamProject(), Job.class)
                .map(job -> job.getBuildByNumber(cause.getUpstreamBuild()));
    }

    private static void put(EnvVars variables, String name, Optional<Run<?, ?>> build) {
        build.flatMap(VerdictAction::of).ifPresent(verdict -> {
            variables.put(name, verdict.getStanding());
            variables.put(name + "_CONFIDENCE", String.valueOf(verdict.getConfidence()));
        });
    }
}
