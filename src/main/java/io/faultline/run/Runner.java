package io.faultline.run;

import io.faultline.catalog.Catalog;
import io.faultline.catalog.CheckDefinition;
import io.faultline.catalog.Importance;
import io.faultline.catalog.Machine;
import io.faultline.check.Attempt;
import io.faultline.check.CheckId;
import io.faultline.check.Fact;
import io.faultline.check.Probe;
import io.faultline.check.Result;
import io.faultline.check.Secrets;
import io.faultline.config.Durations;
import io.faultline.history.CheckState;
import io.faultline.history.Observation;
import io.faultline.history.Transition;
import io.faultline.net.Dialer;
import io.faultline.net.Lifetime;
import io.faultline.net.Resolver;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Runs checks: when they are due, so many at once, so many against one machine, each within its deadline.
 *
 * <p>A check is always in one place only: it waits for its moment, for a thread, or for its machine, or it runs, or its
 * result is being stored. So it never runs twice at the same time, and one that is late is run once.
 *
 * <p>The thread that calls {@link #once}, {@link #rounds} or {@link #watch} keeps the schedule; one run at a time.
 * {@link #close} may be called by any thread but the recorder's; an interrupt ends a run as well.
 */
public final class Runner implements AutoCloseable {
    /** When there is more to do than can be done, whoever waits for certainty counts as if it waited longer. */
    private static final long RETRY_HEAD_START = TimeUnit.SECONDS.toNanos(60);

    /** A check with a longer interval that is overdue when a watch begins is run within this time. */
    private static final Duration OVERDUE_SPREAD = Duration.ofMinutes(5);

    /** How many times in a row a check must be well after a change. */
    private static final int BELIEVED = 2;

    /**
     * @param atOnce checks that run at the same time
     * @param perMachine of them against one machine, unless the machine says otherwise
     * @param grace the time that a check has to come back after its deadline has closed all that it had open; one that
     *     does not is given up
     * @param patience how long a run that is stopped waits for what is running; what comes later does not count
     */
    public record Limits(int atOnce, int perMachine, Duration grace, Duration patience) {
        public Limits {
            if (atOnce < 1 || perMachine < 1) {
                throw new IllegalArgumentException("limits must be at least 1");
            }
        }

        public static Limits of(int atOnce, int perMachine) {
            return new Limits(atOnce, perMachine, Duration.ofSeconds(2), Duration.ofSeconds(5));
        }
    }

    /**
     * @param results how many results were stored
     * @param states of the checks that were asked for, as far as they have one
     * @param complete false if the run was stopped before its end
     */
    public record Outcome(long results, Map<CheckId, CheckState> states, boolean complete) {}

    /** What comes after a result. */
    private interface Plan {
        long DONE = Long.MIN_VALUE;

        long first(Job job);

        long next(Job job, CheckState state);
    }

    private final Catalog catalog;
    private final Recorder recorder;
    private final Resolver resolver;
    private final Secrets secrets;
    private final InstantSource clock;
    private final Pace pace;
    private final Limits limits;
    private final FactsRounds facts;

    private final ReentrantLock lock = new ReentrantLock();
    /** Something happened that the schedule must look at. */
    private final Condition changed = lock.newCondition();
    /** There is work for a thread. */
    private final Condition work = lock.newCondition();
    /** A run has ended. */
    private final Condition ended = lock.newCondition();

    // All below is guarded by the lock.
    private final PriorityQueue<Job> later = new PriorityQueue<>(Comparator.comparingLong((Job job) -> job.due));
    private final PriorityQueue<Job> ready = new PriorityQueue<>(Job.ORDER);
    private final Map<String, Slots> machines = new HashMap<>();
    private final Map<CheckId, Job> jobs = new HashMap<>();
    private final Set<Worker> workers = new HashSet<>();
    private final List<String> troubles = new ArrayList<>();
    /** What checks wait for, told once a run. */
    private final Set<String> told = new HashSet<>();
    /** Threads that wait for work, and how many of them were called and have not come yet. */
    private int idle;

    private int called;
    private int busy;
    private int hanging;
    private boolean toldOfHanging;
    private Plan plan;
    private int unfinished;
    private int recording;
    private long results;
    private long lookAt;
    private boolean active;
    private boolean stopping;
    private boolean closed;
    private RuntimeException failure;

    public Runner(
            Catalog catalog,
            Recorder recorder,
            Resolver resolver,
            Secrets secrets,
            InstantSource clock,
            Pace pace,
            Limits limits) {
        this.catalog = catalog;
        this.recorder = recorder;
        this.resolver = resolver;
        this.secrets = secrets;
        this.clock = clock;
        this.pace = pace;
        this.limits = limits;
        this.facts = new FactsRounds(catalog, recorder, resolver, clock);
    }

    /**
     * Runs each check as soon as possible, and again after its retry interval until its state is certain.
     *
     * @throws RuntimeException if results cannot be stored, or no thread is left to run checks
     */
    public Outcome once(Collection<CheckDefinition> checks) {
        return run(checks, untilCertain(job -> {}));
    }

    /**
     * As {@link #once}, but after a change: what machines said before now is no answer, and what is well is believed when
     * it is still well after the retry interval, for what has just been started may die a moment later.
     */
    public Outcome settled(Collection<CheckDefinition> checks) {
        return run(checks, untilCertain(Job::touched));
    }

    private Plan untilCertain(Consumer<Job> before) {
        return new Plan() {
            @Override
            public long first(Job job) {
                before.accept(job);
                return pace.nanos();
            }

            @Override
            public long next(Job job, CheckState state) {
                return job.uncertain(state) ? job.retryDue() : DONE;
            }
        };
    }

    /** Runs each check so many times, one run after the other without a pause; throws as {@link #once}. */
    public Outcome rounds(Collection<CheckDefinition> checks, int rounds) {
        if (rounds < 1) {
            throw new IllegalArgumentException("at least one round");
        }
        return run(checks, new Plan() {
            @Override
            public long first(Job job) {
                return pace.nanos();
            }

            @Override
            public long next(Job job, CheckState state) {
                return job.runs < rounds ? pace.nanos() : DONE;
            }
        });
    }

    /**
     * Runs each check at its interval, and at its retry interval while a problem is not certain, until it is stopped.
     * Each has its moment within the interval, which follows from its name and the wall clock: so they are spread, and
     * stay where they are when Faultline is started again. Throws as {@link #once}.
     */
    public Outcome watch(Collection<CheckDefinition> checks) {
        return run(checks, new Plan() {
            @Override
            public long first(Job job) {
                return job.firstDue();
            }

            @Override
            public long next(Job job, CheckState state) {
                return job.uncertain(state) ? job.retryDue() : job.slotDue();
            }
        });
    }

    /**
     * Something has happened to what these checks of the run that is going on test: runs them as soon as possible, and
     * again soon until their state is certain, as in {@link #settled}.
     *
     * @param retryEvery how soon at the latest
     * @return how many of them are in the run; nothing if no run is going on
     */
    public OptionalInt hasten(Collection<CheckId> checks, Duration retryEvery) {
        lock.lock();
        try {
            if (!active || stopping) {
                return OptionalInt.empty();
            }
            int hastened = 0;
            for (CheckId check : checks) {
                Job job = jobs.get(check);
                if (job != null) {
                    job.hasten(retryEvery);
                    hastened++;
                }
            }
            return OptionalInt.of(hastened);
        } finally {
            lock.unlock();
        }
    }

    private Outcome run(Collection<CheckDefinition> checks, Plan newPlan) {
        lock.lock();
        try {
            if (closed || active) {
                throw new IllegalStateException(closed ? "the runner is closed" : "a run is going on already");
            }
            active = true;
            stopping = false;
            plan = newPlan;
            results = 0;
            unfinished = checks.size();
            int number = 0;
            for (CheckDefinition check : checks) {
                Job job = new Job(check, number++);
                jobs.put(check.id(), job);
                job.retry = recorder.state(check.id())
                        .filter(CheckState::isSoftProblem)
                        .isPresent();
                schedule(job, newPlan.first(job));
            }
            boolean complete = keepSchedule();
            if (failure != null) {
                throw failure;
            }
            Map<CheckId, CheckState> states = new TreeMap<>();
            checks.forEach(check -> recorder.state(check.id()).ifPresent(state -> states.put(check.id(), state)));
            return new Outcome(results, states, complete);
        } finally {
            active = false;
            told.clear();
            jobs.clear();
            ended.signalAll();
            lock.unlock();
        }
    }

    /** @return whether it came to its end */
    private boolean keepSchedule() {
        boolean interrupted = false;
        try {
            while (unfinished > 0 && failure == null && !stopping) {
                long now = pace.nanos();
                while (!later.isEmpty() && later.peek().due - now <= 0) {
                    makeReady(later.poll());
                }
                long wait =
                        later.isEmpty() ? Pace.NOT_YET : pace.nanosUntil(later.peek().due, unfinished == later.size());
                waitFor(wait);
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        boolean complete = unfinished == 0;
        stopping = true;
        later.clear();
        ready.clear();
        machines.values().forEach(slots -> slots.waiting.clear());
        try {
            long end = System.nanoTime() + limits.patience.toNanos();
            while (busy > 0 && failure == null && end - System.nanoTime() > 0) {
                waitFor(end - System.nanoTime());
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        discardRunning();
        while (recording > 0) {
            changed.awaitUninterruptibly();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return complete;
    }

    /** Waits for so long at most, or until something happens; looks after those that do not come back. */
    @SuppressWarnings("WaitNotInLoop") // those who call it are the loops
    private void waitFor(long nanos) throws InterruptedException {
        long now = System.nanoTime();
        List<Runnable> outside = new ArrayList<>();
        long next = now + nanos;
        for (Worker worker : List.copyOf(workers)) {
            if (worker.job != null) {
                if (worker.giveUpAt - now <= 0) {
                    outside.add(giveUp(worker));
                } else if (worker.giveUpAt - next < 0) {
                    next = worker.giveUpAt;
                }
            }
        }
        for (String trouble : troubles) {
            outside.add(() -> recorder.trouble(trouble));
        }
        troubles.clear();
        if (!outside.isEmpty()) {
            lock.unlock();
            try {
                outside.forEach(Runnable::run);
            } finally {
                lock.lock();
            }
        } else if (next - now > 0) {
            lookAt = next;
            changed.awaitNanos(next - now);
            lookAt = System.nanoTime();
        }
    }

    /** Its thread is left to itself; its result is that it does not come back. To be recorded without the lock. */
    private Runnable giveUp(Worker worker) {
        Job job = worker.job;
        Duration took = Duration.ofNanos(System.nanoTime() - worker.started);
        StackTraceElement[] stack = worker.thread.getStackTrace();
        worker.givenUp = true;
        worker.thread.interrupt();
        workers.remove(worker);
        hanging++;
        job.hangsSince = Optional.of(worker.at);
        freed(job);
        recording++;
        employ();
        Result result = Result.unknown(
                "the check did not stop at its deadline of " + Durations.write(job.check.timeout()),
                Fact.of("at", stack.length > 0 ? stack[0] : "unknown place"),
                Fact.of("what to do", "this is a fault of Faultline or of the check's settings; please report it"));
        return () -> record(job, new Observation(job.check.id(), worker.at, took, result));
    }

    private void discardRunning() {
        List<Lifetime> open = new ArrayList<>();
        for (Worker worker : List.copyOf(workers)) {
            if (worker.job != null) {
                worker.givenUp = true;
                worker.thread.interrupt();
                workers.remove(worker);
                hanging++;
                freed(worker.job);
                Optional.ofNullable(worker.lifetime).ifPresent(open::add);
            }
        }
        if (!open.isEmpty()) {
            lock.unlock();
            try {
                open.forEach(Lifetime::close);
            } finally {
                lock.lock();
            }
        }
    }

    /** What is important counts as if it waited longer, too. What is not falls behind by this much, never for good. */
    private static long headStart(Importance importance) {
        return TimeUnit.SECONDS.toNanos(
                switch (importance) {
                    case LOW -> 0;
                    case MEDIUM -> 10;
                    case HIGH -> 20;
                    case CRITICAL -> 30;
                });
    }

    private void schedule(Job job, long when) {
        job.due = when;
        job.rank = when - job.headStart - (job.retry ? RETRY_HEAD_START : 0);
        if (when - pace.nanos() <= 0) {
            makeReady(job);
            return;
        }
        later.add(job);
        if (later.peek() == job || later.size() == unfinished) {
            changed.signal();
        }
    }

    private void makeReady(Job job) {
        ready.add(job);
        employ();
    }

    /** Sees to it that somebody takes what is ready. */
    private void employ() {
        if (ready.isEmpty()) {
            return;
        }
        if (idle > called) {
            called++;
            work.signal();
            return;
        }
        if (workers.size() < limits.atOnce) {
            if (workers.size() + hanging < 2 * limits.atOnce) {
                Worker worker = new Worker();
                workers.add(worker);
                worker.thread.start();
            } else {
                tooManyHang();
            }
        }
    }

    private void tooManyHang() {
        String message = hanging + " checks hang in a way that cannot be ended, so fewer than " + limits.atOnce
                + " can run at once: see which are UNKNOWN because they did not stop, and start Faultline again";
        if (!toldOfHanging) {
            toldOfHanging = true;
            troubles.add(message);
            changed.signal();
        }
        if (workers.isEmpty()) {
            failure = new IllegalStateException(message);
            changed.signal();
        }
    }

    /** The next check that a thread may run; those whose machine is busy wait for it without holding a thread. */
    private Job take() {
        for (Job job = ready.poll(); job != null; job = ready.poll()) {
            Slots slots = job.slots;
            if (slots == null) {
                return job;
            }
            if (slots.used < slots.limit) {
                slots.used++;
                return job;
            }
            slots.waiting.add(job);
        }
        return null;
    }

    private void freed(Job job) {
        busy--;
        Slots slots = job.slots;
        if (slots != null) {
            slots.used--;
            if (!slots.waiting.isEmpty()) {
                makeReady(slots.waiting.poll());
            }
        }
        if (stopping) {
            changed.signal();
        }
    }

    /** Without the lock. */
    private void record(Job job, Observation observation) {
        try {
            recorder.record(observation, job.check.rules(), job);
        } catch (RuntimeException e) {
            job.lost(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            job.dropped();
        }
    }

    /** Stops a run: no more checks are started, those that run have a short time to end, and what ended is stored. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            stopping = true;
            changed.signalAll();
            work.signalAll();
            while (active) {
                ended.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /** How many checks may run against a machine, and those that wait for it. */
    private static final class Slots {
        final int limit;
        int used;
        final PriorityQueue<Job> waiting = new PriorityQueue<>(Job.ORDER);

        Slots(int limit) {
            this.limit = limit;
        }
    }

    private Slots slotsOf(String machine) {
        return machines.computeIfAbsent(
                machine,
                name -> new Slots(catalog.machine(name).flatMap(Machine::atOnce).orElse(limits.perMachine)));
    }

    /**
     * What has to take turns with others: one check over a machine's facts collects them, so others of them wait for it
     * and then need no time.
     */
    private Slots slotsOf(CheckDefinition check) {
        return check.collectsFrom()
                .map(name -> machines.computeIfAbsent(name, unused -> new Slots(1)))
                .or(() -> check.machine().map(this::slotsOf))
                .orElse(null);
    }

    /** One check in one run. */
    private final class Job implements Recorder.Receipt {
        static final Comparator<Job> ORDER =
                Comparator.comparingLong((Job job) -> job.rank).thenComparingInt(job -> job.number);

        final CheckDefinition check;
        final int number;
        final long headStart;
        final Slots slots;
        long due;
        long rank;
        long startedAt;
        int runs;
        boolean retry;
        /** Somebody waits for certainty: it is tried again this soon at the latest. */
        Optional<Duration> hurry = Optional.empty();
        /** When what it tests may have changed: facts from before are no answer. */
        Optional<Instant> changedAt = Optional.empty();
        /** How many times in a row it must be well before that is believed, and how many times it was. */
        int wanted;

        int well;
        /** It runs, and what it finds may be from before whatever made somebody ask. */
        boolean again;

        Optional<Instant> hangsSince = Optional.empty();

        Job(CheckDefinition check, int number) {
            this.check = check;
            this.number = number;
            this.headStart = headStart(catalog.importance(check.id().subject()));
            this.slots = slotsOf(check);
        }

        long retryDue() {
            Duration wait =
                    hurry.filter(soon -> soon.compareTo(check.retryEvery()) < 0).orElse(check.retryEvery());
            return startedAt + wait.toNanos();
        }

        void touched() {
            changedAt = Optional.of(clock.instant());
            wanted = BELIEVED;
            well = 0;
        }

        boolean uncertain(CheckState state) {
            return state.isSoftProblem() || (state.last().isOk() && well < wanted);
        }

        void hasten(Duration retryEvery) {
            touched();
            hurry = Optional.of(retryEvery);
            if (later.remove(this)) {
                retry = true;
                schedule(this, pace.nanos());
            } else if (!ready.contains(this) && (slots == null || !slots.waiting.contains(this))) {
                again = true;
            }
        }

        /** The next of its moments; one that is about now is the one that has just been. */
        long slotDue() {
            long every = check.every().toMillis();
            long tolerance = every / 10;
            long delay = every - Math.floorMod(clock.millis() - phase(every) + tolerance, every) + tolerance;
            return pace.nanos() + TimeUnit.MILLISECONDS.toNanos(delay);
        }

        long firstDue() {
            long every = check.every().toMillis();
            long delay = Math.floorMod(phase(every) - clock.millis(), every);
            Optional<CheckState> state = recorder.state(check.id());
            boolean overdue = state.map(known -> known.at().toEpochMilli() + every < clock.millis())
                    .orElse(true);
            if (retry) {
                delay = Math.min(delay, phase(check.retryEvery().toMillis()));
            } else if (overdue && delay > OVERDUE_SPREAD.toMillis()) {
                delay = phase(OVERDUE_SPREAD.toMillis());
            }
            return pace.nanos() + TimeUnit.MILLISECONDS.toNanos(delay);
        }

        /**
         * Where in an interval of so many milliseconds its moment is: evenly spread over names, always the same. Checks
         * over the facts of a machine have one moment.
         */
        private long phase(long every) {
            String spread = check.collectsFrom().orElseGet(check.id()::toString);
            long mixed = spread.hashCode() * 0x9E3779B97F4A7C15L;
            mixed = (mixed ^ (mixed >>> 32)) * 0xD6E8FEB86659FD93L;
            mixed ^= mixed >>> 32;
            return Math.floorMod(mixed, every);
        }

        @Override
        public void recorded(Transition transition) {
            lock.lock();
            try {
                recording--;
                results++;
                runs++;
                CheckState after = transition.after();
                well = !again && after.last().isOk() ? well + 1 : 0;
                long next = stopping ? Plan.DONE : again ? pace.nanos() : plan.next(this, after);
                boolean uncertain = uncertain(after);
                if (!again && !uncertain) {
                    hurry = Optional.empty();
                    changedAt = Optional.empty();
                    wanted = 0;
                }
                again = false;
                if (next == Plan.DONE) {
                    unfinished--;
                    if (unfinished == later.size() || stopping) {
                        changed.signal();
                    }
                } else {
                    retry = uncertain;
                    schedule(this, next);
                }
            } finally {
                lock.unlock();
            }
        }

        /** Nothing was found out: what its machine has to say is not there yet. */
        void postponed(String why) {
            lock.lock();
            try {
                recording--;
                if (told.add(why)) {
                    troubles.add(why);
                }
                if (!stopping) {
                    schedule(this, retryDue());
                }
                changed.signal();
            } finally {
                lock.unlock();
            }
        }

        /** The thread that keeps the schedule was interrupted before the result was taken: the run is to end. */
        void dropped() {
            lock.lock();
            try {
                recording--;
                stopping = true;
                changed.signal();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void lost(RuntimeException why) {
            lock.lock();
            try {
                recording--;
                if (failure == null) {
                    failure = why;
                }
                changed.signal();
            } finally {
                lock.unlock();
            }
        }
    }

    /** A thread that runs checks, one after the other. */
    private final class Worker implements Runnable {
        final Thread thread = new Thread(this, "faultline-check");
        // Guarded by the lock.
        Job job;
        long started;
        Instant at;
        Optional<Instant> since = Optional.empty();
        long giveUpAt;
        boolean givenUp;
        Lifetime lifetime;

        Worker() {
            thread.setDaemon(true);
        }

        @Override
        public void run() {
            for (Job next = await(); next != null; next = await()) {
                Optional<String> missing =
                        since.isPresent() ? facts.missing(next.check, since.get()) : Optional.empty();
                if (missing.isPresent()) {
                    if (!finished()) {
                        return;
                    }
                    next.postponed(missing.get());
                    continue;
                }
                Result result = attempt(next);
                Duration took = Duration.ofNanos(System.nanoTime() - started);
                if (!finished()) {
                    return;
                }
                record(next, new Observation(next.check.id(), at, took, result));
            }
        }

        private Job await() {
            lock.lock();
            try {
                while (true) {
                    Job next = closed ? null : take();
                    if (next != null) {
                        begin(next);
                        return next;
                    }
                    if (closed) {
                        workers.remove(this);
                        return null;
                    }
                    idle++;
                    while (called == 0 && !closed) {
                        work.awaitUninterruptibly();
                    }
                    called = Math.max(0, called - 1);
                    idle--;
                }
            } finally {
                lock.unlock();
            }
        }

        private void begin(Job next) {
            job = next;
            busy++;
            at = clock.instant();
            since = next.changedAt;
            next.startedAt = pace.nanos();
            started = System.nanoTime();
            giveUpAt = started + next.check.timeout().toNanos() + limits.grace.toNanos();
            if (giveUpAt - lookAt < 0) {
                changed.signal();
            }
            lifetime = Lifetime.of(next.check.timeout());
        }

        private Result attempt(Job next) {
            CheckDefinition check = next.check;
            if (next.hangsSince.isPresent()) {
                lifetime.close();
                return Result.unknown(
                        "an earlier try has not stopped yet, so none was made",
                        Fact.of("began", next.hangsSince.get()));
            }
            Probe probe = new Probe(
                    new Dialer(lifetime, check.route(), resolver, check.mostBytes()),
                    secrets,
                    clock,
                    facts.source(check, lifetime, secrets, since));
            try {
                return Attempt.of(check.check(), probe);
            } catch (Error e) {
                return Result.unknown(
                        "the check itself failed: " + e,
                        Fact.of("what to do", "this is a fault of Faultline or of its installation; please report it"));
            }
        }

        /** @return whether the result still counts */
        private boolean finished() {
            lock.lock();
            try {
                Job done = job;
                job = null;
                lifetime = null;
                if (givenUp) {
                    hanging--;
                    done.hangsSince = Optional.empty();
                    employ();
                    return false;
                }
                // An interrupt that the check left behind is not meant for what comes next.
                Thread.interrupted();
                freed(done);
                recording++;
                return true;
            } finally {
                lock.unlock();
            }
        }
    }
}
