package io.faultline.check;

import java.io.IOException;

/**
 * Tests one property of a service or machine. An immutable record with everything that its file says.
 *
 * <p>A check does everything through its {@link Probe}. It never retries, never sleeps and keeps nothing between runs:
 * that is the runner's work.
 */
public interface Check {
    /**
     * Carries the check out once.
     *
     * @throws IOException when the other side cannot be reached or breaks off; {@link Attempt} makes that a CRITICAL
     *     result, so a check catches only what it can explain better
     */
    Result run(Probe probe) throws IOException;
}
