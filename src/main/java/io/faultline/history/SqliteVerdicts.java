package io.faultline.history;

import io.faultline.history.SqliteStore.Statements;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The verdicts in the state file. May be open beside a process that runs checks: it decides nothing about results, so it
 * needs no right to (see {@link Ownership}), and SQLite orders the writes.
 */
public final class SqliteVerdicts implements VerdictLog {
    private static final String COLUMNS =
            "id, job, build, at, category, confidence, cause, corrected_to, corrected_why, corrected_by, corrected_at";

    private final SqliteStore store;

    private SqliteVerdicts(SqliteStore store) {
        this.store = store;
    }

    /**
     * Opens the state file, made if it is not there; see {@link SqliteHistory#open} for the parameters.
     *
     * @throws HistoryException saying what to do
     */
    public static SqliteVerdicts open(Path file, Optional<Path> nativeLibraries) {
        return new SqliteVerdicts(SqliteStore.beside(file, nativeLibraries));
    }

    /** Beside a history that this process has open; closing it closes the history's store. */
    public static SqliteVerdicts in(SqliteHistory history) {
        return new SqliteVerdicts(history.store());
    }

    @Override
    public void judged(PastVerdict verdict) {
        store.write("store a verdict", statements -> {
            long id = put(statements, verdict.job(), verdict.build(), verdict.at(), verdict);
            for (Map.Entry<String, String> signature : verdict.signatures().entrySet()) {
                putSignature(statements, id, signature.getKey(), signature.getValue());
            }
            return null;
        });
    }

    @Override
    public void passed(String job, String build, Instant at, Collection<String> signatures) {
        store.write("store a build that passed", statements -> {
            long id = put(statements, job, build, at, null);
            for (String signature : signatures) {
                putSignature(statements, id, signature, "");
            }
            return null;
        });
    }

    private static long put(Statements statements, String job, String build, Instant at, PastVerdict verdict)
            throws SQLException {
        PreparedStatement put = statements.prepared("""
                INSERT INTO verdict (job, build, at, category, confidence, cause) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (job, build) DO UPDATE SET at = excluded.at, category = excluded.category,
                  confidence = excluded.confidence, cause = excluded.cause
                RETURNING id""");
        put.setString(1, job);
        put.setString(2, build);
        put.setLong(3, at.toEpochMilli());
        put.setString(4, verdict == null ? null : verdict.category());
        put.setDouble(5, verdict == null ? 0 : verdict.confidence());
        put.setString(6, verdict == null ? "" : verdict.cause());
        long id;
        try (ResultSet rows = put.executeQuery()) {
            id = rows.getLong(1);
        }
        PreparedStatement clear = statements.prepared("DELETE FROM verdict_signature WHERE verdict = ?");
        clear.setLong(1, id);
        clear.executeUpdate();
        return id;
    }

    private static void putSignature(Statements statements, long verdict, String signature, String towards)
            throws SQLException {
        PreparedStatement put =
                statements.prepared("INSERT INTO verdict_signature (verdict, signature, towards) VALUES (?, ?, ?)");
        put.setLong(1, verdict);
        put.setString(2, signature);
        put.setString(3, towards);
        put.executeUpdate();
    }

    @Override
    public boolean correct(String job, String build, Correction correction) {
        return store.write("store a correction", statements -> {
            PreparedStatement update = statements.prepared("""
                    UPDATE verdict SET corrected_to = ?, corrected_why = ?, corrected_by = ?, corrected_at = ?
                    WHERE job = ? AND build = ? AND category IS NOT NULL""");
            update.setString(1, correction.to());
            update.setString(2, correction.why());
            update.setString(3, correction.by());
            update.setLong(4, correction.at().toEpochMilli());
            update.setString(5, job);
            update.setString(6, build);
            return update.executeUpdate() > 0;
        });
    }

    @Override
    public void renamed(String job, String name) {
        store.write("store a job's new name", statements -> {
            disown(statements, name);
            PreparedStatement update = statements.prepared("UPDATE verdict SET job = ? WHERE job = ?");
            update.setString(1, name);
            update.setString(2, job);
            return update.executeUpdate();
        });
    }

    @Override
    public void deleted(String job) {
        store.write("forget a job", statements -> disown(statements, job));
    }

    /** The rows of no job have an empty name, and their own number as the build's. */
    private static int disown(Statements statements, String job) throws SQLException {
        PreparedStatement update = statements.prepared("""
                UPDATE verdict SET job = '', build = id, cause = '',
                  corrected_why = iif(corrected_to IS NULL, NULL, ''),
                  corrected_by = iif(corrected_to IS NULL, NULL, '')
                WHERE job = ? AND job <> ''""");
        update.setString(1, job);
        return update.executeUpdate();
    }

