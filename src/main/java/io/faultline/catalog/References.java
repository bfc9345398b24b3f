package io.faultline.catalog;

import io.faultline.config.Names;
import io.faultline.config.Place;
import io.faultline.config.Written;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Ties the drafts of all files together: names that are taken twice, references that lead nowhere, circles. */
final class References {
    private final List<Draft> all = new ArrayList<>();
    private final Map<String, Draft> subjects = new LinkedHashMap<>();
    private final Claims subjectClaims;
    private final Claims teamClaims;
    private final Map<String, Place> teams;

    /**
     * Names that files with mistakes in them seem to define.
     *
     * @param any some file cannot be read at all, so it could define anything
     */
    record Claims(Set<String> names, boolean any) {
        boolean cover(String name) {
            return any || names.contains(name);
        }
    }

    References(Map<String, Place> teams, Claims subjectClaims, Claims teamClaims) {
        this.teams = teams;
        this.subjectClaims = subjectClaims;
        this.teamClaims = teamClaims;
    }

    /** The first in order keeps the name. */
    void take(Collection<Draft> drafts) {
        all.addAll(drafts);
        for (Draft draft : drafts) {
            String name = draft.name().text();
            Draft first = subjects.get(name);
            if (name.equals(Catalog.OWN_NAME)) {
                draft.source()
                        .accept(
                                draft.name().place(),
                                "the name '" + name + "' is kept for Faultline's own report on the catalogue");
                draft.unusable();
            } else if (first != null) {
                draft.source()
                        .accept(
                                draft.name().place(),
                                "the name '" + name + "' is taken already, at "
                                        + first.name().place()
                                        + "; services and machines share their names");
                draft.unusable();
            } else if (!name.isEmpty()) {
                subjects.put(name, draft);
            }
        }
    }

    void check() {
        for (Draft draft : all) {
            for (Written reference : draft.dependsOn()) {
                if (!isSubject(reference.text())) {
                    dangling(draft, reference, "service or machine", subjects.keySet());
                }
            }
            draft.team()
                    .filter(team -> !isTeam(team.text()))
                    .ifPresent(team -> dangling(draft, team, "team", teams.keySet()));
            for (CheckKeys.Read check : draft.checks()) {
                check.machine()
                        .filter(machine -> !isMachine(machine.text()))
                        .ifPresent(machine -> dangling(draft, machine, "machine", machines()));
                check.compared().stream()
                        .filter(machine -> !isMachine(machine.text()))
                        .forEach(machine -> dangling(draft, machine, "machine", machines()));
            }
        }
        circles();
    }

    /** Tells it if a team that the controller's settings name is not there. */
    Optional<String> team(Optional<Written> named, Source source) {
        return named.filter(team -> {
                    if (!isTeam(team.text())) {
                        source.accept(team.place(), notThere(team, "team", teams.keySet()));
                    }
                    return teams.containsKey(team.text());
                })
                .map(Written::text);
    }

    private boolean isSubject(String name) {
        return subjects.containsKey(name) || subjectClaims.cover(name);
    }

    private boolean isTeam(String name) {
        return teams.containsKey(name) || teamClaims.cover(name);
    }

    private boolean isMachine(String name) {
        Draft draft = subjects.get(name);
        return draft != null ? draft.isMachine() : subjectClaims.cover(name);
    }

    private List<String> machines() {
        return subjects.values().stream()
                .filter(Draft::isMachine)
                .map(draft -> draft.name().text())
                .toList();
    }

    private void dangling(Draft draft, Written reference, String kind, Collection<String> known) {
        draft.source().accept(reference.place(), notThere(reference, kind, known));
        draft.refuse(reference);
    }

    private String notThere(Written reference, String kind, Collection<String> known) {
        String other = kind.equals("machine") && subjects.containsKey(reference.text()) ? "; that is a service" : "";
        return "no " + kind + " is named '" + reference + "'"
                + (other.isEmpty() ? Names.didYouMean(reference.text(), known) : other);
    }

    /**
     * In a circle there is no telling cause from consequence: each would explain the other, and nobody would be told.
     * A check that names a machine counts too, but only depends-on is left out, which breaks every circle: machines
     * come to depend on services by it alone.
     */
    private void circles() {
        Map<String, Set<String>> needs = new HashMap<>();
        subjects.forEach((name, draft) -> {
            Set<String> needed = new HashSet<>();
            draft.dependsOn().forEach(reference -> needed.add(reference.text()));
            draft.checks().forEach(check -> check.machine().ifPresent(machine -> needed.add(machine.text())));
            needed.retainAll(subjects.keySet());
            needs.put(name, needed);
        });
        withoutLooseEnds(needs);
        for (Map.Entry<String, Set<String>> entry : new java.util.TreeMap<>(needs).entrySet()) {
            Draft draft = subjects.get(entry.getKey());
            for (Written reference : draft.dependsOn()) {
                if (entry.getValue().contains(reference.text())) {
                    List<String> way = way(reference.text(), entry.getKey(), needs);
                    if (!way.isEmpty()) {
                        draft.source()
                                .accept(
                                        reference.place(),
                                        "'depends-on' goes in a circle: " + entry.getKey() + " -> "
                                                + String.join(" -> ", way));
                        draft.refuse(reference);
                    }
                }
            }
        }
    }

    /** Takes away, again and again, what needs nothing: nearly always that is all of it. */
    private static void withoutLooseEnds(Map<String, Set<String>> needs) {
        Map<String, Set<String>> neededBy = new HashMap<>();
        needs.forEach((name, needed) -> needed.forEach(
                other -> neededBy.computeIfAbsent(other, n -> new HashSet<>()).add(name)));
        Deque<String> loose = new ArrayDeque<>();
        needs.forEach((name, needed) -> {
            if (needed.isEmpty()) {
                loose.add(name);
            }
        });
        while (!loose.isEmpty()) {
            String name = loose.pop();
            needs.remove(name);
            for (String user : neededBy.getOrDefault(name, Set.of())) {
                Set<String> left = needs.get(user);
                left.remove(name);
                if (left.isEmpty()) {
                    loose.add(user);
                }
            }
        }
    }

    /** The shortest way, both ends included; empty if there is none. */
    private static List<String> way(String from, String to, Map<String, Set<String>> needs) {
        Map<String, String> cameFrom = new HashMap<>();
        Deque<String> open = new ArrayDeque<>(List.of(from));
        cameFrom.put(from, from);
        while (!open.isEmpty() && !cameFrom.containsKey(to)) {
            String name = open.poll();
            for (String next : needs.getOrDefault(name, Set.of())) {
                if (cameFrom.putIfAbsent(next, name) == null) {
                    open.add(next);
                }
            }
        }
        if (!cameFrom.containsKey(to)) {
            return List.of();
        }
        List<String> way = new ArrayList<>(List.of(to));
        for (String at = to; !at.equals(from); at = cameFrom.get(at)) {
            way.add(cameFrom.get(at));
        }
        Collections.reverse(way);
        return way;
    }
}
