package io.faultline.history;

import java.time.Instant;

/** Somebody works on an incident. It counts until {@code until}; then the incident is nobody's again. */
public record Claim(long incident, String by, Instant since, Instant until) {
    public boolean holdsAt(Instant now) {
        return now.isBefore(until);
    }
}
