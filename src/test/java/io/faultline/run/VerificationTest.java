package io.faultline.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.alert.World;
import io.faultline.check.CheckId;
import io.faultline.check.Result;
import io.faultline.check.Status;
import io.faultline.history.CheckState;
import io.faultline.history.Observation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VerificationTest {
    private static final CheckId ID = CheckId.parse("web/http");

    /** A problem in brackets is soft: it failed once and two failures are needed. */
    @ParameterizedTest(name = "{0} before, {1} after: {2}")
    @CsvSource({
        "OK, OK, UNCHANGED, OK",
        "OK, WARNING, NEWLY_BROKEN, WARNING",
        "OK, CRITICAL, NEWLY_BROKEN, CRITICAL",
        "OK, UNKNOWN, NEWLY_BROKEN, UNKNOWN",
        "-, CRITICAL, NEWLY_BROKEN, CRITICAL",
        "-, OK, UNCHANGED, OK",
        "CRITICAL, CRITICAL, STILL_BROKEN, OK",
        "CRITICAL, UNKNOWN, STILL_BROKEN, OK",
        "CRITICAL, WARNING, STILL_BROKEN, OK",
        "WARNING, CRITICAL, NEWLY_BROKEN, CRITICAL",
        "UNKNOWN, CRITICAL, NEWLY_BROKEN, CRITICAL",
        "UNKNOWN, UNKNOWN, STILL_BROKEN, OK",
        "CRITICAL, OK, REPAIRED, OK",
        "OK, (CRITICAL), NOT_CERTAIN, UNKNOWN",
        "CRITICAL, -, NOT_CERTAIN, UNKNOWN",
        "(CRITICAL), CRITICAL, NEWLY_BROKEN, CRITICAL",
    })
    void aChangeIsJudgedByWhatWasCertainBefore(String before, String after, Verification.Kind kind, Status status) {
        Verification verification =
                Verification.of(List.of(World.check("web", "http", "web")), states(before), states(after));

        assertThat(verification.findings())
                .extracting(Verification.Finding::kind)
                .containsExactly(kind);
        assertThat(verification.status()).isEqualTo(status);
    }

    private static Map<CheckId, CheckState> states(String word) {
        if (word.equals("-")) {
            return Map.of();
        }
        boolean soft = word.startsWith("(");
        Status status = Status.valueOf(soft ? word.substring(1, word.length() - 1) : word);
        Observation observation = new Observation(ID, Instant.EPOCH, Duration.ZERO, Result.of(status, "said"));
        return Map.of(ID, CheckState.first(observation, soft ? 2 : 1));
    }
}
