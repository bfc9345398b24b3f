package io.faultline.history;

import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Instant;
import java.util.Optional;

/** The reports in the state file; like {@link SqliteVerdicts} also beside a process that runs checks. */
public final class SqliteReports implements Reports {
    private final SqliteStore store;

    SqliteReports(SqliteStore store) {
        this.store = store;
    }

    /**
     * Opens the state file, made if it is not there; see {@link SqliteHistory#open} for the parameters.
     *
     * @throws HistoryException saying what to do
     */
    public static SqliteReports open(Path file, Optional<Path> nativeLibraries) {
        return new SqliteReports(SqliteStore.beside(file, nativeLibraries));
    }

    @Override
    public boolean take(Report report) {
        return store.write("store a report", statements -> {
            PreparedStatement put = statements.prepared("""
                    INSERT INTO report (machine, at, received, text) VALUES (?, ?, ?, ?)
                    ON CONFLICT (machine) DO UPDATE SET at = excluded.at, received = excluded.received,
                      text = excluded.text
                    WHERE excluded.at > report.at""");
            put.setString(1, report.machine());
            put.setLong(2, report.at().toEpochMilli());
            put.setLong(3, report.received().toEpochMilli());
            put.setString(4, report.text());
            return put.executeUpdate() > 0;
        });
    }

    @Override
    public Optional<Report> newest(String machine) {
        return store.read("read a report", statements -> {
            PreparedStatement find = statements.prepared("SELECT at, received, text FROM report WHERE machine = ?");
            find.setString(1, machine);
            try (ResultSet rows = find.executeQuery()) {
                return rows.next()
                        ? Optional.of(new Report(
                                machine,
                                Instant.ofEpochMilli(rows.getLong(1)),
                                Instant.ofEpochMilli(rows.getLong(2)),
                                rows.getString(3)))
                        : Optional.empty();
            }
        });
    }

    @Override
    public void close() {
        store.close();
    }
}
