package io.faultline.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.check.CheckId;
import io.faultline.check.Result;
import io.faultline.check.Status;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The log of who did what, and what follows from it. */
class LogTest {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final CheckId WEB = new CheckId("web", "http");
    private static final CheckId MAIL = new CheckId("mail", "smtp");

    @TempDir
    Path folder;

    private SqliteHistory history;

    @BeforeEach
    void open() {
        history = SqliteHistory.open(folder.resolve("state.db"), Optional.empty());
    }

    @AfterEach
    void close() {
        history.close();
    }

    private void reopen() {
        history.close();
        open();
    }

    private static Instant in(int minutes) {
        return NOON.plus(Duration.ofMinutes(minutes));
    }

    private static SortedSet<Target> targets(String... words) {
        return new TreeSet<>(Stream.of(words).map(Target::parse).toList());
    }

    private long incident(String subject) {
        long id = history.nextIncidentId();
        Incident incident = new Incident(id, subject, NOON, NOON, new TreeSet<>(List.of(WEB)), 0, Optional.empty());
        history.commit(new Changes(List.of(), List.of(), List.of(incident), List.of(), List.of()));
        return id;
    }

    static Stream<Act> acts() {
        return Stream.of(
                new Act.Claimed(7, in(60)),
                new Act.Released(7),
                new Act.Silenced(Optional.of(7L), targets("web", "mail/smtp"), in(60), "known"),
                new Act.Silenced(Optional.empty(), targets("web"), in(60), "known, <b>really</b>"),
                new Act.Planned(targets("host-1"), in(10), in(60), "new disk"),
                new Act.Ended(3),
                new Act.Noted(Optional.of(7L), Optional.of("web"), "it is the disk"),
                new Act.Noted(Optional.empty(), Optional.of("web"), "will be gone in May"),
                new Act.Opened(7),
                new Act.Told(7, List.of("a@example.org", "b@example.org"), "problem"),
                new Act.Told(7, List.of(), "problem"),
                new Act.Held(7, "silenced by ana"),
                new Act.Digested("infra", 17),
                new Act.Resolved(7));
    }

    @ParameterizedTest
    @MethodSource("acts")
    void keepsEveryActAsItWasSaid(Act act) {
        Entry entry = history.enter(NOON, "ana", act);
        reopen();
        assertThat(history.log(NOON, 9)).containsExactly(entry);
        assertThat(entry.act()).isEqualTo(act);
        assertThat(history.log(7, 9)).hasSize(act.about().isPresent() ? 1 : 0);
    }

    @Test
    void tellsWhatWasDoneAboutAnIncidentInOrderAndAllThatWasDoneNewestFirst() {
        Entry first = history.enter(NOON, "ana", new Act.Claimed(1, in(60)));
        Entry other = history.enter(in(1), "ben", new Act.Claimed(2, in(60)));
        Entry last = history.enter(in(2), "ana", new Act.Released(1));

        assertThat(history.log(1, 9)).containsExactly(first, last);
        assertThat(history.log(1, 1)).containsExactly(last);
        assertThat(history.log(in(1), 9)).containsExactly(last, other);
        assertThat(history.log(NOON, 1)).containsExactly(last);
        assertThat(last.id()).isGreaterThan(other.id());
    }

