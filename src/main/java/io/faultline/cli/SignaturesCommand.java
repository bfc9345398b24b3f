package io.faultline.cli;

import io.faultline.config.Problem;
import io.faultline.verdict.Backtest;
import io.faultline.verdict.Signature;
import io.faultline.verdict.SignatureExamples;
import io.faultline.verdict.Signatures;
import io.faultline.verdict.Suggestion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** For those who write signatures. */
@Command(
        name = "signatures",
        description = "List, test and measure the signatures that verdicts are made of, and draft new ones.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
public final class SignaturesCommand {
    private static final int GOOD = 0;
    private static final int WRONG = 2;

    private final Host host;

    public SignaturesCommand(Host host) {
        this.host = host;
    }

    @Command(
            name = "test",
            description = {
                "Read all signatures, and try each on its examples and near misses.",
                "Exit code 0: all hold; 2: something is wrong."
            },
            mixinStandardHelpOptions = true)
    int test(@Mixin SignatureOptions options) {
        List<Problem> problems = new ArrayList<>();
        Signatures signatures = options.read(host, problems);
        problems.addAll(SignatureExamples.failures(signatures));
        problems.forEach(host.out()::println);
        host.out().println(signatures.all().size() + " signatures, " + problems.size() + " problems");
        return problems.isEmpty() ? GOOD : WRONG;
    }

    @Command(name = "list", description = "List all signatures.", mixinStandardHelpOptions = true)
    int list(@Mixin SignatureOptions options) {
        for (Signature signature : options.read(host).all()) {
            host.out()
                    .println(String.format(
                            Locale.ROOT,
                            "%-36s %-14s %-12s %4.1f  %s",
                            signature.id(),
                            signature.category().name().toLowerCase(Locale.ROOT),
                            signature.cause(),
                            signature.weight(),
                            signature.explanation()));
        }
        return GOOD;
    }

    @Command(
            name = "backtest",
            description = "Judge logs of which people know the answer, and count: confusion, precision, recall, causes,"
                    + " calibration.",
            mixinStandardHelpOptions = true)
    int backtest(
            @Option(
                            names = "--labels",
                            required = true,
                            paramLabel = "FILE",
                            description =
                                    "Tab-separated: path, label (infra, code, ambiguous, pass), sublabel, source.")
                    Path labels,
            @Parameters(paramLabel = "DIR", description = "The folder that the paths start at.") Path folder,
            @Option(
                            names = "--leave-out",
                            paramLabel = "WHAT",
                            defaultValue = "NOTHING",
                            description = "Fit without the logs of the same SOURCE, or CAUSE, and judge those only.")
                    Backtest.LeaveOut leaveOut,
            @Option(names = "--leave-one-source-out", description = "The same as --leave-out SOURCE --forget.")
                    boolean leaveOneSourceOut,
            @Option(
                            names = "--forget",
                            description = "When leaving out: drop the signatures, too, that decided nowhere else.")
                    boolean forget,
            @Option(names = "--evidence", description = "Write the deciding line of every log.") boolean evidence,
            @Option(
                            names = "--mistakes",
                            description =
                                    "Write every log that was not judged right, and those that" + " nothing matched.")
                    boolean mistakes,
            @Mixin SignatureOptions options)
            throws IOException {
        Backtest backtest;
        if (!Files.isReadable(host.directory().resolve(labels))) {
            throw new CommandFailed("cannot read the labels " + labels);
        }
        try {
            backtest = Backtest.run(
                    options.read(host),
                    host.directory().resolve(labels),
                    host.directory().resolve(folder),
                    leaveOneSourceOut ? Backtest.LeaveOut.SOURCE : leaveOut,
                    forget || leaveOneSourceOut);
        } catch (Backtest.LabelsException e) {
            throw new CommandFailed(e.getMessage(), e);
        }
        if (evidence) {
            host.out().print(backtest.evidence());
        }
        if (mistakes) {
            host.out().print(backtest.mistakes());
        }
        host.out().print(backtest.report());
        return GOOD;
    }

    @Command(
            name = "suggest",
            description =
                    "Find lines that stand in a job's failed logs and not in its others, as drafts of signatures.",
            mixinStandardHelpOptions = true)
    int suggest(
            @Option(
                            names = "--failed",
                            required = true,
                            arity = "1..*",
                            paramLabel = "LOG",
                            description = "Logs of failed builds, or folders of them.")
                    List<Path> failed,
            @Option(
                            names = "--passed",
                            required = true,
                            arity = "1..*",
                            paramLabel = "LOG",
                            description = "Logs of builds that passed, or folders of them.")
                    List<Path> passed)
            throws IOException {
        List<Suggestion> suggestions = Suggestion.between(logs(failed), logs(passed));
        host.out().println("signatures:");
        suggestions.forEach(suggestion -> host.out().print(suggestion.draft()));
        return suggestions.isEmpty() ? 1 : GOOD;
    }

    private List<Path> logs(List<Path> paths) throws IOException {
        List<Path> logs = new ArrayList<>();
        for (Path path : paths) {
            Path found = host.directory().resolve(path);
            if (Files.isDirectory(found)) {
                try (Stream<Path> entries = Files.list(found)) {
                    logs.addAll(entries.filter(Files::isRegularFile).sorted().toList());
                }
            } else if (Files.isReadable(found)) {
                logs.add(found);
            } else {
                throw new CommandFailed("cannot read the log " + path);
            }
        }
        return logs;
    }
}
