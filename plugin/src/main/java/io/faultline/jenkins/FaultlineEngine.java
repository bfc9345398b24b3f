package io.faultline.jenkins;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.ExtensionPoint;
import hudson.init.InitMilestone;
import hudson.init.Initializer;
import hudson.init.Terminator;
import hudson.security.ACL;
import hudson.security.ACLContext;
import hudson.util.DaemonThreadFactory;
import hudson.util.NamingThreadFactory;
import io.faultline.alert.MailTransport;
import io.faultline.alert.Mailing;
import io.faultline.alert.NextSteps;
import io.faultline.alert.PlainMail;
import io.faultline.alert.Postman;
import io.faultline.catalog.Catalog;
import io.faultline.catalog.CatalogReader;
import io.faultline.catalog.CatalogStamp;
import io.faultline.catalog.CheckDefinition;
import io.faultline.check.Secrets;
import io.faultline.checks.CheckTypes;
import io.faultline.config.Moments;
import io.faultline.config.Problem;
import io.faultline.history.Changes;
import io.faultline.history.Observation;
import io.faultline.history.QueuedMail;
import io.faultline.history.SqliteHistory;
import io.faultline.history.SqliteVerdicts;
import io.faultline.history.Transition;
import io.faultline.history.VerdictLog;
import io.faultline.jenkins.config.CredentialSecrets;
import io.faultline.jenkins.config.MailServer;
import io.faultline.net.Resolver;
import io.faultline.net.SystemResolver;
import io.faultline.overview.Pages;
import io.faultline.run.Recorder;
import io.faultline.verdict.Classifier;
import io.faultline.verdict.RecordedServiceStates;
import io.faultline.verdict.Signatures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import jenkins.model.Jenkins;

/**
 * The engine in this controller: one history under {@code JENKINS_HOME/faultline}, and over it whatever follows from the
 * catalogue and the settings. Opened by whoever needs it first, shortly after Jenkins has started, and never by a thread
 * of the start itself.
 *
 * <p>Thread-safe. Nothing of it is ever written into Jenkins' own files.
 */
@Extension
public final class FaultlineEngine {
    private static final Logger LOGGER = Logger.getLogger(FaultlineEngine.class.getName());
    /** Attained when nobody uses the engine any more while Jenkins ends. */
    public static final String UNUSED = "faultline-unused";

    private static final long DELIVERY_SECONDS = 5;
    private static final long LOOK_AT_CATALOG_SECONDS = 20;
    private static final long UPDATE_CATALOG_SECONDS = 300;
    private static final long TIDYING_SECONDS = 3600;

    /**
     * What belongs to one state of catalogue and settings. Not to be kept: ask for it anew each time.
     *
     * @param catalog with the service that stands for the catalogue itself
     * @param signatures of verdicts
     */
    public record Current(
            Catalog catalog,
            SqliteHistory history,
            VerdictLog verdictLog,
            Recorder recorder,
            Mailing mailing,
            Mailing.Exit exit,
            Secrets secrets,
            Signatures signatures,
            Classifier classifier,
            ZoneId zone) {
        /** What there is to see at a moment. */
        public Pages pages(Instant at) {
            return new Pages(catalog, history, recorder.states(), zone, at);
        }
    }

    private record Outdated(Instant since, String why) {}

    /** Hears that catalogue or settings have changed. Called by one of the engine's own threads. */
    public interface Listener extends ExtensionPoint {
        void changed(Current current);
    }

    private final InstantSource clock = InstantSource.system();
    /** Fetches that are asked for: whoever asks first does the work, for all who ask meanwhile. */
    private final AtomicInteger fetches = new AtomicInteger();
    /** Why the catalogue cannot be brought up to date, and since when. */
    private volatile Outdated outdated;

