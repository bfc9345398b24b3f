package io.faultline.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.alert.Alerts;
import io.faultline.alert.Postman;
import io.faultline.alert.SmtpTransport;
import io.faultline.alert.World;
import io.faultline.catalog.AlertPolicy;
import io.faultline.catalog.AlertRules;
import io.faultline.catalog.Importance;
import io.faultline.catalog.Settings;
import io.faultline.check.CheckId;
import io.faultline.check.Result;
import io.faultline.check.Secrets;
import io.faultline.history.Observation;
import io.faultline.history.SqliteHistory;
import io.faultline.history.Transition;
import io.faultline.net.HostPort;
import io.faultline.net.SystemResolver;
import io.faultline.run.Recorder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a process that decides and mails, at random moments, while Postfix is killed and comes back. With {@code
 * -Dfaultline.kills=200} it takes some minutes.
 */
@RealPeers
class KilledMailPeersTest {
    private static final int KILLS = Integer.getInteger("faultline.kills", 20);
    private static final int SERVICES = 20;
    private static final int SECONDS_TO_ARRIVE = 180;

    /** A minute passes in a second, so that what waits a minute is tried again soon. */
    private static final int FASTER = 60;

    @TempDir
    static Path folder;

    private static World world(SqliteHistory history) {
        World world = new World().team("infra", "probe@example.net").defaultTeam("infra");
        for (int i = 0; i < SERVICES; i++) {
            world.service("s" + i, "Breaks", Importance.HIGH, List.of(), "check");
        }
        AlertPolicy.Budgets plenty = new AlertPolicy.Budgets(100_000, 100_000, 100_000);
        return world.with(history).policy(new AlertPolicy(AlertPolicy.SHIPPED.claimWithin(), plenty, Optional.empty()));
    }

    private static Postman postman(SqliteHistory history, int port) {
        Settings.Mail mail = new Settings.Mail(
                new HostPort("127.0.0.1", port),
                Settings.Security.NONE,
                Optional.empty(),
                Optional.empty(),
                "faultline@example.org",
                "alerts.example.org",
                Optional.empty(),
                Duration.ofSeconds(5));
        return new Postman(history, SmtpTransport.of(mail, Secrets.none(), new SystemResolver()));
    }

    /** What is killed: services break and recover, and each time somebody is told. */
    static final class Victim {
        private static final long LONGEST = TimeUnit.SECONDS.toNanos(60);

        public static void main(String[] arguments) throws InterruptedException {
            long began = System.nanoTime();
            long start = Long.parseLong(arguments[2]);
            Random random = new Random(Long.parseLong(arguments[3]));
            SqliteHistory history = SqliteHistory.open(Path.of(arguments[0]), Optional.empty());
            World world = world(history);
            Alerts alerts =
                    new Alerts(world.catalog(), history, Optional.of(World.SENDER), World.ZONE, () -> now(start));
            Recorder recorder = new Recorder(history, alerts, List.of());
            Postman postman = postman(history, Integer.parseInt(arguments[1]));
            Thread sender = new Thread(() -> {
                while (true) {
                    postman.pass(now(start));
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
                }
            });
            sender.setDaemon(true);
            sender.start();
            while (System.nanoTime() - began < LONGEST) {
                CheckId check = new CheckId("s" + random.nextInt(SERVICES), "check");
                boolean bad = recorder.state(check)
                        .filter(state -> state.isHardProblem())
                        .isPresent();
                Result result = bad ? Result.ok("fine") : Result.critical("broken");
                recorder.record(
                        new Observation(check, now(start), Duration.ZERO, result),
                        AlertRules.after(1),
                        new Recorder.Receipt() {
                            @Override
                            public void recorded(Transition transition) {
                                boolean before = transition
                                        .before()
                                        .filter(state -> state.isHardProblem())
                                        .isPresent();
                                if (before != transition.after().isHardProblem()) {
                                    System.out.println("decided");
                                }
                            }

                            @Override
                            public void lost(RuntimeException why) {
                                why.printStackTrace();
                            }
                        });
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
        }

        private static Instant now(long start) {
            return Instant.ofEpochMilli(start + (System.currentTimeMillis() - start) * FASTER);
        }
    }

