package io.faultline.verdict;

import java.time.Instant;
import java.util.Collection;
import java.util.List;

/** Which services were not well at a time. */
public interface ServiceStates {
    /** For who keeps no history of services. */
    ServiceStates UNKNOWN = (from, to, services, hosts) -> List.of();

    /**
     * The services that failed for certain at some time in {@code [from, to]}, of those that are named and those that the
     * hosts belong to.
     *
     * @param services names of services that a build uses
     * @param hosts host names in lower case that its log speaks of
     */
    List<FailingService> failing(Instant from, Instant to, Collection<String> services, Collection<String> hosts);
}
