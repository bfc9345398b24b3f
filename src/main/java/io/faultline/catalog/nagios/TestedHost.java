package io.faultline.catalog.nagios;

import io.faultline.config.Written;
import java.util.List;
import java.util.Optional;

/**
 * A host and what tests it.
 *
 * @param parents the names of hosts without which it cannot be reached or does not work
 * @param contactGroups the names of those that Nagios tells
 */
public record TestedHost(
        Written name,
        Written address,
        Optional<Written> alias,
        List<Written> parents,
        List<Written> contactGroups,
        List<Test> tests) {
    public TestedHost {
        parents = List.copyOf(parents);
        contactGroups = List.copyOf(contactGroups);
        tests = List.copyOf(tests);
    }
}
