package io.faultline.jenkins.steps;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.Extension;
import hudson.FilePath;
import hudson.Util;
import hudson.model.Computer;
import hudson.model.Item;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.remoting.VirtualChannel;
import hudson.tasks.junit.pipeline.JUnitResultsStepExecution;
import hudson.tasks.test.PipelineTestDetails;
import hudson.util.FormValidation;
import io.faultline.check.Status;
import io.faultline.jenkins.FaultlineEngine;
import io.faultline.jenkins.Messages;
import io.faultline.jenkins.Words;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jenkinsci.plugins.workflow.actions.WarningAction;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.jenkinsci.plugins.workflow.steps.SynchronousNonBlockingStepExecution;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/**
 * {@code smokeTest service: 'web'}: runs checks on the agent of the surrounding {@code node} and returns the worst
 * status: {@code OK}, {@code WARNING}, {@code UNKNOWN} or {@code CRITICAL}. CRITICAL fails the step, WARNING and
 * UNKNOWN make the build unstable, unless {@code propagate: false} is said. {@code smokeTest machine: 'web1'} checks a
 * machine and what does not work without it, and tries again sooner; {@code smokeTest()} checks everything.
 *
 * <p>Holds no thread of the pipeline. When Jenkins is restarted meanwhile, the checks are run once more: they change
 * nothing, and what had come is recorded.
 */
public final class SmokeTestStep extends Step {
    private String service = "";
    private String machine = "";
    private boolean propagate = true;

    @DataBoundConstructor
    public SmokeTestStep() {
        // All is optional.
    }

    /** Services, machines or single checks, with blanks or commas between them. */
    public String getService() {
        return service;
    }

    @DataBoundSetter
    public void setService(String service) {
        this.service = Util.fixNull(service).trim();
    }

    /** A machine to be checked with all that does not work without it. */
    public String getMachine() {
        return machine;
    }

    @DataBoundSetter
    public void setMachine(String machine) {
        this.machine = Util.fixNull(machine).trim();
    }

    /** Whether a problem changes the result of the build. */
    public boolean isPropagate() {
        return propagate;
    }

    @DataBoundSetter
    public void setPropagate(boolean propagate) {
        this.propagate = propagate;
    }

    @Override
    public StepExecution start(StepContext context) {
        return new Execution(context, service, machine, propagate);
    }

    private static final class Execution extends SynchronousNonBlockingStepExecution<String> {
        private static final long serialVersionUID = 1L;
        private static final Duration PATIENCE = Duration.ofMinutes(5);

        private final String service;
        private final String machine;
        private final boolean propagate;

        Execution(StepContext context, String service, String machine, boolean propagate) {
            super(context);
            this.service = service;
            this.machine = machine;
            this.propagate = propagate;
        }

        @Override
        public void onResume() {
            try {
                getContext().get(TaskListener.class).getLogger().println(Messages.SmokeTestStep_again());
                start();
            } catch (Exception e) {
                getContext().onFailure(e);
            }
        }

        /** Checks run to their end soon, and can be run again. */
        @Override
        public boolean blocksRestart() {
            return false;
        }

        @Override
        protected String run() throws IOException, InterruptedException {
            Run<?, ?> run = getContext().get(Run.class);
            TaskListener listener = getContext().get(TaskListener.class);
            FlowNode node = getContext().get(FlowNode.class);
            VirtualChannel channel = channel();
            Computer computer = getContext().get(Computer.class);
            SmokeRun.Order order = new SmokeRun.Order(
                    Words.of(service),
                    Optional.of(machine).filter(name -> !name.isEmpty()),
                    false,
                    !machine.isEmpty() || SmokeTestBuilder.isOfAMachine(run));
            SmokeRun.Ended ended =
                    new SmokeRun(order, computer == null ? "" : computer.getName(), listener.getLogger()).run(channel);
            TestCases.attach(run, ended.outcomes(), ZoneId.systemDefault(), Optional.of(details(node)), listener);
            Status worst = ended.worst();
            Result result = SmokeTestBuilder.result(worst);
            if (propagate && result == Result.UNSTABLE) {
                node.addOrReplaceAction(
                        new WarningAction(Result.UNSTABLE).withMessage(Messages.SmokeTestStep_worst(what(), worst)));
                run.setResult(Result.UNSTABLE);
            } else if (propagate && result == Result.FAILURE) {
                throw new AbortException(Messages.SmokeTestStep_worst(what(), worst));
            }
            return worst.name();
        }

        private String what() {
            String what = (machine + " " + service).trim();
            return what.isEmpty() ? Messages.SmokeTestStep_everything() : what;
        }

        /** After a restart the agent may not be back yet. */
        private VirtualChannel channel() throws IOException, InterruptedException {
            Instant end = FaultlineEngine.get().clock().instant().plus(PATIENCE);
            while (true) {
                FilePath workspace = getContext().get(FilePath.class);
                VirtualChannel channel = workspace == null ? null : workspace.getChannel();
                if (channel != null) {
                    return channel;
                }
                if (FaultlineEngine.get().clock().instant().isAfter(end)) {
                    throw new AbortException(Messages.SmokeTestStep_noAgent());
                }
                TimeUnit.SECONDS.sleep(1);
            }
        }

        private static PipelineTestDetails details(FlowNode node) {
            List<FlowNode> blocks = JUnitResultsStepExecution.getEnclosingStagesAndParallels(node);
            PipelineTestDetails details = new PipelineTestDetails();
            details.setNodeId(node.getId());
            details.setEnclosingBlocks(JUnitResultsStepExecution.getEnclosingBlockIds(blocks));
            details.setEnclosingBlockNames(JUnitResultsStepExecution.getEnclosingBlockNames(blocks));
            return details;
        }
    }

    /** The step in lists and forms. */
    @Extension
    public static final class DescriptorImpl extends StepDescriptor {
        @Override
        public String getFunctionName() {
            return "smokeTest";
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.SmokeTestBuilder_displayName();
        }

        @Override
        public Set<? extends Class<?>> getRequiredContext() {
            return Set.of(Run.class, FilePath.class, TaskListener.class, FlowNode.class);
        }

        @Override
        public String argumentsToString(@NonNull Map<String, Object> arguments) {
            return arguments
                    .getOrDefault("machine", arguments.getOrDefault("service", ""))
                    .toString();
        }

        @POST
        public FormValidation doCheckService(@AncestorInPath Item item, @QueryParameter String value) {
            return Util.fixEmptyAndTrim(value) == null
                    ? FormValidation.ok()
                    : SmokeTestBuilder.checkService(item, value);
        }

        @POST
        public FormValidation doCheckMachine(@AncestorInPath Item item, @QueryParameter String value) {
            return SmokeTestBuilder.checkMachine(item, Util.fixNull(value));
        }
    }
}
