package io.faultline.catalog.nagios;

import io.faultline.config.Names;
import io.faultline.config.Place;
import io.faultline.config.Written;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Applies {@code use}: the first template that has a directive gives it, a list that begins with {@code +} is added to
 * the template's, and {@code null} takes nothing.
 */
final class Templates {
    private static final Set<String> NOT_INHERITED = Set.of("name", "use", "register");

    private static final Set<String> LISTS = Set.of(
            "parents",
            "hostgroups",
            "host_name",
            "hostgroup_name",
            "hostgroup_members",
            "members",
            "servicegroups",
            "contacts",
            "contact_groups");

    private final Map<String, Definition> byName = new HashMap<>();
    private final Map<Definition, Optional<Definition>> whole = new IdentityHashMap<>();
    private final BiConsumer<Place, String> problems;

    /** @param definitions all of one type */
    Templates(List<Definition> definitions, BiConsumer<Place, String> problems) {
        this.problems = problems;
        definitions.forEach(definition -> definition.get("name").ifPresent(name -> {
            Definition first = byName.putIfAbsent(name.text(), definition);
            if (first != null) {
                problems.accept(
                        name.place(),
                        "a second template named '" + name.text() + "', the first one is at " + first.place());
            }
        }));
    }

    /** Those that are no mere templates, whole; without those whose templates cannot be applied. */
    List<Definition> registered(List<Definition> definitions) {
        return definitions.stream()
                .filter(Definition::registered)
                .flatMap(definition -> whole(definition).stream())
                .map(Templates::withoutSigns)
                .toList();
    }

    private Optional<Definition> whole(Definition definition) {
        Optional<Definition> known = whole.get(definition);
        if (known == null) {
            // Whoever comes back to it while it is being made has gone in a circle.
            whole.put(definition, Optional.empty());
            known = make(definition);
            whole.put(definition, known);
        }
        return known;
    }

    private Optional<Definition> make(Definition definition) {
        Map<String, Written> directives = new LinkedHashMap<>(definition.directives());
        for (Written name : definition.list("use")) {
            Definition template = byName.get(name.text());
            if (template == null) {
                problems.accept(
                        name.place(),
                        "no " + definition.type() + " template is named '" + name.text() + "'"
                                + Names.didYouMean(name.text(), byName.keySet()));
                return Optional.empty();
            }
            Optional<Definition> made = whole(template);
            if (made.isEmpty()) {
                problems.accept(
                        name.place(),
                        "the template '" + name.text() + "' cannot be used: it uses itself, or one that is missing");
                return Optional.empty();
            }
            made.get().directives().forEach((key, value) -> inherit(directives, key, value));
        }
        return Optional.of(new Definition(definition.type(), definition.place(), directives));
    }

    private static void inherit(Map<String, Written> directives, String key, Written value) {
        if (NOT_INHERITED.contains(key)) {
            return;
        }
        Written own = directives.get(key);
        if (own == null) {
            directives.put(key, value);
        } else if (adds(key, own) && !Definition.isNull(value)) {
            directives.put(key, new Written(value.text() + "," + own.text().substring(1), own.place()));
        }
    }

    private static boolean adds(String key, Written value) {
        return LISTS.contains(key) && value.text().startsWith("+");
    }

    /** A sign is left over where there was nothing to add to. */
    private static Definition withoutSigns(Definition definition) {
        Map<String, Written> directives = new LinkedHashMap<>(definition.directives());
        directives.replaceAll(
                (key, value) -> adds(key, value) ? new Written(value.text().substring(1), value.place()) : value);
        return new Definition(definition.type(), definition.place(), directives);
    }
}
