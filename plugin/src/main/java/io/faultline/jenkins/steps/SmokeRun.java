package io.faultline.jenkins.steps;

import hudson.AbortException;
import hudson.remoting.Channel;
import hudson.remoting.RemoteOutputStream;
import hudson.remoting.VirtualChannel;
import io.faultline.catalog.Catalog;
import io.faultline.catalog.CheckDefinition;
import io.faultline.catalog.Excerpt;
import io.faultline.catalog.Subject;
import io.faultline.check.CheckId;
import io.faultline.check.Fact;
import io.faultline.check.FactCheck;
import io.faultline.check.FleetCheck;
import io.faultline.check.Result;
import io.faultline.check.SecretMissing;
import io.faultline.check.SecretNames;
import io.faultline.check.Status;
import io.faultline.config.SecretName;
import io.faultline.history.Changes;
import io.faultline.history.CheckState;
import io.faultline.history.Observation;
import io.faultline.history.Report;
import io.faultline.history.StateStore;
import io.faultline.history.Transition;
import io.faultline.jenkins.FaultlineConfiguration;
import io.faultline.jenkins.FaultlineEngine;
import io.faultline.jenkins.FaultlineEngine.Current;
import io.faultline.jenkins.Messages;
import io.faultline.report.JsonLinesReader;
import io.faultline.report.Outcome;
import io.faultline.report.Terminal;
import io.faultline.run.Due;
import io.faultline.run.Pace;
import io.faultline.run.Recorder;
import io.faultline.run.Runner;
import io.faultline.run.Selection;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Runs the checks of services and machines where a channel leads to, each until it is certain, and records what comes
 * out on the controller while it comes. Results that the other side owes are UNKNOWN, never CRITICAL: nothing is known
 * about a service because an agent went away.
 */
public final class SmokeRun {
    private static final Logger LOGGER = Logger.getLogger(SmokeRun.class.getName());
    private static final long POLL_MILLIS = 200;
    /** More than any check is tried until it is certain. */
    private static final int MOST_RESULTS = 1_000;
    /** How soon a check is tried again after somebody said that something has happened. */
    private static final Duration FAST_RETRY = Duration.ofSeconds(5);

    /**
     * @param words services, machines and single checks ({@code service/check}); all if none is named
     * @param machine a machine to be checked with all that does not work without it
     * @param onlyDue leaves out what ran lately
     * @param fastRetries tries again sooner than the catalogue says
     */
    public record Order(List<String> words, Optional<String> machine, boolean onlyDue, boolean fastRetries) {
        public Order {
            words = List.copyOf(words);
        }
    }

    /**
     * @param outcomes what is known of all checks that were named, those that were not due included
     */
    public record Ended(List<Outcome> outcomes) {
        public Ended {
            outcomes = List.copyOf(outcomes);
        }

        /** The worst last result; OK if there is none. */
        public Status worst() {
            return outcomes.stream()
                    .map(outcome -> outcome.state().last().status())
                    .max(Status.BY_SEVERITY)
                    .orElse(Status.OK);
        }
    }

    private final Order order;
    private final PrintStream log;
    private final String agent;
    /** What has come so far, the newest of each check. */
    private final Map<CheckId, CheckState> states = new LinkedHashMap<>();
    /** How many results of each check the other side has sent. */
    private final Map<CheckId, Integer> sent = new HashMap<>();

    private final FaultlineEngine engine = FaultlineEngine.get();
    private Terminal terminal;

    /** @param agent its name for people; empty for the controller's own node */
    public SmokeRun(Order order, String agent, PrintStream log) {
        this.order = order;
        this.agent = agent;
        this.log = log;
    }

    /**
     * Runs the checks and waits for them.
     *
     * @throws AbortException if there is nothing to run, with a sentence for people
     * @throws IOException if results could not be stored
     * @throws InterruptedException if interrupted; what has come is recorded, and the other side stops
     */
    public Ended run(VirtualChannel channel) throws IOException, InterruptedException {
        Current current = engine.look()
                .orElseThrow(() -> new AbortException(
                        Messages.SmokeRun_noEngine(engine.failure().orElseGet(Messages::SmokeRun_shuttingDown))));
        List<CheckDefinition> named = named(current.catalog());
        List<CheckDefinition> chosen = order.onlyDue()
                ? Due.at(engine.clock().instant(), named, current.recorder().states())
                : named;
        if (chosen.size() < named.size()) {
            log.println(Messages.SmokeRun_due(chosen.size(), named.size()));
        }
        terminal = new Terminal(false, Math.min(40, width(chosen)), current.zone());
        List<CheckDefinition> here = new ArrayList<>();
        List<CheckDefinition> there = new ArrayList<>();
        for (CheckDefinition check : chosen) {
            (isForHere(check) ? here : there).add(check);
        }
        if (!here.isEmpty()) {
            runHere(current, here);
        }
        if (!there.isEmpty()) {
            runThere(current, there, channel);
        }
        Map<CheckId, CheckState> known = new HashMap<>(current.recorder().states());
        known.putAll(states);
        List<Outcome> outcomes = named.stream()
                .filter(check -> known.containsKey(check.id()))
                .map(check -> new Outcome(check, known.get(check.id())))
                .toList();
        log.println(terminal.summary(
                outcomes.stream().map(Outcome::state).toList(),
                states.values().stream().map(CheckState::took).reduce(Duration.ZERO, Duration::plus)));
        return new Ended(outcomes);
    }

