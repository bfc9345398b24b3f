package io.faultline.catalog.nagios;

import io.faultline.config.Place;
import io.faultline.config.Written;
import java.time.Duration;

/**
 * An active check of a host or of one of its services.
 *
 * @param description the service's description; {@value #HOST} for the check of the host itself
 * @param attempts after so many failures in a row the problem is hard
 * @param place where the service or host is defined
 */
public record Test(
        Written description,
        CommandLine command,
        Duration every,
        Duration retryEvery,
        int attempts,
        Duration timeout,
        Place place) {
    /** What the check of the host itself is called. */
    public static final String HOST = "host";
}
