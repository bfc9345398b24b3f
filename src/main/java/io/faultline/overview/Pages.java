package io.faultline.overview;

import io.faultline.alert.LogWords;
import io.faultline.alert.Pauses;
import io.faultline.catalog.Catalog;
import io.faultline.catalog.CheckDefinition;
import io.faultline.catalog.Machine;
import io.faultline.catalog.Service;
import io.faultline.catalog.Subject;
import io.faultline.catalog.Team;
import io.faultline.check.CheckId;
import io.faultline.check.Fact;
import io.faultline.check.Status;
import io.faultline.config.Durations;
import io.faultline.config.Problem;
import io.faultline.history.CheckState;
import io.faultline.history.Claim;
import io.faultline.history.Entry;
import io.faultline.history.Event;
import io.faultline.history.History;
import io.faultline.history.Incident;
import io.faultline.history.Observation;
import io.faultline.history.Pause;
import io.faultline.history.QueuedMail;
import io.faultline.history.Target;
import io.faultline.overview.Page.CheckRow;
import io.faultline.overview.Page.ClaimRow;
import io.faultline.overview.Page.EventRow;
import io.faultline.overview.Page.Field;
import io.faultline.overview.Page.IncidentRow;
import io.faultline.overview.Page.Link;
import io.faultline.overview.Page.LogRow;
import io.faultline.overview.Page.Moment;
import io.faultline.overview.Page.Outbox;
import io.faultline.overview.Page.PauseRow;
import io.faultline.overview.Page.Row;
import io.faultline.overview.Page.Run;
import io.faultline.overview.Page.Strip;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes the view model of pages from what is known at one moment, for every host alike. Reads what all pages need when
 * it is made, and the rest when a page is asked for.
 *
 * <p>To be used by one thread, and thrown away with the moment. Methods throw
 * {@link io.faultline.history.HistoryException} if the store fails.
 */
public final class Pages {
    private static final int MOST_RESULTS = 60;
    private static final int MOST_EVENTS = 20;
    private static final int MOST_INCIDENTS = 200;
    private static final int MOST_OF_SUBJECT = 10;
    private static final int MOST_ENTRIES = 100;
    private static final Duration LOG = Duration.ofDays(14);
    private static final Duration LOOKING_BACK = Duration.ofHours(24);

    private static final Comparator<CheckState> WORST_FIRST = Comparator.comparing(CheckState::hard, Status.BY_SEVERITY)
            .reversed()
            .thenComparing(CheckState::hardSince)
            .thenComparing(CheckState::check);

    private final Catalog catalog;
    private final History history;
    private final ZoneId zone;
    private final Instant now;
    private final Map<CheckId, CheckState> states;
    private final List<Pause> allPauses;
    private final Pauses pauses;
    private final Map<Long, Claim> claims;
    private final List<Incident> open;
    private List<Incident> newest;

    /** @param zone the zone that times are given in */
    public Pages(Catalog catalog, History history, ZoneId zone, Instant now) {
        this(catalog, history, history.states(), zone, now);
    }

    /** @param states those of the history, for a host that has them at hand */
    public Pages(Catalog catalog, History history, Map<CheckId, CheckState> states, ZoneId zone, Instant now) {
        this.catalog = catalog;
        this.history = history;
        this.zone = zone;
        this.now = now;
        this.states = Map.copyOf(states);
        this.allPauses = history.pauses(now);
        this.pauses = new Pauses(catalog, allPauses);
        this.claims = history.claims();
        this.open = history.openIncidents();
    }

    Stream<Page> all() {
        return Stream.concat(Stream.of(index(), incidents()), catalog.subjects().map(this::subject));
    }

