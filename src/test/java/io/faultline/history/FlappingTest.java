package io.faultline.history;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.faultline.catalog.AlertRules;
import io.faultline.catalog.AlertWhen;
import io.faultline.catalog.FlappingRule;
import io.faultline.check.CheckId;
import io.faultline.check.Result;
import io.faultline.check.Status;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Flapping: the peers' rules against what their real daemons answered, ours by its own words. */
class FlappingTest {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final CheckId WEB = new CheckId("web", "http");

    private static Status status(int code) {
        return List.of(Status.OK, Status.WARNING, Status.CRITICAL, Status.UNKNOWN)
                .get(code);
    }

    private static Observation at(int minute, Status status) {
        return new Observation(
                WEB,
                NOON.plus(Duration.ofMinutes(minute)),
                Duration.ZERO,
                new Result(status, "told by the test", List.of(), List.of()));
    }

    /** 120 runs of 60 results, with two pairs of thresholds and one or three attempts. */
    @Test
    void answersAsNagiosAndIcingaDidStepByStep() throws IOException {
        JsonNode oracle;
        try (var in = FlappingTest.class.getResourceAsStream("flapping.json")) {
            oracle = new ObjectMapper().readTree(in);
        }
        int steps = 0;
        List<String> mismatches = new ArrayList<>();
        for (JsonNode run : oracle.get("runs")) {
            boolean nagios = run.get("daemon").asText().startsWith("nagios");
            double low = run.get("low").asDouble();
            double high = run.get("high").asDouble();
            Flapping flapping = nagios ? Flapping.Nagios.start(low, high) : Flapping.Icinga.start(low, high);
            CheckState state = null;
            for (int step = 0; step < run.get("states").size(); step++) {
                Observation result = at(step, status(run.get("states").get(step).asInt()));
                int attempts = run.get("max_check_attempts").asInt();
                state = state == null ? CheckState.first(result, attempts) : state.next(result, attempts);
                flapping = flapping.next(result.result().status(), state.isHardProblem(), false, result.at());
                double expected = run.get("percent_state_change").get(step).asDouble();
                double share = flapping instanceof Flapping.Nagios known
                        ? Math.round(known.share() * 100) / 100.0
                        : ((Flapping.Icinga) flapping).share();
                boolean hard = run.get("state_type_hard").get(step).asInt() == 1;
                // Icinga counts soft and hard alike, so its own notion of hardness plays no part.
                boolean sameHardness = !nagios || result.result().isOk() || hard == state.isHardProblem();
                if (Math.abs(share - expected) > (nagios ? 0.0101 : 1e-9)
                        || flapping.on() != (run.get("is_flapping").get(step).asInt() == 1)
                        || !sameHardness) {
                    mismatches.add(run.get("daemon") + " " + run.get("name") + " step " + step + ": " + share
                            + " instead of " + expected);
                }
                steps++;
            }
        }
        assertThat(mismatches).isEmpty();
        assertThat(steps).isEqualTo(7200);
    }

    private static CheckState after(String results, int everyMinutes, AlertRules rules) {
        CheckState state = null;
        for (int i = 0; i < results.length(); i++) {
            Observation next = at(i * everyMinutes, status("OWCU".indexOf(results.charAt(i))));
            state = state == null ? CheckState.first(next, rules) : state.next(next, rules);
        }
        return state;
    }

    @ParameterizedTest
    @CsvSource({
        // O: OK, C: CRITICAL; two failures in a row are certain; a result every five minutes.
        "OCCOCCO,         false",
        "OCCOCCOCC,       true",
        "OCCOCCOCCO,      true",
        "OCCOCCOCCOOOOOOOOOOOO,  true",
        "OCCOCCOCCOOOOOOOOOOOOO, false",
        "OCCOCCOCCCCCCCCCCCCCC,  false",
        "OCOCOCOCOCOCOCO, false",
        "CCOOOOOOOOOOOOOOOOOOOOCC, false"
    })
    void oursBeginsWithTheThirdCertainProblemAndEndsAfterAnHourOfCalm(String results, boolean flapping) {
        AlertRules ours = new AlertRules(2, FlappingRule.FAULTLINE, AlertWhen.NEVER);
        assertThat(after(results, 5, ours).flapping().on()).isEqualTo(flapping);
    }

    @Test
    void oursLooksBackTwelveHours() {
        AlertRules ours = new AlertRules(1, FlappingRule.FAULTLINE, AlertWhen.NEVER);
        assertThat(after("COOOOOCOOOOOC", 59, ours).flapping().on()).isTrue();
        assertThat(after("COOOOOCOOOOOC", 60, ours).flapping().on()).isFalse();
    }

    @Test
    void whatGoesOnFlappingForDaysEndsAllTheSame() {
        AlertRules ours = new AlertRules(2, FlappingRule.FAULTLINE, AlertWhen.NEVER);
        String calmInTheEnd = "OCCO".repeat(5) + "OC".repeat(500) + "O".repeat(14);
        assertThat(after(calmInTheEnd, 5, ours).flapping()).isEqualTo(Flapping.NONE);
        assertThat(after("OCCO".repeat(2000), 5, ours).flapping().written().orElseThrow())
                .hasSizeLessThan(200);
    }

    @ParameterizedTest
    @EnumSource(FlappingRule.class)
    void readsBackWhatItWrote(FlappingRule rule) {
        AlertRules rules = new AlertRules(1, rule, AlertWhen.NEVER);
        for (String results : List.of("O", "OC", "OCOCOC", "OCOCOCOCOCOCOCOCOC", "CWUOCWUO")) {
            Flapping flapping = after(results, 5, rules).flapping();
            assertThat(Flapping.read(flapping.written().orElse(null))).isEqualTo(flapping);
        }
    }

    @Test
    void anotherRuleStartsAnew() {
        CheckState state = after("OCOCOCOC", 5, new AlertRules(1, FlappingRule.FAULTLINE, AlertWhen.NEVER));
        assertThat(state.flapping().on()).isTrue();
        assertThat(state.next(at(99, Status.OK), new AlertRules(1, FlappingRule.OFF, AlertWhen.NEVER))
                        .flapping())
                .isEqualTo(Flapping.NONE);
    }
}
