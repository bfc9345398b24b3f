package io.faultline.run;

import io.faultline.catalog.AlertRules;
import io.faultline.check.CheckId;
import io.faultline.history.Changes;
import io.faultline.history.CheckState;
import io.faultline.history.Observation;
import io.faultline.history.Report;
import io.faultline.history.StateStore;
import io.faultline.history.Transition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Turns results into states and stores them: takes what has arrived since the last time, lets {@link Consequences}
 * decide what follows, and commits all of it together. Only then is anybody told. One thread does this, so every
 * result meets the state that the one before it left.
 *
 * <p>When the store fails, nothing of what was in hand counts: the states stay as they are on disk, whoever handed
 * results in is told, and no more are taken.
 *
 * <p>Thread-safe.
 */
public final class Recorder implements AutoCloseable {
    /** Results that may wait; whoever brings more waits too. */
    private static final int MOST_WAITING = 1024;

    /** From so many results at once on, more are worth waiting for: a commit costs about the same for one or many. */
    private static final int BUSY = 16;

    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(25);

    /** Told what became of a result; by the recorder's thread, so it must be quick. */
    public interface Receipt {
        /** It is on disk. */
        void recorded(Transition transition);

        /** It is not and will not be. */
        void lost(RuntimeException why);
    }

    private record Entry(Observation observation, AlertRules rules, Receipt receipt) {}

    private final StateStore history;
    private final Consequences consequences;
    private final List<RunListener> listeners;
    private final Map<CheckId, CheckState> states;
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final Condition room = lock.newCondition();
    private final Condition looked = lock.newCondition();
    private List<Entry> waiting = new ArrayList<>();
    private boolean asked;
    private boolean looking;
    private boolean closed;
    private RuntimeException failure;

    /** Starts with the states that the history has; it is not closed here. */
    public Recorder(StateStore history, Consequences consequences, List<RunListener> listeners) {
        this.history = history;
        this.consequences = consequences;
        this.listeners = List.copyOf(listeners);
        this.states = new ConcurrentHashMap<>(history.states());
        this.thread = new Thread(this::work, "faultline-recorder");
        this.thread.setDaemon(true);
        this.thread.start();
    }

    /** The state that follows from all results that are stored. */
    public Optional<CheckState> state(CheckId check) {
        return Optional.ofNullable(states.get(check));
    }

    /** All states, as of now. */
    public Map<CheckId, CheckState> states() {
        return Map.copyOf(states);
    }

    /** The newest report that a machine sent of itself. */
    Optional<Report> report(String machine) {
        return history.report(machine);
    }

