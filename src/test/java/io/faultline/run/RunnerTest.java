package io.faultline.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.catalog.Catalog;
import io.faultline.catalog.CheckDefinition;
import io.faultline.catalog.Importance;
import io.faultline.catalog.Machine;
import io.faultline.catalog.Needs;
import io.faultline.catalog.Service;
import io.faultline.catalog.Settings;
import io.faultline.check.Check;
import io.faultline.check.CheckId;
import io.faultline.check.Result;
import io.faultline.check.Secrets;
import io.faultline.check.Status;
import io.faultline.config.Place;
import io.faultline.history.Changes;
import io.faultline.history.HistoryException;
import io.faultline.history.Observation;
import io.faultline.history.SqliteHistory;
import io.faultline.history.Transition;
import io.faultline.net.HostPort;
import io.faultline.net.Route;
import io.faultline.net.SystemResolver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class RunnerTest {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final Consequences NONE =
            transitions -> new Changes(List.of(), List.of(), List.of(), List.of(), List.of());
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Check FINE = probe -> Result.ok("fine");
    private static final Check BROKEN = probe -> Result.critical("broken");

    @TempDir
    Path folder;

    private final SimulatedTime time = new SimulatedTime(NOON);
    private final List<Transition> told = Collections.synchronizedList(new ArrayList<>());
    private final List<String> troubles = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch release = new CountDownLatch(1);
    private SqliteHistory history;
    private Recorder recorder;

    @BeforeEach
    void open() {
        history = SqliteHistory.open(folder.resolve("state.db"), Optional.empty());
        recorder = new Recorder(history, NONE, List.of(new RunListener() {
            @Override
            public void recorded(Transition transition) {
                told.add(transition);
            }

            @Override
            public void trouble(String message) {
                troubles.add(message);
            }
        }));
    }

    @AfterEach
    void close() {
        release.countDown();
        recorder.close();
        history.close();
    }

    private static CheckDefinition check(String id, Check check) {
        return check(id, check, Optional.empty(), Duration.ofMinutes(5), Duration.ofSeconds(10));
    }

    private static CheckDefinition check(
            String id, Check check, Optional<String> machine, Duration every, Duration timeout) {
        return new CheckDefinition(
                CheckId.parse(id),
                "fake",
                id,
                check,
                machine,
                every,
                MINUTE,
                3,
                timeout,
                Route.DIRECT,
                1 << 20,
                "",
                new Place("fake.yaml", 1, 1));
    }

    private static Catalog catalog(List<CheckDefinition> checks, Machine... machines) {
        Map<String, List<CheckDefinition>> bySubject = checks.stream()
                .collect(Collectors.groupingBy(check -> check.id().subject()));
        List<Service> services = bySubject.entrySet().stream()
                .map(entry -> new Service(
                        entry.getKey(),
                        "",
                        Optional.empty(),
                        List.of(),
                        Optional.empty(),
                        new Needs(
                                entry.getKey().startsWith("important") ? Importance.CRITICAL : Importance.LOW,
                                Importance.LOW,
                                Importance.LOW),
                        Optional.empty(),
                        List.of(),
                        entry.getValue(),
                        new Place("fake.yaml", 1, 1)))
                .toList();
        Settings settings = new Settings(
                Path.of("state.db"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                8,
                2,
                Duration.ofDays(90),
                Settings.Defaults.SHIPPED);
        return new Catalog(services, List.of(machines), List.of(), settings, List.of());
    }

    private Runner runner(List<CheckDefinition> checks, int atOnce, Machine... machines) {
        return runner(checks, atOnce, time, machines);
    }

    private Runner runner(List<CheckDefinition> checks, int atOnce, Pace pace, Machine... machines) {
        return runner(checks, atOnce, pace, Duration.ofMillis(50), machines);
    }

    /** @param grace how long a check may go on after its deadline, and after the runner was closed */
    private Runner runner(List<CheckDefinition> checks, int atOnce, Pace pace, Duration grace, Machine... machines) {
        return new Runner(
                catalog(checks, machines),
                recorder,
                new SystemResolver(),
                Secrets.none(),
                time,
                pace,
                new Runner.Limits(atOnce, 2, grace, grace));
    }

    /** The moments at which a check began, in seconds after noon. */
    private List<Long> began(String id) {
        return history.observations(CheckId.parse(id), Instant.MIN, 1000).stream()
                .map(observation -> Duration.between(NOON, observation.at()).toSeconds())
                .toList();
    }

    @Test
    void runsOnceWhatIsFineAndRetriesWhatIsNotUntilThatIsCertain() {
        AtomicInteger tries = new AtomicInteger();
        Check recovers = probe -> tries.incrementAndGet() < 3 ? Result.warning("not yet") : Result.ok("now");
        List<CheckDefinition> checks =
                List.of(check("web/fine", FINE), check("web/broken", BROKEN), check("web/recovers", recovers));

        Runner.Outcome outcome;
        try (Runner runner = runner(checks, 4)) {
            outcome = runner.once(checks);
        }

        assertThat(outcome.complete()).isTrue();
        assertThat(outcome.results()).isEqualTo(7);
        assertThat(began("web/fine")).containsExactly(0L);
        assertThat(began("web/broken")).containsExactly(0L, 60L, 120L);
        assertThat(began("web/recovers")).containsExactly(0L, 60L, 120L);
        assertThat(outcome.states().get(CheckId.parse("web/broken")).hard()).isEqualTo(Status.CRITICAL);
        assertThat(outcome.states().get(CheckId.parse("web/broken")).hardSince())
                .isEqualTo(NOON);
        assertThat(outcome.states().get(CheckId.parse("web/recovers")).hard()).isEqualTo(Status.OK);
        assertThat(history.states()).isEqualTo(outcome.states());
    }

    @Test
    void runsAKnownProblemOnceAndGoesOnWithAnUncertainOne() {
        List<CheckDefinition> checks = List.of(check("web/broken", BROKEN));
        try (Runner runner = runner(checks, 1)) {
            runner.rounds(checks, 2);
            assertThat(runner.once(checks).results()).isEqualTo(1);
            assertThat(runner.once(checks).results()).isEqualTo(1);
        }
    }

    @Test
    void repeatsRoundsWithoutPause() {
        List<CheckDefinition> checks = List.of(check("web/fine", FINE), check("web/broken", BROKEN));

        try (Runner runner = runner(checks, 2)) {
            assertThat(runner.rounds(checks, 5).results()).isEqualTo(10);
        }

        assertThat(began("web/fine")).containsExactly(0L, 0L, 0L, 0L, 0L);
        assertThat(began("web/broken")).hasSize(5);
    }

    @Test
    void neverRunsMoreThanTheLimitsAllowAndUsesThem() {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Map<String, AtomicInteger> onMachine =
                Map.of("small", new AtomicInteger(), "big", new AtomicInteger(), "unknown", new AtomicInteger());
        Map<String, AtomicInteger> mostOnMachine =
                Map.of("small", new AtomicInteger(), "big", new AtomicInteger(), "unknown", new AtomicInteger());
        CyclicBarrier full = new CyclicBarrier(6);
        List<CheckDefinition> checks = new ArrayList<>();
        for (String machine : List.of("small", "big", "unknown")) {
            for (int i = 0; i < 12; i++) {
                Check counting = probe -> {
                    most.accumulateAndGet(now.incrementAndGet(), Math::max);
                    mostOnMachine
                            .get(machine)
                            .accumulateAndGet(onMachine.get(machine).incrementAndGet(), Math::max);
                    try {
                        // Only if exactly as many run as may does anything go on: 1 and 3 and 2 of them.
                        full.await(20, TimeUnit.SECONDS);
                    } catch (Exception e) {
                        return Result.critical("alone: " + e);
                    }
                    onMachine.get(machine).decrementAndGet();
                    now.decrementAndGet();
                    return Result.ok("fine");
                };
                int rounds = machine.equals("small") ? 2 : machine.equals("big") ? 6 : 4;
                if (i < rounds) {
                    checks.add(check(
                            "web/" + machine + i, counting, Optional.of(machine), MINUTE, Duration.ofSeconds(30)));
                }
            }
        }

        try (Runner runner = runner(checks, 16, machine("small", 1), machine("big", 3))) {
            runner.rounds(checks, 1);
        }

        assertThat(history.states().values()).allMatch(state -> state.hard() == Status.OK && state.failures() == 0);
        assertThat(most.get()).isEqualTo(6);
        assertThat(mostOnMachine.get("small").get()).isEqualTo(1);
        assertThat(mostOnMachine.get("big").get()).isEqualTo(3);
        assertThat(mostOnMachine.get("unknown").get()).isEqualTo(2);
    }

    private static Machine machine(String name, int atOnce) {
        return new Machine(
                name,
                name + ".example.org",
                "",
                Importance.LOW,
                Optional.empty(),
                List.of(),
                Optional.of(atOnce),
                List.of(),
                new Place("fake.yaml", 1, 1));
    }

    @Test
    void aBusyMachineKeepsNobodyElseWaiting() throws Exception {
        CountDownLatch others = new CountDownLatch(20);
        Check slow = probe -> await(others) ? Result.ok("the others came past") : Result.critical("they did not");
        Check quick = probe -> {
            others.countDown();
            return Result.ok("fine");
        };
        List<CheckDefinition> checks = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            checks.add(check("web/slow" + i, slow, Optional.of("one"), MINUTE, Duration.ofSeconds(30)));
        }
        for (int i = 0; i < 20; i++) {
            checks.add(check("web/quick" + i, quick));
        }

        try (Runner runner = runner(checks, 2, machine("one", 1))) {
            runner.rounds(checks, 1);
        }

        assertThat(history.states().values()).allMatch(state -> state.last().isOk());
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Test
    void aServerThatDripsDoesNotGetPastTheDeadline() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread dripping = new Thread(() -> drip(server), "drip");
            dripping.setDaemon(true);
            dripping.start();
            HostPort address = new HostPort(InetAddress.getLoopbackAddress().getHostAddress(), server.getLocalPort());
            AtomicInteger bytes = new AtomicInteger();
            Check reading = probe -> {
                Socket socket = probe.dialer().tcp(address);
                while (socket.getInputStream().read() >= 0) {
                    bytes.incrementAndGet();
                }
                return Result.ok("it ended");
            };
            List<CheckDefinition> checks =
                    List.of(check("web/drip", reading, Optional.empty(), MINUTE, Duration.ofSeconds(2)));

            try (Runner runner = runner(checks, 1, time, LONG)) {
                runner.rounds(checks, 1);
            }

            assertThat(bytes.get()).isPositive();
            Result result = told.get(0).observation().result();
            assertThat(result.status()).isEqualTo(Status.CRITICAL);
            assertThat(result.summary()).isEqualTo("no end within 2s");
        }
    }

    /** A byte as soon as the one before is gone, until the other side has closed. */
    private void drip(ServerSocket server) {
        try (Socket socket = server.accept()) {
            do {
                socket.getOutputStream().write('x');
            } while (!release.await(10, TimeUnit.MILLISECONDS));
        } catch (IOException | InterruptedException e) {
            // The other side has gone.
        }
    }

    @Test
    void aCheckThatDoesNotComeBackIsGivenUpAndHoldsNothingUp() {
        CompletableFuture<Thread> hanging = new CompletableFuture<>();
        Check deaf = probe -> {
            hanging.complete(Thread.currentThread());
            boolean interrupted = false;
            while (true) {
                try {
                    release.await();
                    break;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            return Result.ok("much too late, " + interrupted);
        };
        List<CheckDefinition> checks = List.of(
                check("web/deaf", deaf, Optional.of("one"), MINUTE, Duration.ofSeconds(1)),
                check("web/fine", FINE, Optional.of("one"), MINUTE, Duration.ofSeconds(10)));

        try (Runner runner = runner(checks, 1, time, Duration.ofSeconds(1), machine("one", 1))) {
            assertThat(runner.once(checks).results()).isEqualTo(4);
            assertThat(hanging.join().isAlive()).isTrue();
        }

        List<Observation> deafResults = history.observations(CheckId.parse("web/deaf"), Instant.MIN, 9);
        assertThat(deafResults)
                .extracting(observation -> observation.result().summary())
                .containsExactly(
                        "the check did not stop at its deadline of 1s",
                        "an earlier try has not stopped yet, so none was made",
                        "an earlier try has not stopped yet, so none was made");
        assertThat(deafResults).allMatch(observation -> observation.result().status() == Status.UNKNOWN);
        assertThat(deafResults.get(0).took()).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        assertThat(began("web/fine")).hasSize(1);
    }

    @Test
    void aCheckThatComesBackAfterAllIsRunAgain() throws Exception {
        CompletableFuture<Thread> hanging = new CompletableFuture<>();
        AtomicBoolean hang = new AtomicBoolean(true);
        Check deaf = probe -> {
            if (hang.getAndSet(false)) {
                hanging.complete(Thread.currentThread());
                uninterruptibly(release);
            }
            return Result.ok("back");
        };
        List<CheckDefinition> checks =
                List.of(check("web/deaf", deaf, Optional.empty(), MINUTE, Duration.ofMillis(20)));
        CheckDefinition joins = check("web/joins", probe -> {
            release.countDown();
            try {
                hanging.join().join();
            } catch (InterruptedException e) {
                return Result.critical("interrupted");
            }
            return Result.ok("the other has ended");
        });

        try (Runner runner = runner(checks, 1)) {
            runner.rounds(checks, 1);
            runner.rounds(List.of(joins), 1);
            runner.rounds(List.of(check("web/deaf", deaf)), 1);
        }

        assertThat(told)
                .extracting(transition -> transition.observation().result().summary())
                .containsExactly("the check did not stop at its deadline of 20ms", "the other has ended", "back");
    }

    private static void uninterruptibly(CountDownLatch latch) {
        while (true) {
            try {
                latch.await();
                return;
            } catch (InterruptedException e) {
                // As a library does that swallows it.
            }
        }
    }

    @Test
    void saysSoAndEndsWhenNoThreadIsLeft() {
        Check deaf = probe -> {
            uninterruptibly(release);
            return Result.ok("too late");
        };
        List<CheckDefinition> checks = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            checks.add(check("web/deaf" + i, deaf, Optional.empty(), MINUTE, Duration.ofMillis(20)));
        }

        try (Runner runner = runner(checks, 2)) {
            assertThatThrownBy(() -> runner.rounds(checks, 1)).hasMessageContaining("4 checks hang");
        }

        assertThat(history.states()).hasSize(4);
        assertThat(troubles).singleElement().asString().contains("start Faultline again");
    }

    @Test
    void aCheckThatBreaksOrLeavesAnInterruptBehindHarmsNobody() {
        Check interrupting = probe -> {
            Thread.currentThread().interrupt();
            return Result.ok("rude");
        };
        Check missing = probe -> {
            throw new NoClassDefFoundError("org/example/Missing");
        };
        List<CheckDefinition> checks =
                List.of(check("a/rude", interrupting), check("b/missing", missing), check("c/fine", FINE));

        try (Runner runner = runner(checks, 1)) {
            runner.rounds(checks, 1);
        }

        assertThat(told)
                .extracting(transition -> transition.observation().result().summary())
                .containsExactly(
                        "rude", "the check itself failed: java.lang.NoClassDefFoundError: org/example/Missing", "fine");
    }

    @Test
    void takesRetriesAndWhatIsImportantFirst() {
        List<CheckDefinition> checks =
                List.of(check("z/plain", FINE), check("important/web", FINE), check("a/soft", BROKEN));
        try (Runner runner = runner(checks, 1)) {
            runner.rounds(List.of(checks.get(2)), 1);
            told.clear();
            runner.rounds(checks, 1);
        }

        assertThat(told)
                .extracting(transition -> transition.observation().check().subject())
                .containsExactly("a", "important", "z");
    }

    /** Ends a watch when so many seconds of simulated time have passed. */
    private final class Until implements Pace {
        private final long end;
        private Runner runner;

        Until(Duration end) {
            this.end = end.toNanos();
        }

        @Override
        public long nanos() {
            return time.nanos();
        }

        @Override
        public long nanosUntil(long due, boolean idle) {
            if (idle && due > end) {
                Thread closing = new Thread(runner::close, "closing");
                closing.setDaemon(true);
                closing.start();
                return NOT_YET;
            }
            return time.nanosUntil(due, idle);
        }
    }

    private void watch(List<CheckDefinition> checks, Duration length) {
        Until until = new Until(length);
        try (Runner runner = runner(checks, 4, until)) {
            until.runner = runner;
            assertThat(runner.watch(checks).complete()).isFalse();
        }
    }

    @Test
    void watchesEachCheckAtItsIntervalAndRetriesSoonerWhileNotCertain() {
        watch(List.of(check("web/fine", FINE), check("web/broken", BROKEN)), Duration.ofMinutes(30));

        List<Long> fine = began("web/fine");
        assertThat(fine).hasSize(6);
        long phase = fine.get(0);
        assertThat(fine)
                .isEqualTo(IntStream.range(0, 6).mapToObj(i -> phase + i * 300L).toList());
        List<Long> broken = began("web/broken");
        long first = broken.get(0);
        assertThat(broken.subList(0, 5)).containsExactly(first, first + 60, first + 120, first + 300, first + 600);
    }

    @Test
    void whatIsHastenedRunsAtOnceAndSoonAgainUntilItIsCertain() {
        List<CheckId> changed = List.of(CheckId.parse("web/http"), CheckId.parse("no/such"));
        Runner[] running = new Runner[1];
        List<OptionalInt> hastened = new ArrayList<>();
        List<Long> when = Collections.synchronizedList(new ArrayList<>());
        int[] runs = {0};
        CheckDefinition web = check(
                "web/http",
                probe -> when.isEmpty() ? Result.ok("fine") : Result.critical("broken"),
                Optional.empty(),
                Duration.ofHours(1),
                Duration.ofSeconds(10));
        CheckDefinition puppet = check(
                "puppet/run",
                probe -> {
                    if (++runs[0] == 10) {
                        when.add(Duration.between(NOON, time.instant()).toSeconds());
                        hastened.add(running[0].hasten(changed, Duration.ofSeconds(5)));
                    }
                    return Result.ok("changed");
                },
                Optional.empty(),
                MINUTE,
                Duration.ofSeconds(10));
        Until until = new Until(Duration.ofMinutes(15));
        try (Runner runner = runner(List.of(web, puppet), 4, until)) {
            until.runner = runner;
            running[0] = runner;
            hastened.add(runner.hasten(changed, Duration.ofSeconds(5)));
            runner.watch(List.of(web, puppet));
        }

        long at = when.get(0);
        assertThat(hastened).containsExactly(OptionalInt.empty(), OptionalInt.of(1));
        assertThat(began("web/http").stream().filter(moment -> moment >= at)).containsExactly(at, at + 5, at + 10);
    }

    @Test
    void keepsItsMomentsWhenStartedAgain() {
        List<CheckDefinition> checks = List.of(check("web/fine", FINE));
        watch(checks, Duration.ofMinutes(20));
        time.advance(Duration.ofSeconds(77));
        watch(checks, Duration.ofMinutes(40));

        assertThat(began("web/fine").stream().map(second -> second % 300).distinct())
                .hasSize(1);
    }

    @Test
    void spreadsFirstRunsEvenlyOverTheInterval() {
        List<CheckDefinition> checks = IntStream.range(0, 600)
                .mapToObj(i -> check("service-" + i + "/http", FINE))
                .toList();
        watch(checks, Duration.ofMinutes(5));

        Map<Long, Long> perTenSeconds = told.stream()
                .map(transition ->
                        Duration.between(NOON, transition.observation().at()).toSeconds() / 10)
                .collect(Collectors.groupingBy(slot -> slot, Collectors.counting()));
        assertThat(told).hasSize(600);
        assertThat(perTenSeconds.keySet()).hasSize(30);
        assertThat(perTenSeconds.values()).allMatch(count -> count <= 40);
    }

    @Test
    void runsOverdueDailyChecksSoonAfterTheStart() {
        List<CheckDefinition> checks = IntStream.range(0, 20)
                .mapToObj(i -> check(
                        "service-" + i + "/http", FINE, Optional.empty(), Duration.ofDays(1), Duration.ofSeconds(10)))
                .toList();
        watch(checks, Duration.ofMinutes(6));
        assertThat(history.states()).hasSize(20);
        int runs = told.size();
        watch(checks, Duration.ofMinutes(12));
        assertThat(told.size() - runs).isLessThan(3);
    }

    @Test
    void aLongSuspensionIsNotMadeUpFor() {
        AtomicBoolean slept = new AtomicBoolean();
        Check sleeping = probe -> {
            if (slept.compareAndSet(false, true)) {
                time.advance(Duration.ofHours(2));
            }
            return Result.ok("fine");
        };
        List<CheckDefinition> checks = new ArrayList<>();
        checks.add(check("web/sleeping", sleeping));
        for (int i = 0; i < 50; i++) {
            checks.add(check("web/other" + i, FINE));
        }
        watch(checks, Duration.ofMinutes(130));

        for (CheckDefinition check : checks) {
            List<Long> late = began(check.id().toString()).stream()
                    .filter(second -> second >= 7200)
                    .toList();
            assertThat(late.size()).as("%s at %s", check.id(), late).isBetween(1, 3);
        }
    }

    @Test
    void aClockThatJumpsCausesNoStorm() {
        AtomicInteger runs = new AtomicInteger();
        Check counting = probe -> {
            runs.incrementAndGet();
            return Result.ok("fine");
        };
        List<CheckDefinition> checks = List.of(check("web/fine", counting));
        Until until = new Until(Duration.ofMinutes(60));
        AtomicInteger reads = new AtomicInteger();
        try (Runner runner = new Runner(
                catalog(checks),
                recorder,
                new SystemResolver(),
                Secrets.none(),
                // A clock that is a day ahead, an hour behind, and right again, each time it is looked at.
                () -> time.instant().plus(Duration.ofHours(List.of(24, -1, 0).get(reads.getAndIncrement() % 3))),
                until,
                Runner.Limits.of(1, 1))) {
            until.runner = runner;
            runner.watch(checks);
        }

        assertThat(runs.get()).isBetween(11, 13);
    }

    @Test
    void stopsOnInterruptAndKeepsWhatWasRecorded() throws Exception {
        Semaphore started = new Semaphore(0);
        Check hanging = probe -> {
            started.release();
            uninterruptibly(release);
            return Result.ok("never counts");
        };
        List<CheckDefinition> checks = List.of(check("a/fine", FINE), check("b/hanging", hanging));
        try (Runner runner = runner(checks, 2)) {
            CompletableFuture<Runner.Outcome> outcome = new CompletableFuture<>();
            CompletableFuture<Boolean> flag = new CompletableFuture<>();
            Thread running = new Thread(() -> {
                outcome.complete(runner.rounds(checks, 1));
                flag.complete(Thread.currentThread().isInterrupted());
            });
            running.start();
            started.acquire();
            running.interrupt();

            assertThat(outcome.get().complete()).isFalse();
            assertThat(flag.get()).isTrue();
        }
        release.countDown();
        recorder.close();

        assertThat(told)
                .extracting(transition -> transition.observation().check().subject())
                .doesNotContain("b");
    }

    @Test
    void closingLetsWhatRunsEndAndStoresIt() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CompletableFuture<Runner> self = new CompletableFuture<>();
        Check closing = probe -> {
            Thread thread = new Thread(self.join()::close, "closing");
            thread.start();
            started.countDown();
            return Result.ok("ended while closing");
        };
        List<CheckDefinition> checks = List.of(check("a/closing", closing));
        Runner runner = runner(checks, 1, time, LONG);
        self.complete(runner);

        runner.rounds(checks, 1000);

        assertThat(started.getCount()).isZero();
        assertThat(told).isNotEmpty().hasSizeLessThan(1000);
        assertThat(began("a/closing")).hasSameSizeAs(told);
        assertThatThrownBy(() -> runner.once(checks)).hasMessageContaining("closed");
    }

    @Test
    void aStoreThatFailsEndsTheRunAndNothingIsToldThatIsNotStored() {
        List<CheckDefinition> checks = List.of(check("a/fine", FINE));
        try (Runner runner = runner(checks, 1)) {
            runner.rounds(checks, 3);
            history.close();

            assertThatThrownBy(() -> runner.rounds(checks, 3))
                    .isInstanceOf(HistoryException.class)
                    .hasMessageContaining("cannot store results");
        }
        history = SqliteHistory.open(folder.resolve("state.db"), Optional.empty());

        assertThat(told).hasSize(3);
        assertThat(began("a/fine")).hasSize(3);
    }

    @Test
    void oneRunAtATime() {
        List<CheckDefinition> self = new ArrayList<>();
        CompletableFuture<Runner> runner = new CompletableFuture<>();
        self.add(check("a/again", probe -> {
            runner.join().once(self);
            return Result.ok("two at once");
        }));
        runner.complete(runner(self, 1));
        try (Runner one = runner.join()) {
            one.rounds(self, 1);
        }

        assertThat(told.get(0).observation().result().summary()).contains("a run is going on already");
    }
}
