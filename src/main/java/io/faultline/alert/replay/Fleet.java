package io.faultline.alert.replay;

import io.faultline.catalog.AlertPolicy;
import io.faultline.catalog.AlertRules;
import io.faultline.catalog.Catalog;
import io.faultline.catalog.CheckDefinition;
import io.faultline.catalog.Importance;
import io.faultline.catalog.Machine;
import io.faultline.catalog.Needs;
import io.faultline.catalog.Service;
import io.faultline.catalog.Settings;
import io.faultline.catalog.Team;
import io.faultline.check.CheckId;
import io.faultline.check.Result;
import io.faultline.config.Place;
import io.faultline.net.Route;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A made-up fleet with a history of which the truth is known: what was broken, from when until when. Follows from the
 * seed alone. Whoever decides about mails sees results only.
 */
public final class Fleet {
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Place PLACE = Place.of("simulated");
    private static final int SERVICES = 5;
    private static final List<String> OF_MACHINE = List.of("up", "disk", "memory", "apt", "puppet");
    private static final List<String> OF_SERVICE = List.of("connect", "answer", "content", "certificate", "login");
    private static final List<Importance> LEVELS = List.of(Importance.values());

    /** What really happened. */
    enum Kind {
        /** A service is broken, for three minutes at least. */
        OUTAGE,
        /** A machine is, and all on it. */
        CASCADE,
        /** A short failure that nobody needs to hear of. */
        BLIP,
        /** Back and forth, within hours. */
        FLAPPING,
        /** Back and forth, some times a day, for days; each time too short to be an outage. */
        SLOW_FLAPPING,
        /** Less than a minute and a half, each day at about the same time. */
        DAILY,
        /** Planned work that breaks what it is about. */
        MAINTENANCE,
        /** A machine that reports at random what it likes. */
        HOSTILE;

        boolean isOutage() {
            return this == OUTAGE || this == CASCADE;
        }

        /** Whether people want to hear of it. */
        boolean isNews() {
            return this != BLIP && this != MAINTENANCE && this != HOSTILE;
        }
    }

    /** Something that happened to these checks. */
    record Event(Kind kind, Instant from, Instant until, Set<CheckId> checks) {
        Set<String> subjects() {
            return checks.stream().map(CheckId::subject).collect(Collectors.toSet());
        }

        /** Whether the other begins while all that it is about is broken by this already. */
        private boolean isStill(Event other) {
            return !other.from.isBefore(from) && other.from.isBefore(until) && checks.containsAll(other.checks);
        }

        private Event goingOnUntil(Instant end) {
            return end.isAfter(until) ? new Event(kind, from, end, checks) : this;
        }
    }

    record Fault(Instant from, Instant until) {}

    private final Catalog catalog;
    private final List<Event> happened = new ArrayList<>();
    private final List<Event> events;
    private final Map<CheckId, List<Fault>> faults = new HashMap<>();
    private final long seed;
    private final Random random;
    private final Duration length;
    private final Duration longestBlip;
    private final int machines;

    /**
     * @param longestBlip short failures last from a second to so long, all lengths equally often
     * @param policy what the fleet's catalogue says of alerts
     */
    public Fleet(long seed, int machines, Duration length, Duration longestBlip, AlertPolicy policy) {
        this.seed = seed;
        this.longestBlip = longestBlip;
        this.random = new Random(seed);
        this.machines = machines;
        this.length = length;
        this.catalog = catalog(policy);
        happen();
        this.events = oneEach(happened);
        faults.values().forEach(list -> list.sort((a, b) -> a.from().compareTo(b.from())));
    }

    /**
     * An outage of what is broken by another already is the same outage, which goes on for longer perhaps: there is
     * nothing more to be seen of it.
     */
    static List<Event> oneEach(List<Event> happened) {
        List<Event> outages = new ArrayList<>();
        happened.stream()
                .filter(event -> event.kind().isOutage())
                .sorted(Comparator.comparing(Event::from))
                .forEach(event -> IntStream.range(0, outages.size())
                        .filter(i -> outages.get(i).isStill(event))
                        .findFirst()
                        .ifPresentOrElse(
                                i -> outages.set(i, outages.get(i).goingOnUntil(event.until())),
                                () -> outages.add(event)));
        Stream<Event> others = happened.stream().filter(event -> !event.kind().isOutage());
        return Stream.concat(outages.stream(), others).toList();
    }