    /** The start page. */
    public Page.Index index() {
        List<Row> services = rows(catalog.services());
        List<Row> machines = rows(catalog.machines());
        List<Row> problems = Stream.concat(services.stream(), machines.stream())
                .filter(row -> row.condition().isProblem())
                .sorted(Comparator.comparing(
                                (Row row) -> catalog.importance(row.link().name()))
                        .reversed()
                        .thenComparing(Row::condition)
                        .thenComparing(row -> row.link().name()))
                .toList();
        return new Page.Index(
                verdict(services, machines),
                worst(Stream.concat(services.stream(), machines.stream())),
                remark(services, machines),
                moment(now),
                newestResult(),
                zone.getId(),
                problems,
                services,
                machines,
                catalog.problems().stream().map(Problem::toString).toList(),
                nobodyTold(),
                outbox());
    }

    /** The page of one service or machine, if there is such a one. */
    public Optional<Page.Subject> subject(String name) {
        return catalog.subject(name).map(this::subject);
    }

    /** A service or machine as a row of a table, if there is such a one. */
    public Optional<Row> row(String name) {
        return catalog.subject(name).map(this::row);
    }

    /** One incident, open or not, if there is such a one. */
    public Optional<Page.IncidentInDepth> incident(long id) {
        return history.incident(id).map(incident -> {
            List<Entry> log = new ArrayList<>(history.log(id, MOST_ENTRIES));
            Collections.reverse(log);
            return new Page.IncidentInDepth(incident(incident), row(incident.subject()), logRows(log), zone.getId());
        });
    }

    /** What strangers may read. */
    public Page.Public forEverybody() {
        List<Row> services = rows(catalog.services().stream()
                .filter(service -> !service.name().equals(Catalog.OWN_NAME))
                .toList());
        return new Page.Public(
                verdict(services, List.of()),
                worst(services.stream()),
                moment(now),
                newestResult(),
                services.stream()
                        .map(row -> new Page.PublicRow(
                                row.link().name(),
                                row.condition(),
                                row.since(),
                                row.condition().isProblem() ? row.lasted() : ""))
                        .toList(),
                zone.getId());
    }

    private static Condition worst(Stream<Row> rows) {
        return rows.map(Row::condition).min(Comparator.naturalOrder()).orElse(Condition.PENDING);
    }

    private Optional<Moment> newestResult() {
        return states.values().stream()
                .map(CheckState::at)
                .max(Comparator.naturalOrder())
                .map(this::moment);
    }

    private List<Incident> newest() {
        if (newest == null) {
            newest = history.incidents(MOST_INCIDENTS);
        }
        return newest;
    }

    private static String verdict(List<Row> services, List<Row> machines) {
        long broken = broken(services);
        int all = services.size();
        if (broken > 0) {
            return broken + " of " + counted(all, "service") + (broken == 1 ? " has a problem" : " have a problem");
        }
        if (broken(machines) > 0) {
            return broken(machines) + " of " + counted(machines.size(), "machine")
                    + (broken(machines) == 1 ? " has a problem" : " have a problem");
        }
        if (all == 0) {
            return "The catalogue holds no service";
        }
        long sure =
                services.stream().filter(row -> row.condition() == Condition.OK).count();
        if (sure == all) {
            return all == 1 ? "The service works" : "All " + all + " services work";
        }
        if (services.stream().allMatch(row -> row.condition() == Condition.PENDING)) {
            return "No service has been checked yet";
        }
        return "No problem is certain; " + sure + " of " + counted(all, "service") + (sure == 1 ? " works" : " work");
    }

    /** What the verdict leaves out. */
    private static String remark(List<Row> services, List<Row> machines) {
        List<String> parts = new ArrayList<>();
        if (broken(services) > 0 && broken(machines) > 0) {
            parts.add(broken(machines) + " of " + counted(machines.size(), "machine") + " too");
        }
        for (Condition condition : List.of(Condition.RETRYING, Condition.PENDING, Condition.UNCHECKED)) {
            long count = Stream.concat(services.stream(), machines.stream())
                    .filter(row -> row.condition() == condition)
                    .count();
            if (count > 0) {
                parts.add(count + " " + condition.word());
            }
        }
        return String.join(", ", parts);
    }

    private static long broken(List<Row> rows) {
        return rows.stream().filter(row -> row.condition().isProblem()).count();
    }

    private static String counted(int count, String word) {
        return count + " " + word + (count == 1 ? "" : "s");
    }

