package io.faultline.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.ChildProcess;
import io.faultline.check.CheckId;
import io.faultline.check.Fact;
import io.faultline.check.Result;
import io.faultline.check.Status;
import io.faultline.history.Changes;
import io.faultline.history.CheckState;
import io.faultline.history.Event;
import io.faultline.history.History;
import io.faultline.history.Incident;
import io.faultline.history.Observation;
import io.faultline.history.QueuedMail;
import io.faultline.history.SqliteHistory;
import io.faultline.history.Transition;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Kills a process that records as fast as it can, again and again, and looks at what it left. */
class KillTest {
    private static final int KILLS = 20;
    private static final int CHECKS = 5;
    private static final int MAIL_EVERY = 3;
    private static final Instant START = Instant.parse("2026-11-22T12:00:00Z");

    /**
     * What is killed: stores results numbered from where the file ends, a mail, an incident and an event with every
     * third of them, and sends the mails (to nowhere). Says so on standard output once it is done for good.
     */
    static final class Victim {
        public static void main(String[] arguments) throws Exception {
            Path file = Path.of(arguments[0]);
            SqliteHistory history = SqliteHistory.open(file, Optional.of(file.getParent()));
            int number = count(history);
            Recorder recorder = new Recorder(history, Victim::consequences, List.of());
            Thread sender = new Thread(() -> send(history), "sender");
            sender.setDaemon(true);
            sender.start();
            // Few at a time: many small commits, so that many a kill falls into one.
            Semaphore waiting = new Semaphore(6);
            while (true) {
                waiting.acquire();
                recorder.record(observation(number++), 2, new Recorder.Receipt() {
                    @Override
                    public void recorded(Transition transition) {
                        say("stored " + transition.observation().result().summary());
                        waiting.release();
                    }

                    @Override
                    public void lost(RuntimeException why) {
                        say("lost " + why);
                    }
                });
            }
        }

        private static Changes consequences(List<Transition> transitions) {
            List<Incident> incidents = new ArrayList<>();
            List<QueuedMail> mails = new ArrayList<>();
            List<Event> events = new ArrayList<>();
            for (Transition transition : transitions) {
                int number = Integer.parseInt(transition.observation().result().summary());
                if (number % MAIL_EVERY == 0) {
                    incidents.add(new Incident(
                            number + 1L,
                            "s",
                            START,
                            START,
                            new TreeSet<>(Set.of(transition.observation().check())),
                            1,
                            Optional.empty()));
                    mails.add(new QueuedMail(
                            Integer.toString(number),
                            Optional.of(number + 1L),
                            List.of("a@example.org"),
                            "mail " + number,
                            START,
                            0,
                            START,
                            Optional.empty()));
                    events.add(new Event(START, "s", Integer.toString(number)));
                }
            }
            return new Changes(List.of(), List.of(), incidents, mails, events);
        }

        private static void send(History history) {
            while (true) {
                List<QueuedMail> due = history.dueMails(START, 10);
                for (QueuedMail mail : due) {
                    history.mailSent(mail.messageId(), START);
                    say("sent " + mail.messageId());
                }
                if (due.isEmpty()) {
                    Thread.onSpinWait();
                }
            }
        }

        private static synchronized void say(String line) {
            System.out.println(line);
            System.out.flush();
        }
    }

    private static Observation observation(int number) {
        return new Observation(
                check(number),
                START.plusMillis(number),
                Duration.ofMillis(number % 7),
                Result.of(
                        number % 4 == 0 ? Status.OK : Status.CRITICAL,
                        Integer.toString(number),
                        Fact.of("number", number)));
    }

    private static CheckId check(int number) {
        return new CheckId("s", "check-" + number % CHECKS);
    }

    private static int count(History history) {
        int count = 0;
        for (int check = 0; check < CHECKS; check++) {
            count += history.observations(check(check), Instant.MIN, Integer.MAX_VALUE)
                    .size();
        }
        return count;
    }

    @TempDir
    Path folder;

    private int storedUpTo = -1;
    private final Set<String> sent = new HashSet<>();

    @Test
    @Timeout(300)
    void nothingAcknowledgedIsLostAndNothingIsHalfThere() throws Exception {
        Random random = new Random(20261122);
        for (int kill = 0; kill < KILLS; kill++) {
            killAfter(1 + random.nextInt(120), random.nextInt(3_000_000));
            look();
        }
        assertThat(sent).isNotEmpty();
    }