    @Test
    @Timeout(value = 25, unit = TimeUnit.MINUTES)
    void noMailIsLostAndTwiceComesOnlyWhatWasOnItsWayWhenItDied() throws Exception {
        Random random = new Random(20261122);
        Path state = folder.resolve("state.db");
        long start = System.currentTimeMillis();
        int decided = 0;
        int stops = 0;
        try (Postfix postfix = Postfix.in(folder)) {
            postfix.start();
            for (int kill = 0; kill < KILLS; kill++) {
                if (kill % 7 == 3) {
                    postfix.stop();
                    stops++;
                } else if (kill % 7 == 5) {
                    postfix.start();
                }
                decided += killAfter(
                        1 + random.nextInt(30), random.nextInt(20), state, postfix.port(), start, random.nextLong());
            }
            postfix.start();
            try (SqliteHistory history = SqliteHistory.open(state, Optional.empty())) {
                Instant later = Instant.now().plus(Duration.ofDays(30));
                while (postman(history, postfix.port()).pass(later).waiting() > 0) {
                    later = later.plus(Duration.ofHours(7));
                }
            }
            Set<String> queued = queued(state);
            Map<String, Integer> arrived = arrived(postfix.maildir());
            for (int i = 0; i < SECONDS_TO_ARRIVE * 2 && !arrived.keySet().containsAll(queued); i++) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(500));
                arrived = arrived(postfix.maildir());
            }
            assertThat(count(state, "entry WHERE kind = 'told'"))
                    .as("people that were told, of decisions that were acknowledged")
                    .isEqualTo(queued.size())
                    .isGreaterThanOrEqualTo(decided);
            List<Integer> twice =
                    arrived.values().stream().filter(times -> times > 1).toList();
            System.out.println(KILLS + " kills: " + queued.size() + " mails, all arrived: "
                    + arrived.keySet().equals(queued) + ", more than once: " + twice.size() + " " + twice + ", "
                    + (System.currentTimeMillis() - start) / 1000 + " s");
            assertThat(queued).hasSizeGreaterThan(KILLS);
            assertThat(arrived.keySet()).isEqualTo(queued);
            assertThat(twice.stream().mapToInt(times -> times - 1).sum())
                    .as("copies, one at most of whatever was on its way when somebody died")
                    .isLessThanOrEqualTo(KILLS + stops);
        }
    }

    /** @return how many decisions it said it had made for good */
    private static int killAfter(int decisions, int milliseconds, Path state, int port, long start, long seed)
            throws IOException, InterruptedException {
        Process victim = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xshare:auto",
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Victim.class.getName(),
                        state.toString(),
                        Integer.toString(port),
                        Long.toString(start),
                        Long.toString(seed))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader says =
                new BufferedReader(new InputStreamReader(victim.getInputStream(), StandardCharsets.US_ASCII))) {
            for (int i = 0; i < decisions; i++) {
                assertThat(says.readLine()).isEqualTo("decided");
            }
            assertThat(victim.waitFor(milliseconds, TimeUnit.MILLISECONDS)).isFalse();
            return decisions;
        } finally {
            victim.destroyForcibly().waitFor();
        }
    }

    /** All mails that ever were in the outbox. */
    private static Set<String> queued(Path state) throws SQLException {
        Set<String> ids = new HashSet<>();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + state);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT message_id FROM mail")) {
            while (rows.next()) {
                ids.add(rows.getString(1));
            }
        }
        return ids;
    }

    private static int count(Path state, String what) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + state);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM " + what)) {
            return rows.getInt(1);
        }
    }

    /** How often each mail lies in the mailbox. */
    private static Map<String, Integer> arrived(Path maildir) throws IOException {
        Map<String, Integer> times = new TreeMap<>();
        try (Stream<Path> files = Files.list(maildir.resolve("new"))) {
            for (Path file : files.toList()) {
                try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
                    lines.filter(line -> line.startsWith("Message-ID: <"))
                            .findFirst()
                            .ifPresent(line -> times.merge(
                                    line.substring("Message-ID: <".length(), line.length() - 1), 1, Integer::sum));
                }
            }
        }
        return times;
    }
}
