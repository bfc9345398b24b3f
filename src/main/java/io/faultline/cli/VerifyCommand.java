package io.faultline.cli;

import io.faultline.catalog.CheckDefinition;
import io.faultline.check.CheckId;
import io.faultline.check.Result;
import io.faultline.history.CheckState;
import io.faultline.history.History;
import io.faultline.history.Observation;
import io.faultline.report.JUnitXml;
import io.faultline.report.JsonLinesReader;
import io.faultline.report.Outcome;
import io.faultline.report.Terminal;
import io.faultline.report.VerificationJson;
import io.faultline.report.VerificationText;
import io.faultline.run.Verification;
import io.faultline.run.Verification.Kind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
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
                    + " code: the worst of what is newly broken; 3 if the time was too short to be certain."
        },
        mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {
    private static final int MOST_LINES = 100_000;

    private final Host host;

    @Mixin
    Sources sources;

    @Mixin
    Change change;

    @Option(names = "--since", paramLabel = "FILE", description = "What 'faultline baseline --to FILE' kept.")
    Path since;

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
        Change.Asked asked = change.asked(host, sources);
        Set<CheckId> ids = asked.checks().stream().map(CheckDefinition::id).collect(Collectors.toSet());
        Map<CheckId, CheckState> before =
                since == null ? stored(asked.state()) : kept(host.directory().resolve(since));
        before.keySet().retainAll(ids);
        Instant began = host.clock().instant();
        Map<CheckId, CheckState> after = new HashMap<>(change.after(host, asked, certain(before)));
        // A state that nobody has looked at again is none.
        after.values().removeIf(state -> state.at().isBefore(began));
        Verification verification = Verification.of(asked.checks(), before, after);
        Instant now = host.clock().instant();
        tell(verification, RunCommand.terminal(host, asked.checks()), now, Duration.between(began, now));
        return verification.status().exitCode();
    }

    /** To the person first: a file that cannot be written must not cost what was found out. */
    private void tell(Verification verification, Terminal terminal, Instant now, Duration took) throws IOException {
        if (Outputs.isStandardOutput(json)) {
            VerificationJson.write(verification, took, host.out());
        } else {
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
            return new HashMap<>();
        }
        try (History history = Store.openToRead(file)) {
            return new HashMap<>(history.states());
        }
    }

    /** The last result of each check there. */
    private static Map<CheckId, CheckState> kept(Path file) {
        Map<CheckId, CheckState> states = new HashMap<>();
        int number = 0;
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (++number > MOST_LINES) {
                    throw new CommandFailed(file + ": more than " + MOST_LINES + " lines, the limit");
                }
                Observation observation = JsonLinesReader.read(line);
                states.put(observation.check(), CheckState.first(observation, 1));
            }
        } catch (IOException e) {
            throw new CommandFailed(
                    file + (number == 0 ? "" : ":" + number) + ": no result of 'faultline baseline': " + e.getMessage(),
                    e);
        }
        return states;
    }
}
