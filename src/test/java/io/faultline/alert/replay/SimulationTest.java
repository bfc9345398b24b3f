package io.faultline.alert.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.alert.replay.Simulation.Score;
import io.faultline.catalog.AlertPolicy;
import io.faultline.catalog.AlertRules;
import io.faultline.catalog.AlertWhen;
import io.faultline.catalog.FlappingRule;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A small story, the same as {@code faultline simulate} tells large ones. */
class SimulationTest {
    private static final AlertRules OURS = new AlertRules(5, FlappingRule.FAULTLINE, AlertWhen.SHIPPED);

    private static List<Score> scores(AlertRules rules) {
        return Simulation.run(List.of(1L), 5, Duration.ofDays(20), rules, Duration.ofSeconds(30), AlertPolicy.SHIPPED);
    }

    @Test
    void everyOutageIsToldAndMuchLessThatIsNone() {
        List<Score> scores = scores(OURS);
        Score ours = scores.get(0);
        assertThat(ours.name()).isEqualTo("faultline");
        assertThat(ours.outages()).isGreaterThan(15);
        assertThat(ours.told()).isEqualTo(ours.outages());
        assertThat(ours.daily()).isEqualTo(ours.dailyThereWere()).isPositive();
        assertThat(ours.slow()).isEqualTo(ours.slowThereWere()).isPositive();
        assertThat(ours.mostADay())
                .isLessThanOrEqualTo(AlertPolicy.SHIPPED.most().all());
        assertThat(scores.subList(1, 5)).allSatisfy(peer -> {
            assertThat(peer.falseMails()).as(peer.name()).isGreaterThan(5 * ours.falseMails());
        });
    }

    @Test
    void whoeverWaitsTooLongMissesOutages() {
        Score patient = scores(AlertRules.after(20)).get(0);
        assertThat(patient.told()).isLessThan(patient.outages());
    }
}
