package io.faultline.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.check.CheckId;
import io.faultline.check.Result;
import io.faultline.history.Changes;
import io.faultline.history.Event;
import io.faultline.history.Observation;
import io.faultline.history.SqliteHistory;
import io.faultline.history.Transition;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class RecorderTest {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final CheckId WEB = new CheckId("web", "http");
    private static final Changes NOTHING = new Changes(List.of(), List.of(), List.of(), List.of(), List.of());

    @TempDir
    Path folder;

    private SqliteHistory history;
    private final List<RuntimeException> lost = new ArrayList<>();
    private final List<Transition> receipts = new ArrayList<>();

    private final Recorder.Receipt receipt = new Recorder.Receipt() {
        @Override
        public synchronized void recorded(Transition transition) {
            receipts.add(transition);
        }

        @Override
        public synchronized void lost(RuntimeException why) {
            lost.add(why);
        }
    };

    @BeforeEach
    void open() {
        history = SqliteHistory.open(folder.resolve("state.db"), Optional.empty());
    }

    @AfterEach
    void close() {
        history.close();
    }

    private static Observation bad(CheckId check, int second) {
        return new Observation(check, NOON.plusSeconds(second), Duration.ZERO, Result.critical("try " + second));
    }

    @Test
    void countsFailuresOfOneCheckWithinABatchAndAcrossARestart() throws Exception {
        for (int start = 0; start < 2; start++) {
            try (Recorder recorder = new Recorder(history, transitions -> NOTHING, List.of())) {
                for (int i = 0; i < 3; i++) {
                    recorder.record(bad(WEB, start * 3 + i), 5, receipt);
                }
            }
        }

        assertThat(receipts)
                .extracting(transition -> transition.after().failures())
                .containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(receipts)
                .extracting(Transition::becameHard)
                .containsExactly(false, false, false, false, true, false);
        assertThat(receipts.get(0).before()).isEmpty();
        assertThat(receipts.get(3).before()).contains(receipts.get(2).after());
        assertThat(history.states().get(WEB)).isEqualTo(receipts.get(5).after());
    }

    @Test
    void storesWhatFollowsTogetherWithResultsBeforeAnybodyIsTold() throws Exception {
        List<Integer> eventsSeen = new ArrayList<>();
        RunListener looking = transition ->
                eventsSeen.add(history.events(List.of("web"), NOON, 9).size());
        Consequences noting = transitions -> new Changes(
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                transitions.stream()
                        .map(transition -> new Event(NOON, "web", "heard"))
                        .toList());
        try (Recorder recorder = new Recorder(history, noting, List.of(looking))) {
            recorder.record(bad(WEB, 0), 1, receipt);
        }

        assertThat(eventsSeen).containsExactly(1);
        assertThat(receipts).hasSize(1);
    }

    @Test
    void aListenerThatFailsHarmsNobodyElse() throws Exception {
        List<String> troubles = new ArrayList<>();
        RunListener broken = new RunListener() {
            @Override
            public void recorded(Transition transition) {
                throw new IllegalStateException("no paper");
            }

            @Override
            public void trouble(String message) {
                troubles.add(message);
            }
        };
        AtomicInteger heard = new AtomicInteger();
        try (Recorder recorder =
                new Recorder(history, transitions -> NOTHING, List.of(broken, transition -> heard.incrementAndGet()))) {
            recorder.record(bad(WEB, 0), 1, receipt);
        }

        assertThat(heard.get()).isEqualTo(1);
        assertThat(receipts).hasSize(1);
        assertThat(troubles).singleElement().asString().contains("web/http").contains("no paper");
    }

    @Test
    void whenItCannotBeDecidedWhatFollowsNothingIsStoredAndNoMoreIsTaken() throws Exception {
        Consequences broken = transitions -> {
            throw new IllegalStateException("a fault in the rules");
        };
        CountDownLatch failed = new CountDownLatch(1);
        try (Recorder recorder = new Recorder(history, broken, List.of())) {
            recorder.record(bad(WEB, 0), 1, new Recorder.Receipt() {
                @Override
                public void recorded(Transition transition) {
                    receipt.recorded(transition);
                }

                @Override
                public void lost(RuntimeException why) {
                    receipt.lost(why);
                    failed.countDown();
                }
            });
            failed.await();

            assertThatThrownBy(() -> recorder.record(bad(WEB, 1), 1, receipt)).hasMessage("a fault in the rules");
            assertThat(recorder.state(WEB)).isEmpty();
        }

        assertThat(lost).singleElement().extracting(Throwable::getMessage).isEqualTo("a fault in the rules");
        assertThat(receipts).isEmpty();
        assertThat(history.states()).isEmpty();
        assertThat(history.observations(WEB, NOON, 9)).isEmpty();
    }

    @Test
    void losesNothingWhenManyHandInAtOnceFasterThanItCanStore() throws Exception {
        int threads = 8;
        int each = 1000;
        ConcurrentLinkedQueue<String> told = new ConcurrentLinkedQueue<>();
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try (Recorder recorder = new Recorder(
                history,
                transitions -> NOTHING,
                List.of(transition -> told.add(transition.observation().check().name()
                        + transition.observation().result().summary())))) {
            List<Future<?>> all = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                CheckId check = new CheckId("web", "check-" + thread);
                all.add(pool.submit(() -> {
                    for (int i = 0; i < each; i++) {
                        recorder.record(bad(check, i), 3, receipt);
                    }
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        } finally {
            pool.shutdownNow();
        }

        assertThat(receipts).hasSize(threads * each);
        assertThat(told).hasSize(threads * each).doesNotHaveDuplicates();
        for (int thread = 0; thread < threads; thread++) {
            CheckId check = new CheckId("web", "check-" + thread);
            assertThat(history.states().get(check).failures()).isEqualTo(each);
            assertThat(history.observations(check, NOON, each))
                    .extracting(observation -> observation.result().summary())
                    .isEqualTo(
                            IntStream.range(0, each).mapToObj(i -> "try " + i).toList());
        }
    }

    @Test
    void storesWhatTheTimeBringsWithoutAnyResult() throws Exception {
        Consequences waiting = new Consequences() {
            private int looks;

            @Override
            public Changes of(List<Transition> transitions) {
                return NOTHING;
            }

            @Override
            public Changes ofTime() {
                looks++;
                if (looks == 3) {
                    throw new IllegalStateException("a fault in the rules");
                }
                Event event = new Event(NOON.plusSeconds(looks), "web", "look " + looks);
                return new Changes(List.of(), List.of(), List.of(), List.of(), List.of(event));
            }
        };
        try (Recorder recorder = new Recorder(history, waiting, List.of())) {
            recorder.look();
            assertThat(history.events(List.of("web"), NOON, 9)).hasSize(1);
            recorder.record(bad(WEB, 0), 1, receipt);
            recorder.look();
            assertThat(history.events(List.of("web"), NOON, 9)).hasSize(2);
            assertThatThrownBy(recorder::look).hasMessage("a fault in the rules");
            assertThatThrownBy(() -> recorder.record(bad(WEB, 1), 1, receipt)).hasMessage("a fault in the rules");
        }
        assertThat(receipts).hasSize(1);
    }

    @Test
    void takesNothingAfterItWasClosed() {
        Recorder recorder = new Recorder(history, transitions -> NOTHING, List.of());
        recorder.close();

        assertThatThrownBy(() -> recorder.record(bad(WEB, 0), 1, receipt)).hasMessageContaining("closed");
    }
}
