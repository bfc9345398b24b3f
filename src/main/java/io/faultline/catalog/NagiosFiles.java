package io.faultline.catalog;

import io.faultline.catalog.nagios.NagiosObjects;
import io.faultline.catalog.nagios.Test;
import io.faultline.catalog.nagios.TestedHost;
import io.faultline.config.ComposedKeys;
import io.faultline.config.Durations;
import io.faultline.config.Names;
import io.faultline.config.Place;
import io.faultline.config.Problem;
import io.faultline.config.Written;
import io.faultline.config.YamlKeys;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Object files of Nagios ({@code *.cfg}): each host becomes a machine, and what Nagios tests it with becomes checks of
 * the type {@code nagios}, under the same rules as if they were written in {@code machines.yaml}.
 */
final class NagiosFiles {
    private static final Path ROOT = Path.of("/");

    private final Map<String, Source> sources = new LinkedHashMap<>();
    private final Map<String, TestedHost> hosts = new LinkedHashMap<>();
    private final List<Problem> leftOut;

    NagiosFiles(List<Source> files) {
        NagiosObjects objects =
                new NagiosObjects(problem -> source(problem.place()).accept(problem));
        files.forEach(file -> sources.put(Place.of(file.shownAs()).file(), file));
        files.forEach(file -> file.bytes().ifPresent(content -> objects.add(file.shownAs(), content)));
        for (TestedHost host : files.isEmpty() ? List.<TestedHost>of() : objects.hosts()) {
            Written written = host.name();
            TestedHost first = hosts.putIfAbsent(name(written.text()), host);
            if (first != null) {
                source(written.place())
                        .accept(
                                written.place(),
                                "the name '" + name(written.text()) + "' is taken already, at "
                                        + first.name().place());
            }
        }
        leftOut = objects.leftOut();
    }

    static boolean is(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.endsWith(".cfg") && !name.startsWith(".");
    }

    /** What means nothing here. */
    List<Problem> leftOut() {
        return leftOut;
    }

    /** What checks need to know of the hosts. */
    Map<String, CheckKeys.Home> homes() {
        Map<String, CheckKeys.Home> homes = new HashMap<>();
        hosts.forEach((name, host) -> {
            if (MachinesFile.isHost(host.address().text())) {
                homes.put(name, new CheckKeys.Home(host.address().text(), false));
            }
        });
        return homes;
    }

    /** @param teams the names of teams; a host's first contact group of such a name is told of its problems */
    List<Draft> machines(CheckKeys checkKeys, Set<String> teams) {
        List<Draft> drafts = new ArrayList<>();
        hosts.forEach((name, host) -> drafts.add(machine(name, host, checkKeys, teams)));
        return drafts;
    }

    private Draft machine(String name, TestedHost host, CheckKeys checkKeys, Set<String> teams) {
        Source source = source(host.name().place());
        List<CheckKeys.Read> checks = new ArrayList<>();
        Set<String> taken = new HashSet<>();
        for (Test test : host.tests()) {
            check(name, test, unique(name(test.description().text()), taken), checkKeys)
                    .ifPresent(checks::add);
        }
        Written written = new Written(name, host.name().place());
        String address = host.address().text();
        String alias = host.alias().map(Written::text).orElse("");
        Draft draft = new Draft(
                true,
                source,
                written,
                host.parents().stream()
                        .map(parent -> new Written(name(parent.text()), parent.place()))
                        .toList(),
                host.contactGroups().stream()
                        .filter(group -> teams.contains(group.text()))
                        .findFirst(),
                checks,
                (dependsOn, team) -> new Machine(
                        name,
                        address,
                        alias,
                        Importance.LOW,
                        team,
                        dependsOn,
                        Optional.empty(),
                        checks.stream().map(CheckKeys.Read::definition).toList(),
                        written.place()));
        if (!Names.isName(name)) {
            source.accept(written.place(), Names.expected() + " for a machine, found '" + written.text() + "'");
            draft.unusable();
        }
        if (!MachinesFile.isHost(address)) {
            source.accept(
                    host.address().place(), "expected a host name or address, without a port, found '" + address + "'");
            draft.unusable();
        }
        return draft;
    }

    private Optional<CheckKeys.Read> check(String machine, Test test, String name, CheckKeys checkKeys) {
        Source source = source(test.place());
        int before = source.count();
        YamlKeys keys = new ComposedKeys(test.place())
                .put("type", "nagios")
                .put("name", name)
                .put("title", test.description().text())
                .put("plugin", test.command().program())
                .put("arguments", test.command().arguments())
                .put("environment", test.command().environment())
                .put("every", Durations.write(test.every()))
                .put("retry-every", Durations.write(test.retryEvery()))
                .put("failures-before-alert", String.valueOf(test.attempts()))
                .put("timeout", Durations.write(test.timeout()))
                .keys(ROOT, source);
        Optional<CheckKeys.Read> check = checkKeys.one(keys, machine, Optional.of(machine));
        keys.refuseOthers();
        return source.count() == before ? check : Optional.empty();
    }

    private Source source(Place place) {
        return sources.get(place.file());
    }

    /** Nagios allows nearly any text as a name. */
    private static String name(String written) {
        String name = written.toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9._-]+", "-")
                .replaceAll("^[^a-z0-9]+|-+$", "");
        return name.isEmpty() ? "check" : name.substring(0, Math.min(name.length(), 60));
    }

    private static String unique(String name, Set<String> taken) {
        String unique = name;
        for (int i = 2; !taken.add(unique); i++) {
            unique = name + "-" + i;
        }
        return unique;
    }
}
