package io.faultline.jenkins.verdict;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.faultline.jenkins.Messages;
import io.faultline.report.VerdictText;
import io.faultline.verdict.BuildFacts;
import io.faultline.verdict.Category;
import io.faultline.verdict.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.jenkinsci.Symbol;
import org.jenkinsci.plugins.workflow.flow.ErrorCondition;
import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.kohsuke.stapler.DataBoundConstructor;

/**
 * {@code retry(count: 2, conditions: [infrastructure()])}: again, if the verdict on what has failed is INFRASTRUCTURE. Reads
 * only the end of a long log, because the pipeline waits for it.
 */
public final class InfrastructureCondition extends ErrorCondition {
    private static final long serialVersionUID = 1L;
    private static final long MOST_BYTES = 16L << 20;

    @DataBoundConstructor
    public InfrastructureCondition() {
        // Takes nothing.
    }

    @Override
    public boolean test(@NonNull Throwable error, @CheckForNull StepContext context)
            throws IOException, InterruptedException {
        if (error instanceof FlowInterruptedException interrupted && interrupted.isActualInterruption()) {
            // Somebody wants it to end, or its time is up; a timeout inside of the retry is no such interruption.
            return false;
        }
        Run<?, ?> run = context == null ? null : context.get(Run.class);
        if (run == null) {
            return false;
        }
        BuildFacts facts = VerdictMaker.facts(run, Optional.of(error));
        if (!VerdictMaker.failed(facts)) {
            return false;
        }
        Optional<Verdict> verdict;
        List<String> ending = RunLog.ending(Optional.ofNullable(error.getMessage()));
        try (InputStream log = RunLog.unfinished(run, MOST_BYTES, ending)) {
            verdict = VerdictMaker.judge(facts, log)
                    .map(judged -> judged.classified().verdict());
        }
        TaskListener listener = context.get(TaskListener.class);
        if (listener != null && verdict.isPresent()) {
            listener.getLogger().println("Faultline: " + VerdictText.headline(verdict.get()));
        }
        return verdict.filter(found -> found.category() == Category.INFRASTRUCTURE)
                .isPresent();
    }

    /** The condition in lists. */
    @Extension
    @Symbol("infrastructure")
    public static final class DescriptorImpl extends ErrorConditionDescriptor {
        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.InfrastructureCondition_displayName();
        }
    }
}
