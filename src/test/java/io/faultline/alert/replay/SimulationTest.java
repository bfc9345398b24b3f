package io.faultline.alert.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.catalog.AlertPolicy;
import io.faultline.catalog.AlertRules;
import io.faultline.catalog.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A small story, the same as {@code faultline simulate} tells large ones. */
class SimulationTest {
    private static final Settings.Defaults SHIPPED = Settings.Defaults.SHIPPED;
    private static final Ours AS_SHIPPED = new Ours(SHIPPED.rules(), SHIPPED.retryEvery());
    private static final Duration BLIPS = Duration.ofSeconds(90);

    private static Map<String, Score> scores(Ours ours, Duration longestBlip) {
        Fleet fleet = new Fleet(1, 5, Duration.ofDays(20), longestBlip, AlertPolicy.SHIPPED);
        return Simulation.run(List.of(fleet), ours).stream()
                .collect(Collectors.toMap(Score::name, Function.identity()));
    }

    @Test
    void everyOutageIsToldInTimeAndMuchLessThatIsNone() {
        Map<String, Score> scores = scores(AS_SHIPPED, BLIPS);
        Score ours = scores.get("faultline");
        assertThat(ours.outages()).isGreaterThan(15);
        assertThat(ours.told()).isEqualTo(ours.outages());
        assertThat(ours.falseBlips()).isZero();
        assertThat(ours.falseWork()).isZero();
        assertThat(ours.daily()).isEqualTo(ours.dailyThereWere()).isPositive();
        assertThat(ours.slow()).isEqualTo(ours.slowThereWere()).isPositive();
        assertThat(ours.mostADay())
                .isLessThanOrEqualTo(AlertPolicy.SHIPPED.most().team());
        assertThat(ours.tries()).isPositive();
        for (String name : List.of("nagios", "icinga", "gatus", "monit")) {
            Score peer = scores.get(name);
            assertThat(peer.falseMails()).as(name).isGreaterThan(5 * ours.falseMails());
            assertThat(ours.medianDelay()).as(name).isLessThanOrEqualTo(peer.medianDelay());
            assertThat(peer.daily() + peer.slow()).as(name).isLessThan(ours.daily() + ours.slow());
        }
    }

    @Test
    void whoeverWaitsTooLongMissesOutages() {
        Score patient = scores(new Ours(AlertRules.after(20), SHIPPED.retryEvery()), BLIPS)
                .get("faultline");
        assertThat(patient.told()).isLessThan(patient.outages());
    }

    @Test
    void whoeverIsHastyMailsAboutShortFailures() {
        Ours hasty = new Ours(AlertRules.after(3), Duration.ofSeconds(30));
        assertThat(scores(hasty, BLIPS).get("faultline").falseBlips()).isPositive();
    }

    @Test
    void shortFailuresThatLastAlmostAsLongAsOutagesAreMailedByEverybody() {
        assertThat(scores(AS_SHIPPED, Duration.ofSeconds(179)).values())
                .allSatisfy(score -> assertThat(score.falseBlips()).isPositive());
    }
}
