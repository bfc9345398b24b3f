package io.faultline.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
    @ParameterizedTest
    @CsvSource({
        "250ms, PT0.25S, 250ms",
        "0s, PT0S, 0s",
        "30s, PT30S, 30s",
        "60s, PT1M, 1m",
        "90s, PT1M30S, 90s",
        "5m, PT5M, 5m",
        "48h, PT48H, 2d",
        "1d, PT24H, 1d",
        "2w, PT336H, 14d",
        "999999999w, PT167999999832H, 6999999993d",
    })
    void readsAndWrites(String written, Duration duration, String shortest) {
        assertThat(Durations.parse(written)).isEqualTo(duration);
        assertThat(Durations.write(duration)).isEqualTo(shortest);
        assertThat(Durations.parse(Durations.write(Duration.ofMillis(duration.toMillis() % 1_000_000_000_000L))))
                .isEqualTo(Duration.ofMillis(duration.toMillis() % 1_000_000_000_000L));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "s", "5min", "5 m", "-5m", "1.5h", "5M", "5m30s", "١s", "9999999999s", "5m\n"})
    void refusesOtherForms(String written) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Durations.parse(written))
                .withMessage("expected a length of time such as 30s, 5m, 12h or 7d");
    }

    @ParameterizedTest
    @CsvSource({
        "PT0S, 0 s",
        "PT59.9S, 59 s",
        "PT1M, 1 min",
        "PT5M30S, 5 min 30 s",
        "PT12M30S, 12 min",
        "PT3H4M, 3 h 4 min",
        "PT24H, 1 d",
        "PT76H, 3 d 4 h",
        "PT-5M, 5 min",
    })
    void saysRoughlyHowLong(Duration duration, String said) {
        assertThat(Durations.roughly(duration)).isEqualTo(said);
    }
}
