package io.faultline.history;

import java.util.Optional;

/** The newest report of each machine. Thread-safe; throws {@link HistoryException} if the store fails. */
public interface Reports extends AutoCloseable {
    /**
     * Keeps a report in place of the one before; on disk when it returns.
     *
     * @return false if it is not later than the newest that is known, so it was there already or comes too late
     */
    boolean take(Report report);

    Optional<Report> newest(String machine);

    @Override
    void close();
}
