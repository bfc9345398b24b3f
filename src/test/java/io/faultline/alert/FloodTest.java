package io.faultline.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.catalog.AlertPolicy;
import io.faultline.catalog.AlertRules;
import io.faultline.catalog.Settings;
import io.faultline.check.CheckId;
import io.faultline.check.Result;
import io.faultline.history.Observation;
import io.faultline.history.QueuedMail;
import io.faultline.history.SqliteHistory;
import io.faultline.history.Transition;
import io.faultline.run.Recorder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One machine says what it likes, as fast as it can, within one minute; others have real problems meanwhile. With {@code
 * -Dfaultline.flood=1000000} it is a million results, which takes longer than a test should.
 */
class FloodTest {
    private static final int RESULTS = Integer.getInteger("faultline.flood", 60_000);
    private static final int CHECKS = 30;
    private static final int HONEST = 4;
    private static final Instant START = Instant.parse("2026-11-22T12:00:00Z");
    private static final AlertRules RULES = Settings.Defaults.SHIPPED.rules();
    private static final Recorder.Receipt NOTHING = new Recorder.Receipt() {
        @Override
        public void recorded(Transition transition) {}

        @Override
        public void lost(RuntimeException why) {
            throw why;
        }
    };

    private final Random random = new Random(20261122);

    @TempDir
    Path folder;

    @Test
    void costsTheBudgetOfOneMachineAndNobodyElseWaits() throws Exception {
        World world = new World().team("infra", "infra@example.org").defaultTeam("infra");
        String[] checks = IntStream.range(0, CHECKS).mapToObj(i -> "check-" + i).toArray(String[]::new);
        world.machine("liar", "Says what it likes", checks);
        for (int i = 0; i < HONEST; i++) {
            world.machine("honest-" + i, "Works for a living", "ping");
        }
        AtomicReference<Instant> now = new AtomicReference<>(START);
        Path file = folder.resolve("state.db");
        long heap = heap();
        long began = System.nanoTime();
        List<QueuedMail> mails;
        List<Instant> certain = new ArrayList<>();
        try (SqliteHistory history = SqliteHistory.open(file, Optional.of(folder))) {
            Alerts alerts = new Alerts(world.catalog(), history, Optional.of(World.SENDER), World.ZONE, now::get);
            try (Recorder recorder = new Recorder(history, alerts, List.of())) {
                for (int i = 0; i < RESULTS; i++) {
                    Instant at = START.plusNanos(Duration.ofMinutes(1).toNanos() / RESULTS * i);
                    now.set(at);
                    recorder.record(hostile(at), RULES, NOTHING);
                    int quarter = RESULTS / HONEST;
                    if (i % quarter > quarter / 2 && i % quarter <= quarter / 2 + RULES.failures()) {
                        recorder.record(honest(i / quarter, at), RULES, NOTHING);
                        if (i % quarter == quarter / 2 + RULES.failures()) {
                            certain.add(at);
                        }
                    }
                }
                recorder.look();
            }
            mails = history.queuedMails();
        }
        long seconds = Duration.ofNanos(System.nanoTime() - began).toSeconds();
        String figures = RESULTS + " results: " + mails.size() + " mails, heap " + (heap() - heap) / 1_000_000
                + " MB more, file " + Files.size(file) / 1_000_000 + " MB, " + seconds + " s";
        assertThat(about(mails, "liar"))
                .hasSizeLessThanOrEqualTo(AlertPolicy.SHIPPED.most().subject());
        assertThat(mails)
                .filteredOn(mail -> mail.content().contains("TOO MANY ALERTS"))
                .hasSize(1);
        assertThat(mails).hasSizeLessThanOrEqualTo(AlertPolicy.SHIPPED.most().team());
        for (int i = 0; i < HONEST; i++) {
            QueuedMail mail = about(mails, "honest-" + i).get(0);
            assertThat(Duration.between(certain.get(i), mail.queued())).isLessThan(Duration.ofSeconds(5));
        }
        assertThat((heap() - heap) / 1_000_000).as(figures).isLessThan(64);
        if (RESULTS >= 1_000_000) {
            System.out.println(figures);
        }
    }

    private static List<QueuedMail> about(List<QueuedMail> mails, String machine) {
        return mails.stream()
                .filter(mail -> mail.content().contains("X-Faultline-Subject: " + machine + "\r\n"))
                .toList();
    }

    private Observation hostile(Instant at) {
        CheckId check = new CheckId("liar", "check-" + random.nextInt(CHECKS));
        String words = "x".repeat(random.nextInt(200)) + "\r\nSubject: " + random.nextInt();
        Result result = switch (random.nextInt(4)) {
            case 0 -> Result.ok(words);
            case 1 -> Result.warning(words);
            case 2 -> Result.unknown(words);
            default -> Result.critical(words);
        };
        return new Observation(check, at, Duration.ZERO, result);
    }

    private static Observation honest(int machine, Instant at) {
        return new Observation(
                new CheckId("honest-" + machine, "ping"), at, Duration.ZERO, Result.critical("no answer"));
    }

    private static long heap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
