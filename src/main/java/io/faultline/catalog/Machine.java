package io.faultline.catalog;

import io.faultline.checks.FactsOrigin;
import io.faultline.config.Place;
import java.util.List;
import java.util.Optional;

/**
 * A computer and its operating system.
 *
 * @param address a host name or address; checks of the machine go there unless they say otherwise
 * @param facts how what it says of itself comes to us, if it does
 * @param atOnce how many checks may run against it at the same time; without it the controller's limit holds
 */
public record Machine(
        String name,
        String address,
        String purpose,
        Importance ownImportance,
        Optional<String> team,
        List<String> dependsOn,
        Optional<FactsOrigin> facts,
        Optional<Integer> atOnce,
        List<CheckDefinition> checks,
        Place place)
        implements Subject {
    public Machine {
        dependsOn = List.copyOf(dependsOn);
        checks = List.copyOf(checks);
    }

    /** A machine that says nothing of itself. */
    public Machine(
            String name,
            String address,
            String purpose,
            Importance ownImportance,
            Optional<String> team,
            List<String> dependsOn,
            Optional<Integer> atOnce,
            List<CheckDefinition> checks,
            Place place) {
        this(name, address, purpose, ownImportance, team, dependsOn, Optional.empty(), atOnce, checks, place);
    }
}