    private void killAfter(int lines, int nanosMore) throws IOException, InterruptedException {
        int before = storedUpTo;
        Process victim = ChildProcess.of(
                        Victim.class, folder.resolve("state.db").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader says =
                new BufferedReader(new InputStreamReader(victim.getInputStream(), StandardCharsets.US_ASCII))) {
            // So many lines, and at least one of a result: the first ones may all be of what was left to be sent.
            for (int i = 0; i < lines || storedUpTo == before; i++) {
                hear(says.readLine());
            }
            assertThatThrownBy(() -> SqliteHistory.open(folder.resolve("state.db"), Optional.empty()))
                    .hasMessageContaining("in use by another Faultline (process " + victim.pid() + ")");
            long end = System.nanoTime() + nanosMore;
            while (System.nanoTime() - end < 0) {
                Thread.onSpinWait();
            }
            // (Process.destroyForcibly would close the stream as well.)
            victim.toHandle().destroyForcibly();
            // What it had said before it died counts as well; the last line may be cut.
            String last = says.readLine();
            for (String line = says.readLine(); line != null; line = says.readLine()) {
                hear(last);
                last = line;
            }
        } finally {
            victim.destroyForcibly().waitFor();
        }
    }

    private void hear(String line) {
        assertThat(line).as("a line from the victim").isNotNull();
        if (line.startsWith("stored ")) {
            storedUpTo = Math.max(storedUpTo, Integer.parseInt(line.substring(7)));
        } else {
            assertThat(line).startsWith("sent ");
            sent.add(line.substring(5));
        }
    }

    private void look() throws SQLException {
        int storedNow;
        try (SqliteHistory history = SqliteHistory.open(folder.resolve("state.db"), Optional.empty())) {
            int stored = count(history);
            storedNow = stored;
            assertThat(stored).as("results that were acknowledged").isGreaterThan(storedUpTo);

            Map<CheckId, CheckState> states = history.states();
            for (int check = 0; check < CHECKS; check++) {
                CheckState state = null;
                int number = check;
                for (Observation observation : history.observations(check(check), Instant.MIN, Integer.MAX_VALUE)) {
                    assertThat(observation.at()).isEqualTo(START.plusMillis(number));
                    assertThat(observation.result().summary()).isEqualTo(Integer.toString(number));
                    state = state == null ? CheckState.first(observation, 2) : state.next(observation, 2);
                    number += CHECKS;
                }
                assertThat(number - check)
                        .as("results of check %d of %d", check, stored)
                        .isEqualTo((stored - check + CHECKS - 1) / CHECKS * CHECKS);
                CheckState kept = states.get(check(check));
                if (state != null) {
                    assertThat(kept.failures()).isEqualTo(state.failures());
                    assertThat(kept.hard()).isEqualTo(state.hard());
                    assertThat(kept.hardSince()).isEqualTo(state.hardSince());
                    assertThat(kept.last())
                            .isEqualTo(observation(number - CHECKS).result());
                }
            }

            int mails = (stored + MAIL_EVERY - 1) / MAIL_EVERY;
            assertThat(history.incidents(Integer.MAX_VALUE))
                    .hasSize(mails)
                    .allMatch(incident -> incident.checks().equals(Set.of(check((int) incident.id() - 1))));
            assertThat(history.events(List.of("s"), START, Integer.MAX_VALUE)).hasSize(mails);
        }
        assertThat(mails().keySet())
                .as("mails that belong to stored results")
                .isEqualTo(IntStream.range(0, storedNow)
                        .filter(number -> number % MAIL_EVERY == 0)
                        .mapToObj(Integer::toString)
                        .collect(Collectors.toSet()));
        assertThat(mails().entrySet().stream().filter(Map.Entry::getValue).map(Map.Entry::getKey))
                .as("mails that were sent")
                .containsAll(sent);
    }

    /** The outbox as it is in the file: Message-ID, and whether it was sent. */
    private Map<String, Boolean> mails() throws SQLException {
        Map<String, Boolean> mails = new HashMap<>();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("state.db"));
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT message_id, sent IS NOT NULL FROM mail")) {
            while (rows.next()) {
                mails.put(rows.getString(1), rows.getBoolean(2));
            }
        }
        return mails;
    }
}
