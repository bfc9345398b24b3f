package io.faultline.history;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteException;

/**
 * The state file: an SQLite database in WAL mode with {@code synchronous=FULL}, so what was committed is on disk. One
 * connection writes and one reads beside it; neither waits for the other.
 *
 * <p>Thread-safe. Every failure is a {@link HistoryException} that says what to do.
 */
final class SqliteStore implements AutoCloseable {
    private static final int BUSY_MILLIS = 5000;

    /** Pages in the WAL before they are moved into the file itself: rewriting a page often costs once. */
    private static final int CHECKPOINT_PAGES = 4000;

    /** Something done with the database, in a transaction. */
    interface Work<T> {
        T on(Statements statements) throws SQLException;
    }

    private final Path file;
    private final Optional<Ownership> ownership;
    private final Optional<Line> writer;
    private final Line reader;

    private SqliteStore(Path file, Optional<Ownership> ownership, Optional<Line> writer, Line reader) {
        this.file = file;
        this.ownership = ownership;
        this.writer = writer;
        this.reader = reader;
    }

    /**
     * Opens it to read and write, makes it if it is not there and brings it up to date if it is of an older version.
     *
     * @param nativeLibraries see {@link NativeLibrary#load}
     */
    static SqliteStore owning(Path stateFile, Optional<Path> nativeLibraries) {
        Path file = real(stateFile);
        NativeLibrary.load(nativeLibraries);
        Ownership ownership = Ownership.take(file);
        Line writer = null;
        try {
            if (Files.notExists(file)) {
                Files.createFile(file, Ownership.onlyForOwner(file));
            }
            writer = new Line(connect(file, false));
            upToDate(file, writer);
            return new SqliteStore(file, Optional.of(ownership), Optional.of(writer), new Line(connect(file, true)));
        } catch (SQLException e) {
            closeAll(writer, ownership);
            throw explained(file, "open it", e);
        } catch (IOException e) {
            closeAll(writer, ownership);
            throw new HistoryException("cannot create " + file + ": " + e.getMessage(), e);
        } catch (RuntimeException e) {
            closeAll(writer, ownership);
            throw e;
        }
    }

    /**
     * Opens it to write what no decision hangs on, also while another process decides (see {@link Ownership}); made or
     * brought up to date first, if no other process is there to do so.
     */
    static SqliteStore beside(Path stateFile, Optional<Path> nativeLibraries) {
        Path file = real(stateFile);
        NativeLibrary.load(nativeLibraries);
        Line writer = null;
        try {
            if (Files.notExists(file) || versionOf(file) < Schema.MIGRATIONS.size()) {
                owning(stateFile, nativeLibraries).close();
            }
            writer = new Line(connect(file, false));
            upToDate(file, writer);
            return new SqliteStore(file, Optional.empty(), Optional.of(writer), new Line(connect(file, true)));
        } catch (SQLException e) {
            closeAll(writer);
            throw explained(file, "open it", e);
        } catch (RuntimeException e) {
            closeAll(writer);
            throw e;
        }
    }

    private static int versionOf(Path file) throws SQLException {
        try (Line line = new Line(connect(file, true))) {
            return line.number("PRAGMA user_version");
        }
    }

    /** Opens it to read only, whether or not another process is writing. */
    static SqliteStore reading(Path stateFile, Optional<Path> nativeLibraries) {
        Path file = real(stateFile);
        if (Files.notExists(file)) {
            throw new HistoryException("there is no state file " + file + " yet: run checks first");
        }
        NativeLibrary.load(nativeLibraries);
        Line reader = null;
        try {
            reader = new Line(connect(file, true));
            int version = reader.number("PRAGMA user_version");
            refuseForeign(file, reader, version);
            if (version < Schema.MIGRATIONS.size()) {
                throw new HistoryException(
                        file + " was written by an older Faultline: run checks once with this one, and"
                                + " it is brought up to date");
            }
            return new SqliteStore(file, Optional.empty(), Optional.empty(), reader);
        } catch (SQLException e) {
            closeAll(reader);
            throw explained(file, "open it", e);
        } catch (RuntimeException e) {
            closeAll(reader);
            throw e;
        }
    }

    /** Does it in one transaction, on disk when this returns; if it fails, nothing of it was done. */
    <T> T write(String what, Work<T> work) {
        Line line = writer.orElseThrow(
                () -> new HistoryException("cannot " + what + ": " + file + " was opened for reading only"));
        return line.transact(file, what, work);
    }

    /** Reads one consistent state of things. */
    <T> T read(String what, Work<T> work) {
        return reader.transact(file, what, work);
    }

    @Override
    public void close() {
        closeAll(reader, writer.orElse(null), ownership.orElse(null));
    }

    /** Prepared statements of one connection, kept for the next time. */
    static final class Statements {
        private final Connection connection;
        private final Map<String, PreparedStatement> prepared = new HashMap<>();

        private Statements(Connection connection) {
            this.connection = connection;
        }

        /** For SQL from a constant; must not be closed. */
        PreparedStatement prepared(String sql) throws SQLException {
            PreparedStatement statement = prepared.get(sql);
            if (statement == null) {
                statement = connection.prepareStatement(sql);
                prepared.put(sql, statement);
            }
            return statement;
        }

        /** After a statement has failed the driver does not let it be used again, whatever made it fail. */
        private void forget() {
            closeAll(prepared.values().toArray(AutoCloseable[]::new));
            prepared.clear();
        }

        /** For SQL whose text varies; to be closed. */
        PreparedStatement once(String sql) throws SQLException {
            return connection.prepareStatement(sql);
        }
    }

