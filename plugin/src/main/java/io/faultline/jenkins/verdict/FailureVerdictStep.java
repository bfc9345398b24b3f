package io.faultline.jenkins.verdict;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.faultline.jenkins.FaultlineEngine;
import io.faultline.jenkins.Messages;
import io.faultline.report.VerdictText;
import io.faultline.verdict.BuildFacts;
import io.faultline.verdict.Category;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.jenkinsci.plugins.workflow.steps.SynchronousNonBlockingStepExecution;
import org.kohsuke.stapler.DataBoundConstructor;

/**
 * {@code failureVerdict()}: for {@code post {failure}} or {@code catch}, whose fault it looks like so far. Returns a map:
 * {@code category}, {@code confidence}, {@code infrastructure}, {@code code}, {@code headline}, {@code evidence} (a list of
 * maps with {@code what}, {@code why}, {@code advice}, {@code pointsTo}, {@code line}, {@code quote}), {@code url}.
 */
public final class FailureVerdictStep extends Step {
    @DataBoundConstructor
    public FailureVerdictStep() {
        // Takes nothing.
    }

    @Override
    public StepExecution start(StepContext context) {
        return new Execution(context);
    }

    private static final class Execution extends SynchronousNonBlockingStepExecution<Map<String, Object>> {
        private static final long serialVersionUID = 1L;

        Execution(StepContext context) {
            super(context);
        }

        @Override
        protected Map<String, Object> run() throws IOException, InterruptedException {
            Run<?, ?> run = getContext().get(Run.class);
            TaskListener listener = getContext().get(TaskListener.class);
            BuildFacts facts = VerdictMaker.facts(run, Optional.empty());
            Optional<VerdictMaker.Judged> judged;
            Optional<String> error = facts.exitStatus().isPresent()
                    ? Optional.of(
                            "script returned exit code " + facts.exitStatus().getAsInt())
                    : Optional.empty();
            List<String> ending = RunLog.ending(error);
            try (InputStream log = RunLog.unfinished(run, Long.MAX_VALUE, ending)) {
                judged = VerdictMaker.judge(facts, log);
            }
            if (judged.isEmpty()) {
                listener.getLogger()
                        .println(Messages.FailureVerdictStep_none(
                                FaultlineEngine.get().failure().orElse("")));
                return unknown();
            }
            VerdictAction action =
                    new VerdictAction(judged.get().classified(), judged.get().at(), ending.size());
            VerdictAction.of(run).ifPresent(action::keepCorrectionOf);
            run.addOrReplaceAction(action);
            listener.getLogger()
                    .println("Faultline: "
                            + VerdictText.headline(judged.get().classified().verdict()));
            return map(action);
        }

        private static Map<String, Object> unknown() {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("category", Category.UNDETERMINED.name());
            map.put("confidence", 0.0);
            map.put("infrastructure", false);
            map.put("code", false);
            map.put("headline", Category.UNDETERMINED.name());
            map.put("evidence", new ArrayList<>());
            map.put("url", "");
            return map;
        }

        private static Map<String, Object> map(VerdictAction action) {
            Map<String, Object> map = unknown();
            map.put("category", action.getStanding());
            map.put("confidence", action.getConfidence());
            map.put("infrastructure", action.getStanding().equals(Category.INFRASTRUCTURE.name()));
            map.put("code", action.getStanding().equals(Category.CODE.name()));
            map.put("headline", action.getHeadline());
            map.put("url", action.getRun().getUrl() + VerdictAction.URL + "/");
            List<Map<String, Object>> evidence = new ArrayList<>();
            for (Evidence one : action.getEvidence()) {
                Map<String, Object> entry = new LinkedHashMap<>();
                entry.put("what", one.getWhat());
                entry.put("why", one.getWhy());
                entry.put("advice", one.getAdvice());
                entry.put("pointsTo", one.getPointsTo());
                entry.put("logOdds", one.getLogOdds());
                entry.put("line", one.getLine());
                entry.put("quote", one.getQuote());
                evidence.add(entry);
            }
            map.put("evidence", evidence);
            return map;
        }
    }

    /** The step in lists. */
    @Extension
    public static final class DescriptorImpl extends StepDescriptor {
        @Override
        public String getFunctionName() {
            return "failureVerdict";
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.FailureVerdictStep_displayName();
        }

        @Override
        public Set<? extends Class<?>> getRequiredContext() {
            return Set.of(Run.class, TaskListener.class);
        }
    }
}
