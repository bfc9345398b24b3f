package io.faultline.run;

import io.faultline.catalog.Catalog;
import io.faultline.catalog.CheckDefinition;
import io.faultline.catalog.Subject;
import io.faultline.config.Names;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Which checks are meant by what people write: {@code web} (a service or machine with all its checks), {@code web/http}. */
public final class Selection {
    private Selection() {}

    /**
     * The checks that are named, each once, in the order of their names here; all checks if nothing is named.
     *
     * @throws IllegalArgumentException naming what is not in the catalogue, and the nearest that is
     */
    public static List<CheckDefinition> of(Catalog catalog, Collection<String> words) {
        if (words.isEmpty()) {
            return catalog.checks().toList();
        }
        Map<Object, CheckDefinition> selected = new LinkedHashMap<>();
        for (String word : words) {
            named(catalog, word).forEach(check -> selected.put(check.id(), check));
        }
        return List.copyOf(selected.values());
    }

    /**
     * What may have broken when something happened to a machine: the machine itself and whatever does not work without
     * it, as far as they have checks; the machine first.
     *
     * @throws IllegalArgumentException if there is no such machine
     */
    public static List<Subject> touchedBy(Catalog catalog, String machine) {
        Subject self = catalog.machine(machine)
                .orElseThrow(() -> new IllegalArgumentException("there is no such machine in the catalogue"));
        return touchedBy(catalog, self).toList();
    }

    /**
     * What may have broken when these machines and services were changed, each once.
     *
     * @throws IllegalArgumentException naming what is not in the catalogue, and the nearest that is
     */
    public static List<Subject> touchedBy(Catalog catalog, Collection<String> machines, Collection<String> services) {
        List<Subject> changed = new ArrayList<>();
        for (String name : machines) {
            changed.add(catalog.machine(name).orElseThrow(() -> missing("machine", name, catalog.machines())));
        }
        for (String name : services) {
            changed.add(catalog.services().stream()
                    .filter(service -> service.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> missing("service", name, catalog.services())));
        }
        return changed.stream()
                .flatMap(subject -> touchedBy(catalog, subject))
                .distinct()
                .toList();
    }

    private static IllegalArgumentException missing(String kind, String name, Collection<? extends Subject> known) {
        return new IllegalArgumentException("there is no " + kind + " '" + name + "' in the catalogue"
                + Names.didYouMean(name, known.stream().map(Subject::name).toList()));
    }

    private static Stream<Subject> touchedBy(Catalog catalog, Subject changed) {
        return Stream.concat(
                        Stream.of(changed),
                        catalog.dependants(changed.name()).stream()
                                .map(catalog::subject)
                                .flatMap(Optional::stream))
                .filter(subject -> !subject.checks().isEmpty());
    }

    private static List<CheckDefinition> named(Catalog catalog, String word) {
        Optional<Subject> subject = catalog.subject(word);
        if (subject.isPresent()) {
            return subject.get().checks();
        }
        List<String> known = new ArrayList<>();
        for (CheckDefinition check : (Iterable<CheckDefinition>) catalog.checks()::iterator) {
            if (check.id().toString().equals(word)) {
                return List.of(check);
            }
            known.add(check.id().toString());
        }
        if (!word.contains("/")) {
            known = catalog.subjects().map(Subject::name).toList();
        }
        throw new IllegalArgumentException("'" + word + "' is neither a service, a machine nor a check (service/check)"
                + Names.didYouMean(word, known));
    }
}
