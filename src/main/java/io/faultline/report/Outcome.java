package io.faultline.report;

import io.faultline.catalog.Catalog;
import io.faultline.catalog.CheckDefinition;
import io.faultline.check.CheckId;
import io.faultline.history.CheckState;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A check and what is known about it: what reports are made of.
 *
 * @param excuse why a problem does not count in this report
 */
public record Outcome(CheckDefinition definition, CheckState state, Optional<String> excuse) {
    public Outcome(CheckDefinition definition, CheckState state) {
        this(definition, state, Optional.empty());
    }

    public Outcome excused(String why) {
        return new Outcome(definition, state, Optional.of(why));
    }

    /** All checks of a catalogue that had a result, in the order of their names. */
    public static List<Outcome> of(Catalog catalog, Map<CheckId, CheckState> states) {
        return catalog.checks()
                .filter(check -> states.containsKey(check.id()))
                .map(check -> new Outcome(check, states.get(check.id())))
                .sorted(Comparator.comparing(outcome -> outcome.definition().id()))
                .toList();
    }
}
