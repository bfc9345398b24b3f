package io.faultline.alert;

import io.faultline.catalog.AlertPolicy;
import io.faultline.catalog.AlertRules;
import io.faultline.catalog.Catalog;
import io.faultline.catalog.CheckDefinition;
import io.faultline.catalog.DigestEvery;
import io.faultline.catalog.Importance;
import io.faultline.catalog.Machine;
import io.faultline.catalog.Needs;
import io.faultline.catalog.Rota;
import io.faultline.catalog.Service;
import io.faultline.catalog.Settings;
import io.faultline.catalog.Team;
import io.faultline.check.CheckId;
import io.faultline.check.Result;
import io.faultline.checks.CheckTypes;
import io.faultline.config.DescribingKeys;
import io.faultline.config.Place;
import io.faultline.config.Problem;
import io.faultline.history.Changes;
import io.faultline.history.CheckState;
import io.faultline.history.Event;
import io.faultline.history.History;
import io.faultline.history.Observation;
import io.faultline.history.QueuedMail;
import io.faultline.history.Transition;
import io.faultline.net.Route;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A small catalogue, a history and a clock that tests push; results go the way that they go in earnest. */
public final class World {
    public static final ZoneId ZONE = ZoneId.of("Europe/Berlin");
    public static final Sender SENDER = new Sender("faultline@monitor.example.org", "alerts.example.org");

    private final List<Service> services = new ArrayList<>();
    private final List<Machine> machines = new ArrayList<>();
    private final List<Team> teams = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();
    private final History history;
    private Optional<String> defaultTeam = Optional.empty();
    private AlertRules rules = AlertRules.after(2);
    private AlertPolicy policy = AlertPolicy.SHIPPED;
    private Instant now = Instant.parse("2026-11-22T12:00:00Z");

    public World() {
        this(new MemoryHistory());
    }

    public World(History history) {
        this.history = history;
    }

    /** The example that most tests use: an APT repository on a machine, with DNS below and builds above. */
    public static World example() {
        World world = new World();
        world.team("infra", "infra@example.org", "oncall@example.net").defaultTeam("infra");
        world.machine("apt-vm", "The machine of the repositories", "ping");
        world.service("dns", "Names for everything", Importance.HIGH, List.of(), "soa");
        world.service(
                "apt-custom", "Our own Debian packages", Importance.HIGH, List.of("dns", "apt-vm"), "release", "https");
        world.service("builds", "Nightly images", Importance.CRITICAL, List.of("apt-custom"), "recent");
        return world;
    }

    /** The same catalogue and time, with another memory. */
    public World with(History other) {
        World world = new World(other);
        world.services.addAll(services);
        world.machines.addAll(machines);
        world.teams.addAll(teams);
        world.problems.addAll(problems);
        world.defaultTeam = defaultTeam;
        world.now = now;
        return world;
    }

    public World team(String name, String... mail) {
        teams.add(new Team(name, Optional.empty(), List.of(mail), List.of(), Place.of("teams.yaml")));
        return this;
    }

    /** A team with shifts, instead of one of that name. */
    public World team(String name, Rota rota, List<Team.Contact> contacts, String... mail) {
        teams.removeIf(team -> team.name().equals(name));
        teams.add(new Team(
                name,
                Optional.empty(),
                List.of(mail),
                contacts,
                Optional.of(rota),
                Optional.empty(),
                DigestEvery.NEVER,
                Place.of("teams.yaml")));
        return this;
    }

    /** A team whose addresses get a digest, instead of one of that name. */
    public World digest(String name, DigestEvery every, List<Team.Contact> contacts, String... mail) {
        teams.removeIf(team -> team.name().equals(name));
        teams.add(new Team(
                name,
                Optional.empty(),
                List.of(mail),
                contacts,
                Optional.empty(),
                Optional.empty(),
                every,
                Place.of("teams.yaml")));
        return this;
    }

    /** What holds for alerts as a whole. */
    public World policy(AlertPolicy other) {
        policy = other;
        return this;
    }

    /** How results become states from now on; two failures in a row if nothing is said. */
    public World rules(AlertRules other) {
        rules = other;
        return this;
    }

    public World defaultTeam(String name) {
        defaultTeam = Optional.ofNullable(name);
        return this;
    }

    public World problem(String file, String message) {
        problems.add(new Problem(new Place(file, 3, 1), message));
        return this;
    }

    public World service(String name, String purpose, Importance importance, List<String> needs, String... checks) {
        return add(new Service(
                name,
                purpose,
                Optional.of("everybody, anonymously"),
                List.of("reprepro", "nginx"),
                Optional.of("https://git.example.org/puppet/" + name),
                new Needs(importance, Importance.LOW, Importance.MEDIUM),
                Optional.empty(),
                needs,
                checks(name, checks),
                new Place("services/" + name + ".yaml", 1, 1)));
    }