    private final Resolver resolver = new SystemResolver();
    private final ScheduledExecutorService chores = chores();
    /** Held for reading by whoever uses {@link #current}, for writing while it is replaced. */
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock(true);
    /** Two passes at a time would send the same mail twice. */
    private final Object delivery = new Object();

    /** When there was the last sign of life. */
    private volatile Instant beaten;

    // All below is guarded by the lock.
    private SqliteHistory history;
    private VerdictLog verdictLog;
    private Current current;
    private CatalogStamp stamp;
    private boolean closed;
    private String failure;

    public static FaultlineEngine get() {
        return ExtensionList.lookupSingleton(FaultlineEngine.class);
    }

    /** A mail server and a Git server that do not answer hold one thread each; the others go on. */
    private static ScheduledExecutorService chores() {
        ScheduledThreadPoolExecutor pool =
                new ScheduledThreadPoolExecutor(4, new NamingThreadFactory(new DaemonThreadFactory(), "faultline"));
        pool.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        pool.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
        pool.setRemoveOnCancelPolicy(true);
        return pool;
    }

    /** Does not hold up the start of Jenkins. */
    @Initializer(after = InitMilestone.JOB_CONFIG_ADAPTED)
    public static void start() {
        FaultlineEngine engine = get();
        engine.every(DELIVERY_SECONDS, "sending mail", engine::deliver);
        engine.every(DELIVERY_SECONDS, "giving signs of life", engine::beat);
        engine.every(LOOK_AT_CATALOG_SECONDS, "looking at the catalogue", engine::reloadIfChanged);
        engine.every(UPDATE_CATALOG_SECONDS, "fetching the catalogue", engine::fetchCatalog);
        engine.every(TIDYING_SECONDS, "deleting old results", engine::tidy);
        engine.soon("opening the state file", () -> {
            engine.fetchCatalog();
            engine.open();
        });
    }

    /** Whatever was handed in is stored before Jenkins ends. */
    @Terminator(requires = UNUSED)
    public static void stop() throws InterruptedException {
        get().close();
    }

    /** The folder that everything of Faultline is in. */
    public static Path folder() {
        return Jenkins.get().getRootDir().toPath().resolve("faultline");
    }

    public InstantSource clock() {
        return clock;
    }

    public Resolver resolver() {
        return resolver;
    }