    private List<CheckDefinition> named(Catalog catalog) throws AbortException {
        List<CheckDefinition> named = new ArrayList<>();
        try {
            if (order.machine().isPresent()) {
                Selection.touchedBy(catalog, order.machine().get()).forEach(subject -> named.addAll(subject.checks()));
            }
            if (order.machine().isEmpty() || !order.words().isEmpty()) {
                named.addAll(Selection.of(catalog, order.words()));
            }
        } catch (IllegalArgumentException e) {
            throw new AbortException(
                    catalog.problems().isEmpty()
                            ? e.getMessage()
                            : e.getMessage() + " "
                                    + Messages.SmokeRun_problems(
                                            catalog.problems().size()));
        }
        if (named.isEmpty()) {
            throw new AbortException(
                    Messages.SmokeRun_noChecks(order.machine().orElse(String.join(" ", order.words()))));
        }
        return named.stream().distinct().toList();
    }

    private static int width(Collection<CheckDefinition> checks) {
        return checks.stream()
                .mapToInt(check -> check.id().toString().length())
                .max()
                .orElse(20);
    }

    /** What is about the controller's own files, or about what machines say of themselves to it. */
    private static boolean isForHere(CheckDefinition check) {
        return check.id().subject().equals(Catalog.OWN_NAME)
                || check.check() instanceof FactCheck
                || check.check() instanceof FleetCheck;
    }

    private void runHere(Current current, List<CheckDefinition> checks) throws IOException, InterruptedException {
        List<CheckDefinition> again = order.fastRetries()
                ? checks.stream().map(check -> check.retriedWithin(FAST_RETRY)).toList()
                : checks;
        List<Observation> observed = Collections.synchronizedList(new ArrayList<>());
        try (Recorder recorder = new Recorder(
                        new Known(current.recorder().states(), current.history()),
                        transitions -> Changes.NONE,
                        List.of(transition -> observed.add(transition.observation())));
                Runner runner = new Runner(
                        current.catalog(),
                        recorder,
                        engine.resolver(),
                        current.secrets(),
                        engine.clock(),
                        Pace.REAL,
                        Runner.Limits.of(
                                current.catalog().settings().atOnce(),
                                current.catalog().settings().perMachine()))) {
            runner.once(again).complete();
        }
        record(List.copyOf(observed));
    }

    /** What the run decides by; the engine's own recorder stores what comes out. */
    private record Known(Map<CheckId, CheckState> states, StateStore history) implements StateStore {
        @Override
        public void commit(Changes changes) {
            // Only the engine's recorder writes.
        }

        @Override
        public Optional<Report> report(String machine) {
            return history.report(machine);
        }
    }

    private void runThere(Current current, List<CheckDefinition> checks, VirtualChannel channel)
            throws IOException, InterruptedException {
        log.println(Messages.SmokeRun_running(checks.size(), where()));
        Instant began = engine.clock().instant();
        Arrivals arrivals = new Arrivals();
        Map<CheckId, CheckDefinition> owed = new LinkedHashMap<>();
        checks.forEach(check -> owed.put(check.id(), check));
        Future<Boolean> future;
        try {
            future = channel.callAsync(order(current, checks, began, arrivals));
        } catch (IOException e) {
            owe(owed, Messages.SmokeRun_gone(where()), e);
            return;
        }
        Throwable cause;
        try {
            while (!future.isDone()) {
                take(arrivals.next(POLL_MILLIS), owed, began);
            }
            cause = end(future);
            take(arrivals.next(0), owed, began);
        } catch (AgentFault e) {
            cause = e;
        } catch (InterruptedException e) {
            if (isGone(channel)) {
                owe(owed, Messages.SmokeRun_gone(where()), e);
            }
            throw e;
        } finally {
            // Whatever happened, nobody takes any more what it sends.
            future.cancel(true);
        }
        owe(owed, isGone(channel) ? Messages.SmokeRun_gone(where()) : Messages.SmokeRun_failed(where()), cause);
    }