    public World add(Service service) {
        services.removeIf(known -> known.name().equals(service.name()));
        services.add(service);
        return this;
    }

    public World machine(String name, String purpose, String... checks) {
        machines.add(new Machine(
                name,
                name + ".example.org",
                purpose,
                Importance.LOW,
                Optional.empty(),
                List.of(),
                Optional.empty(),
                checks(name, checks),
                new Place("machines.yaml", 4, 3)));
        return this;
    }

    /** A machine that says how it is: its checks are those over facts, named as their types. */
    public World machineWithFacts(String name, String... types) {
        List<CheckDefinition> checks = List.of(types).stream()
                .map(type -> new CheckDefinition(
                        new CheckId(name, type),
                        type,
                        type,
                        CheckTypes.named(type).orElseThrow().read(new DescribingKeys()),
                        Optional.of(name),
                        Duration.ofMinutes(5),
                        Duration.ofSeconds(30),
                        2,
                        Duration.ofSeconds(10),
                        Route.DIRECT,
                        1 << 20,
                        "fingerprint of " + name + "/" + type,
                        new Place("machines.yaml", 10, 3)))
                .toList();
        machines.add(new Machine(
                name,
                name + ".example.org",
                "says how it is",
                Importance.LOW,
                Optional.empty(),
                List.of(),
                Optional.empty(),
                checks,
                new Place("machines.yaml", 4, 3)));
        return this;
    }

    public void remove(String service) {
        services.removeIf(known -> known.name().equals(service));
    }

    private static List<CheckDefinition> checks(String subject, String... names) {
        return List.of(names).stream().map(name -> check(subject, name, name)).toList();
    }

    public static CheckDefinition check(String subject, String name, String title) {
        return new CheckDefinition(
                new CheckId(subject, name),
                "http",
                title,
                probe -> Result.ok("never run here"),
                Optional.empty(),
                Duration.ofMinutes(5),
                Duration.ofSeconds(30),
                2,
                Duration.ofSeconds(10),
                Route.DIRECT,
                1 << 20,
                "fingerprint of " + subject + "/" + name,
                new Place("services/" + subject + ".yaml", 10, 3));
    }

    public Catalog catalog() {
        Settings settings = new Settings(
                Path.of("state"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                defaultTeam,
                Optional.empty(),
                10,
                2,
                Duration.ofDays(90),
                Settings.Defaults.SHIPPED,
                policy);
        return new Catalog(services, machines, teams, settings, problems);
    }

    public History history() {
        return history;
    }

    public Instant now() {
        return now;
    }

    public World pass(Duration time) {
        now = now.plus(time);
        return this;
    }

    public Alerts alerts() {
        return new Alerts(catalog(), history, Optional.of(SENDER), ZONE, () -> now);
    }

    /** One batch of results at this moment: check, result, check, result... */
    public Changes results(Object... checksAndResults) {
        List<Transition> transitions = new ArrayList<>();
        Map<CheckId, CheckState> states = new HashMap<>(history.states());
        for (int i = 0; i < checksAndResults.length; i += 2) {
            CheckId check = CheckId.parse((String) checksAndResults[i]);
            Observation observation =
                    new Observation(check, now, Duration.ofMillis(42), (Result) checksAndResults[i + 1]);
            Optional<CheckState> before = Optional.ofNullable(states.get(check));
            CheckState after = before.map(state -> state.next(observation, rules))
                    .orElseGet(() -> CheckState.first(observation, rules));
            states.put(check, after);
            transitions.add(new Transition(observation, before, after));
        }
        Changes changes = alerts().of(transitions);
        history.commit(new Changes(
                transitions.stream().map(Transition::observation).toList(),
                transitions.stream().map(Transition::after).toList(),
                changes.incidents(),
                changes.mails(),
                changes.events(),
                changes.entries()));
        return changes;
    }

    /** What follows from the time that has passed since the last results. */
    public Changes time() {
        Changes changes = alerts().ofTime();
        history.commit(changes);
        return changes;
    }

    /** The same results twice, a minute apart: what was a problem is a hard one afterwards. */
    public Changes certainly(Object... checksAndResults) {
        results(checksAndResults);
        pass(Duration.ofMinutes(1));
        return results(checksAndResults);
    }

    /** What a service does that was just told of a new catalogue. */
    public Changes reload() {
        Changes changes = alerts().ofCatalog();
        history.commit(changes);
        Map<CheckId, String> fingerprints = new HashMap<>();
        catalog().checks().forEach(check -> fingerprints.put(check.id(), check.fingerprint()));
        history.fingerprints(fingerprints);
        return changes;
    }

    public List<QueuedMail> mails() {
        return history.queuedMails();
    }

    public List<Event> events(String... subjects) {
        return history.events(List.of(subjects), Instant.EPOCH, 100);
    }
}
