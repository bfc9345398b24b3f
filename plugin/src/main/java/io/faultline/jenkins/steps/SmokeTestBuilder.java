package io.faultline.jenkins.steps;

import hudson.AbortException;
import hudson.Extension;
import hudson.Launcher;
import hudson.Util;
import hudson.model.AbstractBuild;
import hudson.model.AutoCompletionCandidates;
import hudson.model.BuildListener;
import hudson.model.Item;
import hudson.model.Result;
import hudson.model.Run;
import hudson.remoting.VirtualChannel;
import hudson.tasks.Builder;
import hudson.triggers.TimerTrigger;
import hudson.util.FormValidation;
import io.faultline.catalog.Catalog;
import io.faultline.check.Status;
import io.faultline.jenkins.FaultlineEngine;
import io.faultline.jenkins.Messages;
import io.faultline.jenkins.SubjectField;
import io.faultline.jenkins.Words;
import io.faultline.jenkins.trigger.MachineChangedCause;
import io.faultline.run.Selection;
import java.io.IOException;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/**
 * Build step: runs checks on the agent of the build. CRITICAL fails the build, WARNING and UNKNOWN make it unstable:
 * something should be looked at, but nobody knows that the service is broken.
 */
public final class SmokeTestBuilder extends Builder {
    private final String service;
    private boolean onlyDue;

    @DataBoundConstructor
    public SmokeTestBuilder(String service) {
        this.service = Util.fixNull(service).trim();
    }

    /** Services, machines or single checks, with blanks or commas between them. */
    public String getService() {
        return service;
    }

    /** Whether a build that the clock started leaves out checks that ran within their interval. */
    public boolean isOnlyDue() {
        return onlyDue;
    }

    @DataBoundSetter
    public void setOnlyDue(boolean onlyDue) {
        this.onlyDue = onlyDue;
    }

    @Override
    public boolean perform(AbstractBuild<?, ?> build, Launcher launcher, BuildListener listener)
            throws IOException, InterruptedException {
        VirtualChannel channel = launcher.getChannel();
        if (channel == null) {
            throw new AbortException(Messages.SmokeRun_gone(build.getBuiltOnStr()));
        }
        SmokeRun.Order order = new SmokeRun.Order(
                words(build.getEnvironment(listener).expand(service)),
                Optional.empty(),
                onlyDue && isOfTheClock(build),
                isOfAMachine(build));
        SmokeRun.Ended ended = new SmokeRun(order, build.getBuiltOnStr(), listener.getLogger()).run(channel);
        TestCases.attach(build, ended.outcomes(), ZoneId.systemDefault(), Optional.empty(), listener);
        Result result = result(ended.worst());
        if (result != Result.SUCCESS) {
            build.setResult(result);
        }
        return result != Result.FAILURE;
    }

    /** An empty field is a mistake, or a variable that was not set: it does not mean everything. */
    private static List<String> words(String written) throws AbortException {
        List<String> words = Words.of(written);
        if (words.isEmpty()) {
            throw new AbortException(Messages.SmokeRun_nothingNamed());
        }
        return words;
    }

    static boolean isOfTheClock(Run<?, ?> run) {
        return !run.getCauses().isEmpty()
                && run.getCauses().stream().allMatch(TimerTrigger.TimerTriggerCause.class::isInstance);
    }

    static boolean isOfAMachine(Run<?, ?> run) {
        return run.getCause(MachineChangedCause.class) != null;
    }

    /** What a build is worth whose worst check has this status. */
    static Result result(Status worst) {
        return switch (worst) {
            case OK -> Result.SUCCESS;
            case WARNING, UNKNOWN -> Result.UNSTABLE;
            case CRITICAL -> Result.FAILURE;
        };
    }

    /** The step in lists and forms. */
    @Extension
    @Symbol("smokeTest")
    public static final class DescriptorImpl extends StepOfAnyJob<Builder> {
        @Override
        public String getDisplayName() {
            return Messages.SmokeTestBuilder_displayName();
        }

        @POST
        public FormValidation doCheckService(@AncestorInPath Item item, @QueryParameter String value) {
            return checkService(item, value);
        }

        public AutoCompletionCandidates doAutoCompleteService(@QueryParameter String value) {
            return SubjectField.complete(value);
        }
    }

    /** Says what is wrong with the words in a form's field. */
    static FormValidation checkService(Item item, String value) {
        if (!SubjectField.mayFill(item)) {
            return FormValidation.ok();
        }
        if (Words.of(value).isEmpty()) {
            return FormValidation.error(Messages.SmokeRun_nothingNamed());
        }
        return check(value, catalog -> Selection.of(catalog, Words.of(value)));
    }

    /** As {@link #checkService}, for the name of a machine, which may be left out. */
    static FormValidation checkMachine(Item item, String value) {
        return !SubjectField.mayFill(item) || value.isBlank()
                ? FormValidation.ok()
                : check(value, catalog -> Selection.touchedBy(catalog, List.of(value.trim()), List.of()));
    }

    /** Who may not see services is told nothing about which there are. */
    private static FormValidation check(String value, Function<Catalog, List<?>> selection) {
        if (value.contains("$") || !SubjectField.maySee()) {
            return FormValidation.ok();
        }
        return FaultlineEngine.get()
                .look()
                .map(engine -> {
                    try {
                        return selection.apply(engine.catalog()).isEmpty()
                                ? FormValidation.warning(Messages.SmokeRun_noChecks(value))
                                : FormValidation.ok();
                    } catch (IllegalArgumentException e) {
                        return FormValidation.warning(e.getMessage());
                    }
                })
                .orElseGet(FormValidation::ok);
    }
}
