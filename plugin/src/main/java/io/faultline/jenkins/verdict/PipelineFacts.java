package io.faultline.jenkins.verdict;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Run;
import hudson.remoting.Channel;
import java.util.Optional;
import java.util.Set;
import org.jenkinsci.plugins.workflow.actions.ErrorAction;
import org.jenkinsci.plugins.workflow.actions.LabelAction;
import org.jenkinsci.plugins.workflow.actions.ThreadNameAction;
import org.jenkinsci.plugins.workflow.actions.WorkspaceAction;
import org.jenkinsci.plugins.workflow.flow.FlowExecution;
import org.jenkinsci.plugins.workflow.flow.FlowExecutionOwner;
import org.jenkinsci.plugins.workflow.graph.BlockStartNode;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.graphanalysis.DepthFirstScanner;
import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException;

/** What a pipeline's graph tells: what failed first, in which stage, on which agent, with what error. */
@Extension
public final class PipelineFacts extends FactFinder {
    private static final int MOST_NODES = 20_000;
    private static final Set<String> AGENT_IS_GONE = Set.of("AgentOfflineException", "RemovedNodeCause");

    @Override
    public void find(@NonNull Run<?, ?> run, @NonNull FactDraft facts) {
        if (!(run instanceof FlowExecutionOwner.Executable executable)) {
            return;
        }
        FlowExecutionOwner owner = executable.asFlowExecutionOwner();
        FlowExecution execution = owner == null ? null : owner.getOrNull();
        if (execution == null) {
            return;
        }
        Optional<FlowNode> origin = origin(execution, facts);
        if (origin.isPresent()) {
            ErrorAction error = origin.get().getError();
            if (error != null) {
                error(error.getError(), facts);
            }
            around(origin.get(), run, facts);
        }
    }

    /** Where the error came from: it is thrown on through all blocks around it. */
    private static Optional<FlowNode> origin(FlowExecution execution, FactDraft facts) {
        return facts.error()
                .or(() -> Optional.ofNullable(execution.getCauseOfFailure()))
                .or(() -> newest(execution))
                .map(thrown -> ErrorAction.findOrigin(thrown, execution));
    }

    /** What failed before that may have been tried again, or caught. */
    private static Optional<Throwable> newest(FlowExecution execution) {
        int seen = 0;
        for (FlowNode node : new DepthFirstScanner().allNodes(execution)) {
            ErrorAction error = node.getError();
            if (error != null) {
                return Optional.of(error.getError());
            }
            if (++seen > MOST_NODES) {
                break;
            }
        }
        return Optional.empty();
    }

    /** What an error itself says. */
    static void error(Throwable error, FactDraft facts) {
        facts.errorMessage(error.getMessage());
        if (error instanceof FlowInterruptedException interrupted) {
            interrupted.getCauses().forEach(cause -> CoreFacts.interrupted(cause, facts));
        }
        if (Channel.isClosedChannelException(error)
                || AGENT_IS_GONE.contains(error.getClass().getSimpleName())) {
            facts.agentLost();
        }
    }

    private static void around(FlowNode node, Run<?, ?> run, FactDraft facts) {
        for (BlockStartNode block : node.iterateEnclosingBlocks()) {
            LabelAction label = block.getPersistentAction(LabelAction.class);
            if (label != null && !(label instanceof ThreadNameAction)) {
                facts.failedStage(label.getDisplayName());
            }
            WorkspaceAction workspace = block.getPersistentAction(WorkspaceAction.class);
            if (workspace != null) {
                String name = workspace.getNode();
                facts.node(name.isEmpty() ? "built-in" : name);
                if (CoreFacts.lost(name, run)) {
                    facts.agentLost();
                }
            }
        }
    }
}
