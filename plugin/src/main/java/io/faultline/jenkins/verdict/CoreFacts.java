package io.faultline.jenkins.verdict;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.EnvVars;
import hudson.Extension;
import hudson.model.AbstractBuild;
import hudson.model.Computer;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.slaves.OfflineCause;
import io.faultline.verdict.BuildFacts.Abort;
import java.io.IOException;
import java.time.Instant;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.CauseOfInterruption;
import jenkins.model.InterruptedBuildAction;
import jenkins.model.Jenkins;

/** What Jenkins knows of any build. */
@Extension(ordinal = -10)
public final class CoreFacts extends FactFinder {
    private static final Logger LOGGER = Logger.getLogger(CoreFacts.class.getName());
    private static final long AFTER_THE_END_MILLIS = 2_000;
    private static final Set<String> TIME_OUTS = Set.of("ExceededTimeout", "TimeoutCause", "BuildTimeoutCause");
    private static final Set<String> NEWER = Set.of("CancelledCause", "SupersededCause", "NewerBuildCause");
    private static final Set<String> LOST =
            Set.of("RemovedNodeCause", "RemovedNodeTimeoutCause", "QueueTaskCancelled", "NoLongerThereCause");

    @Override
    public void find(@NonNull Run<?, ?> run, @NonNull FactDraft facts) {
        facts.start(Instant.ofEpochMilli(run.getStartTimeInMillis()));
        if (!run.isBuilding()) {
            facts.end(Instant.ofEpochMilli(run.getStartTimeInMillis() + run.getDuration()));
        }
        for (InterruptedBuildAction action : run.getActions(InterruptedBuildAction.class)) {
            action.getCauses().forEach(cause -> interrupted(cause, facts));
        }
        if (run instanceof AbstractBuild<?, ?> build) {
            String node = build.getBuiltOnStr();
            facts.node(node == null || node.isEmpty() ? "built-in" : node);
            if (lost(node, run)) {
                facts.agentLost();
            }
            commit(run, facts);
        }
    }

    /** By the class' own name: the causes are in many plugins, none of which has to be there. */
    static void interrupted(CauseOfInterruption cause, FactDraft facts) {
        String kind = cause.getClass().getSimpleName();
        if (cause instanceof CauseOfInterruption.UserInterruption) {
            facts.abort(Abort.PERSON);
        } else if (TIME_OUTS.contains(kind)) {
            facts.abort(Abort.TIME_OUT);
        } else if (NEWER.contains(kind)) {
            facts.abort(Abort.NEWER_BUILD);
        } else if (LOST.contains(kind)) {
            facts.agentLost();
        }
    }

    /** Whether the connection to that agent broke while the build ran, and not because a person wanted it. */
    static boolean lost(String node, Run<?, ?> run) {
        Computer computer =
                node == null || node.isEmpty() ? null : Jenkins.get().getComputer(node);
        OfflineCause cause = computer == null ? null : computer.getOfflineCause();
        return computer != null
                && computer.isOffline()
                && (cause instanceof OfflineCause.ChannelTermination
                        || cause != null && cause.getClass().getSimpleName().equals("PingFailed"))
                && cause.getTimestamp() >= run.getStartTimeInMillis()
                // Agents that are made for one build end after it.
                && (run.isBuilding()
                        || cause.getTimestamp()
                                <= run.getStartTimeInMillis() + run.getDuration() + AFTER_THE_END_MILLIS);
    }

    private static void commit(Run<?, ?> run, FactDraft facts) {
        try {
            EnvVars variables = run.getEnvironment(TaskListener.NULL);
            String commit = variables.get("GIT_COMMIT");
            if (commit != null && !commit.isBlank()) {
                facts.commit(commit);
            }
        } catch (IOException e) {
            LOGGER.log(Level.FINE, "no environment of " + run, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