    /** Also waits for what the other side wrote before it ended. */
    private static Throwable end(Future<Boolean> future) throws InterruptedException {
        try {
            // Whether the other side came to its end shows in what it owes.
            future.get();
            return null;
        } catch (ExecutionException e) {
            return e.getCause() == null ? e : e.getCause();
        } catch (CancellationException e) {
            return e;
        }
    }

    private String where() {
        return agent.isEmpty() ? Messages.SmokeRun_controller() : agent;
    }

    private static boolean isGone(VirtualChannel channel) {
        return channel instanceof Channel remote && (remote.isClosingOrClosed() || remote.isOutClosed());
    }

    private AgentRun order(Current current, List<CheckDefinition> checks, Instant began, Arrivals arrivals) {
        List<Subject> subjects = checks.stream()
                .map(check -> check.id().subject())
                .distinct()
                .flatMap(name -> current.catalog().subject(name).stream())
                .toList();
        Excerpt excerpt = Excerpt.of(FaultlineConfiguration.get().getCatalog().paths(), subjects);
        HashMap<String, String> secrets = new HashMap<>();
        HashMap<String, String> missing = new HashMap<>();
        ArrayList<AgentRun.Known> known = new ArrayList<>();
        ArrayList<String> ids = new ArrayList<>();
        for (CheckDefinition check : checks) {
            ids.add(check.id().toString());
            for (String name : SecretNames.of(check.check())) {
                try {
                    secrets.put(name, current.secrets().value(new SecretName(name)));
                } catch (SecretMissing e) {
                    missing.put(name, e.getMessage());
                }
            }
            current.recorder()
                    .state(check.id())
                    .filter(state -> state.failures() > 0)
                    .ifPresent(state -> known.add(
                            new AgentRun.Known(check.id().toString(), state.failures(), state.isHardProblem())));
        }
        return new AgentRun(
                new HashMap<>(excerpt.files()),
                ids,
                secrets,
                missing,
                known,
                began.toEpochMilli(),
                current.catalog().settings().atOnce(),
                current.catalog().settings().perMachine(),
                order.fastRetries() ? FAST_RETRY.toMillis() : 0,
                new RemoteOutputStream(arrivals));
    }

    /** What the other side sent is no result of these checks. */
    private static final class AgentFault extends IOException {
        private static final long serialVersionUID = 1L;

        AgentFault(String message, Throwable cause) {
            super(message, cause);
        }
    }

    private void take(List<String> lines, Map<CheckId, CheckDefinition> owed, Instant began)
            throws IOException, InterruptedException {
        List<Observation> arrived = new ArrayList<>();
        for (String line : lines) {
            Observation observation;
            try {
                observation = JsonLinesReader.read(line);
            } catch (IOException e) {
                throw new AgentFault("it sent what is no result: " + e.getMessage(), e);
            }
            if (!owed.containsKey(observation.check()) && !states.containsKey(observation.check())) {
                throw new AgentFault("it sent a result that nobody asked for", null);
            }
            if (sent.merge(observation.check(), 1, Integer::sum) > MOST_RESULTS) {
                throw new AgentFault("it sent more results than a check has", null);
            }
            arrived.add(new Observation(
                    observation.check(), within(observation.at(), began), observation.took(), observation.result()));
        }
        record(arrived);
        arrived.forEach(observation -> owed.remove(observation.check()));
    }

    /** No agent may write history: what it says about the time holds only as far as it can be true. */
    private Instant within(Instant at, Instant began) {
        Instant now = engine.clock().instant();
        return at.isBefore(began) ? began : at.isAfter(now) ? now : at;
    }

    private void record(List<Observation> observations) throws IOException, InterruptedException {
        if (observations.isEmpty()) {
            return;
        }
        for (Transition transition : engine.record(observations)) {
            states.put(transition.observation().check(), transition.after());
            log.println(terminal.line(transition));
            if (!transition.observation().result().isOk()) {
                log.print(terminal.facts(transition.observation().result()));
            }
        }
    }

    /** What has not come will not come. */
    private void owe(Map<CheckId, CheckDefinition> owed, String why, Throwable cause)
            throws IOException, InterruptedException {
        if (owed.isEmpty()) {
            return;
        }
        if (cause != null) {
            LOGGER.log(Level.INFO, why, cause);
        }
        Instant now = engine.clock().instant();
        List<Observation> unknown = new ArrayList<>();
        for (CheckId check : owed.keySet()) {
            Result result = Result.unknown(why);
            if (cause != null) {
                result = result.with(Fact.of("cause", cause));
            }
            unknown.add(new Observation(check, now, Duration.ZERO, result));
        }
        record(unknown);
        owed.clear();
    }
}