    /**
     * Hands a result in; waits while too many are waiting already.
     *
     * @throws InterruptedException if interrupted while waiting; then it was not taken
     * @throws RuntimeException what made the recorder stop, if it has
     */
    public void record(Observation observation, AlertRules rules, Receipt receipt) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (waiting.size() >= MOST_WAITING && failure == null && !closed) {
                room.await();
            }
            if (failure != null) {
                throw failure;
            }
            if (closed) {
                throw new IllegalStateException("the recorder is closed");
            }
            waiting.add(new Entry(observation, rules, receipt));
            if (waiting.size() == 1 || waiting.size() == MOST_WAITING / 2) {
                arrived.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Has it decided what follows from the time that has passed, and stored; waits until that is done.
     *
     * @throws RuntimeException what made the recorder stop, if it has
     */
    public void look() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            asked = true;
            arrived.signal();
            while ((asked || looking) && failure == null && thread.isAlive()) {
                looked.await(100, TimeUnit.MILLISECONDS);
            }
            if (failure != null) {
                throw failure;
            }
        } finally {
            lock.unlock();
        }
    }

    private void work() {
        boolean busy = false;
        while (true) {
            List<Entry> batch = next(busy);
            if (batch.isEmpty() && !looking) {
                return;
            }
            busy = batch.size() >= BUSY;
            List<Transition> transitions;
            try {
                if (looking) {
                    storeWhatTimeBrings();
                }
                transitions = batch.isEmpty() ? List.of() : store(batch);
            } catch (RuntimeException e) {
                fail(e, batch);
                return;
            } catch (Error e) {
                fail(new IllegalStateException("results could not be stored: " + e, e), batch);
                throw e;
            }
            for (int i = 0; i < transitions.size(); i++) {
                tell(transitions.get(i));
                batch.get(i).receipt.recorded(transitions.get(i));
            }
        }
    }

    /** What has arrived; waits until something has. Empty when it is the end. */
    private List<Entry> next(boolean patient) {
        lock.lock();
        try {
            while (waiting.isEmpty() && !asked && !closed) {
                arrived.awaitUninterruptibly();
            }
            if (patient) {
                awaitMore();
            }
            List<Entry> batch = waiting;
            waiting = new ArrayList<>(batch.size());
            looking = asked;
            asked = false;
            room.signalAll();
            return batch;
        } finally {
            lock.unlock();
        }
    }

    private void awaitMore() {
        try {
            long patience = PATIENCE_NANOS;
            while (patience > 0 && waiting.size() < MOST_WAITING / 2 && !closed) {
                patience = arrived.awaitNanos(patience);
            }
        } catch (InterruptedException e) {
            // Nobody else knows this thread; it ends by close().
        }
    }

    private void storeWhatTimeBrings() {
        Changes changes = consequences.ofTime();
        if (!changes.isEmpty()) {
            history.commit(changes);
            changes.states().forEach(state -> states.put(state.check(), state));
        }
        lock.lock();
        try {
            looking = false;
            looked.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private List<Transition> store(List<Entry> batch) {
        List<Transition> transitions = new ArrayList<>(batch.size());
        List<Observation> observations = new ArrayList<>(batch.size());
        Map<CheckId, CheckState> changed = new LinkedHashMap<>();
        for (Entry entry : batch) {
            Observation observation = entry.observation;
            CheckState before = changed.get(observation.check());
            if (before == null) {
                before = states.get(observation.check());
            }
            CheckState after =
                    before == null ? CheckState.first(observation, entry.rules) : before.next(observation, entry.rules);
            changed.put(observation.check(), after);
            observations.add(observation);
            transitions.add(new Transition(observation, Optional.ofNullable(before), after));
        }
        Changes more = consequences.of(transitions);
        observations.addAll(more.observations());
        Map<CheckId, CheckState> stored = new HashMap<>(changed);
        more.states().forEach(state -> stored.put(state.check(), state));
        history.commit(new Changes(
                observations,
                List.copyOf(stored.values()),
                more.incidents(),
                more.mails(),
                more.events(),
                more.entries()));
        states.putAll(stored);
        return transitions;
    }

    private void tell(Transition transition) {
        for (RunListener listener : listeners) {
            try {
                listener.recorded(transition);
            } catch (RuntimeException e) {
                trouble("showing the result of " + transition.observation().check() + " failed: " + e);
            }
        }
    }

    /** Tells the listeners of trouble with the run itself. */
    void trouble(String message) {
        synchronized (listeners) {
            for (RunListener listener : listeners) {
                try {
                    listener.trouble(message);
                } catch (RuntimeException e) {
                    // Whoever cannot even hear of trouble cannot be helped.
                }
            }
        }
    }

    private void fail(RuntimeException why, List<Entry> batch) {
        List<Entry> lost = new ArrayList<>(batch);
        lock.lock();
        try {
            failure = why;
            lost.addAll(waiting);
            waiting.clear();
            room.signalAll();
            looked.signalAll();
        } finally {
            lock.unlock();
        }
        lost.forEach(entry -> entry.receipt.lost(why));
    }

    /** Stores what was handed in, then ends. An interrupt does not hinder it. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            arrived.signalAll();
            room.signalAll();
        } finally {
            lock.unlock();
        }
        boolean interrupted = false;
        while (thread.isAlive() && Thread.currentThread() != thread) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
