package io.faultline.history;

import io.faultline.check.CheckId;
import io.faultline.check.Result;
import io.faultline.check.Status;
import io.faultline.history.SqliteStore.Statements;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The history in one SQLite file. Times are kept to the millisecond.
 *
 * <p>Results that are not OK are kept whole. Of a row of OKs the first and the last are, and those between without
 * their facts: what changed when something broke can be told, and what stayed the same takes little room.
 */
public final class SqliteHistory implements History {
    private static final int PRUNED_AT_ONCE = 5_000;
    private static final int MOST_SUMMARIES = 20_000;
    private static final long DAY = Duration.ofDays(1).toMillis();

    private final SqliteStore store;

    /** Whether this one decides what results mean; others may only write the log. */
    private final boolean decides;

    private final AtomicLong nextIncident = new AtomicLong();

    /** What the writer knows of the file, so that it need not look; used in {@link SqliteStore#write} only. */
    private Map<CheckId, Known> known = new HashMap<>();

    /** Those used lately. A text that is in none of these is stored once more: to look for it costs more than its room. */
    private final Map<String, Summary> summaries = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Summary> eldest) {
            return size() > MOST_SUMMARIES;
        }
    };

    private long nextObservation;

    /** A check's row, and its newest observation. */
    private static final class Known {
        final int id;
        long newest;
        boolean ok;
        /** The newest observation's facts, if they do not stand in its row. */
        String factsToKeep;

        Known(int id) {
            this.id = id;
        }
    }

    private static final class Summary {
        final long id;
        long usedOn;

        Summary(long id, long usedOn) {
            this.id = id;
            this.usedOn = usedOn;
        }
    }

    private SqliteHistory(SqliteStore store, boolean decides) {
        this.store = store;
        this.decides = decides;
    }

    /**
     * Opens it to read and write; made if it is not there, in a folder that must be. One process at a time can have it.
     *
     * @param nativeLibraries the folder in which a copy of SQLite's native library is kept, from which programs may be
     *     run; without it, each process makes a copy in the system's folder for temporary files. Counts only for the first
     *     history that a process opens.
     * @throws HistoryException saying what to do, also if another Faultline has it
     */
    public static SqliteHistory open(Path file, Optional<Path> nativeLibraries) {
        SqliteHistory history = new SqliteHistory(SqliteStore.owning(file, nativeLibraries), true);
        try {
            history.store.write("read what is known", statements -> {
                history.load(statements);
                return null;
            });
            return history;
        } catch (RuntimeException e) {
            history.close();
            throw e;
        }
    }

    /**
     * Opens it to look at, also while another process has it; whatever would change it is refused.
     *
     * @throws HistoryException also if the file is not there
     */
    public static SqliteHistory openToRead(Path file, Optional<Path> nativeLibraries) {
        return new SqliteHistory(SqliteStore.reading(file, nativeLibraries), false);
    }

    /**
     * Opens it to look at and to {@link #enter} what people do, also while another process has it; whatever else would
     * change it is refused.
     *
     * @throws HistoryException saying what to do
     */
    public static SqliteHistory openBeside(Path file, Optional<Path> nativeLibraries) {
        return new SqliteHistory(SqliteStore.beside(file, nativeLibraries), false);
    }

    /** For other parts of this package that keep something in the same file. */
    SqliteStore store() {
        return store;
    }

    private void load(Statements statements) throws SQLException {
        known = new HashMap<>();
        summaries.clear();
        try (ResultSet rows = statements
                .prepared("SELECT id, subject, name, newest, status, facts FROM checks")
                .executeQuery()) {
            while (rows.next()) {
                Known check = new Known(rows.getInt(1));
                check.newest = rows.getLong(4);
                check.ok = rows.getObject(5) != null && rows.getInt(5) == Status.OK.exitCode();
                check.factsToKeep = check.ok ? rows.getString(6) : null;
                known.put(new CheckId(rows.getString(2), rows.getString(3)), check);
            }
        }
        try (ResultSet rows = statements
                .prepared("SELECT text, summary.id, used FROM checks JOIN observation ON observation.id = newest"
                        + " JOIN summary ON summary.id = observation.summary")
                .executeQuery()) {
            while (rows.next()) {
                summaries.put(rows.getString(1), new Summary(rows.getLong(2), rows.getLong(3)));
            }
        }
        nextObservation = 1 + number(statements, """
                SELECT max(ifnull((SELECT max(id) FROM observation), 0), ifnull((SELECT max(newest) FROM checks), 0))""");
        nextIncident.accumulateAndGet(1 + number(statements, "SELECT ifnull(max(id), 0) FROM incident"), Math::max);
    }

    private static long number(Statements statements, String sql) throws SQLException {
        try (ResultSet rows = statements.prepared(sql).executeQuery()) {
            return rows.getLong(1);
        }
    }

    @Override
    public void commit(Changes changes) {
        write("store results", statements -> {
            Map<CheckId, Observation> newest = new LinkedHashMap<>();
            for (Observation observation : changes.observations()) {
                insert(statements, observation);
                newest.put(observation.check(), observation);
            }
            for (CheckState state : changes.states()) {
                newest.remove(state.check());
                update(statements, state);
            }
            for (Observation observation : newest.values()) {
                update(statements, observation);
            }
            for (Incident incident : changes.incidents()) {
                put(statements, incident);
            }
            for (QueuedMail mail : changes.mails()) {
                insert(statements, mail);
            }
            for (Event event : changes.events()) {
                insert(statements, event);
            }
            for (Entry entry : changes.entries()) {
                insert(statements, entry.at(), entry.by(), entry.act());
            }
            return null;
        });
    }

    /** As {@link SqliteStore#write}; if it fails, what is in memory is read again before the next. */
    private synchronized <T> T write(String what, SqliteStore.Work<T> work) {
        if (!decides) {
            throw new HistoryException("cannot " + what + ": the state file was opened for reading only");
        }
        boolean done = false;
        try {
            T result = store.write(what, statements -> {
                if (known == null) {
                    load(statements);
                }
                return work.on(statements);
            });
            done = true;
            return result;
        } finally {
            if (!done) {
                known = null;
            }
        }
    }

    private Known known(Statements statements, CheckId check) throws SQLException {
        Known found = known.get(check);
        if (found == null) {
            PreparedStatement insert =
                    statements.prepared("INSERT INTO checks (subject, name) VALUES (?, ?) RETURNING id");
            insert.setString(1, check.subject());
            insert.setString(2, check.name());
            try (ResultSet rows = insert.executeQuery()) {
                found = new Known(rows.getInt(1));
            }
            known.put(check, found);
        }
        return found;
    }

    private void insert(Statements statements, Observation observation) throws SQLException {
        Known check = known(statements, observation.check());
        Result result = observation.result();
        String facts = StoredText.facts(result.facts());
        boolean between = check.ok && result.isOk();
        if (!result.isOk() && check.factsToKeep != null) {
            PreparedStatement keep = statements.prepared("UPDATE observation SET facts = ? WHERE id = ?");
            keep.setString(1, check.factsToKeep);
            keep.setLong(2, check.newest);
            keep.executeUpdate();
        }
        PreparedStatement insert = statements.prepared("INSERT INTO observation"
                + " (id, previous, check_id, at, took, status, summary, facts, measurements)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
        insert.setLong(1, nextObservation);
        setLong(insert, 2, check.newest == 0 ? null : check.newest);
        insert.setInt(3, check.id);
        insert.setLong(4, millis(observation.at()));
        insert.setLong(5, micros(observation.took()));
        insert.setInt(6, result.status().exitCode());
        insert.setLong(7, summary(statements, result.summary(), Math.floorDiv(millis(observation.at()), DAY)));
        insert.setString(8, between ? null : facts);
        insert.setString(9, StoredText.measurements(result.measurements()));
        insert.executeUpdate();
        check.newest = nextObservation++;
        check.ok = result.isOk();
        check.factsToKeep = between ? facts : null;
    }

    private long summary(Statements statements, String text, long day) throws SQLException {
        Summary found = summaries.get(text);
        if (found == null) {
            found = new Summary(stored(statements, text, day), day);
            summaries.put(text, found);
        } else if (found.usedOn < day) {
            PreparedStatement use = statements.prepared("UPDATE summary SET used = ? WHERE id = ?");
            use.setLong(1, day);
            use.setLong(2, found.id);
            use.executeUpdate();
            found.usedOn = day;
        }
        return found.id;
    }

    private static long stored(Statements statements, String text, long day) throws SQLException {
        PreparedStatement put = statements.prepared("INSERT INTO summary (text, used) VALUES (?, ?) RETURNING id");
        put.setString(1, text);
        put.setLong(2, day);
        try (ResultSet rows = put.executeQuery()) {
            return rows.getLong(1);
        }
    }

    private void update(Statements statements, CheckState state) throws SQLException {
        Known check = known(statements, state.check());
        PreparedStatement update = statements.prepared("UPDATE checks SET newest = ?, at = ?, took = ?, status = ?,"
                + " summary = ?, facts = ?, measurements = ?,"
                + " failures = ?, failing_since = ?, hard = ?, hard_since = ?, last_ok = ?, flapping = ?, often = ?,"
                + " last_failure = ? WHERE id = ?");
        setNewest(update, check, state.at(), state.took(), state.last());
        update.setInt(8, state.failures());
        setLong(update, 9, millis(state.failingSince()));
        update.setInt(10, state.hard().exitCode());
        update.setLong(11, millis(state.hardSince()));
        setLong(update, 12, millis(state.lastOk()));
        update.setString(13, state.flapping().written().orElse(null));
        update.setString(14, state.often().written().orElse(null));
        update.setInt(15, state.lastFailure().exitCode());
        update.setInt(16, check.id);
        update.executeUpdate();
    }

    private void update(Statements statements, Observation observation) throws SQLException {
        Known check = known(statements, observation.check());
        PreparedStatement update = statements.prepared("UPDATE checks SET newest = ?, at = ?, took = ?, status = ?,"
                + " summary = ?, facts = ?, measurements = ? WHERE id = ?");
        setNewest(update, check, observation.at(), observation.took(), observation.result());
        update.setInt(8, check.id);
        update.executeUpdate();
    }

    private static void setNewest(PreparedStatement update, Known check, Instant at, Duration took, Result result)
            throws SQLException {
        setLong(update, 1, check.newest == 0 ? null : check.newest);
        update.setLong(2, millis(at));
        update.setLong(3, micros(took));
        update.setInt(4, result.status().exitCode());
        update.setString(5, result.summary());
        update.setString(6, StoredText.facts(result.facts()));
        update.setString(7, StoredText.measurements(result.measurements()));
    }

    private void put(Statements statements, Incident incident) throws SQLException {
        PreparedStatement put = statements.prepared("INSERT INTO incident (id, subject, opened, since, mails,"
                + " resolved, held, told_since, reminded) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE"
                + " SET subject = excluded.subject, opened = excluded.opened, since = excluded.since,"
                + " mails = excluded.mails, resolved = excluded.resolved, held = excluded.held,"
                + " told_since = excluded.told_since, reminded = excluded.reminded");
        put.setLong(1, incident.id());
        put.setString(2, incident.subject());
        put.setLong(3, millis(incident.opened()));
        put.setLong(4, millis(incident.since()));
        put.setInt(5, incident.mails());
        setLong(put, 6, millis(incident.resolved()));
        put.setString(7, incident.held().orElse(null));
        setLong(put, 8, millis(incident.toldSince()));
        setLong(put, 9, millis(incident.reminded()));
        put.executeUpdate();
        PreparedStatement clear = statements.prepared("DELETE FROM incident_check WHERE incident = ?");
        clear.setLong(1, incident.id());
        clear.executeUpdate();
        for (CheckId check : incident.checks()) {
            PreparedStatement add =
                    statements.prepared("INSERT INTO incident_check (incident, check_id, told) VALUES (?, ?, ?)");
            add.setLong(1, incident.id());
            add.setInt(2, known(statements, check).id);
            Told told = incident.told().get(check);
            setLong(add, 3, told == null ? null : (long) told.code());
            add.executeUpdate();
        }
    }

    /** A mail that is there already stays as it was first composed. */
    private static void insert(Statements statements, QueuedMail mail) throws SQLException {
        if (mail.recipients().stream().anyMatch(address -> address.indexOf('\n') >= 0 || address.isEmpty())) {
            throw new IllegalArgumentException("a recipient's address is empty or has more than one line");
        }
        PreparedStatement insert = statements.prepared("INSERT INTO mail (message_id, incident, recipients, content,"
                + " queued, tries, not_before, last_error) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
                + " ON CONFLICT (message_id) DO NOTHING");
        insert.setString(1, mail.messageId());
        setLong(insert, 2, mail.incident().orElse(null));
        insert.setString(3, String.join("\n", mail.recipients()));
        insert.setString(4, mail.content());
        insert.setLong(5, millis(mail.queued()));
        insert.setInt(6, mail.tries());
        insert.setLong(7, millis(mail.notBefore()));
        insert.setString(8, mail.lastError().orElse(null));
        insert.executeUpdate();
    }

    private static void insert(Statements statements, Event event) throws SQLException {
        PreparedStatement insert = statements.prepared("INSERT INTO event (subject, at, what) VALUES (?, ?, ?)");
        insert.setString(1, event.subject());
        insert.setLong(2, millis(event.at()));
        insert.setString(3, event.what());
        insert.executeUpdate();
    }

    private static final String STATES = "SELECT subject, name, failures, failing_since, hard, hard_since, last_ok,"
            + " status, summary, facts, measurements, at, took, flapping, often, last_failure"
            + " FROM checks WHERE failures IS NOT NULL";

    @Override
    public Map<CheckId, CheckState> states() {
        return store.read("read states", statements -> {
            Map<CheckId, CheckState> states = new TreeMap<>();
            try (ResultSet rows = statements.prepared(STATES).executeQuery()) {
                while (rows.next()) {
                    CheckState state = state(rows);
                    states.put(state.check(), state);
                }
            }
            return states;
        });
    }

    @Override
    public Optional<CheckState> state(CheckId check) {
        return store.read("read a state", statements -> {
            PreparedStatement select = statements.prepared(STATES + " AND subject = ? AND name = ?");
            select.setString(1, check.subject());
            select.setString(2, check.name());
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() ? Optional.of(state(rows)) : Optional.empty();
            }
        });
    }

    private static CheckState state(ResultSet rows) throws SQLException {
        return new CheckState(
                new CheckId(rows.getString(1), rows.getString(2)),
                rows.getInt(3),
                instant(rows, 4),
                status(rows.getInt(5)),
                Instant.ofEpochMilli(rows.getLong(6)),
                instant(rows, 7),
                result(rows, 8),
                Instant.ofEpochMilli(rows.getLong(12)),
                took(rows, 13),
                Flapping.read(rows.getString(14)),
                Often.read(rows.getString(15)),
                status(rows.getInt(16)));
    }

    @Override
    public List<Observation> observations(CheckId check, Instant since, int most) {
        if (most < 1) {
            return List.of();
        }
        return store.read("read results", statements -> {
            PreparedStatement select = statements.prepared("""
                    WITH RECURSIVE newest (id, facts) AS (
                      SELECT newest, facts FROM checks WHERE subject = ?1 AND name = ?2
                    ), chain (id, previous, at, took, status, summary, facts, measurements, n) AS (
                      SELECT o.id, o.previous, o.at, o.took, o.status, o.summary, ifnull(o.facts, newest.facts),
                          o.measurements, 1
                        FROM newest JOIN observation o ON o.id = newest.id WHERE o.at >= ?3
                      UNION ALL
                      SELECT o.id, o.previous, o.at, o.took, o.status, o.summary, o.facts, o.measurements, n + 1
                        FROM chain JOIN observation o ON o.id = chain.previous WHERE o.at >= ?3 AND n < ?4
                    )
                    SELECT status, ifnull(s.text, ''), facts, measurements, at, took
                      FROM chain LEFT JOIN summary s ON s.id = chain.summary ORDER BY n""");
            select.setString(1, check.subject());
            select.setString(2, check.name());
            select.setLong(3, millis(since));
            select.setInt(4, most);
            List<Observation> observations = new ArrayList<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    observations.add(new Observation(
                            check, Instant.ofEpochMilli(rows.getLong(5)), took(rows, 6), result(rows, 1)));
                }
            }
            Collections.reverse(observations);
            return observations;
        });
    }

    @Override
    public List<Incident> openIncidents() {
        return store.read(
                "read incidents",
                statements -> incidents(
                        statements.prepared("SELECT id FROM incident WHERE resolved IS NULL ORDER BY id"), statements));
    }

    @Override
    public List<Incident> incidents(int most) {
        return store.read("read incidents", statements -> {
            PreparedStatement ids = statements.prepared("SELECT id FROM incident ORDER BY id DESC LIMIT ?");
            ids.setInt(1, Math.max(0, most));
            return incidents(ids, statements);
        });
    }

    @Override
    public Optional<Incident> incident(long id) {
        return store.read("read an incident", statements -> {
            PreparedStatement ids = statements.prepared("SELECT id FROM incident WHERE id = ?");
            ids.setLong(1, id);
            return incidents(ids, statements).stream().findFirst();
        });
    }

    private static List<Incident> incidents(PreparedStatement ids, Statements statements) throws SQLException {
        List<Incident> incidents = new ArrayList<>();
        try (ResultSet rows = ids.executeQuery()) {
            while (rows.next()) {
                incidents.add(incident(statements, rows.getLong(1)));
            }
        }
        return incidents;
    }

    private static Incident incident(Statements statements, long id) throws SQLException {
        SortedSet<CheckId> checks = new TreeSet<>();
        SortedMap<CheckId, Told> told = new TreeMap<>();
        PreparedStatement named = statements.prepared("SELECT subject, name, told FROM incident_check"
                + " JOIN checks ON checks.id = check_id WHERE incident = ?");
        named.setLong(1, id);
        try (ResultSet rows = named.executeQuery()) {
            while (rows.next()) {
                CheckId check = new CheckId(rows.getString(1), rows.getString(2));
                checks.add(check);
                int code = rows.getInt(3);
                if (!rows.wasNull()) {
                    told.put(check, Told.ofCode(code));
                }
            }
        }
        PreparedStatement select = statements.prepared(
                "SELECT subject, opened, since, mails, resolved, held, told_since, reminded FROM incident WHERE id = ?");
        select.setLong(1, id);
        try (ResultSet rows = select.executeQuery()) {
            return new Incident(
                    id,
                    rows.getString(1),
                    Instant.ofEpochMilli(rows.getLong(2)),
                    Instant.ofEpochMilli(rows.getLong(3)),
                    checks,
                    told,
                    rows.getInt(4),
                    instant(rows, 7),
                    instant(rows, 8),
                    Optional.ofNullable(rows.getString(6)),
                    instant(rows, 5));
        }
    }

    @Override
    public long nextIncidentId() {
        return nextIncident.getAndIncrement();
    }

    @Override
    public List<Event> events(Collection<String> subjects, Instant since, int most) {
        if (subjects.isEmpty() || most < 1) {
            return List.of();
        }
        String places = String.join(",", Collections.nCopies(subjects.size(), "?"));
        return store.read("read events", statements -> {
            List<Event> events = new ArrayList<>();
            try (PreparedStatement select = statements.once("SELECT at, subject, what FROM event WHERE subject IN ("
                    + places + ") AND at >= ? ORDER BY at DESC, id DESC LIMIT ?")) {
                int place = 1;
                for (String subject : subjects) {
                    select.setString(place++, subject);
                }
                select.setLong(place++, millis(since));
                select.setInt(place, most);
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        events.add(
                                new Event(Instant.ofEpochMilli(rows.getLong(1)), rows.getString(2), rows.getString(3)));
                    }
                }
            }
            Collections.reverse(events);
            return events;
        });
    }

    @Override
    public List<QueuedMail> dueMails(Instant now, int most) {
        return store.read("read the outbox", statements -> {
            // A mail whose thread has an earlier one to the same people that must still wait waits with it.
            PreparedStatement due = statements.prepared(MAILS + " AND not_before <= ?1 AND NOT EXISTS ("
                    + "SELECT 1 FROM mail earlier WHERE earlier.sent IS NULL AND earlier.given_up IS NULL AND earlier.id < mail.id"
                    + " AND earlier.incident = mail.incident AND earlier.recipients = mail.recipients"
                    + " AND earlier.not_before > ?1) ORDER BY id LIMIT ?2");
            due.setLong(1, millis(now));
            due.setInt(2, Math.max(0, most));
            return mails(due);
        });
    }

    @Override
    public List<QueuedMail> queuedMails() {
        return store.read("read the outbox", statements -> mails(statements.prepared(MAILS + " ORDER BY id")));
    }

    @Override
    public Optional<Instant> lastSent() {
        return store.read("read the outbox", statements -> {
            try (ResultSet rows = statements
                    .prepared("SELECT max(sent) FROM mail WHERE sent IS NOT NULL")
                    .executeQuery()) {
                return instant(rows, 1);
            }
        });
    }

    private static final String MAILS = "SELECT message_id, incident, recipients, content, queued, tries, not_before,"
            + " last_error FROM mail WHERE sent IS NULL AND given_up IS NULL";

    private static List<QueuedMail> mails(PreparedStatement select) throws SQLException {
        List<QueuedMail> mails = new ArrayList<>();
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                long incident = rows.getLong(2);
                String recipients = rows.getString(3);
                mails.add(new QueuedMail(
                        rows.getString(1),
                        rows.getObject(2) == null ? Optional.empty() : Optional.of(incident),
                        recipients.isEmpty() ? List.of() : List.of(recipients.split("\n")),
                        rows.getString(4),
                        Instant.ofEpochMilli(rows.getLong(5)),
                        rows.getInt(6),
                        Instant.ofEpochMilli(rows.getLong(7)),
                        Optional.ofNullable(rows.getString(8))));
            }
        }
        return mails;
    }

    @Override
    public void mailSent(String messageId, Instant at) {
        write("note that a mail was sent", statements -> {
            PreparedStatement update =
                    statements.prepared("UPDATE mail SET sent = ? WHERE message_id = ? AND sent IS NULL");
            update.setLong(1, millis(at));
            update.setString(2, messageId);
            return update.executeUpdate();
        });
    }

    @Override
    public void mailFailed(String messageId, Instant nextTry, String error) {
        write("note that a mail was not sent", statements -> {
            PreparedStatement update = statements.prepared("UPDATE mail SET tries = tries + 1, not_before = ?,"
                    + " last_error = ? WHERE message_id = ? AND sent IS NULL");
            update.setLong(1, millis(nextTry));
            update.setString(2, error);
            update.setString(3, messageId);
            return update.executeUpdate();
        });
    }

    @Override
    public void mailGivenUp(String messageId, Instant at, String error) {
        write("note that a mail is given up", statements -> {
            PreparedStatement update = statements.prepared("UPDATE mail SET tries = tries + 1, given_up = ?,"
                    + " last_error = ? WHERE message_id = ? AND sent IS NULL");
            update.setLong(1, millis(at));
            update.setString(2, error);
            update.setString(3, messageId);
            return update.executeUpdate();
        });
    }

    @Override
    public Map<CheckId, String> fingerprints() {
        return store.read("read fingerprints", SqliteHistory::fingerprints);
    }

    private static Map<CheckId, String> fingerprints(Statements statements) throws SQLException {
        Map<CheckId, String> fingerprints = new TreeMap<>();
        try (ResultSet rows = statements
                .prepared("SELECT subject, name, fingerprint FROM checks WHERE fingerprint IS NOT NULL")
                .executeQuery()) {
            while (rows.next()) {
                fingerprints.put(new CheckId(rows.getString(1), rows.getString(2)), rows.getString(3));
            }
        }
        return fingerprints;
    }

    @Override
    public void fingerprints(Map<CheckId, String> fingerprints) {
        write("store fingerprints", statements -> {
            Map<CheckId, String> before = fingerprints(statements);
            for (CheckId check : before.keySet()) {
                if (!fingerprints.containsKey(check)) {
                    fingerprint(statements, check, null);
                }
            }
            for (Map.Entry<CheckId, String> now : fingerprints.entrySet()) {
                if (!now.getValue().equals(before.get(now.getKey()))) {
                    fingerprint(statements, now.getKey(), now.getValue());
                }
            }
            return null;
        });
    }

    private void fingerprint(Statements statements, CheckId check, String fingerprint) throws SQLException {
        PreparedStatement update = statements.prepared("UPDATE checks SET fingerprint = ? WHERE id = ?");
        update.setString(1, fingerprint);
        update.setInt(2, known(statements, check).id);
        update.executeUpdate();
    }

    /** Deletes in pieces, so that results can be stored in between. */
    @Override
    public void prune(Instant before) {
        write("delete old mails", statements -> {
            PreparedStatement delete = statements.prepared("DELETE FROM mail WHERE sent < ?1 OR given_up < ?1");
            delete.setLong(1, millis(before));
            return delete.executeUpdate();
        });
        long[] after = {0};
        while (write("delete old results", statements -> pruneSome(statements, after, millis(before)))) {
            // Until a piece had nothing old in it.
        }
        write("delete old summaries", statements -> {
            long day = Math.floorDiv(millis(before), DAY);
            summaries.values().removeIf(summary -> summary.usedOn < day);
            PreparedStatement delete = statements.prepared("DELETE FROM summary WHERE used < ?");
            delete.setLong(1, day);
            return delete.executeUpdate();
        });
    }

    private static boolean pruneSome(Statements statements, long[] after, long before) throws SQLException {
        PreparedStatement select = statements.prepared("SELECT max(id), count(*) FROM"
                + " (SELECT id FROM observation WHERE id > ? ORDER BY id LIMIT " + PRUNED_AT_ONCE + ")");
        select.setLong(1, after[0]);
        long last;
        try (ResultSet rows = select.executeQuery()) {
            last = rows.getLong(1);
            if (rows.getInt(2) == 0) {
                return false;
            }
        }
        PreparedStatement delete = statements.prepared("DELETE FROM observation WHERE id > ? AND id <= ? AND at < ?");
        delete.setLong(1, after[0]);
        delete.setLong(2, last);
        delete.setLong(3, before);
        after[0] = last;
        return delete.executeUpdate() > 0;
    }

    @Override
    public Optional<Report> report(String machine) {
        return new SqliteReports(store).newest(machine);
    }

    @Override
    public Entry enter(Instant at, String by, Act act) {
        // Checked first: what is stored reads back as it is here.
        Entry entry = new Entry(0, at.truncatedTo(ChronoUnit.MILLIS), by, act);
        return store.write("write the log", statements -> {
            long id = insert(statements, entry.at(), entry.by(), entry.act());
            return new Entry(id, entry.at(), entry.by(), entry.act());
        });
    }

    private static long insert(Statements statements, Instant at, String by, Act act) throws SQLException {
        PreparedStatement insert = statements.prepared(StoredActs.INSERT);
        StoredActs.set(insert, at, by, act);
        try (ResultSet rows = insert.executeQuery()) {
            return rows.getLong(1);
        }
    }

    @Override
    public List<Entry> log(long incident, int most) {
        List<Entry> newestFirst = store.read("read the log", statements -> {
            PreparedStatement select = statements.prepared(
                    "SELECT " + StoredActs.COLUMNS + " FROM entry WHERE incident = ? ORDER BY id DESC LIMIT ?");
            select.setLong(1, incident);
            select.setInt(2, Math.max(0, most));
            return entries(select);
        });
        Collections.reverse(newestFirst);
        return newestFirst;
    }

    @Override
    public List<Entry> log(Instant since, int most) {
        return store.read("read the log", statements -> {
            PreparedStatement select = statements.prepared(
                    "SELECT " + StoredActs.COLUMNS + " FROM entry WHERE at >= ? ORDER BY id DESC LIMIT ?");
            select.setLong(1, millis(since));
            select.setInt(2, Math.max(0, most));
            return entries(select);
        });
    }

    @Override
    public List<Entry> mailed(Instant since, int most) {
        return store.read("read the log", statements -> {
            PreparedStatement select = statements.prepared("SELECT " + StoredActs.COLUMNS
                    + " FROM entry WHERE kind IN ('told', 'digested') AND at >= ? ORDER BY id DESC LIMIT ?");
            select.setLong(1, millis(since));
            select.setInt(2, Math.max(0, most));
            return entries(select);
        });
    }

    private static List<Entry> entries(PreparedStatement select) throws SQLException {
        List<Entry> entries = new ArrayList<>();
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                entries.add(StoredActs.entry(rows));
            }
        }
        return entries;
    }

    @Override
    public List<Pause> pauses(Instant endingAfter) {
        return store.read("read silences and downtimes", statements -> {
            PreparedStatement select = statements.prepared("SELECT " + StoredActs.COLUMNS
                    + " FROM entry WHERE kind IN ('silenced', 'planned') AND ends > ? ORDER BY id");
            select.setLong(1, millis(endingAfter));
            List<Pause> pauses = new ArrayList<>();
            for (Entry entry : entries(select)) {
                asItEnded(statements, entry)
                        .filter(pause -> pause.until().isAfter(endingAfter))
                        .ifPresent(pauses::add);
            }
            return pauses;
        });
    }

    @Override
    public Optional<Pause> pause(long id) {
        return store.read("read a silence or downtime", statements -> {
            PreparedStatement select = statements.prepared("SELECT " + StoredActs.COLUMNS + " FROM entry WHERE id = ?");
            select.setLong(1, id);
            List<Entry> found = entries(select);
            return found.isEmpty() ? Optional.empty() : asItEnded(statements, found.get(0));
        });
    }

    private static Optional<Pause> asItEnded(Statements statements, Entry entry) throws SQLException {
        Optional<Pause> pause = Pause.of(entry);
        PreparedStatement ended = statements.prepared("SELECT min(at) FROM entry WHERE refers = ? AND kind = 'ended'");
        ended.setLong(1, entry.id());
        try (ResultSet rows = ended.executeQuery()) {
            Optional<Instant> at = instant(rows, 1);
            return at.isPresent() ? pause.map(p -> p.endedAt(at.get())) : pause;
        }
    }

    @Override
    public Map<Long, Claim> claims() {
        return store.read("read claims", statements -> {
            PreparedStatement select = statements.prepared("SELECT " + StoredActs.COLUMNS + """
                     FROM entry WHERE id IN (
                      SELECT max(entry.id) FROM entry JOIN incident ON incident.id = entry.incident
                      WHERE incident.resolved IS NULL AND kind IN ('claimed', 'released') GROUP BY entry.incident
                    ) AND kind = 'claimed'""");
            Map<Long, Claim> claims = new TreeMap<>();
            for (Entry entry : entries(select)) {
                if (entry.act() instanceof Act.Claimed claimed) {
                    claims.put(
                            claimed.incident(), new Claim(claimed.incident(), entry.by(), entry.at(), claimed.until()));
                }
            }
            return claims;
        });
    }

    @Override
    public void close() {
        store.close();
    }

    private static Result result(ResultSet rows, int first) throws SQLException {
        return new Result(
                status(rows.getInt(first)),
                rows.getString(first + 1),
                StoredText.facts(rows.getString(first + 2)),
                StoredText.measurements(rows.getString(first + 3)));
    }

    static Status status(int exitCode) {
        for (Status status : Status.values()) {
            if (status.exitCode() == exitCode) {
                return status;
            }
        }
        throw new IllegalArgumentException("no status has the number " + exitCode);
    }

    private static Duration took(ResultSet rows, int column) throws SQLException {
        return Duration.ofNanos(rows.getLong(column) * 1000);
    }

    private static Optional<Instant> instant(ResultSet rows, int column) throws SQLException {
        long millis = rows.getLong(column);
        return rows.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }

    private static void setLong(PreparedStatement statement, int place, Long value) throws SQLException {
        if (value == null) {
            statement.setNull(place, Types.INTEGER);
        } else {
            statement.setLong(place, value);
        }
    }

    private static Long millis(Optional<Instant> instant) {
        return instant.map(SqliteHistory::millis).orElse(null);
    }

    /** Instants too far away for milliseconds ("since ever") become the farthest there are. */
    private static long millis(Instant instant) {
        try {
            return instant.toEpochMilli();
        } catch (ArithmeticException e) {
            return instant.getEpochSecond() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }

    private static long micros(Duration duration) {
        return duration.toSeconds() * 1_000_000 + duration.toNanosPart() / 1000;
    }
}