    private List<String> nobodyTold() {
        return catalog.subjects()
                .map(Subject::name)
                .filter(name ->
                        catalog.teamOf(name).map(Team::mail).orElse(List.of()).isEmpty())
                .toList();
    }

    private Outbox outbox() {
        List<QueuedMail> queued = history.queuedMails();
        return new Outbox(
                queued.size(),
                queued.stream()
                        .map(QueuedMail::queued)
                        .min(Comparator.naturalOrder())
                        .map(this::moment),
                queued.stream().flatMap(mail -> mail.lastError().stream()).findFirst());
    }

    /** By importance, what is needed most first. */
    private List<Row> rows(Collection<? extends Subject> subjects) {
        return subjects.stream()
                .sorted(Comparator.comparing((Subject subject) -> catalog.importance(subject.name()))
                        .reversed()
                        .thenComparing(Subject::name))
                .map(this::row)
                .toList();
    }

    private List<Row> rowsOf(Collection<String> names) {
        return rows(
                names.stream().flatMap(name -> catalog.subject(name).stream()).toList());
    }

    private Row row(Subject subject) {
        List<CheckState> failing = failing(subject);
        Optional<Instant> since = since(subject, failing);
        return new Row(
                link(subject),
                subject.purpose(),
                catalog.importance(subject.name()).word(),
                condition(subject),
                since.map(this::moment),
                since.map(this::until).orElse(""),
                what(subject, failing),
                handling(subject.name()));
    }

    private String handling(String subject) {
        return open.stream()
                .filter(incident -> incident.subject().equals(subject))
                .flatMap(incident -> handling(incident).stream())
                .collect(Collectors.joining("; "));
    }

    /** Who works on it, and why nobody is mailed. */
    private List<String> handling(Incident incident) {
        List<String> handling = new ArrayList<>();
        claim(incident)
                .ifPresent(claim -> handling.add("claimed by " + claim.by() + " until "
                        + moment(claim.until()).text()));
        incident.held().ifPresent(reason -> handling.add("not mailed: " + reason));
        return handling;
    }

    private Optional<Claim> claim(Incident incident) {
        return Optional.ofNullable(claims.get(incident.id()))
                .filter(claim -> claim.holdsAt(now) && incident.resolved().isEmpty());
    }

    private List<PauseRow> pauseRows(Collection<Pause> shown) {
        return shown.stream()
                .map(pause -> new PauseRow(
                        pause.id(),
                        pause.kind().word(),
                        pause.targets().stream().map(Target::toString).collect(Collectors.joining(", ")),
                        moment(pause.from()),
                        moment(pause.until()),
                        pause.holdsAt(now),
                        pause.why(),
                        pause.by()))
                .toList();
    }

    private List<LogRow> logRows(Collection<Entry> entries) {
        return entries.stream()
                .map(entry -> new LogRow(
                        moment(entry.at()),
                        entry.by(),
                        entry.act().about().map(id -> "incident " + id).orElse(""),
                        LogWords.of(entry.act(), at -> moment(at).text())))
                .toList();
    }

    /** What was done about an open incident of the subject, newest first. */
    private List<Entry> log(String subject) {
        List<Entry> entries = new ArrayList<>();
        open.stream()
                .filter(incident -> incident.subject().equals(subject))
                .forEach(incident -> entries.addAll(history.log(incident.id(), MOST_ENTRIES)));
        Collections.reverse(entries);
        return entries;
    }

    /** Since when its condition is what it is. */
    private Optional<Instant> since(Subject subject, List<CheckState> failing) {
        if (!failing.isEmpty()) {
            return failing.stream().map(CheckState::hardSince).min(Comparator.naturalOrder());
        }
        Optional<Instant> retrying =
                known(subject).flatMap(state -> state.failingSince().stream()).min(Comparator.naturalOrder());
        return retrying.or(() -> known(subject).map(CheckState::hardSince).max(Comparator.naturalOrder()));
    }

    private Stream<CheckState> known(Subject subject) {
        return subject.checks().stream().map(check -> states.get(check.id())).filter(state -> state != null);
    }

