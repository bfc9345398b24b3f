package io.faultline.jenkins.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.scheduler.CronTab;
import hudson.scheduler.Hash;
import io.faultline.config.Durations;
import java.time.Duration;
import java.util.Calendar;
import java.util.GregorianCalendar;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TimeZone;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CronTest {
    @ParameterizedTest
    @CsvSource({
        "PT1S,   * * * * *",
        "PT1M,   * * * * *",
        "PT119S, * * * * *",
        "PT7M,   H/6 * * * *",
        "PT2M,   H/2 * * * *",
        "PT5M,   H/5 * * * *",
        "PT45M,  H/30 * * * *",
        "PT1H,   H * * * *",
        "PT90M,  H * * * *",
        "PT2H,   H H/2 * * *",
        "PT11H,  H H/8 * * *",
        "PT23H,  H H/12 * * *",
        "P1D,    H H * * *",
        "P6D,    H H * * *",
        "P30D,   H H * * H",
    })
    void writes_an_interval_as_a_schedule(Duration every, String schedule) {
        assertThat(Cron.every(every)).isEqualTo(schedule);
    }

    /** Jenkins' own reading of the schedule is asked when it would run. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "PT1M", "PT2M", "PT5M", "PT7M", "PT8M", "PT9M", "PT10M", "PT14M", "PT25M", "PT45M", "PT1H", "PT3H",
                "PT11H", "P1D", "P7D"
            })
    void is_never_later_than_its_interval(Duration every) {
        for (String job : List.of("faultline/web", "faultline/db", "faultline/mail", "faultline/dns")) {
            isNeverLater(new CronTab(Cron.every(every), Hash.from(job)), every);
        }
    }

    private static void isNeverLater(CronTab tab, Duration every) {
        Calendar at = new GregorianCalendar(TimeZone.getTimeZone("UTC"));
        at.clear();
        at.set(2026, Calendar.MARCH, 2, 0, 0);
        Calendar last = tab.ceil(at);
        for (int i = 0; i < 400; i++) {
            Calendar next = (Calendar) last.clone();
            next.add(Calendar.MINUTE, 1);
            next = tab.ceil(next);
            assertThat(Duration.between(last.toInstant(), next.toInstant()))
                    .as(Durations.write(every))
                    .isLessThanOrEqualTo(every);
            last = next;
        }
    }

    @Test
    void spreads_services_over_the_interval() {
        Set<String> moments = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            Calendar at = new GregorianCalendar(TimeZone.getTimeZone("UTC"));
            at.clear();
            at.set(2026, Calendar.MARCH, 2, 0, 0);
            moments.add(new CronTab(Cron.every(Duration.ofHours(1)), Hash.from("faultline/service-" + i))
                    .ceil(at)
                    .toInstant()
                    .toString());
        }
        assertThat(moments).hasSizeGreaterThan(25);
    }
}
