package io.faultline.catalog;

import io.faultline.config.Place;
import java.util.List;
import java.util.Optional;

/** What checks belong to: a service or a machine. Their names share one name space. */
public sealed interface Subject permits Service, Machine {
    String name();

    /** One line: what it is for. */
    String purpose();

    /** What it needs itself, before what it inherits from those that depend on it. */
    Importance ownImportance();

    /** The team that is told; without one, the default team of the controller's settings. */
    Optional<String> team();

    /** Names of services and machines that this one cannot work without. */
    List<String> dependsOn();

    List<CheckDefinition> checks();

    Place place();
}
