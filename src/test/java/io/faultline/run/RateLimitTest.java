package io.faultline.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RateLimitTest {
    private Instant now = Instant.parse("2026-11-22T12:00:00Z");
    private final RateLimit limit = new RateLimit(() -> now, 3, Duration.ofSeconds(10));

    @Test
    void allows_so_many_at_once_and_then_one_after_each_pause() {
        assertThat(limit.take("web1")).isZero();
        assertThat(limit.take("web1")).isZero();
        assertThat(limit.take("web1")).isZero();
        assertThat(limit.take("web1")).isEqualTo(Duration.ofSeconds(10));

        now = now.plusSeconds(4);
        assertThat(limit.take("web1")).isEqualTo(Duration.ofSeconds(6));
        now = now.plusSeconds(6);
        assertThat(limit.take("web1")).isZero();
        assertThat(limit.take("web1")).isPositive();
    }

    @Test
    void asking_in_vain_costs_nothing() {
        for (int i = 0; i < 50; i++) {
            limit.take("web1");
        }
        now = now.plusSeconds(10);

        assertThat(limit.take("web1")).isZero();
    }

    @Test
    void names_do_not_hinder_each_other() {
        for (int i = 0; i < 4; i++) {
            limit.take("web1");
        }

        assertThat(limit.take("web2")).isZero();
    }

    @Test
    void a_clock_that_is_set_back_locks_nobody_out_for_long() {
        limit.take("web1");
        now = now.minus(Duration.ofDays(300));

        Duration wait = limit.take("web1");
        assertThat(wait).isLessThanOrEqualTo(Duration.ofSeconds(10));
        now = now.plus(wait);
        assertThat(limit.take("web1")).isZero();
    }

    @Test
    void many_threads_get_no_more_than_one() throws InterruptedException {
        AtomicInteger taken = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        for (int i = 0; i < 200; i++) {
            threads.execute(() -> {
                if (limit.take("web1").isZero()) {
                    taken.incrementAndGet();
                }
            });
        }
        threads.shutdown();

        assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        assertThat(taken).hasValue(3);
    }
}
