package io.faultline.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.check.CheckId;
import io.faultline.check.Result;
import io.faultline.check.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckStateTest {
    private static final Instant START = Instant.parse("2026-11-22T12:00:00Z");
    private static final CheckId WEB = new CheckId("web", "http");

    private static List<CheckState> after(String results, int failuresBeforeAlert) {
        List<CheckState> states = new ArrayList<>();
        for (int minute = 0; minute < results.length(); minute++) {
            Observation next = new Observation(
                    WEB,
                    START.plusSeconds(60L * minute),
                    Duration.ofMillis(minute),
                    Result.of(status(results.charAt(minute)), "result " + minute));
            states.add(
                    states.isEmpty()
                            ? CheckState.first(next, failuresBeforeAlert)
                            : states.get(minute - 1).next(next, failuresBeforeAlert));
        }
        return states;
    }

    private static Status status(char letter) {
        return switch (letter) {
            case 'o' -> Status.OK;
            case 'w' -> Status.WARNING;
            case 'c' -> Status.CRITICAL;
            default -> Status.UNKNOWN;
        };
    }

    private static String letter(Status status) {
        return status.name().substring(0, 1).toLowerCase(java.util.Locale.ROOT);
    }

    private static String minute(Optional<Instant> at) {
        return at.map(instant -> Long.toString(Duration.between(START, instant).toMinutes()))
                .orElse("-");
    }

    /** One letter or digit for each result: ok, warning, critical, unknown; moments are minutes since the start. */
    @ParameterizedTest(name = "{0} with {1} failures before alert")
    @CsvSource({
        // results, needed, failures, hard,  hardSince, failingSince, lastOk
        "oooo,      3,      0000,     oooo,  0000,      ----,         0123",
        // Not certain yet: nobody is told, and all is forgotten with the next OK.
        "occo,      3,      0120,     oooo,  0000,      -11-,         0003",
        "ococ,      2,      0101,     oooo,  0000,      -1-3,         0022",
        // Certain with the third in a row, since the first of the row; over at once.
        "occco,     3,      01230,    oooco, 00014,     -111-,        00004",
        "occcco,    3,      012340,   ooocco,000115,    -1111-,       000005",
        "cccoo,     3,      12300,    oocoo, 00033,     000--,        ---34",
        // A single failure is enough.
        "oco,       1,      010,      oco,   012,       -1-,          002",
        "c,         1,      1,        c,     0,         0,            -",
        // Any status but OK counts, whichever; the newest one is told while the problem lasts.
        "owcw,      3,      0123,     ooow,  0001,      -111,         0000",
        "owcuwo,    2,      012340,   oocuwo,001115,    -1111-,       000005",
        "uu,        2,      12,       ou,    00,        00,           --",
        // A second problem is a new one.
        "ccocc,     2,      12012,    ocooc, 00223,     00-33,        --222",
    })
    void becomesHardAfterEnoughFailuresInARow(
            String results,
            int needed,
            String failures,
            String hard,
            String hardSince,
            String failingSince,
            String lastOk) {
        StringBuilder[] was = new StringBuilder[5];
        for (int i = 0; i < was.length; i++) {
            was[i] = new StringBuilder();
        }
        for (CheckState state : after(results, needed)) {
            was[0].append(state.failures());
            was[1].append(letter(state.hard()));
            was[2].append(minute(Optional.of(state.hardSince())));
            was[3].append(minute(state.failingSince()));
            was[4].append(minute(state.lastOk()));
        }

        assertThat(List.of(was))
                .map(StringBuilder::toString)
                .containsExactly(failures, hard, hardSince, failingSince, lastOk);
    }

    @ParameterizedTest(name = "{0} with {1} failures before alert")
    @CsvSource({
        // results, needed, soft or hard problem, became hard, recovered
        "oo,        3,      --,                   --,          --",
        "occo,      3,      -ss-,                 ----,        ----",
        "occcco,    3,      -sshh-,               ---x--,      -----x",
        "co,        1,      h-,                   x-,          -x",
        "wcwo,      2,      shh-,                 -x--,        ---x",
    })
    void saysWhatChangedWithAResult(String results, int needed, String problem, String becameHard, String recovered) {
        List<CheckState> states = after(results, needed);
        StringBuilder problems = new StringBuilder();
        StringBuilder hards = new StringBuilder();
        StringBuilder recoveries = new StringBuilder();
        for (int i = 0; i < states.size(); i++) {
            CheckState state = states.get(i);
            Transition transition = new Transition(
                    new Observation(WEB, state.at(), state.took(), state.last()),
                    i == 0 ? Optional.empty() : Optional.of(states.get(i - 1)),
                    state);
            problems.append(state.isSoftProblem() ? 's' : state.isHardProblem() ? 'h' : '-');
            hards.append(transition.becameHard() ? 'x' : '-');
            recoveries.append(transition.recovered() ? 'x' : '-');
        }

        assertThat(List.of(problems.toString(), hards.toString(), recoveries.toString()))
                .containsExactly(problem, becameHard, recovered);
    }

    @Test
    void remembersTheNewestResultWhateverItIs() {
        CheckState state = after("occo", 2).get(2);

        assertThat(state.check()).isEqualTo(WEB);
        assertThat(state.last()).isEqualTo(Result.critical("result 2"));
        assertThat(state.at()).isEqualTo(START.plusSeconds(120));
        assertThat(state.took()).isEqualTo(Duration.ofMillis(2));
    }
}