    /** One connection, used by one thread at a time. */
    private static final class Line implements AutoCloseable {
        private final ReentrantLock lock = new ReentrantLock(true);
        private final Connection connection;
        private final Statements statements;
        private boolean closed;

        Line(Connection connection) {
            this.connection = connection;
            this.statements = new Statements(connection);
        }

        <T> T transact(Path file, String what, Work<T> work) {
            lock.lock();
            try {
                if (closed) {
                    throw new HistoryException("cannot " + what + ": " + file + " is closed already");
                }
                boolean done = false;
                try {
                    connection.setAutoCommit(false);
                    T result = work.on(statements);
                    connection.setAutoCommit(true);
                    done = true;
                    return result;
                } finally {
                    if (!done) {
                        rollBack();
                    }
                }
            } catch (SQLException e) {
                throw explained(file, what, e);
            } finally {
                lock.unlock();
            }
        }

        /** SQLite rolls back by itself after the worst errors, and then there is nothing left to roll back. */
        private void rollBack() {
            statements.forget();
            try {
                execute("ROLLBACK");
            } catch (SQLException e) {
                // See above.
            }
            try {
                connection.setAutoCommit(true);
            } catch (SQLException e) {
                // It is set all the same; there was no transaction any more that it could end.
            }
        }

        void execute(String sql) throws SQLException {
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql);
            }
        }

        int number(String sql) throws SQLException {
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery(sql)) {
                return rows.getInt(1);
            }
        }

        @Override
        public void close() throws SQLException {
            lock.lock();
            try {
                closed = true;
                for (PreparedStatement statement : statements.prepared.values()) {
                    statement.close();
                }
                connection.close();
            } finally {
                lock.unlock();
            }
        }
    }

    private static Path real(Path stateFile) {
        Path file = stateFile.toAbsolutePath().normalize();
        if (file.toString().contains("?")) {
            throw new HistoryException("the name of a state file must not contain '?': " + file);
        }
        Path folder = file.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new HistoryException("the folder of the state file " + file
                    + " does not exist: create it, for the user" + " that runs Faultline");
        }
        if (Files.isDirectory(file)) {
            throw new HistoryException("the state file " + file + " is a folder: name a file in it");
        }
        try {
            return Files.exists(file) ? file.toRealPath() : folder.toRealPath().resolve(file.getFileName());
        } catch (IOException e) {
            throw new HistoryException("cannot reach the state file " + file + ": " + e.getMessage(), e);
        }
    }

    private static Connection connect(Path file, boolean readOnly) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(readOnly);
        config.setBusyTimeout(BUSY_MILLIS);
        config.setTransactionMode(
                readOnly ? SQLiteConfig.TransactionMode.DEFERRED : SQLiteConfig.TransactionMode.IMMEDIATE);
        // Would look for the last row's number after each statement.
        config.setGetGeneratedKeys(false);
        return config.createConnection("jdbc:sqlite:" + file);
    }

    private static void upToDate(Path file, Line line) throws SQLException {
        int version = line.number("PRAGMA user_version");
        refuseForeign(file, line, version);
        line.execute("PRAGMA journal_mode = WAL");
        line.execute("PRAGMA synchronous = FULL");
        line.execute("PRAGMA wal_autocheckpoint = " + CHECKPOINT_PAGES);
        line.execute("PRAGMA trusted_schema = OFF");
        if (version < Schema.MIGRATIONS.size()) {
            migrate(file, line, version);
        }
    }

    private static void migrate(Path file, Line line, int version) {
        line.transact(file, "bring it up to date", statements -> {
            for (List<String> migration : Schema.MIGRATIONS.subList(version, Schema.MIGRATIONS.size())) {
                for (String sql : migration) {
                    line.execute(sql);
                }
            }
            line.execute("PRAGMA user_version = " + Schema.MIGRATIONS.size());
            line.execute("PRAGMA application_id = " + Schema.APPLICATION);
            return null;
        });
    }

    private static void refuseForeign(Path file, Line line, int version) throws SQLException {
        boolean empty = line.number("SELECT count(*) FROM sqlite_schema") == 0;
        if (!empty && line.number("PRAGMA application_id") != Schema.APPLICATION) {
            throw new HistoryException(file + " is the SQLite file of another program: name another file");
        }
        if (version > Schema.MIGRATIONS.size()) {
            throw new HistoryException(file + " was written by a newer Faultline (schema " + version
                    + "; this one knows " + Schema.MIGRATIONS.size() + "): use that one, or another file");
        }
    }

    private static HistoryException explained(Path file, String what, SQLException e) {
        int code = e instanceof SQLiteException known ? known.getResultCode().code & 0xff : -1;
        String why = switch (code) {
            case 5, 6 ->
                "another program has kept it locked for " + BUSY_MILLIS / 1000
                        + " s (sqlite3? a backup?): end that one";
            case 8 -> "it may not be written: check owner and permissions of the file and its folder";
            case 10 -> "the disk or file system failed (" + e.getMessage() + "): look at the system's log";
            case 11, 26 ->
                "it is damaged, or no SQLite file: put it aside and restore a copy, or start with a new" + " one";
            case 13 -> "no space is left on its disk: make room";
            case 14 -> "it cannot be opened: check owner and permissions of the file and its folder";
            default -> e.getMessage();
        };
        return new HistoryException("cannot " + what + ": " + file + ": " + why, e);
    }

    private static void closeAll(AutoCloseable... all) {
        for (AutoCloseable one : all) {
            try {
                if (one != null) {
                    one.close();
                }
            } catch (Exception e) {
                // What was committed is on disk; there is nothing else that closing could save.
            }
        }
    }
}