    @Test
    void storesWhatFaultlineDidTogetherWithTheResults() {
        history.commit(new Changes(
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(Entry.own(NOON, new Act.Opened(1)), Entry.own(NOON, new Act.Resolved(1)))));

        assertThat(history.log(1, 9))
                .extracting(Entry::by, Entry::act)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(Entry.FAULTLINE, new Act.Opened(1)),
                        org.assertj.core.groups.Tuple.tuple(Entry.FAULTLINE, new Act.Resolved(1)));
    }

    @Test
    void theNewestClaimOfAnOpenIncidentCountsUntilItIsReleased() {
        long web = incident("web");
        long mail = incident("mail");
        assertThat(history.claims()).isEmpty();
        history.enter(NOON, "ana", new Act.Claimed(web, in(60)));
        history.enter(in(1), "ben", new Act.Claimed(web, in(90)));
        history.enter(in(2), "ana", new Act.Claimed(mail, in(30)));

        assertThat(history.claims())
                .isEqualTo(
                        Map.of(web, new Claim(web, "ben", in(1), in(90)), mail, new Claim(mail, "ana", in(2), in(30))));
        assertThat(history.claims().get(mail).holdsAt(in(29))).isTrue();
        assertThat(history.claims().get(mail).holdsAt(in(30))).isFalse();

        history.enter(in(3), "ben", new Act.Released(web));
        assertThat(history.claims()).containsOnlyKeys(mail);
        Incident resolved = history.incident(mail).orElseThrow().resolvedAt(in(4));
        history.commit(new Changes(List.of(), List.of(), List.of(resolved), List.of(), List.of()));
        assertThat(history.claims()).isEmpty();
    }

    @Test
    void aSilenceHoldsFromWhenItWasSaidUntilItsEndOrUntilSomebodyEndsIt() {
        Entry silence = history.enter(
                NOON, "ana", new Act.Silenced(Optional.empty(), targets("web", "mail/smtp"), in(60), "known"));
        Entry downtime = history.enter(NOON, "ben", new Act.Planned(targets("host-1"), in(30), in(90), "new disk"));

        List<Pause> all = history.pauses(NOON);
        assertThat(all).extracting(Pause::id).containsExactly(silence.id(), downtime.id());
        Pause first = all.get(0);
        assertThat(first.kind()).isEqualTo(Pause.Kind.SILENCE);
        assertThat(first.by()).isEqualTo("ana");
        assertThat(first.covers(WEB)).isTrue();
        assertThat(first.covers(MAIL)).isTrue();
        assertThat(first.covers(new CheckId("mail", "imap"))).isFalse();
        assertThat(first.holdsAt(NOON)).isTrue();
        assertThat(first.holdsAt(in(60))).isFalse();
        assertThat(all.get(1).holdsAt(in(29))).isFalse();
        assertThat(all.get(1).holdsAt(in(30))).isTrue();
        assertThat(history.pauses(in(60))).extracting(Pause::id).containsExactly(downtime.id());

        history.enter(in(40), "ana", new Act.Ended(downtime.id()));
        reopen();
        assertThat(history.pauses(in(39)).get(1).until()).isEqualTo(in(40));
        assertThat(history.pauses(in(40))).extracting(Pause::id).containsExactly(silence.id());
        assertThat(history.pause(downtime.id())).map(Pause::until).contains(in(40));
        history.enter(in(95), "ana", new Act.Ended(downtime.id()));
        assertThat(history.pause(downtime.id())).map(Pause::until).contains(in(40));
        assertThat(history.pause(99)).isEmpty();
    }

    @Test
    void anotherProcessMayWriteTheLogAndNothingElse() {
        try (SqliteHistory beside = SqliteHistory.openBeside(folder.resolve("state.db"), Optional.empty())) {
            Entry said = beside.enter(NOON, "ana", new Act.Noted(Optional.empty(), Optional.of("web"), "hello"));
            Entry own = history.enter(NOON, "ben", new Act.Noted(Optional.empty(), Optional.of("web"), "hi"));
            assertThat(history.log(NOON, 9)).containsExactly(own, said);
            assertThat(beside.log(NOON, 9)).containsExactly(own, said);
            assertThatThrownBy(() -> beside.commit(Changes.NONE)).isInstanceOf(HistoryException.class);
            assertThatThrownBy(() -> beside.mailSent("x", NOON)).isInstanceOf(HistoryException.class);
        }
        try (SqliteHistory reader = SqliteHistory.openToRead(folder.resolve("state.db"), Optional.empty())) {
            assertThatThrownBy(() -> reader.enter(NOON, "ana", new Act.Released(1)))
                    .isInstanceOf(HistoryException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "\n"})
    void whoeverSaysSomethingHasAName(String name) {
        assertThatThrownBy(() -> history.enter(NOON, name, new Act.Released(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(history.log(NOON, 9)).isEmpty();
    }

    @Test
    void textsFromOutsideStayOnOneLineAndWithinLimits() {
        Entry entry = history.enter(
                NOON,
                "a\u001b[31m",
                new Act.Noted(Optional.empty(), Optional.of("web"), "x\ny\u202e" + "z".repeat(5000)));
        assertThat(entry.by()).isEqualTo("a\\u001b[31m");
        assertThat(((Act.Noted) entry.act()).text())
                .startsWith("x y\\u202ezz")
                .hasSizeLessThanOrEqualTo(Act.LONGEST_TEXT + 1);
        assertThat(history.log(NOON, 1)).containsExactly(entry);
    }

    @Test
    void remembersWhatPeopleWereToldOfAnIncidentAndWhyNotMore() {
        Incident incident = history.incident(incident("web"))
                .orElseThrow()
                .with(List.of(MAIL), NOON.minusSeconds(60))
                .afterMail(Map.of(WEB, new Told(Status.WARNING, true, false, false)), NOON)
                .held(Optional.of("silenced by ana"));
        history.commit(new Changes(List.of(), List.of(), List.of(incident), List.of(), List.of()));
        reopen();

        Incident known = history.openIncidents().get(0);
        assertThat(known).isEqualTo(incident);
        assertThat(known.mails()).isEqualTo(1);
        assertThat(known.since()).isEqualTo(NOON.minusSeconds(60));
        assertThat(known.wasTold(WEB, new Told(Status.WARNING, true, false, false)))
                .isTrue();
        assertThat(known.wasTold(WEB, new Told(Status.CRITICAL, true, false, false)))
                .isFalse();
        assertThat(known.wasTold(MAIL, new Told(Status.WARNING, true, false, false)))
                .isFalse();
    }

    @Test
    void aStateFileOfTheFirstVersionLosesNothing() throws IOException, SQLException {
        Path old = folder.resolve("old.db");
        String script;
        try (var in = LogTest.class.getResourceAsStream("schema-1.sql")) {
            script = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + old);
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(script);
        }
        try (SqliteHistory now = SqliteHistory.open(old, Optional.empty())) {
            assertThat(now.states()).hasSize(3);
            assertThat(now.states().get(WEB).hard()).isEqualTo(Status.CRITICAL);
            assertThat(now.observations(WEB, NOON, 9))
                    .extracting(observation -> observation.result().status())
                    .containsExactly(Status.OK, Status.CRITICAL, Status.CRITICAL);
            assertThat(now.observations(WEB, NOON, 9).get(1).result().facts()).hasSize(2);
            assertThat(now.events(List.of("web"), NOON, 9)).hasSize(1);
            assertThat(now.fingerprints()).isEqualTo(Map.of(WEB, "a1", MAIL, "b2"));
            assertThat(now.queuedMails()).singleElement().satisfies(mail -> {
                assertThat(mail.messageId()).isEqualTo("faultline.2.1@example.org");
                assertThat(mail.tries()).isEqualTo(1);
            });
            // Whoever was mailed about web is not mailed again after the upgrade; nobody was told of mail yet.
            assertThat(now.openIncidents())
                    .extracting(Incident::subject, Incident::mails, Incident::told)
                    .containsExactly(
                            org.assertj.core.groups.Tuple.tuple(
                                    "web",
                                    1,
                                    new TreeMap<>(Map.of(WEB, new Told(Status.CRITICAL, true, false, false)))),
                            org.assertj.core.groups.Tuple.tuple("mail", 0, new TreeMap<>()));
            assertThat(now.incidents(9)).hasSize(3);
            Observation more = new Observation(WEB, in(9), Duration.ZERO, Result.ok("well again"));
            now.commit(new Changes(List.of(more), List.of(), List.of(), List.of(), List.of()));
            assertThat(now.observations(WEB, NOON, 9)).hasSize(4);
            assertThat(now.nextIncidentId()).isEqualTo(4);
        }
    }
}
