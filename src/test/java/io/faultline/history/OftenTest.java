package io.faultline.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.catalog.AlertRules;
import io.faultline.catalog.AlertWhen;
import io.faultline.catalog.FlappingRule;
import io.faultline.check.CheckId;
import io.faultline.check.Result;
import io.faultline.history.Often.Pattern;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checks that fail too often, though never long enough for a problem to be certain. */
class OftenTest {
    private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
    private static final CheckId WEB = new CheckId("web", "http");
    private static final Result OK = Result.ok("fine");
    private static final Result BAD = Result.critical("refused");

    private CheckState state;

    private static AlertRules rules(Integer failures, Double share, Duration within, boolean daily) {
        return new AlertRules(
                3,
                FlappingRule.OFF,
                new AlertWhen(Optional.ofNullable(failures), Optional.ofNullable(share), within, daily));
    }

    private void result(Duration since, Result result, AlertRules rules) {
        Observation next = new Observation(WEB, START.plus(since), Duration.ZERO, result);
        state = state == null ? CheckState.first(next, rules) : state.next(next, rules);
    }

    /** A result every five minutes, each failing whose number is in the list. */
    private void results(int many, List<Integer> failing, AlertRules rules) {
        for (int i = 0; i < many; i++) {
            result(Duration.ofMinutes(5L * i), failing.contains(i) ? BAD : OK, rules);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2, 100, false",
        "3, 100, true",
        "3, 200, false", // The second of three lies outside of the day when the third happens.
        "4, 280, false"
    })
    void countsHowOftenItBeganToFailWithinTheTime(int times, int apart, boolean often) {
        List<Integer> failing = new ArrayList<>();
        for (int i = 1; i <= times; i++) {
            failing.add(i * apart);
        }
        results(times * apart + 1, failing, rules(3, null, Duration.ofHours(24), false));
        assertThat(state.often().on()).isEqualTo(often);
        assertThat(state.isHardProblem()).isFalse();
        assertThat(state.isTrouble()).isEqualTo(often);
    }

    @Test
    void aRowOfFailuresCountsOnce() {
        AlertRules rules = rules(3, null, Duration.ofHours(24), false);
        results(60, List.of(10, 11, 12, 13, 14, 15, 40, 41), rules);
        assertThat(state.often().episodes()).hasSize(2);
        assertThat(state.often().on()).isFalse();
    }

    @Test
    void endsWhenItFailsHalfAsOften() {
        AlertRules rules = rules(4, null, Duration.ofHours(24), false);
        List<Integer> failing = List.of(10, 100, 180, 250);
        results(10 + 288, failing, rules);
        assertThat(state.often().on()).as("three left").isTrue();
        state = null;
        results(100 + 288 + 1, failing, rules);
        assertThat(state.often().on()).as("two left").isFalse();
        assertThat(state.isTrouble()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"143, true", "145, false"})
    void endsWhenItDidNotFailForHalfOfTheTime(int later, boolean often) {
        results(40 + later, List.of(10, 20, 30, 40), rules(4, null, Duration.ofHours(24), false));
        assertThat(state.often().on()).isEqualTo(often);
    }

    @ParameterizedTest
    @CsvSource({"OFF, true", "FAULTLINE, false"})
    void whatGoesBackAndForthIsNotAlsoCalledOftenFailing(FlappingRule flapping, boolean often) {
        AlertRules rules = new AlertRules(
                1, flapping, new AlertWhen(Optional.of(6), Optional.empty(), Duration.ofHours(24), false));
        results(60, List.of(5, 10, 15, 20, 25, 30, 35), rules);
        assertThat(state.often().on()).isEqualTo(often);
    }

    @ParameterizedTest
    @CsvSource({"19, true", "20, true", "21, false"})
    void noticesTheShareOfFailures(int every, boolean often) {
        AlertRules rules = rules(null, 0.05, Duration.ofDays(7), false);
        for (int i = 1; i <= 2016; i++) {
            result(Duration.ofMinutes(5L * i), i % every == 0 ? BAD : OK, rules);
        }
        assertThat(state.often().on()).isEqualTo(often);
        assertThat(state.often().counts()).hasSizeLessThanOrEqualTo(25);
    }

    @Test
    void aShareNeedsMoreThanAHandfulOfResults() {
        AlertRules rules = rules(null, 0.05, Duration.ofDays(7), false);
        results(19, List.of(3), rules);
        assertThat(state.often().on()).isFalse();
        results(20, List.of(3), rules);
        assertThat(state.often().on()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        // Minutes after midnight at which it fails on each day.
        "190;190;190,      true",
        "190;200;185,      true",
        "190;190,          false",
        "190;;190;190,     false",
        "190;300;190,      false",
        "190;250;310;370,  false"
    })
    void namesWhatFailsEveryDayAtTheSameTime(String days, boolean daily) {
        AlertRules rules = rules(6, null, Duration.ofHours(24), true);
        String[] minutes = days.split(";");
        for (int day = 0; day < minutes.length; day++) {
            int bad = minutes[day].isEmpty() ? -1 : Integer.parseInt(minutes[day]);
            for (int minute = 0; minute < 1440; minute += 5) {
                result(Duration.ofDays(day).plusMinutes(minute), minute == bad ? BAD : OK, rules);
            }
        }
        assertThat(state.often().pattern()).isEqualTo(daily ? Optional.of(Pattern.DAILY) : Optional.empty());
    }

    @Test
    void theDailyFailureEndsAfterTwoDaysWithoutIt() {
        namesWhatFailsEveryDayAtTheSameTime("190;190;190;", true);
        result(Duration.ofDays(2).plusMinutes(190).plusDays(2), OK, rules(6, null, Duration.ofHours(24), true));
        assertThat(state.often().on()).isFalse();
    }

    @Test
    void remembersLittleHoweverMuchHappens() {
        AlertRules rules = rules(6, 0.5, Duration.ofHours(24), true);
        for (int i = 0; i < 100_000; i++) {
            result(Duration.ofSeconds(i), i % 2 == 0 ? OK : BAD, rules);
        }
        assertThat(state.often().episodes()).hasSize(Often.MOST);
        assertThat(state.often().written().orElseThrow()).hasSizeLessThan(2000);
        assertThat(Often.read(state.often().written().orElseThrow())).isEqualTo(state.often());
    }
}
