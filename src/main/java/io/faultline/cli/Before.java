package io.faultline.cli;

import io.faultline.catalog.CheckDefinition;
import io.faultline.check.CheckId;
import io.faultline.check.FactCheck;
import io.faultline.check.Result;
import io.faultline.check.Status;
import io.faultline.history.CheckState;
import io.faultline.machine.Facts;
import io.faultline.report.Snapshot;
import io.faultline.report.Terminal;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps in a file how things are before a change, for whoever compares afterwards. */
final class Before {
    private final Host host;
    private final Change.Asked asked;

    Before(Host host, Change.Asked asked) {
        this.host = host;
        this.asked = asked;
    }

    /** Takes what a machine says, and finds nothing wrong with it. */
    private record Keeper(String machine, Map<String, Facts> kept) implements FactCheck {
        @Override
        public Result judge(Facts facts, Instant now) {
            kept.put(machine, facts);
            return Result.ok("kept");
        }
    }

    /**
     * Runs the checks and keeps what is certain.
     *
     * @param machines those of which also what they say of themselves is kept
     * @return the exit code: 0, or 3 if not all could be kept
     */
    int keep(Change change, Collection<String> machines, Path to) {
        Map<String, Facts> facts = new ConcurrentHashMap<>();
        Map<CheckId, String> keepers = new HashMap<>();
        Change.Asked all = asked;
        for (String machine : machines) {
            CheckDefinition keeper = asked.ofMachine(machine, new Keeper(machine, facts));
            keepers.put(keeper.id(), machine);
            all = all.and(keeper);
        }
        Instant began = host.clock().instant();
        Path file = host.directory().resolve(to);
        Map<CheckId, CheckState> certain;
        Map<CheckId, CheckState> states;
        try (OutputStream out = Files.newOutputStream(file)) {
            states = new TreeMap<>(change.before(host, all));
            certain = new TreeMap<>(states);
            certain.keySet().removeAll(keepers.keySet());
            certain.values().removeIf(CheckState::isSoftProblem);
            new Snapshot(facts, certain).write(out);
        } catch (IOException e) {
            throw new CommandFailed("the results cannot be written to " + file + ": " + e, e);
        }
        Terminal terminal = RunCommand.terminal(host, asked.checks());
        certain.values().stream()
                .filter(state -> !state.last().isOk())
                .forEach(state -> host.out().println(terminal.line(state)));
        host.out()
                .println(terminal.summary(
                        certain.values(), Duration.between(began, host.clock().instant())));
        int uncertain = asked.checks().size() - certain.size();
        if (uncertain > 0) {
            host.err()
                    .println("faultline: " + uncertain + " of " + asked.checks().size()
                            + " checks were not certain when the time was over; they are not kept, so whatever of them fails"
                            + " after the change counts as newly broken. More time: --within");
        }
        keepers.forEach((id, machine) -> {
            if (!facts.containsKey(machine)) {
                host.err()
                        .println("faultline: what " + machine + " says of itself is not kept: it did not say anything"
                                + (states.containsKey(id)
                                        ? "; "
                                                + terminal.facts(states.get(id).last())
                                                        .strip()
                                        : ""));
            }
        });
        return uncertain > 0 || facts.size() < keepers.size() ? Status.UNKNOWN.exitCode() : 0;
    }
}
