package io.faultline.cli;

import io.faultline.alert.Alerts;
import io.faultline.alert.FileTransport;
import io.faultline.alert.Heart;
import io.faultline.alert.Mailing;
import io.faultline.alert.NextSteps;
import io.faultline.alert.Postman;
import io.faultline.alert.Sender;
import io.faultline.catalog.Catalog;
import io.faultline.catalog.CheckDefinition;
import io.faultline.catalog.Settings;
import io.faultline.check.CheckId;
import io.faultline.check.Secrets;
import io.faultline.check.Status;
import io.faultline.history.Changes;
import io.faultline.history.CheckState;
import io.faultline.history.Event;
import io.faultline.history.History;
import io.faultline.net.Resolver;
import io.faultline.net.SystemResolver;
import io.faultline.overview.Overview;
import io.faultline.report.JUnitXml;
import io.faultline.report.Outcome;
import io.faultline.run.Pace;
import io.faultline.run.Recorder;
import io.faultline.run.RunListener;
import io.faultline.run.Runner;
import io.faultline.run.TriggerGate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * All parts put together for one catalogue over one history: what results lead to, and where it is written.
 *
 * <p>The history is not closed here.
 */
final class Engine implements AutoCloseable {
    /** How soon what fails after a change is tried again. */
    private static final Duration SOON = Duration.ofSeconds(5);

    private static final Sender NOBODY = new Sender("faultline@localhost", "faultline.localhost");

    private final Host host;
    private final Catalog catalog;
    private final History history;
    private final InstantSource clock;
    private final Outputs outputs;
    private final Recorder recorder;
    private final Runner runner;
    private final Optional<Postman> postman;
    private final Secrets secrets;
    private final Optional<Heart> heart;

    Engine(
            Host host,
            Catalog catalog,
            History history,
            InstantSource clock,
            Pace pace,
            Outputs outputs,
            List<RunListener> listeners) {
        this.host = host;
        this.catalog = catalog;
        this.history = history;
        this.clock = clock;
        this.outputs = outputs;
        Settings settings = catalog.settings();
        Resolver resolver = new SystemResolver();
        this.secrets = new HostSecrets(host, settings.secrets());
        Mailing mailing =
                Mailing.of(catalog, history, exit(settings, resolver), NextSteps.COMMANDS, host.zone(), clock);
        mailing.trouble().ifPresent(trouble -> host.err().println("faultline: " + trouble));
        Alerts alerts = mailing.alerts();
        history.commit(alerts.ofCatalog());
        history.fingerprints(
                catalog.checks().collect(Collectors.toMap(CheckDefinition::id, CheckDefinition::fingerprint)));
        this.postman = mailing.postman();
        this.heart = mailing.heart();
        this.recorder = new Recorder(history, alerts, listeners);
        this.runner = new Runner(
                catalog,
                recorder,
                resolver,
                secrets,
                clock,
                pace,
                Runner.Limits.of(settings.atOnce(), settings.perMachine()));
    }

    private Mailing.Exit exit(Settings settings, Resolver resolver) {
        Mailing.Exit exit = Mailing.Exit.by(settings.mail(), secrets, resolver);
        if (outputs.noMail) {
            return exit.into(Optional.empty(), NOBODY);
        }
        return outputs.mailFolder == null
                ? exit
                : exit.into(Optional.of(new FileTransport(host.directory().resolve(outputs.mailFolder))), NOBODY);
    }

    Runner runner() {
        return runner;
    }

    /**
     * Something happened to a machine: it is remembered, and the checks that it may have touched run now.
     *
     * @return how many; nothing if none can run now
     */
    OptionalInt start(String machine, TriggerGate.Answer.Start start) {
        Event happened = new Event(clock.instant(), machine, start.text());
        List<CheckId> touched = start.touched().stream()
                .flatMap(subject -> subject.checks().stream())
                .map(CheckDefinition::id)
                .toList();
        OptionalInt hastened = runner.hasten(touched, SOON);
        // Whoever is asked to tell it again later will: it happened once.
        if (hastened.isPresent()) {
            history.commit(new Changes(List.of(), List.of(), List.of(), List.of(), List.of(happened)));
        }
        return hastened;
    }

    Secrets secrets() {
        return secrets;
    }

    /**
     * Decides what follows from the time that has passed: what a silence held back is told when it is over.
     *
     * @throws CommandFailed if it is interrupted
     */
    void look() {
        try {
            recorder.look();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailed("interrupted", e);
        }
    }

    /** Sends what waits, as far as it can be sent now. */
    Optional<Postman.Report> deliver() {
        return postman.map(p -> p.pass(clock.instant()));
    }

    /** Gives signs of life, if they are wanted and all is well; says what is not. */
    void beat() {
        heart.ifPresent(known ->
                known.beat(clock.instant()).forEach(trouble -> host.err().println("faultline: " + trouble)));
    }

    /** Deletes what is older than the settings want to keep. */
    void tidy() {
        history.prune(clock.instant().minus(catalog.settings().keepResults()));
    }

    /** Writes the pages to wherever they were asked for. */
    void writeOverview() {
        Optional<Path> folder = Optional.ofNullable(outputs.overview)
                .map(host.directory()::resolve)
                .or(() -> catalog.settings().overview());
        folder.ifPresent(path -> {
            try {
                new Overview(catalog, history, host.zone()).write(path, clock.instant());
            } catch (IOException e) {
                throw new CommandFailed("the pages cannot be written to " + path + ": " + e, e);
            }
        });
    }

    /** Writes JUnit XML for these checks to wherever it was asked for. */
    void writeJUnit(Map<CheckId, CheckState> states) {
        Optional<Path> folder = Optional.ofNullable(outputs.junit)
                .map(host.directory()::resolve)
                .or(() -> catalog.settings().junit());
        folder.ifPresent(path -> {
            try {
                Files.createDirectories(path);
                new JUnitXml(host.zone()).write(path, Outcome.of(catalog, states));
            } catch (IOException e) {
                throw new CommandFailed("JUnit XML cannot be written to " + path + ": " + e, e);
            }
        });
    }

    /** The newest states of these checks, as far as they have one. */
    Map<CheckId, CheckState> states(Collection<CheckDefinition> checks) {
        Map<CheckId, CheckState> states = new TreeMap<>();
        checks.forEach(check -> recorder.state(check.id()).ifPresent(state -> states.put(check.id(), state)));
        return states;
    }

    static Status worst(Collection<CheckState> states) {
        return states.stream().map(CheckState::hard).reduce(Status.OK, Status::worst);
    }

    @Override
    public void close() {
        runner.close();
        recorder.close();
    }
}
