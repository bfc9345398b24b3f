package io.faultline.catalog;

import io.faultline.config.Place;
import java.util.List;
import java.util.Optional;

/**
 * Something that machines provide and people depend on.
 *
 * @param access who may use it and how
 * @param tools the programs that provide it
 * @param configuration where its configuration is kept, usually an address
 */
public record Service(
        String name,
        String purpose,
        Optional<String> access,
        List<String> tools,
        Optional<String> configuration,
        Needs needs,
        Optional<String> team,
        List<String> dependsOn,
        List<CheckDefinition> checks,
        Place place)
        implements Subject {
    public Service {
        tools = List.copyOf(tools);
        dependsOn = List.copyOf(dependsOn);
        checks = List.copyOf(checks);
    }

    @Override
    public Importance ownImportance() {
        return needs.highest();
    }
}