    /** Why there is no state, as a sentence for people; empty if there is one. */
    public Optional<String> failure() {
        lock.readLock().lock();
        try {
            return Optional.ofNullable(failure);
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Why the catalogue in use may be old, as a sentence for people; empty if it is up to date. */
    public Optional<String> outdated() {
        return Optional.ofNullable(outdated)
                .map(known -> Messages.FaultlineEngine_outdated(
                        Moments.write(known.since(), ZoneId.systemDefault()), known.why()));
    }

    /** Something done with the engine. */
    public interface Use<T> {
        T with(Current current) throws IOException, InterruptedException;
    }

    /**
     * Uses the engine as it is now; it is not replaced meanwhile.
     *
     * @return nothing if there is no engine: see {@link #failure}
     */
    public <T> Optional<T> use(Use<T> use) throws IOException, InterruptedException {
        lock.readLock().lock();
        try {
            if (current == null) {
                lock.readLock().unlock();
                try {
                    open();
                } finally {
                    lock.readLock().lock();
                }
            }
            return current == null ? Optional.empty() : Optional.ofNullable(use.with(current));
        } finally {
            lock.readLock().unlock();
        }
    }

    /** The engine to look at, for a page. It may be replaced meanwhile; what it knows stays readable. */
    public Optional<Current> look() {
        open();
        lock.readLock().lock();
        try {
            return Optional.ofNullable(current);
        } finally {
            lock.readLock().unlock();
        }
    }

    /**
     * Hands results in and waits until they are on disk, with all that follows from them.
     *
     * @param checks whose number of failures counts; results of checks that are not among them are left out
     * @return what became of each, in their order
     */
    public List<Transition> record(List<Observation> observations) throws IOException, InterruptedException {
        return use(engine -> {
                    Receipts receipts = new Receipts();
                    for (Observation observation : observations) {
                        Optional<CheckDefinition> check = engine.catalog()
                                .subject(observation.check().subject())
                                .flatMap(subject -> subject.checks().stream()
                                        .filter(one -> one.id().equals(observation.check()))
                                        .findFirst());
                        if (check.isPresent()) {
                            receipts.expect();
                            engine.recorder().record(observation, check.get().rules(), receipts);
                        }
                    }
                    return receipts.await();
                })
                .orElseThrow(() -> new IOException(failure().orElse("Faultline is shutting down")));
    }

    /** Reads settings and catalogue anew, soon. */
    public void settingsChanged() {
        soon("reading the settings", () -> {
            fetchCatalog();
            reload();
        });
    }

    /** Runs it with the rights of the system, by one of the engine's own threads. */
    public void soon(String what, Chore chore) {
        if (!chores.isShutdown()) {
            chores.execute(guarded(what, chore));
        }
    }

    /** Something that the engine's own thread does. */
    public interface Chore {
        void run() throws IOException, InterruptedException;
    }

    private void every(long seconds, String what, Chore chore) {
        chores.scheduleWithFixedDelay(guarded(what, chore), seconds, seconds, TimeUnit.SECONDS);
    }

    private static Runnable guarded(String what, Chore chore) {
        return () -> {
            // The mail library looks for its parts with the thread's class loader.
            Thread.currentThread().setContextClassLoader(FaultlineEngine.class.getClassLoader());
            try (ACLContext ignored = ACL.as2(ACL.SYSTEM2)) {
                chore.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (IOException | RuntimeException e) {
                LOGGER.log(Level.WARNING, what + " failed", e);
            }
        };
    }

    private void open() {
        lock.readLock().lock();
        try {
            if (current != null || closed || failure != null) {
                return;
            }
        } finally {
            lock.readLock().unlock();
        }
        reload();
    }

    /** Reads catalogue and settings, and replaces what depends on them; keeps what there is if that fails. */
    public void reload() {
        FaultlineConfiguration settings = FaultlineConfiguration.get();
        Current replaced;
        Current made;
        lock.writeLock().lock();
        try {
            if (closed) {
                return;
            }
            if (history == null) {
                openHistory();
            }
            List<Path> paths = settings.getCatalog().paths();
            stamp = CatalogStamp.of(paths);
            made = make(settings, paths);
            replaced = current;
            current = made;
            failure = null;
            if (replaced != null) {
                replaced.recorder().close();
            }
        } catch (RuntimeException e) {
            fail("Faultline cannot use its state or its settings", e);
            return;
        } finally {
            lock.writeLock().unlock();
        }
        for (Listener listener : ExtensionList.lookup(Listener.class)) {
            soon("telling of changed settings", () -> listener.changed(made));
        }
    }

    /** To be called with the lock held for writing. */
    private void fail(String what, RuntimeException why) {
        String text = String.valueOf(why.getMessage());
        // It is tried again soon, and said once.
        if (!text.equals(failure)) {
            LOGGER.log(Level.WARNING, what, why);
        }
        failure = text;
    }

    private void openHistory() {
        Path folder = folder();
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectory(
                        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
        } catch (IOException e) {
            throw new IllegalStateException("the folder " + folder + " cannot be made: " + e.getMessage(), e);
        }
        Path file = folder.resolve("state.db");
        SqliteHistory opened = SqliteHistory.open(file, Optional.of(folder));
        try {
            verdictLog = SqliteVerdicts.open(file, Optional.of(folder));
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
        history = opened;
    }

    private Current make(FaultlineConfiguration settings, List<Path> paths) {
        Path folder = folder();
        Catalog read = CatalogReader.read(paths, CheckTypes.ALL, folder.resolve("state.db"));
        Catalog catalog = paths.isEmpty() ? read : read.withOwnReport();
        Secrets secrets = new CredentialSecrets(settings.getSecretsPrefix());
        Optional<MailServer.Setup> mail =
                settings.getMail().setup(catalog.settings().mail(), secrets);
        Mailing.Exit exit = Mailing.Exit.by(
                mail.map(MailServer.Setup::server),
                mail.map(MailServer.Setup::secrets).orElse(secrets),
                resolver);
        ZoneId zone = ZoneId.systemDefault();
        // Without an address of its own, Jenkins cannot say where its pages are.
        NextSteps next = Optional.ofNullable(Jenkins.get().getRootUrl())
                .map(root -> NextSteps.pages(root + "faultline/"))
                .orElse(NextSteps.COMMANDS);
        Mailing mailing = Mailing.of(catalog, history, exit, next, zone, clock);
        mailing.trouble().ifPresent(LOGGER::warning);
        if (!paths.isEmpty()) {
            history.commit(mailing.alerts().ofCatalog());
            history.fingerprints(
                    catalog.checks().collect(Collectors.toMap(CheckDefinition::id, CheckDefinition::fingerprint)));
        }
        Signatures signatures = signatures(folder.resolve("signatures"));
        return new Current(
                catalog,
                history,
                verdictLog,
                new Recorder(history, mailing.alerts(), List.of()),
                mailing,
                exit,
                secrets,
                signatures,
                new Classifier(signatures, new RecordedServiceStates(catalog, history), Optional.of(verdictLog)),
                zone);
    }

    /** Read once, when they are first needed. */
    private static final class BuiltIn {
        static final Signatures SIGNATURES = Signatures.builtIn();
    }

    /** Those that come with Faultline, and those that a person has put into the folder. */
    private static Signatures signatures(Path own) {
        Signatures builtIn = BuiltIn.SIGNATURES;
        if (!Files.isDirectory(own)) {
            return builtIn;
        }
        List<Problem> problems = new ArrayList<>();
        Signatures signatures = builtIn.and(Signatures.at(own, problems::add), problems::add);
        problems.forEach(problem -> LOGGER.warning(() -> problem.toString()));
        return signatures;
    }

    /** Also what failed is tried again: nobody may be there to ask for it. */
    void reloadIfChanged() {
        List<Path> paths = FaultlineConfiguration.get().getCatalog().paths();
        CatalogStamp now = CatalogStamp.of(paths);
        lock.readLock().lock();
        try {
            if (failure == null && (stamp == null || stamp.equals(now))) {
                return;
            }
            if (failure == null) {
                LOGGER.info("the catalogue has changed; reading it again");
            }
        } finally {
            lock.readLock().unlock();
        }
        reload();
    }

    /** Two at a time would write to the same folder; who comes meanwhile is not held up. */
    void fetchCatalog() throws InterruptedException {
        if (fetches.getAndIncrement() > 0) {
            return;
        }
        int asked;
        try {
            do {
                asked = fetches.get();
                fetchNow();
            } while (!fetches.compareAndSet(asked, 0));
        } finally {
            fetches.set(0);
        }
    }

    private void fetchNow() throws InterruptedException {
        try {
            FaultlineConfiguration.get().getCatalog().update(folder());
            outdated = null;
        } catch (IOException e) {
            Outdated before = outdated;
            String why = String.valueOf(e.getMessage());
            outdated = new Outdated(before == null ? clock.instant() : before.since(), why);
            // It is tried again every few minutes, and said once.
            if (before == null || !before.why().equals(why)) {
                LOGGER.log(Level.WARNING, "the catalogue cannot be brought up to date: {0}", why);
            }
        }
    }

    /** Lets time tell (silences end, nobody claims), and sends what waits, as far as it can be sent now. */
    public void deliver() throws IOException, InterruptedException {
        try {
            use(engine -> {
                engine.recorder().look();
                return engine;
            });
        } catch (RuntimeException e) {
            // A recorder that failed stays as it is: with the next look at the catalogue there is a new one.
            lock.writeLock().lock();
            try {
                fail("results cannot be stored", e);
            } finally {
                lock.writeLock().unlock();
            }
        }
        // What waits in the outbox goes out in any case.
        Optional<Current> now = look();
        Optional<Postman> postman = now.flatMap(engine -> engine.mailing().postman());
        if (postman.isPresent()) {
            Postman.Report report;
            synchronized (delivery) {
                report = postman.get().pass(clock.instant());
            }
            if (report.failed() > 0) {
                LOGGER.log(Level.WARNING, "mail could not be sent: {0}", report.error());
            }
        }
    }

    /** Signs of life, if the catalogue wants them, as often as it wants them. */
    private void beat() {
        Instant at = clock.instant();
        look().ifPresent(engine -> engine.mailing().heart().ifPresent(heart -> {
            Duration every = engine.catalog()
                    .settings()
                    .alerts()
                    .heartbeat()
                    .orElseThrow()
                    .every();
            if (beaten == null || !at.isBefore(beaten.plus(every))) {
                beaten = at;
                heart.beat(at).forEach(LOGGER::warning);
            }
        }));
    }

    private void tidy() throws IOException, InterruptedException {
        Optional<Current> now = look();
        now.ifPresent(engine -> engine.history()
                .prune(clock.instant().minus(engine.catalog().settings().keepResults())));
    }

    /** Puts a mail into the outbox. */
    public void post(@NonNull QueuedMail mail) {
        // Who has a key gets it encrypted, as every other.
        look().ifPresent(engine -> engine.history()
                .commit(new Changes(
                        List.of(),
                        List.of(),
                        List.of(),
                        engine.mailing().envelope().of(mail, clock.instant()),
                        List.of())));
    }

    /**
     * Sends one mail at once, past the outbox.
     *
     * @return why it was not sent; nothing if it was
     */
    Optional<String> sendTestMail(List<String> recipients) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        // The mail library looks for its parts with the thread's class loader.
        thread.setContextClassLoader(FaultlineEngine.class.getClassLoader());
        try {
            reload();
            return sendNow(recipients);
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private Optional<String> sendNow(List<String> recipients) throws IOException {
        Optional<Current> now = look();
        if (now.isEmpty() || now.get().exit().transport().isEmpty()) {
            return Optional.of("no mail server is set");
        }
        Instant at = clock.instant();
        QueuedMail mail = PlainMail.compose(
                now.get().exit().sender().orElseThrow(),
                "test mail of " + at,
                recipients,
                "Faultline can send mail",
                "This is the test mail that somebody asked for on the page of Faultline's settings.\n",
                at.atZone(now.get().zone()));
        try (MailTransport.Connection connection =
                now.get().exit().transport().get().connect()) {
            // Who has a key gets this one encrypted, as every other.
            for (QueuedMail one : now.get().mailing().envelope().of(mail, at)) {
                MailTransport.Outcome outcome = connection.send(one, false);
                if (outcome instanceof MailTransport.Outcome.Later later) {
                    return Optional.of(later.reason());
                }
                if (outcome instanceof MailTransport.Outcome.Refused refused) {
                    return Optional.of(refused.reason());
                }
            }
            return Optional.empty();
        }
    }

    private void close() throws InterruptedException {
        chores.shutdown();
        if (!chores.awaitTermination(5, TimeUnit.SECONDS)) {
            chores.shutdownNow();
        }
        lock.writeLock().lock();
        try {
            closed = true;
            if (current != null) {
                current.recorder().close();
                current = null;
            }
            if (verdictLog != null) {
                verdictLog.close();
            }
            if (history != null) {
                history.close();
            }
        } finally {
            lock.writeLock().unlock();
        }
    }
}
