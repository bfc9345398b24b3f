package io.faultline.catalog.nagios;

import io.faultline.config.Names;
import io.faultline.config.Place;
import io.faultline.config.Written;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/** Which hosts a list of hosts and host groups means: names, {@code *} for all, {@code !name} for all but one. */
final class HostGroups {
    private final Set<String> hosts;
    private final Map<String, Definition> groups = new LinkedHashMap<>();
    private final Map<String, Set<String>> joined = new LinkedHashMap<>();
    private final Map<String, Set<String>> members = new LinkedHashMap<>();
    private final BiConsumer<Place, String> problems;

    /** @param hosts by name, whole */
    HostGroups(Map<String, Definition> hosts, Collection<Definition> groups, BiConsumer<Place, String> problems) {
        this.hosts = hosts.keySet();
        this.problems = problems;
        for (Definition group : groups) {
            group.get("hostgroup_name").ifPresent(name -> {
                Definition first = this.groups.putIfAbsent(name.text(), group);
                if (first != null) {
                    problems.accept(
                            name.place(),
                            "a second host group named '" + name.text() + "', the first one is at " + first.place());
                }
            });
        }
        hosts.forEach((name, host) -> host.list("hostgroups").forEach(group -> {
            if (knows(group)) {
                joined.computeIfAbsent(group.text(), key -> new LinkedHashSet<>())
                        .add(name);
            }
        }));
    }

    /** Direct ones first: they hold against a service of the same name that came by a group. */
    record Meant(Set<String> direct, Set<String> byGroup) {}

    Meant meant(List<Written> names, List<Written> groupNames) {
        Set<String> rejected = new HashSet<>();
        Set<String> byGroup = new LinkedHashSet<>();
        groups(groupNames, byGroup, rejected);
        Set<String> direct = new LinkedHashSet<>();
        for (Written name : names) {
            if (name.text().equals("*")) {
                direct.addAll(hosts);
            } else if (name.text().startsWith("!")) {
                rejected.add(name.text().substring(1));
            } else if (hosts.contains(name.text())) {
                direct.add(name.text());
            } else {
                problems.accept(
                        name.place(), "no host is named '" + name.text() + "'" + Names.didYouMean(name.text(), hosts));
            }
        }
        direct.removeAll(rejected);
        byGroup.removeAll(rejected);
        byGroup.removeAll(direct);
        return new Meant(direct, byGroup);
    }

    private void groups(List<Written> names, Set<String> meant, Set<String> rejected) {
        for (Written name : names) {
            boolean not = name.text().startsWith("!");
            Written bare = not ? new Written(name.text().substring(1), name.place()) : name;
            if (bare.text().equals("*")) {
                groups.keySet().forEach(group -> meant.addAll(members(group)));
            } else if (knows(bare)) {
                (not ? rejected : meant).addAll(members(bare.text()));
            }
        }
    }

    private boolean knows(Written group) {
        if (groups.containsKey(group.text())) {
            return true;
        }
        problems.accept(
                group.place(),
                "no host group is named '" + group.text() + "'" + Names.didYouMean(group.text(), groups.keySet()));
        return false;
    }

    private Set<String> members(String group) {
        Set<String> known = members.get(group);
        if (known == null) {
            Set<String> all = new LinkedHashSet<>(joined.getOrDefault(group, Set.of()));
            // A circle of groups ends here; each still has the members that were found.
            members.put(group, all);
            Definition definition = groups.get(group);
            all.addAll(meant(definition.list("members"), List.of()).direct());
            for (Written inner : definition.list("hostgroup_members")) {
                if (knows(inner)) {
                    all.addAll(members(inner.text()));
                }
            }
            known = all;
        }
        return known;
    }
}
