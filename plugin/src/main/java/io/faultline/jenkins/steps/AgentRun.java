package io.faultline.jenkins.steps;

import hudson.remoting.RemoteOutputStream;
import io.faultline.catalog.Catalog;
import io.faultline.catalog.CheckDefinition;
import io.faultline.catalog.Excerpt;
import io.faultline.check.CheckId;
import io.faultline.check.Fact;
import io.faultline.check.Result;
import io.faultline.check.SecretMissing;
import io.faultline.check.Secrets;
import io.faultline.check.Status;
import io.faultline.checks.CheckTypes;
import io.faultline.config.Problem;
import io.faultline.history.Changes;
import io.faultline.history.CheckState;
import io.faultline.history.Observation;
import io.faultline.history.StateStore;
import io.faultline.history.Transition;
import io.faultline.net.SystemResolver;
import io.faultline.report.JsonLines;
import io.faultline.run.Pace;
import io.faultline.run.Recorder;
import io.faultline.run.RunListener;
import io.faultline.run.Runner;
import java.io.IOException;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jenkins.agents.ControllerToAgentCallable;

/**
 * Runs checks on an agent. Takes their definitions as they are written, and no more secrets than they name; writes
 * nothing to the agent's disk; sends each result back as a line of JSON while it runs.
 *
 * @param files the catalogue's files that the checks are defined in
 * @param checks which checks, as {@code service/check}
 * @param secrets the values of secrets by name
 * @param missing why secrets that the checks name have no value, by name
 * @param known where the controller knows a problem already
 * @param now the controller's clock, which the agent goes by: its own may be wrong
 * @param retryMillis how soon to try again at the latest; 0 for what the catalogue says
 * @param out where results go to
 */
record AgentRun(
        HashMap<String, byte[]> files,
        ArrayList<String> checks,
        HashMap<String, String> secrets,
        HashMap<String, String> missing,
        ArrayList<Known> known,
        long now,
        int atOnce,
        int perMachine,
        long retryMillis,
        RemoteOutputStream out)
        implements ControllerToAgentCallable<Boolean, IOException> {
    /** A problem: how many failures in a row there were, and whether people know. */
    record Known(String check, int failures, boolean hard) implements Serializable {}

    /** @return whether all checks were run to their end */
    @Override
    public Boolean call() throws IOException {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(AgentRun.class.getClassLoader());
        try {
            return run(thread);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private boolean run(Thread caller) throws IOException {
        InstantSource clock = clock();
        Catalog catalog = new Excerpt(files).read(CheckTypes.ALL);
        List<CheckDefinition> found = new ArrayList<>();
        List<Observation> notFound = new ArrayList<>();
        Map<CheckId, CheckDefinition> byId = new HashMap<>();
        catalog.checks().forEach(check -> byId.put(check.id(), check));
        for (String name : checks) {
            CheckId id = CheckId.parse(name);
            CheckDefinition check = byId.get(id);
            if (check == null) {
                notFound.add(new Observation(id, clock.instant(), Duration.ZERO, missing(catalog)));
            } else {
                found.add(retryMillis == 0 ? check : check.retriedWithin(Duration.ofMillis(retryMillis)));
            }
        }
        try (JsonLines lines = new JsonLines(out)) {
            for (Observation observation : notFound) {
                lines.recorded(new Transition(observation, Optional.empty(), CheckState.first(observation, 1)));
            }
            RunListener sender = transition -> {
                try {
                    lines.recorded(transition);
                } catch (RuntimeException e) {
                    // Nobody hears of results any more, so nobody needs them.
                    caller.interrupt();
                }
            };
            try (Recorder recorder = new Recorder(
                            StateStore.inMemory(states(clock.instant())),
                            transitions -> Changes.NONE,
                            List.of(sender));
                    Runner runner = new Runner(
                            catalog,
                            recorder,
                            new SystemResolver(),
                            sent(),
                            clock,
                            Pace.REAL,
                            Runner.Limits.of(atOnce, perMachine))) {
                return runner.once(found).complete();
            }
        }
    }

    private InstantSource clock() {
        Instant start = Instant.ofEpochMilli(now);
        long began = System.nanoTime();
        return () -> start.plusNanos(System.nanoTime() - began);
    }

    /** Its file was changed after the controller had read it, and now is refused. */
    private static Result missing(Catalog catalog) {
        Result result =
                Result.unknown("the check is not in the files of the catalogue any more, or they have mistakes");
        for (Problem problem : catalog.problems()) {
            result = result.with(Fact.of(problem.place().toString(), problem.message()));
        }
        return result;
    }

    private Secrets sent() {
        return name -> {
            String value = secrets.get(name.name());
            if (value == null) {
                throw new SecretMissing(missing.getOrDefault(
                        name.name(), "secret '" + name + "' was not sent to the agent: this is a fault of Faultline"));
            }
            return value;
        };
    }

    private Map<CheckId, CheckState> states(Instant at) {
        Map<CheckId, CheckState> states = new HashMap<>();
        for (Known one : known) {
            CheckId id = CheckId.parse(one.check());
            states.put(
                    id,
                    new CheckState(
                            id,
                            one.failures(),
                            Optional.of(at),
                            one.hard() ? Status.CRITICAL : Status.OK,
                            at,
                            Optional.empty(),
                            Result.unknown("known to the controller"),
                            at,
                            Duration.ZERO));
        }
        return states;
    }

    /** Goes into the names of threads and into logs: nothing of the content may. */
    @Override
    public String toString() {
        return "Faultline's checks";
    }
}
