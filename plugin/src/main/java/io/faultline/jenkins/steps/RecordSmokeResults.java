package io.faultline.jenkins.steps;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.EnvVars;
import hudson.Extension;
import hudson.FilePath;
import hudson.Launcher;
import hudson.Util;
import hudson.model.Item;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.tasks.BuildStepMonitor;
import hudson.tasks.Publisher;
import hudson.tasks.Recorder;
import hudson.util.FormValidation;
import io.faultline.catalog.CheckDefinition;
import io.faultline.check.CheckId;
import io.faultline.check.Status;
import io.faultline.history.CheckState;
import io.faultline.history.Observation;
import io.faultline.history.Transition;
import io.faultline.jenkins.FaultlineEngine;
import io.faultline.jenkins.Messages;
import io.faultline.jenkins.SubjectField;
import io.faultline.report.JsonLinesReader;
import io.faultline.report.Outcome;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import jenkins.tasks.SimpleBuildStep;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/**
 * {@code recordSmokeResults '*.jsonl'}: takes results that the command line made elsewhere ({@code faultline run
 * --json}) from files of the workspace. Only results of checks that the catalogue has, and that are newer than what is
 * known of the check, count: a file may be read twice. CRITICAL fails the build, WARNING and UNKNOWN make it unstable.
 */
public final class RecordSmokeResults extends Recorder implements SimpleBuildStep {
    private static final int MOST_FILES = 200;
    private static final int MOST_BYTES = 16 << 20;
    private static final int MOST_SAID = 20;
    /** So far may another machine's clock be ahead. */
    private static final Duration AHEAD = Duration.ofMinutes(1);

    private final String results;

    @DataBoundConstructor
    public RecordSmokeResults(String results) {
        this.results = Util.fixNull(results).trim();
    }

    /** The files, as a pattern within the workspace. */
    public String getResults() {
        return results;
    }

    @Override
    public BuildStepMonitor getRequiredMonitorService() {
        return BuildStepMonitor.NONE;
    }

    @Override
    public void perform(
            @NonNull Run<?, ?> run,
            @NonNull FilePath workspace,
            @NonNull EnvVars env,
            @NonNull Launcher launcher,
            @NonNull TaskListener listener)
            throws InterruptedException, IOException {
        String pattern = env.expand(results);
        if (pattern.isEmpty()) {
            throw new AbortException(Messages.RecordSmokeResults_noPattern());
        }
        List<ResultFiles.Content> files = workspace.act(new ResultFiles(pattern, MOST_FILES, MOST_BYTES));
        if (files.isEmpty()) {
            throw new AbortException(Messages.RecordSmokeResults_noFiles(pattern));
        }
        FaultlineEngine engine = FaultlineEngine.get();
        FaultlineEngine.Current current = engine.look()
                .orElseThrow(() -> new AbortException(
                        Messages.SmokeRun_noEngine(engine.failure().orElseGet(Messages::SmokeRun_shuttingDown))));
        Map<CheckId, CheckDefinition> known = new HashMap<>();
        current.catalog().checks().forEach(check -> known.put(check.id(), check));

        Intake intake =
                new Intake(known, current.recorder().states(), engine.clock().instant(), listener.getLogger());
        files.forEach(intake::read);
        List<Transition> transitions = engine.record(intake.inOrder());
        intake.sayRest();
        Map<CheckId, Outcome> outcomes = new TreeMap<>();
        for (Transition transition : transitions) {
            CheckId id = transition.observation().check();
            outcomes.put(id, new Outcome(known.get(id), transition.after()));
        }
        listener.getLogger()
                .println(Messages.RecordSmokeResults_recorded(transitions.size(), outcomes.size(), intake.skipped));
        TestCases.attach(run, outcomes.values(), current.zone(), Optional.empty(), listener);
        Status worst = outcomes.values().stream()
                .map(outcome -> outcome.state().last().status())
                .max(Status.BY_SEVERITY)
                .orElse(Status.OK);
        Result result = intake.broken > 0 && worst == Status.OK ? Result.UNSTABLE : SmokeTestBuilder.result(worst);
        if (result != Result.SUCCESS) {
            run.setResult(result);
        }
    }

    /** Decides line by line what counts. */
    private static final class Intake {
        private final Map<CheckId, CheckDefinition> known;
        private final Map<CheckId, CheckState> states;
        private final Instant latest;
        private final PrintStream log;
        private final List<Observation> taken = new ArrayList<>();
        private int skipped;
        private int broken;
        private int said;

        Intake(Map<CheckId, CheckDefinition> known, Map<CheckId, CheckState> states, Instant now, PrintStream log) {
            this.known = known;
            this.states = states;
            this.latest = now.plus(AHEAD);
            this.log = log;
        }

        void read(ResultFiles.Content file) {
            int number = 0;
            for (String line : (Iterable<String>) file.text().lines()::iterator) {
                number++;
                if (!line.isBlank()) {
                    read(file.name(), number, line);
                }
            }
        }

        private void read(String file, int number, String line) {
            Observation observation;
            try {
                observation = JsonLinesReader.read(line);
            } catch (IOException e) {
                broken++;
                skip(file, number, e.getMessage());
                return;
            }
            if (!known.containsKey(observation.check())) {
                skip(file, number, Messages.RecordSmokeResults_unknown(observation.check()));
            } else if (observation.at().isAfter(latest)) {
                skip(file, number, Messages.RecordSmokeResults_future(observation.at()));
            } else if (isKnown(observation)) {
                skip(file, number, Messages.RecordSmokeResults_old(observation.check(), observation.at()));
            } else {
                taken.add(observation);
            }
        }

        private boolean isKnown(Observation observation) {
            CheckState state = states.get(observation.check());
            return state != null && !observation.at().isAfter(state.at());
        }

        /** Several machines' files are one history. */
        List<Observation> inOrder() {
            taken.sort(Comparator.comparing(Observation::at));
            return taken;
        }

        private void skip(String file, int number, String why) {
            skipped++;
            if (++said <= MOST_SAID) {
                log.println(Messages.RecordSmokeResults_skipped(file, number, why));
            }
        }

        void sayRest() {
            if (said > MOST_SAID) {
                log.println(Messages.RecordSmokeResults_more(said - MOST_SAID));
            }
        }
    }

    /** The step in lists and forms. */
    @Extension
    @Symbol("recordSmokeResults")
    public static final class DescriptorImpl extends StepOfAnyJob<Publisher> {
        @Override
        public String getDisplayName() {
            return Messages.RecordSmokeResults_displayName();
        }

        @POST
        public FormValidation doCheckResults(@AncestorInPath Item item, @QueryParameter String value) {
            return SubjectField.mayFill(item) && Util.fixEmptyAndTrim(value) == null
                    ? FormValidation.error(Messages.RecordSmokeResults_noPattern())
                    : FormValidation.ok();
        }
    }
}
