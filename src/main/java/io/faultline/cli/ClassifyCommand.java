package io.faultline.cli;

import io.faultline.catalog.Catalog;
import io.faultline.history.History;
import io.faultline.history.SqliteVerdicts;
import io.faultline.history.VerdictLog;
import io.faultline.report.VerdictJson;
import io.faultline.report.VerdictText;
import io.faultline.verdict.BuildFacts;
import io.faultline.verdict.BuildFactsException;
import io.faultline.verdict.BuildFactsReader;
import io.faultline.verdict.Classifier;
import io.faultline.verdict.RecordedServiceStates;
import io.faultline.verdict.ServiceStates;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says whose fault a failed build is. Never changes a build's result. */
@Command(
        name = "classify",
        description = {
            "Say whether a failed build is the infrastructure's fault or the change's, and why.",
            "Exit code 0: a verdict was given, whatever it is; 3: there was none."
        },
        mixinStandardHelpOptions = true)
public final class ClassifyCommand implements Callable<Integer> {
    private final Host host;

    @Parameters(paramLabel = "LOG", description = "The build's log; - for standard input.")
    Path log;

    @Option(names = "--facts", paramLabel = "FILE", description = "What the CI server knows of the build, as JSON.")
    Path factsFile;

    @Option(
            names = "--state",
            paramLabel = "FILE",
            description = "State file: learn from earlier verdicts, and remember this one (needs --facts).")
    Path state;

    @Option(
            names = {"-c", "--catalog"},
            paramLabel = "PATH",
            description = "Catalogue: look at how the services that the log names were doing (needs --state).")
    List<Path> catalog = List.of();

    @Option(names = "--json", description = "Write one JSON object.")
    boolean json;

    @Mixin
    SignatureOptions signatures;

    public ClassifyCommand(Host host) {
        this.host = host;
    }

    @Override
    public Integer call() throws IOException {
        Optional<BuildFacts> facts = factsFile == null ? Optional.empty() : Optional.of(facts());
        if (state == null) {
            if (!catalog.isEmpty()) {
                throw new CommandFailed("--catalog needs --state: that is where the services' results are");
            }
            return judge(facts, ServiceStates.UNKNOWN, Optional.empty());
        }
        Path file = host.directory().resolve(state);
        try (VerdictLog past = SqliteVerdicts.open(file, Store.beside(file))) {
            if (catalog.isEmpty()) {
                return judge(facts, ServiceStates.UNKNOWN, Optional.of(past));
            }
            Sources sources = new Sources();
            sources.catalog = catalog;
            Catalog services = RunCommand.catalog(host, sources);
            try (History history = Store.openToRead(file)) {
                return judge(facts, new RecordedServiceStates(services, history), Optional.of(past));
            }
        }
    }

    private int judge(Optional<BuildFacts> facts, ServiceStates services, Optional<VerdictLog> past)
            throws IOException {
        Classifier classifier = new Classifier(signatures.read(host), services, past);
        Instant now = host.clock().instant();
        try (InputStream in = open()) {
            if (facts.flatMap(BuildFacts::result).equals(Optional.of(BuildFacts.Result.SUCCESS))) {
                return passed(facts.orElseThrow(), classifier.falseAlarms(in), past, now);
            }
            Classifier.Classified classified = classifier.classify(in, facts, now);
            if (past.isPresent() && facts.isPresent()) {
                past.get().judged(Classifier.remembered(facts.get(), classified.verdict(), now));
            }
            host.out()
                    .print(
                            json
                                    ? VerdictJson.of(
                                                    classified.verdict(),
                                                    classified.reading().outline(),
                                                    facts,
                                                    classified.quarantined())
                                            + "\n"
                                    : VerdictText.of(
                                            classified.verdict(),
                                            classified.reading().outline(),
                                            facts,
                                            classified.quarantined()));
            return 0;
        }
    }

    /** A build that passed needs no verdict, but teaches which signatures cry wolf. */
    private int passed(BuildFacts facts, Set<String> falseAlarms, Optional<VerdictLog> past, Instant now) {
        past.ifPresent(log -> log.passed(facts.job(), facts.build(), facts.end().orElse(now), falseAlarms));
        if (json) {
            host.out().println("{\"category\": null, \"false-alarms\": " + quoted(falseAlarms) + "}");
        } else {
            host.out().println("the build passed: there is nothing to explain");
            falseAlarms.forEach(id -> host.out().println("  false alarm: " + id));
        }
        return 0;
    }

    /** Ids consist of letters, digits and dashes only. */
    private static String quoted(Set<String> ids) {
        return ids.isEmpty() ? "[]" : "[\"" + String.join("\", \"", ids) + "\"]";
    }

    private InputStream open() throws IOException {
        if (log.toString().equals("-")) {
            return System.in;
        }
        Path file = host.directory().resolve(log);
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new CommandFailed("cannot read the log " + log);
        }
        return Files.newInputStream(file);
    }

    private BuildFacts facts() throws IOException {
        Path file = host.directory().resolve(factsFile);
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new CommandFailed("cannot read the build facts " + factsFile);
        }
        try (InputStream in = Files.newInputStream(file)) {
            return BuildFactsReader.read(factsFile.toString(), in);
        } catch (BuildFactsException e) {
            throw new CommandFailed(e.getMessage(), e);
        }
    }
}
