package io.faultline.catalog;

import io.faultline.check.CheckId;
import io.faultline.config.Place;
import io.faultline.config.Problem;
import io.faultline.net.Route;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Everything that was read from a catalogue's files and is fit to be used, and the problems of what was not.
 *
 * <p>Immutable. References to names whose file was refused may lead nowhere; the methods here skip them.
 */
public final class Catalog {
    /** No service or machine may be called so: under this name the catalogue's own problems are told. */
    public static final String OWN_NAME = "catalogue";

    private final Map<String, Service> services = new TreeMap<>();
    private final Map<String, Machine> machines = new TreeMap<>();
    private final Map<String, Team> teams = new TreeMap<>();
    private final Settings settings;
    private final List<Problem> problems;
    private final List<Problem> leftOut;
    private final Map<String, Set<String>> needs = new HashMap<>();
    private final Map<String, Set<String>> neededBy = new HashMap<>();
    private final Map<String, Importance> importance = new HashMap<>();

    public Catalog(
            Collection<Service> services,
            Collection<Machine> machines,
            Collection<Team> teams,
            Settings settings,
            Collection<Problem> problems) {
        this(services, machines, teams, settings, problems, List.of());
    }

    /** @param leftOut what stands in files of other programs and means nothing here */
    Catalog(
            Collection<Service> services,
            Collection<Machine> machines,
            Collection<Team> teams,
            Settings settings,
            Collection<Problem> problems,
            List<Problem> leftOut) {
        services.forEach(service -> this.services.put(service.name(), service));
        machines.forEach(machine -> this.machines.put(machine.name(), machine));
        teams.forEach(team -> this.teams.put(team.name(), team));
        this.settings = settings;
        this.problems = problems.stream().sorted().toList();
        this.leftOut = List.copyOf(leftOut);
        subjects().forEach(subject -> needs.put(subject.name(), needs(subject)));
        needs.forEach((name, needed) -> needed.forEach(
                other -> neededBy.computeIfAbsent(other, n -> new TreeSet<>()).add(name)));
        spreadImportance();
    }

    /** What a subject needs: what it names, and the machines that its checks name. */
    private static Set<String> needs(Subject subject) {
        Set<String> needs = new TreeSet<>(subject.dependsOn());
        subject.checks().forEach(check -> check.machine().ifPresent(needs::add));
        needs.remove(subject.name());
        return needs;
    }

    /** From the most important down, so what is reached first is right, and every subject is looked at once. */
    private void spreadImportance() {
        Importance[] all = Importance.values();
        for (int i = all.length - 1; i >= 0; i--) {
            Importance level = all[i];
            Deque<String> open = new ArrayDeque<>();
            subjects().filter(subject -> subject.ownImportance() == level).forEach(subject -> open.add(subject.name()));
            while (!open.isEmpty()) {
                String name = open.pop();
                if (importance.putIfAbsent(name, level) == null) {
                    open.addAll(needs.getOrDefault(name, Set.of()));
                }
            }
        }
    }

    public Collection<Service> services() {
        return services.values();
    }

    public Collection<Machine> machines() {
        return machines.values();
    }

    public Collection<Team> teams() {
        return teams.values();
    }

    public Settings settings() {
        return settings;
    }

    /** What was refused, in the order of files and lines. */
    public List<Problem> problems() {
        return problems;
    }

    /**
     * This catalogue and one service more, named {@value #OWN_NAME}: its only check, {@code files}, fails with the
     * problems of the catalogue as its facts, at once and without opening a connection. The default team is told.
     */
    public Catalog withOwnReport() {
        Place place = problems.isEmpty() ? Place.of(OWN_NAME) : problems.get(0).place();
        Settings.Defaults defaults = settings.defaults();
        CheckDefinition files = new CheckDefinition(
                new CheckId(OWN_NAME, FilesCheck.NAME),
                "catalogue",
                "files of the catalogue",
                new FilesCheck(problems),
                Optional.empty(),
                defaults.every(),
                defaults.retryEvery(),
                AlertRules.after(1),
                defaults.timeout(),
                Route.DIRECT,
                defaults.mostBytes(),
                Fingerprint.of(),
                place);
        Service report = new Service(
                OWN_NAME,
                "The files that tell Faultline what to check.",
                Optional.empty(),
                List.of(),
                Optional.empty(),
                new Needs(Importance.LOW, Importance.HIGH, Importance.HIGH),
                Optional.empty(),
                List.of(),
                List.of(files),
                place);
        List<Service> withReport = new ArrayList<>(services.values());
        withReport.add(report);
        return new Catalog(withReport, machines.values(), teams.values(), settings, problems, leftOut);
    }

    /** What stands in files of other programs and means nothing here: no mistake, but worth knowing. */
    public List<Problem> leftOut() {
        return leftOut;
    }

    /** The problems by file, both in order; empty if nothing was refused. */
    public SortedMap<String, List<Problem>> problemsByFile() {
        return problems.stream()
                .collect(Collectors.groupingBy(problem -> problem.place().file(), TreeMap::new, Collectors.toList()));
    }

    public Stream<Subject> subjects() {
        return Stream.concat(services.values().stream(), machines.values().stream());
    }

    public Optional<Subject> subject(String name) {
        Subject service = services.get(name);
        return Optional.ofNullable(service != null ? service : machines.get(name));
    }

    public Optional<Machine> machine(String name) {
        return Optional.ofNullable(machines.get(name));
    }

    public Stream<CheckDefinition> checks() {
        return subjects().flatMap(subject -> subject.checks().stream());
    }

    /** How important it is to whatever depends on it, itself included ("transitively critical"). */
    public Importance importance(String subject) {
        return importance.getOrDefault(subject, Importance.LOW);
    }

    /** Who is told about it: its own team, or the default team if it names none or one that was refused. */
    public Optional<Team> teamOf(String subject) {
        Optional<Team> own = subject(subject).flatMap(Subject::team).map(teams::get);
        return own.isPresent() ? own : settings.team().map(teams::get);
    }

    /** What does not work without it, directly or through others; without itself. */
    public SortedSet<String> dependants(String subject) {
        return reach(subject, name -> neededBy.getOrDefault(name, Set.of()));
    }

    /** What it does not work without, directly or through others; without itself. */
    public SortedSet<String> dependencies(String subject) {
        return reach(subject, name -> needs.getOrDefault(name, Set.of()));
    }

    private static SortedSet<String> reach(String from, java.util.function.Function<String, Set<String>> next) {
        SortedSet<String> reached = new TreeSet<>();
        Deque<String> open = new ArrayDeque<>(next.apply(from));
        while (!open.isEmpty()) {
            String name = open.pop();
            if (!name.equals(from) && reached.add(name)) {
                open.addAll(next.apply(name));
            }
        }
        return reached;
    }
}
