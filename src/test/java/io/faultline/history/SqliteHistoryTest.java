package io.faultline.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.check.CheckId;
import io.faultline.check.Fact;
import io.faultline.check.Measurement;
import io.faultline.check.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteHistoryTest {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final CheckId WEB = new CheckId("web", "http");
    private static final CheckId MAIL = new CheckId("mail", "smtp");
    private static final Fact BANNER = Fact.of("banner", "220 mail.example.org");

    @TempDir
    Path folder;

    private SqliteHistory history;

    @BeforeEach
    void open() {
        history = SqliteHistory.open(file(), Optional.empty());
    }

    @AfterEach
    void close() {
        history.close();
    }

    @Test
    void unpacksTheNativeLibraryWhereItIsTold() throws IOException {
        SqliteHistory.open(folder.resolve("other.db"), Optional.of(folder)).close();
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .filteredOn(name -> name.contains("sqlitejdbc"))
                    .hasSize(1);
        }
    }

    private Path file() {
        return folder.resolve("state.db");
    }

    private void reopen() {
        history.close();
        open();
    }

    private static Observation at(CheckId check, int minute, Result result) {
        return new Observation(
                check, NOON.plus(Duration.ofMinutes(minute)), Duration.ofNanos(1_234_567_000L + minute), result);
    }

    /** As the recorder does: each result with the state that follows from it. */
    private void record(Observation... observations) {
        Map<CheckId, CheckState> states = history.states();
        for (Observation observation : observations) {
            CheckState before = states.get(observation.check());
            states.put(
                    observation.check(),
                    before == null ? CheckState.first(observation, 2) : before.next(observation, 2));
        }
        history.commit(
                new Changes(List.of(observations), List.copyOf(states.values()), List.of(), List.of(), List.of()));
    }

    private static Changes mails(QueuedMail... mails) {
        return new Changes(List.of(), List.of(), List.of(), List.of(mails), List.of());
    }

    private static QueuedMail mail(String id, Optional<Long> incident, Instant notBefore) {
        return new QueuedMail(
                id,
                incident,
                List.of("a@example.org", "b@example.org"),
                "Subject: " + id + "\r\n\r\nümlaut\r\n",
                NOON,
                0,
                notBefore,
                Optional.empty());
    }

    @Test
    void remembersResultsAndStatesAcrossARestart() {
        Result bad = Result.critical("the page is gone", Fact.expected(200), Fact.butWas("404 \u0007<b>"))
                .with(new Measurement("time", 0.0123, "s", OptionalDouble.of(1), OptionalDouble.empty()))
                .with(new Measurement("size", -0.0, "", OptionalDouble.empty(), OptionalDouble.of(1e300)));
        Observation first = at(WEB, 0, Result.ok("fine", BANNER).with(Measurement.of("size", 12, "B")));
        Observation second = at(WEB, 1, bad);
        Observation third = at(WEB, 2, bad);
        record(first);
        record(second, third, at(MAIL, 2, Result.unknown("no route")));
        Map<CheckId, CheckState> states = history.states();

        reopen();

        assertThat(history.states()).isEqualTo(states).containsOnlyKeys(WEB, MAIL);
        assertThat(states.get(WEB).isHardProblem()).isTrue();
        assertThat(states.get(WEB).hardSince()).isEqualTo(second.at());
        assertThat(states.get(WEB).lastOk()).contains(first.at());
        assertThat(history.observations(WEB, NOON, 10)).containsExactly(first, second, third);
    }

    @Test
    void keepsTheFactsOfFailuresAndOfTheFirstAndLastOkAroundThem() {
        List<Observation> all = new ArrayList<>();
        String kinds = "OOOOCCOOO";
        for (int i = 0; i < kinds.length(); i++) {
            Fact fact = Fact.of("number", i);
            Observation next =
                    at(WEB, i, kinds.charAt(i) == 'O' ? Result.ok("fine", fact) : Result.critical("bad", fact));
            all.add(next);
            if (i % 4 == 3) {
                reopen();
            }
            record(next);
        }
        List<Observation> kept = history.observations(WEB, Instant.MIN, 100);

        assertThat(kept)
                .extracting(Observation::at)
                .isEqualTo(all.stream().map(Observation::at).toList());
        assertThat(kept)
                .extracting(observation -> observation.result().facts().stream()
                        .map(Fact::value)
                        .findFirst()
                        .orElse("-"))
                .containsExactly("0", "-", "-", "3", "4", "5", "6", "-", "8");
    }

    @Test
    void keepsTheFactsAroundAFailureWithinOneBatch() {
        record(
                at(WEB, 0, Result.ok("fine", Fact.of("n", 0))),
                at(WEB, 1, Result.ok("fine", Fact.of("n", 1))),
                at(WEB, 2, Result.ok("fine", Fact.of("n", 2))),
                at(WEB, 3, Result.critical("bad")));

        assertThat(history.observations(WEB, NOON, 9))
                .extracting(observation -> observation.result().facts())
                .containsExactly(List.of(Fact.of("n", 0)), List.of(), List.of(Fact.of("n", 2)), List.of());
    }

    @Test
    void readsTheNewestResultsSinceAMomentOldestFirst() {
        for (int minute = 0; minute < 10; minute++) {
            record(at(WEB, minute, Result.ok("run " + minute)), at(MAIL, minute, Result.ok("other")));
        }

        assertThat(history.observations(WEB, NOON.plus(Duration.ofMinutes(3)), 100))
                .extracting(observation -> observation.result().summary())
                .containsExactly("run 3", "run 4", "run 5", "run 6", "run 7", "run 8", "run 9");
        assertThat(history.observations(WEB, Instant.MIN, 2))
                .extracting(observation -> observation.result().summary())
                .containsExactly("run 8", "run 9");
        assertThat(history.observations(WEB, NOON, 0)).isEmpty();
        assertThat(history.observations(new CheckId("web", "none"), NOON, 9)).isEmpty();
    }

    @Test
    void storesResultsWithoutAState() {
        Observation first = at(WEB, 0, Result.ok("fine", BANNER));
        Observation second = at(WEB, 1, Result.critical("bad", BANNER));
        history.commit(new Changes(List.of(first, second), List.of(), List.of(), List.of(), List.of()));

        assertThat(history.states()).isEmpty();
        assertThat(history.observations(WEB, NOON, 9)).containsExactly(first, second);
    }

    @Test
    void storesAllOfABatchOrNothing() {
        QueuedMail forged = new QueuedMail(
                "m1", Optional.empty(), List.of("a@example.org\nb@example.org"), "", NOON, 0, NOON, Optional.empty());
        Observation lost = at(WEB, 0, Result.critical("bad"));

        assertThatThrownBy(() ->
                        history.commit(new Changes(List.of(lost), List.of(), List.of(), List.of(forged), List.of())))
                .isInstanceOf(IllegalArgumentException.class);

        assertThat(history.observations(WEB, NOON, 9)).isEmpty();
        record(at(WEB, 1, Result.ok("fine")));
        assertThat(history.observations(WEB, NOON, 9)).hasSize(1);
    }

    @Test
    void numbersIncidentsForEverAndUpdatesThem() {
        long id = history.nextIncidentId();
        Incident open = new Incident(id, "web", NOON, NOON, new TreeSet<>(List.of(WEB)), 1, Optional.empty());
        Incident other = new Incident(
                history.nextIncidentId(), "mail", NOON, NOON, new TreeSet<>(List.of(MAIL, WEB)), 1, Optional.empty());
        history.commit(new Changes(List.of(), List.of(), List.of(open, other), List.of(), List.of()));
        Incident resolved =
                new Incident(id, "web", NOON, NOON, new TreeSet<>(List.of(WEB, MAIL)), 2, Optional.of(NOON));
        history.commit(new Changes(List.of(), List.of(), List.of(resolved), List.of(), List.of()));

        reopen();

        assertThat(history.openIncidents()).containsExactly(other);
        assertThat(history.incidents(9)).containsExactly(other, resolved);
        assertThat(history.incidents(1)).containsExactly(other);
        assertThat(history.incident(id)).contains(resolved);
        assertThat(history.incident(99)).isEmpty();
        assertThat(history.nextIncidentId()).isGreaterThan(other.id());
    }

    @Test
    void findsEventsOfTheSubjectsAskedFor() {
        List<Event> events = List.of(
                new Event(NOON, "web", "deployed"),
                new Event(NOON.plusSeconds(1), "db", "changed"),
                new Event(NOON.plusSeconds(2), "it's; --", "Puppet ran"),
                new Event(NOON.plusSeconds(3), "web", "deployed again"));
        history.commit(new Changes(List.of(), List.of(), List.of(), List.of(), events));

        assertThat(history.events(List.of("web", "it's; --"), NOON, 9))
                .containsExactly(events.get(0), events.get(2), events.get(3));
        assertThat(history.events(List.of("web"), NOON.plusSeconds(1), 9)).containsExactly(events.get(3));
        assertThat(history.events(List.of("web", "db"), NOON, 2)).containsExactly(events.get(1), events.get(3));
        assertThat(history.events(List.of(), NOON, 9)).isEmpty();
    }

    @Test
    void keepsAMailUntilItIsSentAndSendsItOnce() {
        QueuedMail mail = mail("i1.1@example.org", Optional.of(1L), NOON);
        history.commit(mails(mail));
        history.commit(mails(new QueuedMail(
                mail.messageId(), mail.incident(), List.of(), "other", NOON, 0, NOON, Optional.empty())));
        assertThat(history.queuedMails()).containsExactly(mail);

        history.mailFailed(mail.messageId(), NOON.plusSeconds(60), "421 try later");
        reopen();

        assertThat(history.dueMails(NOON.plusSeconds(59), 9)).isEmpty();
        QueuedMail again = history.dueMails(NOON.plusSeconds(60), 9).get(0);
        assertThat(again.tries()).isEqualTo(1);
        assertThat(again.lastError()).contains("421 try later");
        assertThat(again.content()).isEqualTo(mail.content());

        history.mailSent(mail.messageId(), NOON.plusSeconds(61));
        history.mailFailed(mail.messageId(), NOON, "too late to fail");
        history.commit(mails(mail));
        reopen();
        assertThat(history.queuedMails()).isEmpty();
    }

    @Test
    void forgetsAMailThatIsGivenUpWhenItIsOld() {
        history.commit(mails(
                mail("first", Optional.of(1L), NOON),
                mail("second", Optional.of(1L), NOON),
                mail("third", Optional.empty(), NOON)));
        assertThat(history.lastSent()).isEmpty();

        history.mailFailed("first", NOON.plusSeconds(90), "550 no such mailbox");
        history.mailGivenUp("first", NOON.plusSeconds(60), "550 no such mailbox");
        history.mailSent("third", NOON.plusSeconds(61));
        reopen();

        assertThat(history.queuedMails()).extracting(QueuedMail::messageId).containsExactly("second");
        assertThat(history.dueMails(NOON, 9)).as("nothing to wait for").hasSize(1);
        assertThat(history.lastSent()).contains(NOON.plusSeconds(61));
        history.commit(mails(mail("first", Optional.of(1L), NOON)));
        assertThat(history.queuedMails()).hasSize(1);
        history.prune(NOON.plus(Duration.ofDays(1)));
        history.commit(mails(mail("first", Optional.of(1L), NOON)));
        assertThat(history.queuedMails()).hasSize(2);
    }

    @Test
    void holdsTheMailsOfAThreadBackBehindOneThatMustWait() {
        history.commit(mails(
                mail("1.1", Optional.of(1L), NOON.plusSeconds(60)),
                mail("2.1", Optional.of(2L), NOON),
                mail("1.2", Optional.of(1L), NOON),
                mail("none", Optional.empty(), NOON)));

        assertThat(history.dueMails(NOON, 9)).extracting(QueuedMail::messageId).containsExactly("2.1", "none");
        assertThat(history.dueMails(NOON, 1)).extracting(QueuedMail::messageId).containsExactly("2.1");
        assertThat(history.dueMails(NOON.plusSeconds(60), 9))
                .extracting(QueuedMail::messageId)
                .containsExactly("1.1", "2.1", "1.2", "none");
    }

    @Test
    void remembersTheDefinitionsInForceAndForgetsOthers() {
        history.fingerprints(Map.of(WEB, "a", MAIL, "b"));
        history.fingerprints(Map.of(WEB, "c"));
        reopen();

        assertThat(history.fingerprints()).isEqualTo(Map.of(WEB, "c"));
        assertThat(history.states()).isEmpty();
    }

    @Test
    void prunesOldResultsAndSentMailsOnly() {
        for (int minute = 0; minute < 4; minute++) {
            record(at(WEB, minute * 24 * 60, Result.ok("day " + minute, BANNER)));
        }
        record(at(MAIL, 0, Result.critical("broken for long")));
        history.commit(mails(mail("sent", Optional.empty(), NOON), mail("queued", Optional.empty(), NOON)));
        history.mailSent("sent", NOON);
        Map<CheckId, CheckState> states = history.states();

        history.prune(NOON.plus(Duration.ofDays(2)));

        assertThat(history.observations(WEB, Instant.MIN, 9))
                .extracting(observation -> observation.result().summary())
                .containsExactly("day 2", "day 3");
        assertThat(history.observations(MAIL, Instant.MIN, 9)).isEmpty();
        assertThat(history.states()).isEqualTo(states);
        assertThat(history.queuedMails()).extracting(QueuedMail::messageId).containsExactly("queued");
        record(at(WEB, 5 * 24 * 60, Result.ok("day 0")), at(MAIL, 5 * 24 * 60, Result.ok("well again")));
        reopen();
        assertThat(history.observations(WEB, Instant.MIN, 9))
                .extracting(observation -> observation.result().summary())
                .containsExactly("day 2", "day 3", "day 0");
        assertThat(history.observations(MAIL, Instant.MIN, 9)).hasSize(1);
    }

    @Test
    void prunesMoreThanFitsOnePiece() {
        List<Observation> many = new ArrayList<>();
        for (int i = 0; i < 12_000; i++) {
            many.add(new Observation(WEB, NOON.plusMillis(i), Duration.ZERO, Result.ok("fine")));
        }
        record(many.toArray(Observation[]::new));

        history.prune(NOON.plusMillis(11_990));

        assertThat(history.observations(WEB, Instant.MIN, 20_000)).hasSize(10);
    }

    @Test
    void canBeReadWhileAnotherOneWrites() throws Exception {
        record(at(WEB, 0, Result.ok("fine")));
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try (SqliteHistory reader = SqliteHistory.openToRead(file(), Optional.empty())) {
            Callable<Boolean> look = () -> {
                int seen = 1;
                while (seen < 200) {
                    List<Observation> now = reader.observations(WEB, NOON, 1000);
                    CheckState state = reader.states().get(WEB);
                    if (now.size() < seen
                            || state.at().isBefore(now.get(now.size() - 1).at())) {
                        return false;
                    }
                    seen = now.size();
                }
                return true;
            };
            List<Future<Boolean>> lookers = List.of(threads.submit(look), threads.submit(look));
            for (int minute = 1; minute < 200; minute++) {
                record(at(WEB, minute, Result.ok("fine")));
            }
            for (Future<Boolean> looker : lookers) {
                assertThat(looker.get()).isTrue();
            }
            assertThatThrownBy(() -> reader.mailSent("x", NOON))
                    .isInstanceOf(HistoryException.class)
                    .hasMessageContaining("opened for reading only");
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void isReadableByItsOwnerOnly() throws IOException {
        record(at(WEB, 0, Result.ok("fine")));

        try (var files = Files.list(folder)) {
            assertThat(files.map(file -> {
                        try {
                            return file.getFileName() + " "
                                    + PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
                        } catch (IOException e) {
                            throw new java.io.UncheckedIOException(e);
                        }
                    }))
                    .contains("state.db rw-------", "state.db-wal rw-------", "state.db.lock rw-------")
                    .allMatch(line -> line.endsWith("rw-------"));
        }
    }

    @Test
    void belongsToOneAtATime() {
        assertThatThrownBy(() -> SqliteHistory.open(file(), Optional.empty()))
                .isInstanceOf(HistoryException.class)
                .hasMessageContaining("in use by another Faultline")
                .hasMessageContaining("process " + ProcessHandle.current().pid());

        record(at(WEB, 0, Result.ok("still mine")));
        reopen();
        assertThat(history.states()).hasSize(1);
    }

    @Test
    void refusesWhatItCannotOpenAndSaysWhatToDo() throws IOException {
        Path missing = folder.resolve("none/state.db");
        Path text = Files.writeString(folder.resolve("text.db"), "this is no database at all ".repeat(500));
        Path newer = folder.resolve("newer.db");
        SqliteHistory.open(newer, Optional.empty()).close();
        sql(newer, "PRAGMA user_version = 999");
        Path foreign = folder.resolve("foreign.db");
        sql(foreign, "CREATE TABLE other (x)");

        assertRefused(missing, "does not exist", "create it");
        assertRefused(folder, "is a folder");
        assertRefused(text, "no SQLite file", "put it aside");
        assertRefused(newer, "written by a newer Faultline (schema 999");
        assertRefused(foreign, "of another program");
        assertThatThrownBy(() -> SqliteHistory.openToRead(folder.resolve("nothing.db"), Optional.empty()))
                .isInstanceOf(HistoryException.class)
                .hasMessageContaining("run checks first");
        assertThat(folder.resolve("nothing.db")).doesNotExist();
    }

    private static void assertRefused(Path file, String... words) {
        assertThatThrownBy(() -> SqliteHistory.open(file, Optional.empty()))
                .isInstanceOf(HistoryException.class)
                .hasMessageContainingAll(words);
    }

    private static void sql(Path file, String sql) {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void bringsAnEmptyOrOlderFileUpToDate() throws IOException {
        Path older = Files.createFile(folder.resolve("older.db"));
        assertThatThrownBy(() -> SqliteHistory.openToRead(older, Optional.empty()))
                .hasMessageContaining("older Faultline");

        SqliteHistory.open(older, Optional.empty()).close();

        try (SqliteHistory now = SqliteHistory.openToRead(older, Optional.empty())) {
            assertThat(now.states()).isEmpty();
        }
    }

    @Test
    void keepsTheResultsOfAFileInWhichSummariesWereUnique() {
        Path older = folder.resolve("older.db");
        Schema.MIGRATIONS.subList(0, 4).forEach(migration -> migration.forEach(sql -> sql(older, sql)));
        sql(older, "PRAGMA user_version = 4");
        sql(older, "PRAGMA application_id = " + Schema.APPLICATION);
        sql(older, "INSERT INTO summary VALUES (7, 'fine', 1)");
        sql(older, "INSERT INTO checks (id, subject, name, newest) VALUES (1, 'web', 'http', 1)");
        sql(older, "INSERT INTO observation VALUES (1, NULL, 1, " + NOON.toEpochMilli() + ", 0, 0, 7, NULL, NULL)");

        try (SqliteHistory now = SqliteHistory.open(older, Optional.empty())) {
            assertThat(now.observations(WEB, NOON, 9))
                    .extracting(observation -> observation.result().summary())
                    .containsExactly("fine");
        }
    }

    @Test
    void storesASummaryThatRepeatsOnceAlsoAfterARestart() {
        record(at(WEB, 0, Result.ok("fine")), at(MAIL, 0, Result.ok("fine")));
        reopen();
        record(at(WEB, 1, Result.ok("fine")), at(MAIL, 1, Result.critical("broken")));
        history.prune(NOON);
        record(at(WEB, 2, Result.ok("fine")));

        assertThat(summaries()).isEqualTo(2);
    }

    private long summaries() {
        return history.store().read("count summaries", statements -> {
            try (ResultSet rows =
                    statements.prepared("SELECT count(*) FROM summary").executeQuery()) {
                return rows.getLong(1);
            }
        });
    }

    @Test
    void saysThatTheDiskIsFullAndGoesOnWhenThereIsRoomAgain() {
        Observation first = at(WEB, 0, Result.ok("fine"));
        record(first);
        pragma("max_page_count = 1");

        assertThatThrownBy(() -> history.commit(mails(new QueuedMail(
                        "large", Optional.empty(), List.of(), "x".repeat(1 << 20), NOON, 0, NOON, Optional.empty()))))
                .isInstanceOf(HistoryException.class)
                .hasMessageContaining("cannot store results")
                .hasMessageContaining("no space is left");

        pragma("max_page_count = 1000000");
        Observation second = at(WEB, 1, Result.ok("fine again"));
        record(second);
        reopen();
        assertThat(history.queuedMails()).isEmpty();
        assertThat(history.observations(WEB, NOON, 9)).containsExactly(first, second);
    }

    private void pragma(String pragma) {
        history.store().write("set a limit", statements -> {
            try (var set = statements.once("PRAGMA " + pragma)) {
                return set.execute();
            }
        });
    }

    @Test
    void saysThatTheFileIsDamaged() throws IOException {
        List<Observation> many = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            many.add(at(WEB, i, Result.critical("bad " + i)));
        }
        record(many.toArray(Observation[]::new));
        history.close();
        byte[] bytes = Files.readAllBytes(file());
        java.util.Arrays.fill(bytes, 4096, bytes.length, (byte) 'x');
        Files.write(file(), bytes);

        assertRefused(file(), "it is damaged", "put it aside");
        Files.delete(file());
        open();
    }

    @Test
    void doesNothingAfterItWasClosed() {
        history.close();

        assertThatThrownBy(() -> record(at(WEB, 0, Result.ok("late"))))
                .isInstanceOf(HistoryException.class)
                .hasMessageContaining("closed");
    }
}
