package io.faultline.history;

import io.faultline.check.CheckId;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** What whoever turns results into states needs of a history. Thread-safe. */
public interface StateStore {
    /** Stores all of it or nothing; what it returned from is kept. */
    void commit(Changes changes);

    /** The newest state of every check that ever had a result. */
    Map<CheckId, CheckState> states();

    /** The newest state of one check, if it ever had a result. */
    default Optional<CheckState> state(CheckId check) {
        return Optional.ofNullable(states().get(check));
    }

    /** The newest report that a machine sent of itself and that was taken. */
    default Optional<Report> report(String machine) {
        return Optional.empty();
    }

    /**
     * Keeps nothing beyond the process: for a run whose results another process stores.
     *
     * @param states what is known so far
     */
    static StateStore inMemory(Map<CheckId, CheckState> states) {
        return inMemory(states, machine -> Optional.empty());
    }

    /** @param reports what machines have sent of themselves, by their names */
    static StateStore inMemory(Map<CheckId, CheckState> states, Function<String, Optional<Report>> reports) {
        Map<CheckId, CheckState> known = Map.copyOf(states);
        return new StateStore() {
            @Override
            public void commit(Changes changes) {}

            @Override
            public Map<CheckId, CheckState> states() {
                return known;
            }

            @Override
            public Optional<Report> report(String machine) {
                return reports.apply(machine);
            }
        };
    }
}
