package io.faultline.check;

import io.faultline.machine.Facts;
import java.io.IOException;
import java.time.Instant;

/**
 * Judges what the machine that it belongs to says of itself. All such checks of a machine share one collection a round.
 * When there are no facts, that is one problem, told by the machine's check of type {@code facts}; this one is UNKNOWN
 * then.
 */
public interface FactCheck extends Check {
    /**
     * @param now our own clock
     * @throws IOException when something else that the check needs is not there
     */
    Result judge(Facts facts, Instant now) throws IOException;

    @Override
    default Result run(Probe probe) throws IOException {
        Facts facts;
        try {
            facts = probe.facts().own();
        } catch (IOException e) {
            return Result.unknown(
                    "there are no facts of the machine",
                    Fact.of("why", Attempt.explained(e)),
                    Fact.of("see", "the machine's check of type facts"));
        }
        return judge(facts, probe.now());
    }
}