    long seed() {
        return seed;
    }

    Catalog catalog() {
        return catalog;
    }

    List<Event> events() {
        return events;
    }

    Instant end() {
        return START.plus(length);
    }

    /** Faults of a check, in order of their beginning. */
    List<Fault> faults(CheckId check) {
        return faults.getOrDefault(check, List.of());
    }

    private Catalog catalog(AlertPolicy policy) {
        List<Machine> all = new ArrayList<>();
        List<Service> services = new ArrayList<>();
        for (int m = 0; m < machines; m++) {
            String machine = "machine-" + m;
            all.add(new Machine(
                    machine,
                    machine + ".example.org",
                    "simulated",
                    Importance.LOW,
                    Optional.empty(),
                    List.of(),
                    Optional.empty(),
                    checks(machine, OF_MACHINE),
                    PLACE));
            for (int s = 0; s < SERVICES; s++) {
                String service = service(m, s);
                List<String> needs = m > 0 && (m + s) % 3 == 0 ? List.of(machine, service(0, 0)) : List.of(machine);
                Importance importance = LEVELS.get((m + s) % LEVELS.size());
                services.add(new Service(
                        service,
                        "simulated",
                        Optional.empty(),
                        List.of(),
                        Optional.empty(),
                        new Needs(importance, Importance.LOW, Importance.LOW),
                        Optional.empty(),
                        needs,
                        checks(service, OF_SERVICE),
                        PLACE));
            }
        }
        Team team = new Team("admins", Optional.empty(), List.of("admins@example.org"), List.of(), PLACE);
        Settings settings = new Settings(
                Path.of("none"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of("admins"),
                Optional.empty(),
                1,
                1,
                length,
                Settings.Defaults.SHIPPED,
                policy);
        return new Catalog(services, all, List.of(team), settings, List.of());
    }

    private static String service(int machine, int number) {
        return machine == 0 && number == 0 ? "dns" : "service-" + machine + "-" + number;
    }

    private static List<CheckDefinition> checks(String subject, List<String> names) {
        return names.stream()
                .map(name -> new CheckDefinition(
                        new CheckId(subject, name),
                        "simulated",
                        name,
                        probe -> Result.unknown("simulated"),
                        Optional.empty(),
                        Duration.ofMinutes(1),
                        Duration.ofSeconds(30),
                        AlertRules.after(3),
                        Duration.ofSeconds(10),
                        Route.DIRECT,
                        1,
                        "simulated",
                        PLACE))
                .toList();
    }

    private void happen() {
        long days = length.toDays();
        for (int i = 0; i < days / 2; i++) {
            outage(minutes(3, 5));
            outage(minutes(5, 480));
        }
        for (int i = 0; i < Math.max(1, days / 15); i++) {
            machineDown(Kind.CASCADE, random.nextInt(machines), minutes(10, 240));
            machineDown(Kind.MAINTENANCE, random.nextInt(machines), minutes(30, 120));
            flapping();
            slowFlapping();
            daily();
        }
        hostile(machines - 1);
        catalog.checks().forEach(check -> {
            // One day in twenty has a short failure.
            for (long i = 0; i < days; i++) {
                if (random.nextInt(20) == 0) {
                    Instant from = START.plus(Duration.ofDays(i)).plusSeconds(random.nextInt(86_400));
                    broken(
                            Kind.BLIP,
                            from,
                            Duration.ofSeconds(1 + random.nextInt((int) longestBlip.toSeconds())),
                            List.of(check.id()));
                }
            }
        });
    }

    /** Short ones are as frequent as long ones. */
    private Duration minutes(int least, int most) {
        double exponent = random.nextDouble() * Math.log((double) most / least);
        return Duration.ofSeconds((long) Math.ceil(60 * least * Math.exp(exponent)));
    }

    private Instant sometime(Duration lasting) {
        long room = length.minus(lasting).minusDays(1).toSeconds();
        return START.plusSeconds((long) (random.nextDouble() * room));
    }

    private void outage(Duration lasting) {
        List<Service> all = List.copyOf(catalog.services());
        Service service = all.get(random.nextInt(all.size()));
        List<CheckId> checks =
                service.checks().stream().map(CheckDefinition::id).toList();
        boolean whole = random.nextBoolean();
        List<CheckId> broken = new ArrayList<>(whole ? checks : checks.subList(0, 1));
        if (whole) {
            catalog.dependants(service.name()).forEach(name -> broken.addAll(idsOf(name)));
        }
        broken(Kind.OUTAGE, sometime(lasting), lasting, broken);
    }

    private List<CheckId> idsOf(String subject) {
        return catalog.subject(subject).orElseThrow().checks().stream()
                .map(CheckDefinition::id)
                .toList();
    }

    private void broken(Kind kind, Instant from, Duration lasting, Collection<CheckId> checks) {
        Instant until = from.plus(lasting);
        checks.forEach(
                check -> faults.computeIfAbsent(check, c -> new ArrayList<>()).add(new Fault(from, until)));
        happened.add(new Event(kind, from, until, Set.copyOf(checks)));
    }

    private void machineDown(Kind kind, int machine, Duration lasting) {
        String name = "machine-" + machine;
        List<CheckId> all = new ArrayList<>(idsOf(name));
        catalog.dependants(name).forEach(subject -> all.addAll(idsOf(subject)));
        broken(kind, sometime(lasting), lasting, all);
    }

    private CheckId anyCheck() {
        List<CheckDefinition> all = catalog.checks().toList();
        return all.get(random.nextInt(all.size())).id();
    }

    private void flapping() {
        CheckId check = anyCheck();
        Instant from = sometime(Duration.ofHours(8));
        Instant at = from;
        while (at.isBefore(from.plus(Duration.ofHours(6)))) {
            Duration bad = minutes(4, 12);
            faults.computeIfAbsent(check, c -> new ArrayList<>()).add(new Fault(at, at.plus(bad)));
            at = at.plus(bad).plus(minutes(4, 25));
        }
        happened.add(new Event(Kind.FLAPPING, from, at, Set.of(check)));
    }

    private void slowFlapping() {
        CheckId check = anyCheck();
        Instant from = sometime(Duration.ofDays(4));
        Instant at = from;
        while (at.isBefore(from.plus(Duration.ofDays(3)))) {
            faults.computeIfAbsent(check, c -> new ArrayList<>()).add(new Fault(at, at.plusSeconds(80)));
            at = at.plus(minutes(100, 200));
        }
        happened.add(new Event(Kind.SLOW_FLAPPING, from, at, Set.of(check)));
    }

    private void daily() {
        CheckId check = anyCheck();
        Instant from = sometime(Duration.ofDays(11));
        IntStream.range(0, 10).forEach(day -> {
            Instant at = from.plus(Duration.ofDays(day)).plusSeconds(random.nextInt(120));
            faults.computeIfAbsent(check, c -> new ArrayList<>()).add(new Fault(at, at.plusSeconds(85)));
        });
        happened.add(new Event(Kind.DAILY, from, from.plus(Duration.ofDays(10)), Set.of(check)));
    }

    private void hostile(int machine) {
        String name = "machine-" + machine;
        List<CheckId> all = new ArrayList<>(idsOf(name));
        catalog.dependants(name).forEach(subject -> all.addAll(idsOf(subject)));
        Instant from = sometime(Duration.ofHours(12));
        Instant until = from.plus(Duration.ofHours(6));
        for (CheckId check : all) {
            Instant at = from;
            while (at.isBefore(until)) {
                Duration bad = Duration.ofSeconds(30 + random.nextInt(600));
                faults.computeIfAbsent(check, c -> new ArrayList<>()).add(new Fault(at, at.plus(bad)));
                at = at.plus(bad).plusSeconds(30 + random.nextInt(600));
            }
        }
        happened.add(new Event(Kind.HOSTILE, from, until, Set.copyOf(all)));
    }
}
