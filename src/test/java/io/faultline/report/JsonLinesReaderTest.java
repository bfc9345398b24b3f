package io.faultline.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.check.CheckId;
import io.faultline.check.Fact;
import io.faultline.check.Measurement;
import io.faultline.check.Result;
import io.faultline.check.Status;
import io.faultline.history.CheckState;
import io.faultline.history.Observation;
import io.faultline.history.Transition;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class JsonLinesReaderTest {
    private static final String GOOD = """
            {"subject":"web","check":"http","at":"2026-11-22T12:00:00Z","seconds":0.25,"status":"CRITICAL",\
            "summary":"broken","facts":[{"key":"expected","value":"200"}],\
            "measurements":[{"name":"time","value":1.5,"unit":"s","warning":2,"critical":3}],"new_field":[{}]}""";

    @ParameterizedTest
    @EnumSource(Status.class)
    void reads_back_what_was_written(Status status) throws IOException {
        Observation observation = new Observation(
                new CheckId("web", "http"),
                Instant.parse("2026-11-22T12:00:00.123Z"),
                Duration.ofMillis(250),
                new Result(
                        status,
                        "a \"summary\" with \u2028 and \u001b[31m",
                        List.of(Fact.expected("200"), Fact.of("<b>", "\u0000\n&")),
                        List.of(
                                Measurement.of("time", 0.1, "s"),
                                new Measurement("size", 7, "B", OptionalDouble.of(8), OptionalDouble.of(9)))));

        assertThat(JsonLinesReader.read(written(observation))).isEqualTo(observation);
    }

    private static String written(Observation observation) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonLines lines = new JsonLines(out)) {
            lines.recorded(new Transition(observation, Optional.empty(), CheckState.first(observation, 3)));
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void skips_fields_that_it_does_not_know() throws IOException {
        assertThat(JsonLinesReader.read(GOOD).result().facts()).containsExactly(Fact.expected("200"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"subject\":\"web\" | \"subject\":\"../web\" | 'subject'",
                "\"check\":\"http\" | \"check\":7 | 'check'",
                "\"status\":\"CRITICAL\" | \"status\":\"DOWN\" | 'status'",
                "\"seconds\":0.25 | \"seconds\":-1 | 'seconds'",
                "\"seconds\":0.25 | \"seconds\":1e300 | 'seconds'",
                "\"seconds\":0.25 | \"seconds\":1e9999 | 'seconds'",
                "\"at\":\"2026-11-22T12:00:00Z\" | \"at\":\"yesterday\" | 'at'",
                "\"at\":\"2026-11-22T12:00:00Z\" | \"at\":\"+1000000000-12-31T23:59:59Z\" | 'at'",
                "\"facts\":[ | \"facts\":[3, | 'facts'",
                "\"new_field\":[{}] | \"new_field\":[[[[[[]]]]]] | not a JSON",
                "\"new_field\":[{}] | \"subject\":\"other\" | not a JSON",
                "{\"subject\" | [{\"subject\" | not a JSON",
                "[{}]} | [{}]} trailing | not a JSON",
            })
    void refuses_what_is_no_result(String good, String bad, String said) {
        assertThat(GOOD).contains(good);

        assertThatThrownBy(() -> JsonLinesReader.read(GOOD.replace(good, bad)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(said);
    }

    @Test
    void refuses_a_line_that_is_too_long_and_shows_nothing_of_any() {
        assertThatThrownBy(() -> JsonLinesReader.read("x".repeat(JsonLinesReader.MAX_LINE + 1)))
                .hasMessageContaining("characters");
        assertThatThrownBy(() -> JsonLinesReader.read("root:secret:0:0"))
                .isInstanceOf(IOException.class)
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> JsonLinesReader.read("")).isInstanceOf(IOException.class);
    }
}