    private List<CheckState> failing(Subject subject) {
        return known(subject)
                .filter(CheckState::isHardProblem)
                .sorted(WORST_FIRST)
                .toList();
    }

    private Condition condition(Subject subject) {
        return subject.checks().stream()
                .map(check -> condition(states.get(check.id())))
                .min(Comparator.naturalOrder())
                .orElse(Condition.UNCHECKED);
    }

    private static Condition condition(CheckState state) {
        if (state == null) {
            return Condition.PENDING;
        }
        return state.isSoftProblem() ? Condition.RETRYING : Condition.of(state.hard());
    }

    private String what(Subject subject, List<CheckState> failing) {
        if (failing.isEmpty()) {
            return known(subject)
                    .filter(CheckState::isSoftProblem)
                    .findFirst()
                    .map(state -> state.check().name() + ": " + state.last().summary())
                    .orElse("");
        }
        CheckState worst = failing.get(0);
        String more = failing.size() > 1 ? " (and " + (failing.size() - 1) + " more)" : "";
        return worst.check().name() + ": " + worst.last().summary() + more;
    }

    private Page.Subject subject(Subject subject) {
        String name = subject.name();
        return new Page.Subject(
                link(subject),
                subject instanceof Service ? "service" : "machine",
                condition(subject),
                what(subject, failing(subject)),
                subject.purpose(),
                fields(subject),
                open.stream()
                        .filter(incident -> incident.subject().equals(name))
                        .map(this::incident)
                        .toList(),
                pauseRows(pauses.ofSubject(name)),
                logRows(log(name)),
                subject.checks().stream().map(this::check).toList(),
                rowsOf(catalog.dependants(name)),
                rowsOf(catalog.dependencies(name)),
                events(name),
                newest().stream()
                        .filter(incident -> incident.resolved().isPresent()
                                && incident.subject().equals(name))
                        .limit(MOST_OF_SUBJECT)
                        .map(this::incident)
                        .toList(),
                zone.getId());
    }

    private List<Field> fields(Subject subject) {
        List<Field> fields = new ArrayList<>();
        if (subject instanceof Service service) {
            service.access().ifPresent(access -> fields.add(field("Access", access)));
            if (!service.tools().isEmpty()) {
                fields.add(field("Tools", String.join(", ", service.tools())));
            }
            service.configuration().ifPresent(place -> fields.add(field("Configuration", place)));
        } else if (subject instanceof Machine machine) {
            fields.add(field("Address", machine.address()));
        }
        fields.add(field("Importance", importance(subject)));
        Optional<Team> team = catalog.teamOf(subject.name());
        fields.add(field(
                "Team",
                team.map(t -> t.name() + (subject.team().isPresent() ? "" : " (the default team)"))
                        .orElse("none: nobody is told of problems")));
        fields.add(field("Defined in", subject.place().file()));
        return fields;
    }

    private String importance(Subject subject) {
        String effective = catalog.importance(subject.name()).word();
        String inherited = catalog.importance(subject.name()) == subject.ownImportance()
                ? ""
                : " through what depends on it; " + subject.ownImportance().word() + " by itself";
        String needs = subject instanceof Service service
                ? " (users: " + service.needs().users().word() + ", developers: "
                        + service.needs().developers().word() + ", release: "
                        + service.needs().release().word() + ")"
                : "";
        return effective + inherited + needs;
    }

    private static Field field(String name, String value) {
        boolean web = value.matches("https?://[!-~]+");
        return new Field(name, value, web ? Optional.of(value) : Optional.empty());
    }

    private CheckRow check(CheckDefinition check) {
        CheckState state = states.get(check.id());
        String title = check.title().equals(check.id().name()) ? "" : check.title();
        String every = "every " + Durations.write(check.every());
        if (state == null) {
            return new CheckRow(
                    check.id().name(),
                    title,
                    check.type(),
                    Condition.PENDING,
                    "",
                    List.of(),
                    Optional.empty(),
                    "",
                    Optional.empty(),
                    "",
                    every,
                    new Strip("", List.of()));
        }
        return new CheckRow(
                check.id().name(),
                title,
                check.type(),
                condition(state),
                state.last().summary(),
                state.last().facts().stream().map(Fact::toString).toList(),
                Optional.of(moment(state.at())),
                state.took().toMillis() + " ms",
                Optional.of(moment(state.failingSince().orElse(state.hardSince()))),
                failures(state, check),
                every,
                strip(check.id()));
    }

