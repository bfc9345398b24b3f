package io.faultline.catalog.nagios;

import io.faultline.config.Place;
import io.faultline.config.Problem;
import io.faultline.config.Written;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Keeps account of what is not taken over, to be told once a file and not once a service. */
final class LeftOut {
    private static final Map<String, String> TYPES = Map.of(
            "contact", "whom Faultline tells stands in teams.yaml",
            "contactgroup", "whom Faultline tells stands in teams.yaml",
            "hostescalation", "see 'claim-within' in controller.yaml",
            "serviceescalation", "see 'claim-within' in controller.yaml",
            "servicedependency", "services of Faultline depend on services and machines, not on single checks");

    /** Of definitions that have templates the whole ones are looked at, and a file's may come from another. */
    private static final Set<String> SEEN_WHOLE = Set.of("host", "service");

    private record Kind(String file, String loss) {}

    private record Seen(Place first, Map<String, Integer> times) {}

    private final Map<Kind, Seen> seen = new LinkedHashMap<>();

    void in(Definition definition) {
        if (SEEN_WHOLE.contains(definition.type())) {
            definition.directives().forEach((name, value) -> {
                String loss = Directives.loss(name, value.text());
                if (!loss.isEmpty()) {
                    note(value, name, loss);
                }
            });
        }
    }

    void passive(Definition tested) {
        note(new Written("", tested.place()), "passive " + tested.type(), "only active checks are taken");
    }

    void type(String type, List<Definition> all) {
        String loss = TYPES.get(type);
        if (loss != null) {
            all.forEach(definition -> note(new Written("", definition.place()), type, loss));
        }
    }

    private void note(Written value, String what, String loss) {
        seen.computeIfAbsent(new Kind(value.place().file(), loss), kind -> new Seen(value.place(), new TreeMap<>()))
                .times()
                .merge(what, 1, Integer::sum);
    }

    List<Problem> told() {
        List<Problem> told = new ArrayList<>();
        seen.forEach((kind, found) -> {
            List<String> what = new ArrayList<>();
            found.times().forEach((name, times) -> what.add(times == 1 ? name : name + " (" + times + " times)"));
            told.add(new Problem(found.first(), "left out: " + String.join(", ", what) + "; " + kind.loss()));
        });
        return told;
    }
}
