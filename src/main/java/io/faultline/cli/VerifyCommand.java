package io.faultline.cli;

import io.faultline.catalog.CheckDefinition;
import io.faultline.check.CheckId;
import io.faultline.check.Result;
import io.faultline.checks.ChangedMachine;
import io.faultline.history.CheckState;
import io.faultline.history.History;
import io.faultline.history.Observation;
import io.faultline.machine.Facts;
import io.faultline.report.JUnitXml;
import io.faultline.report.Outcome;
import io.faultline.report.Snapshot;
import io.faultline.report.Terminal;
import io.faultline.report.VerificationJson;
import io.faultline.report.VerificationText;
import io.faultline.run.Verification;
import io.faultline.run.Verification.Kind;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** After a change: what did it break? */
@Command(
        name = "verify",
        description = {
            "After a change: run the checks that it may touch until their answers are steady, and say what is newly broken,"
                    + " still broken, repaired and unchanged.",
            "Without --since it is compared with what the state file knows. What was broken before does not fail it. Exit"
                    + " code: the worst of what is newly broken; 3 if the time was too short to be certain.",
            "Around an upgrade of the whole system: --before FILE, and --after FILE when it is done; see docs/changes.md."
        },
        mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {
    private final Host host;

    @Mixin
    Sources sources;

    @Mixin
    Change change;

    @Option(names = "--since", paramLabel = "FILE", description = "What 'faultline baseline --to FILE' kept.")
    Path since;

    @Option(
            names = "--before",
            paramLabel = "FILE",
            description =
                    "Before an upgrade: keep there how the checks are and what the machines say of themselves, and compare"
                            + " nothing.")
    Path before;

    @Option(
            names = "--after",
            paramLabel = "FILE",
            description =
                    "After the upgrade: compare with what --before FILE kept: checks, packages, units, ports, disks.")
    Path after;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Write the outcome as JSON there; - is standard output.")
    Path json;

    @Option(
            names = "--junit",
            paramLabel = "DIR",
            description = "Write JUnit XML there; what was broken before counts as skipped.")
    Path junit;

    VerifyCommand(Host host) {
        this.host = host;
    }

    @Override
    public Integer call() throws IOException {
        if (Stream.of(since, before, after).filter(Objects::nonNull).count() > 1) {
            throw new CommandFailed("give one of --since, --before and --after");
        }
        Change.Asked asked = change.asked(host, sources);
        if (before != null) {
            return new Before(host, asked).keep(change, machines(), before);
        }
        Path file = since == null ? after : since;
        Snapshot snapshot = file == null
                ? new Snapshot(Map.of(), stored(asked.state()))
                : kept(host.directory().resolve(file));
        return verify(after == null ? asked : withMachines(asked, snapshot), snapshot);
    }

    private List<String> machines() {
        if (change.machines.isEmpty()) {
            throw new CommandFailed("say which machine is upgraded: --machine NAME");
        }
        return change.machines;
    }

    /** What the machines say of themselves is compared as one more check of each. */
    private Change.Asked withMachines(Change.Asked asked, Snapshot snapshot) {
        Change.Asked all = asked;
        for (String machine : machines()) {
            Facts then = snapshot.machines().get(machine);
            if (then == null) {
                throw new CommandFailed("what " + machine + " said of itself before is not in " + after);
            }
            all = all.and(asked.ofMachine(machine, new ChangedMachine(then)));
        }
        return all;
    }

    private int verify(Change.Asked asked, Snapshot snapshot) throws IOException {
        Map<CheckId, CheckState> then = new HashMap<>(snapshot.states());
        snapshot.machines().forEach((machine, facts) -> {
            CheckId id = new CheckId(machine, Change.UPGRADE);
            Observation itself = new Observation(id, facts.arrived(), Duration.ZERO, Result.ok("as it was"));
            then.put(id, CheckState.first(itself, 1));
        });
        Set<CheckId> ids = asked.checks().stream().map(CheckDefinition::id).collect(Collectors.toSet());
        then.keySet().retainAll(ids);
        Instant began = host.clock().instant();
        Map<CheckId, CheckState> now = new HashMap<>(change.after(host, asked, certain(then)));
        // A state that nobody has looked at again is none.
        now.values().removeIf(state -> state.at().isBefore(began));
        Verification verification = Verification.of(asked.checks(), then, now);
        Instant ended = host.clock().instant();
        tell(verification, RunCommand.terminal(host, asked.checks()), ended, Duration.between(began, ended));
        return verification.status().exitCode();
    }

    /** To the person first: a file that cannot be written must not cost what was found out. */
    private void tell(Verification verification, Terminal terminal, Instant now, Duration took) throws IOException {
        if (Outputs.isStandardOutput(json)) {
            VerificationJson.write(verification, took, host.out());
        } else {
            verification.of(Kind.UNCHANGED).stream()
                    .filter(finding -> finding.check().type().equals(Change.UPGRADE))
                    .flatMap(finding -> finding.after().stream())
                    .forEach(state -> host.out().print(terminal.line(state) + "\n" + terminal.facts(state.last())));
            host.out().print(VerificationText.of(verification, terminal, now, took));
            if (json != null) {
                try (OutputStream out = Files.newOutputStream(host.directory().resolve(json))) {
                    VerificationJson.write(verification, took, out);
                }
            }
        }
        if (junit != null) {
            new JUnitXml(host.zone()).write(host.directory().resolve(junit), outcomes(verification, now));
        }
    }

    private static List<Outcome> outcomes(Verification verification, Instant now) {
        return verification.findings().stream()
                .map(finding -> {
                    CheckId id = finding.check().id();
                    CheckState state = finding.after()
                            .orElseGet(() -> CheckState.first(
                                    new Observation(id, now, Duration.ZERO, Result.unknown(VerificationText.NO_RESULT)),
                                    1));
                    Outcome outcome = new Outcome(finding.check(), state);
                    return finding.kind() == Kind.STILL_BROKEN
                            ? outcome.excused("it was broken before the change")
                            : outcome;
                })
                .toList();
    }

    /** Problems that are not certain count as none, so they are tried as often as any. */
    private static Map<CheckId, CheckState> certain(Map<CheckId, CheckState> before) {
        Map<CheckId, CheckState> certain = new HashMap<>(before);
        certain.values().removeIf(CheckState::isSoftProblem);
        return certain;
    }

    private Map<CheckId, CheckState> stored(Path file) {
        if (!Files.exists(file)) {
            host.err()
                    .println("faultline: nothing is known from before: there is no state file " + file
                            + " and no --since; whatever fails counts as newly broken");
            return Map.of();
        }
        try (History history = Store.openToRead(file)) {
            return history.states();
        }
    }

    private static Snapshot kept(Path file) {
        try {
            return Snapshot.read(file);
        } catch (IOException e) {
            throw new CommandFailed("nothing to compare with: " + e.getMessage(), e);
        }
    }
}
