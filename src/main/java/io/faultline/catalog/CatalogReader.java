package io.faultline.catalog;

import com.google.re2j.Pattern;
import io.faultline.check.CheckType;
import io.faultline.checks.FactsOrigin;
import io.faultline.config.Keys;
import io.faultline.config.Place;
import io.faultline.config.Problem;
import io.faultline.config.YamlKeys;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads a catalogue: folders and files of YAML. {@code machines}, {@code teams} and {@code controller} are known by
 * their file names, each other file is one service. Files that end in {@code .cfg} are object files of Nagios.
 *
 * <p>Never throws for what stands in files: mistakes become {@link Catalog#problems()}, and the catalogue holds all that
 * is good. What is lost by a mistake: a service by one in its file, a machine or team by one in its entry, a setting by
 * one in its value, a reference by one in what it refers to.
 */
public final class CatalogReader {
    private static final Pattern SERVICE_CLAIM = Pattern.compile("(?m)^service:\\s*['\"]?([a-z0-9._-]+)");
    private static final Pattern NAGIOS_CLAIM = Pattern.compile("(?m)^\\s*host_name\\s+([a-z0-9._-]+)");
    private static final Pattern ENTRY_CLAIM = Pattern.compile("(?m)(?:^\\s+|[{,]\\s*)['\"]?([a-z0-9._-]+)['\"]?\\s*:");

    private final Collection<CheckType> types;
    private final List<Problem> ownProblems = new ArrayList<>();
    private final List<Source> sources = new ArrayList<>();

    private CatalogReader(Collection<CheckType> types) {
        this.types = types;
    }

    /**
     * @param paths folders, or files that end in {@code .yaml}, {@code .yml} or {@code .cfg}
     * @param types the types of checks that there are
     * @param defaultState where state is kept if the settings do not say
     */
    public static Catalog read(List<Path> paths, Collection<CheckType> types, Path defaultState) {
        CatalogReader reader = new CatalogReader(types);
        CatalogFiles.under(paths, reader.ownProblems::add).forEach(file -> reader.sources.add(new Source(file)));
        return reader.catalog(paths, defaultState);
    }

    /** Reads files whose content is here already, as {@link Excerpt} has them; touches no disk. */
    static Catalog read(Map<String, byte[]> files, Collection<CheckType> types) {
        CatalogReader reader = new CatalogReader(types);
        files.forEach((file, content) -> reader.sources.add(new Source(file, content)));
        return reader.catalog(List.of(), Path.of("state.db"));
    }

    private Catalog catalog(List<Path> paths, Path defaultState) {
        Source controllerSource = null;
        ControllerFile.Read controller = ControllerFile.without(defaultState);
        for (Source source : named("controller")) {
            if (controllerSource != null) {
                source.accept(new Problem(
                        Place.of(source.shownAs()),
                        "a second file of the controller's settings; those of " + controllerSource.shownAs()
                                + " hold"));
                continue;
            }
            controllerSource = source;
            Optional<YamlKeys> keys = source.open();
            if (keys.isPresent()) {
                controller = ControllerFile.read(keys.get(), defaultState);
                keys.get().refuseOthers();
            }
        }

        Map<String, Team> teams = teams();
        NagiosFiles nagios = new NagiosFiles(named("nagios"));
        Map<String, CheckKeys.Home> homes = nagios.homes();
        CheckKeys checkKeys =
                new CheckKeys(types, controller.settings().defaults(), name -> Optional.ofNullable(homes.get(name)));
        List<Draft> drafts = machines(homes, checkKeys);
        drafts.addAll(nagios.machines(checkKeys, teams.keySet()));
        drafts.addAll(services(checkKeys));

        Map<String, Place> teamPlaces = new LinkedHashMap<>();
        teams.forEach((name, team) -> teamPlaces.put(name, team.place()));
        References references = new References(
                teamPlaces, claims(Set.of("machines", "nagios", ""), true), claims(Set.of("teams"), false));
        references.take(drafts);
        references.check();
        Settings settings = controllerSource == null
                ? controller.settings()
                : controller.with(references.team(controller.team(), controllerSource));
        return assembled(paths, drafts, teams.values(), settings, nagios.leftOut());
    }

    private Catalog assembled(
            List<Path> paths, List<Draft> drafts, Collection<Team> teams, Settings settings, List<Problem> leftOut) {
        List<Service> services = new ArrayList<>();
        List<Machine> machines = new ArrayList<>();
        for (Draft draft : drafts) {
            if (draft.usable()) {
                Subject subject = draft.subject();
                if (subject instanceof Service service) {
                    services.add(service);
                } else if (subject instanceof Machine machine) {
                    machines.add(machine);
                }
            }
        }
        List<Problem> problems = new ArrayList<>(ownProblems);
        sources.forEach(source -> problems.addAll(source.problems()));
        if (drafts.isEmpty() && problems.isEmpty()) {
            problems.add(new Problem(
                    Place.of(paths.isEmpty() ? "catalogue" : paths.get(0).toString()),
                    "no service and no machine is described here; expected a YAML file for each service"));
        }
        return new Catalog(services, machines, teams, settings, problems, leftOut);
    }

    private Map<String, Team> teams() {
        Map<String, Team> teams = new LinkedHashMap<>();
        for (Source source : named("teams")) {
            source.open().ifPresent(keys -> {
                TeamsFile.entries(keys).forEach((name, entry) -> {
                    int before = source.count();
                    List<Problem> ofKeys = new ArrayList<>();
                    Team team = TeamsFile.read(name, entry, ofKeys::add);
                    entry.refuseOthers();
                    Team first = teams.get(name);
                    if (first != null) {
                        source.accept(
                                team.place(),
                                "a second team named '" + name + "', the first one is at " + first.place());
                    } else if (source.count() == before) {
                        teams.put(name, team);
                    }
                    ofKeys.forEach(problem -> source.accept(problem.place(), problem.message()));
                });
                keys.refuseOthers();
            });
        }
        return teams;
    }

    /** A machine's checks may name another machine's address only through services, so one pass over each file does. */
    private List<Draft> machines(Map<String, CheckKeys.Home> homes, CheckKeys checkKeys) {
        List<Draft> drafts = new ArrayList<>();
        for (Source source : named("machines")) {
            source.open().ifPresent(keys -> {
                MachinesFile.entries(keys)
                        .forEach((name, entry) -> drafts.add(machine(name, entry, source, homes, checkKeys)));
                keys.refuseOthers();
            });
        }
        return drafts;
    }

    private static Draft machine(
            String name, Keys entry, Source source, Map<String, CheckKeys.Home> homes, CheckKeys checkKeys) {
        int before = source.count();
        String address = MachinesFile.address(entry);
        boolean addressGood = entry.has("address") && source.count() == before;
        Optional<FactsOrigin> facts = MachinesFile.facts(name, addressGood ? address : CheckKeys.NO_ADDRESS, entry);
        if (addressGood) {
            homes.putIfAbsent(name, new CheckKeys.Home(address, facts.isPresent()));
        }
        Draft draft = MachinesFile.read(name, address, facts, entry, source, checkKeys);
        entry.refuseOthers();
        if (source.count() != before) {
            draft.unusable();
        }
        return draft;
    }

    private List<Draft> services(CheckKeys checkKeys) {
        List<Draft> drafts = new ArrayList<>();
        for (Source source : named("")) {
            source.open().ifPresent(keys -> {
                Draft draft = ServiceFile.read(keys, source, checkKeys);
                keys.refuseOthers();
                if (source.count() > 0) {
                    draft.unusable();
                }
                drafts.add(draft);
            });
            if (source.count() == 0) {
                source.forget();
            }
        }
        return drafts;
    }

    /** The files of a kind; those without a kind of their own are the services'. */
    private List<Source> named(String kind) {
        return sources.stream().filter(source -> kind(source).equals(kind)).toList();
    }

    private static String kind(Source source) {
        if (source.isNagios()) {
            return "nagios";
        }
        return switch (source.baseName()) {
            case "machines", "teams", "controller" -> source.baseName();
            default -> "";
        };
    }

    private References.Claims claims(Set<String> kinds, boolean subjects) {
        Set<String> names = new HashSet<>();
        boolean any = false;
        for (Source source : sources) {
            if (source.count() > 0 && kinds.contains(kind(source))) {
                boolean service = subjects && kind(source).isEmpty();
                Pattern entry = source.isNagios() ? NAGIOS_CLAIM : ENTRY_CLAIM;
                Optional<Set<String>> claims = source.claims(service ? SERVICE_CLAIM : entry);
                claims.ifPresent(names::addAll);
                if (service) {
                    names.add(source.baseName());
                } else {
                    any |= claims.isEmpty();
                }
            }
        }
        return new References.Claims(names, any);
    }
}