    @Override
    public Optional<PastVerdict> verdict(String job, String build) {
        return store.read("read a verdict", statements -> {
            PreparedStatement select = statements.prepared(
                    "SELECT " + COLUMNS + " FROM verdict WHERE job = ? AND build = ? AND category IS NOT NULL");
            select.setString(1, job);
            select.setString(2, build);
            return verdicts(statements, select).stream().findFirst();
        });
    }

    @Override
    public List<PastVerdict> verdicts(Instant since, int most) {
        return store.read("read verdicts", statements -> {
            PreparedStatement select = statements.prepared("SELECT " + COLUMNS
                    + " FROM verdict WHERE at >= ? AND job <> '' AND category IS NOT NULL"
                    + " ORDER BY at DESC, id DESC LIMIT ?");
            select.setLong(1, since.toEpochMilli());
            select.setInt(2, most);
            return verdicts(statements, select);
        });
    }

    @Override
    public List<PastVerdict> verdicts(String job, int most) {
        return store.read("read a job's verdicts", statements -> {
            PreparedStatement select = statements.prepared("SELECT " + COLUMNS
                    + " FROM verdict WHERE job = ? AND category IS NOT NULL ORDER BY at DESC, id DESC LIMIT ?");
            select.setString(1, job);
            select.setInt(2, most);
            return verdicts(statements, select);
        });
    }

    @Override
    public List<PastVerdict> corrected(String job, int most) {
        return store.read("read corrections", statements -> {
            PreparedStatement select = statements.prepared("SELECT " + COLUMNS
                    + " FROM verdict WHERE job = ? AND corrected_to IS NOT NULL ORDER BY at DESC, id DESC LIMIT ?");
            select.setString(1, job);
            select.setInt(2, most);
            return verdicts(statements, select);
        });
    }

    private static List<PastVerdict> verdicts(Statements statements, PreparedStatement select) throws SQLException {
        Map<Long, PastVerdict> found = new LinkedHashMap<>();
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                Optional<Correction> correction = rows.getString(8) == null
                        ? Optional.empty()
                        : Optional.of(new Correction(
                                rows.getString(8),
                                rows.getString(9),
                                rows.getString(10),
                                Instant.ofEpochMilli(rows.getLong(11))));
                found.put(
                        rows.getLong(1),
                        new PastVerdict(
                                rows.getString(2),
                                rows.getString(3),
                                Instant.ofEpochMilli(rows.getLong(4)),
                                rows.getString(5),
                                rows.getDouble(6),
                                rows.getString(7),
                                Map.of(),
                                correction));
            }
        }
        List<PastVerdict> whole = new ArrayList<>();
        for (Map.Entry<Long, PastVerdict> entry : found.entrySet()) {
            PastVerdict bare = entry.getValue();
            whole.add(new PastVerdict(
                    bare.job(),
                    bare.build(),
                    bare.at(),
                    bare.category(),
                    bare.confidence(),
                    bare.cause(),
                    signaturesOf(statements, entry.getKey()),
                    bare.correction()));
        }
        return whole;
    }

    private static Map<String, String> signaturesOf(Statements statements, long verdict) throws SQLException {
        PreparedStatement select =
                statements.prepared("SELECT signature, towards FROM verdict_signature WHERE verdict = ?");
        select.setLong(1, verdict);
        Map<String, String> signatures = new TreeMap<>();
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                signatures.put(rows.getString(1), rows.getString(2));
            }
        }
        return signatures;
    }

    @Override
    public Map<String, SignatureRecord> signatures(Instant since) {
        return store.read("read how signatures fared", statements -> {
            PreparedStatement select = statements.prepared("""
                    SELECT s.signature, count(v.category), sum(v.category IS NULL),
                      sum(ifnull(v.corrected_to <> s.towards, 0))
                    FROM verdict_signature s JOIN verdict v ON v.id = s.verdict
                    WHERE v.at >= ? GROUP BY s.signature""");
            select.setLong(1, since.toEpochMilli());
            Map<String, SignatureRecord> records = new TreeMap<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    records.put(
                            rows.getString(1), new SignatureRecord(rows.getLong(2), rows.getLong(3), rows.getLong(4)));
                }
            }
            return records;
        });
    }

    @Override
    public List<Month> months() {
        return store.read("count verdicts", statements -> {
            PreparedStatement select = statements.prepared("""
                    SELECT strftime('%Y-%m', at / 1000, 'unixepoch') AS month, count(*),
                      sum(category = 'UNDETERMINED'), sum(ifnull(corrected_to <> category, 0))
                    FROM verdict WHERE category IS NOT NULL GROUP BY month ORDER BY month""");
            List<Month> months = new ArrayList<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    months.add(new Month(rows.getString(1), rows.getLong(2), rows.getLong(3), rows.getLong(4)));
                }
            }
            return months;
        });
    }

    @Override
    public void close() {
        store.close();
    }
}