    private static String failures(CheckState state, CheckDefinition check) {
        if (state.failures() == 0) {
            return "";
        }
        String times = state.failures() == 1 ? "failed once" : "failed " + state.failures() + " times in a row";
        return state.isHardProblem() ? times : times + ", certain after " + check.failuresBeforeAlert();
    }

    private Strip strip(CheckId check) {
        List<Observation> results = history.observations(check, now.minus(LOOKING_BACK), MOST_RESULTS);
        Map<Condition, Integer> counts = new EnumMap<>(Condition.class);
        List<Run> runs = new ArrayList<>();
        Condition running = null;
        StringBuilder letters = new StringBuilder();
        for (Observation result : results) {
            Condition condition = Condition.of(result.result().status());
            counts.merge(condition, 1, Integer::sum);
            if (condition != running && running != null) {
                runs.add(new Run(running, letters.toString()));
                letters.setLength(0);
            }
            running = condition;
            letters.append(letter(condition));
        }
        if (running != null) {
            runs.add(new Run(running, letters.toString()));
        }
        List<String> words = new ArrayList<>();
        counts.forEach((condition, count) -> words.add(count + " " + condition.word()));
        return new Strip(
                results.isEmpty() ? "" : "last " + counted(results.size(), "result") + ": " + String.join(", ", words),
                runs);
    }

    private static char letter(Condition condition) {
        return switch (condition) {
            case OK -> '.';
            case WARNING -> 'w';
            case CRITICAL -> 'C';
            default -> '?';
        };
    }

    private List<EventRow> events(String subject) {
        Collection<String> near = new TreeSet<>(catalog.dependencies(subject));
        near.add(subject);
        List<Event> events = new ArrayList<>(history.events(near, now.minus(LOOKING_BACK), MOST_EVENTS));
        events.sort(Comparator.comparing(Event::at).reversed());
        return events.stream()
                .map(event -> new EventRow(
                        moment(event.at()),
                        event.subject().equals(subject)
                                ? Optional.empty()
                                : catalog.subject(event.subject()).map(Pages::link),
                        event.what()))
                .toList();
    }

    /** The page of incidents, and of what people do about them. */
    public Page.Incidents incidents() {
        List<Incident> openNow = new ArrayList<>(open);
        openNow.sort(Comparator.comparing((Incident incident) -> catalog.importance(incident.subject()))
                .reversed()
                .thenComparing(Incident::since));
        return new Page.Incidents(
                openNow.stream().map(this::incident).toList(),
                pauseRows(allPauses),
                newest().stream()
                        .filter(incident -> incident.resolved().isPresent())
                        .map(this::incident)
                        .toList(),
                logRows(history.log(now.minus(LOG), MOST_ENTRIES)),
                zone.getId());
    }

    private IncidentRow incident(Incident incident) {
        return new IncidentRow(
                incident.id(),
                incident.subject(),
                catalog.subject(incident.subject()).map(Pages::link),
                moment(incident.since()),
                incident.resolved().map(this::moment),
                Durations.roughly(
                        Duration.between(incident.since(), incident.resolved().orElse(now))),
                String.join(", ", incident.checks().stream().map(CheckId::name).toList()),
                incident.mails(),
                claim(incident).map(claim -> new ClaimRow(claim.by(), moment(claim.since()), moment(claim.until()))),
                handling(incident));
    }

    private static Link link(Subject subject) {
        return new Link(subject instanceof Service ? "service" : "machine", subject.name());
    }

    private Moment moment(Instant at) {
        return Moment.of(at, zone);
    }

    private String until(Instant since) {
        return Durations.roughly(Duration.between(since, now));
    }
}
