package io.faultline.catalog;

import io.faultline.config.Written;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A service or machine as one file tells it, before it is known whether the names that it refers to exist.
 *
 * <p>Two kinds of mistakes are kept apart. What is wrong within what is written about the subject makes it unusable as a
 * whole. What is wrong only between files (a name that nobody defines, a circle) makes the reference unusable and
 * nothing else: somebody who removes or adds another file must not be able to stop the checks of this one.
 */
final class Draft {
    private final boolean machine;
    private final Source source;
    private final Written name;
    private final List<Written> dependsOn;
    private final Optional<Written> team;
    private final List<CheckKeys.Read> checks;
    private final Assembly assembly;
    private final Set<Written> refused = new HashSet<>();
    private boolean usable = true;

    /** Makes the subject from what is left of its references. */
    interface Assembly {
        Subject of(List<String> dependsOn, Optional<String> team);
    }

    Draft(
            boolean machine,
            Source source,
            Written name,
            List<Written> dependsOn,
            Optional<Written> team,
            List<CheckKeys.Read> checks,
            Assembly assembly) {
        this.machine = machine;
        this.source = source;
        this.name = name;
        this.dependsOn = dependsOn;
        this.team = team;
        this.checks = checks;
        this.assembly = assembly;
    }

    boolean isMachine() {
        return machine;
    }

    Source source() {
        return source;
    }

    Written name() {
        return name;
    }

    List<Written> dependsOn() {
        return dependsOn;
    }

    Optional<Written> team() {
        return team;
    }

    List<CheckKeys.Read> checks() {
        return checks;
    }

    boolean usable() {
        return usable;
    }

    void unusable() {
        usable = false;
    }

    /** Leaves one reference out. */
    void refuse(Written reference) {
        refused.add(reference);
    }

    boolean refused(Written reference) {
        return refused.contains(reference);
    }

    Subject subject() {
        return assembly.of(
                dependsOn.stream()
                        .filter(reference -> !refused.contains(reference))
                        .map(Written::text)
                        .distinct()
                        .toList(),
                team.filter(reference -> !refused.contains(reference)).map(Written::text));
    }
}
