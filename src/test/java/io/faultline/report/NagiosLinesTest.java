package io.faultline.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.faultline.alert.World;
import io.faultline.check.CheckId;
import io.faultline.check.Fact;
import io.faultline.check.Measurement;
import io.faultline.check.Result;
import io.faultline.history.CheckState;
import io.faultline.history.Observation;
import io.faultline.history.Transition;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class NagiosLinesTest {
    static Stream<Arguments> results() {
        return Stream.of(
                arguments(Result.ok("220 mail ready"), "0;220 mail ready"),
                arguments(Result.warning("slow"), "1;slow"),
                arguments(Result.critical("500", Fact.expected("200")), "2;500\\nexpected: 200"),
                arguments(Result.unknown("a | b; c \\n d\ne"), "3;a / b; c \\\\n d\\\\u000ae"),
                arguments(
                        Result.ok("fine")
                                .with(measurement("time", 0.25, "s", OptionalDouble.of(1), OptionalDouble.of(2.5)))
                                .with(measurement("it's", 1e9, "", OptionalDouble.empty(), OptionalDouble.of(2))),
                        "0;fine | 'time'=0.25s;1;2.5 'it''s'=1000000000;;2"),
                arguments(
                        Result.critical(
                                "x",
                                Stream.generate(() -> Fact.of("k", "v".repeat(400)))
                                        .limit(10)
                                        .toArray(Fact[]::new)),
                        "2;x" + ("\\nk: " + "v".repeat(400)).repeat(7)),
                arguments(
                        Result.critical(
                                "x",
                                Stream.generate(() -> Fact.of("k", "ü".repeat(400)))
                                        .limit(10)
                                        .toArray(Fact[]::new)),
                        "2;x" + ("\\nk: " + "ü".repeat(400)).repeat(3)));
    }

    private static Measurement measurement(
            String name, double value, String unit, OptionalDouble warning, OptionalDouble critical) {
        return new Measurement(name, value, unit, warning, critical);
    }

    @ParameterizedTest
    @MethodSource("results")
    void aResultIsOneLineThatNagiosReads(Result result, String expected) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Observation observation = new Observation(
                CheckId.parse("mail/smtp"), Instant.ofEpochSecond(1_700_000_000), Duration.ofMillis(1500), result);

        new NagiosLines(out, new World().catalog())
                .recorded(new Transition(observation, Optional.empty(), CheckState.first(observation, 1)));

        assertThat(out.toString(StandardCharsets.UTF_8))
                .isEqualTo("[1700000001] PROCESS_SERVICE_CHECK_RESULT;mail;smtp;" + expected + "\n");
    }
}
