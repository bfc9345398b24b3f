package io.faultline.report;

import io.faultline.catalog.Catalog;
import io.faultline.catalog.CheckDefinition;
import io.faultline.check.CheckId;
import io.faultline.history.CheckState;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** A check and what is known about it: what reports are made of. */
public record Outcome(CheckDefinition definition, CheckState state) {
    /** All checks of a catalogue that had a result, in the order of their names. */
    public static List<Outcome> of(Catalog catalog, Map<CheckId, CheckState> states) {
        return catalog.checks()
                .filter(check -> states.containsKey(check.id()))
                .map(check -> new Outcome(check, states.get(check.id())))
                .sorted(Comparator.comparing(outcome -> outcome.definition().id()))
                .toList();
    }
}
