package io.faultline.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.catalog.CheckDefinition;
import io.faultline.check.CheckId;
import io.faultline.check.Result;
import io.faultline.check.Status;
import io.faultline.config.Place;
import io.faultline.history.CheckState;
import io.faultline.history.Observation;
import io.faultline.net.Route;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DueTest {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final CheckId ID = new CheckId("web", "http");

    private static CheckDefinition every(Duration every) {
        return new CheckDefinition(
                ID,
                "http",
                "http",
                probe -> Result.ok(""),
                Optional.empty(),
                every,
                Duration.ofSeconds(30),
                3,
                Duration.ofSeconds(10),
                Route.DIRECT,
                1 << 20,
                "",
                Place.of("web.yaml"));
    }

    @ParameterizedTest
    @CsvSource({
        "OK,       3, 0,   false", // just now
        "OK,       3, 268, false",
        "OK,       3, 270, true", // nine tenths of five minutes
        "OK,       3, 900, true",
        "OK,       3, -60, true", // from the future
        "CRITICAL, 3, 30,  true", // not certain yet
        "CRITICAL, 1, 30,  false", // certain
        "CRITICAL, 1, 300, true",
    })
    void a_check_is_due(Status last, int failuresBeforeAlert, int secondsAgo, boolean due) {
        CheckState state = CheckState.first(
                new Observation(ID, NOON.minusSeconds(secondsAgo), Duration.ZERO, Result.of(last, "")),
                failuresBeforeAlert);

        assertThat(Due.at(NOON, List.of(every(Duration.ofMinutes(5))), Map.of(ID, state))
                        .isEmpty())
                .isNotEqualTo(due);
    }

    @Test
    void a_check_that_never_ran_is_due() {
        assertThat(Due.at(NOON, List.of(every(Duration.ofDays(1))), Map.of())).hasSize(1);
    }
}
