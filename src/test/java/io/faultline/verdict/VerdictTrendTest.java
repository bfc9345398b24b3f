package io.faultline.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.history.VerdictLog.Correction;
import io.faultline.history.VerdictLog.PastVerdict;
import io.faultline.verdict.VerdictTrend.Week;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VerdictTrendTest {
    /** A Sunday. */
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    @Test
    void countsByWeekAndBelievesPeople() {
        List<PastVerdict> verdicts = List.of(
                verdict("2026-11-22T11:00:00Z", "CODE", null),
                verdict("2026-11-16T00:00:00Z", "CODE", "INFRASTRUCTURE"),
                verdict("2026-11-15T23:59:59Z", "UNDETERMINED", null),
                verdict("2026-01-01T00:00:00Z", "CODE", null));
        assertThat(VerdictTrend.weeks(verdicts, NOW, ZoneOffset.UTC, 3))
                .containsExactly(
                        new Week(LocalDate.of(2026, 11, 2), 0, 0, 0),
                        new Week(LocalDate.of(2026, 11, 9), 0, 0, 1),
                        new Week(LocalDate.of(2026, 11, 16), 1, 1, 0));
    }

    private static PastVerdict verdict(String at, String category, String corrected) {
        return new PastVerdict(
                "job",
                at,
                Instant.parse(at),
                category,
                0.9,
                "",
                Map.of(),
                Optional.ofNullable(corrected).map(to -> new Correction(to, "", "", NOW)));
    }
}
