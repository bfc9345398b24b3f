package io.faultline.alert;

import io.faultline.catalog.Catalog;
import io.faultline.catalog.CheckDefinition;
import io.faultline.catalog.Subject;
import io.faultline.check.CheckId;
import io.faultline.check.Status;
import io.faultline.history.Act;
import io.faultline.history.CheckState;
import io.faultline.history.Claim;
import io.faultline.history.Entry;
import io.faultline.history.Event;
import io.faultline.history.History;
import io.faultline.history.Incident;
import io.faultline.history.Observation;
import io.faultline.history.Transition;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What is known at one moment: what is stored, and over it what this batch of results changed and is stored only
 * together with its consequences.
 */
final class Situation {
    static final Comparator<CheckState> WORST_FIRST = Comparator.comparing(CheckState::counts, Status.BY_SEVERITY)
            .reversed()
            .thenComparing(CheckState::hardSince)
            .thenComparing(CheckState::check);

    private static final DateTimeFormatter FULL =
            DateTimeFormatter.ofPattern("EEE d MMM uuuu HH:mm xxx", Locale.ENGLISH);
    private static final DateTimeFormatter SHORT = DateTimeFormatter.ofPattern("EEE HH:mm", Locale.ENGLISH);

    private static final int MOST_ENTRIES = 20_000;
    private static final Duration DAY = Duration.ofDays(1);

    private final Catalog catalog;
    private final History history;
    private final Instant now;
    private final ZoneId zone;
    private final Map<CheckId, Optional<CheckState>> states = new HashMap<>();
    private final Pauses pauses;
    private final Causes causes;
    private final Map<Long, Claim> claims;
    private final Map<String, Incident> open = new HashMap<>();
    private final Map<Long, Incident> changed = new LinkedHashMap<>();
    private final List<Event> events = new ArrayList<>();
    private final List<Entry> entries = new ArrayList<>();
    private final Map<Long, String> subjects = new HashMap<>();
    private final Map<String, String> sources = new HashMap<>();
    private List<Entry> mailed;

    Situation(Catalog catalog, History history, ZoneId zone, Instant now) {
        this.catalog = catalog;
        this.history = history;
        this.now = now;
        this.zone = zone;
        this.pauses = new Pauses(catalog, history.pauses(now));
        this.causes = new Causes(catalog, this::state);
        this.claims = history.claims();
        history.openIncidents().forEach(this::index);
    }

    Catalog catalog() {
        return catalog;
    }

    Instant now() {
        return now;
    }

    void add(Transition transition) {
        states.put(transition.after().check(), Optional.of(transition.after()));
    }

    void add(Incident incident) {
        if (incident.equals(open.get(incident.subject()))) {
            return;
        }
        changed.put(incident.id(), incident);
        if (incident.resolved().isPresent()) {
            incident.subjects().forEach(open::remove);
        } else {
            index(incident);
        }
    }

    private void index(Incident incident) {
        incident.subjects().forEach(subject -> open.put(subject, incident));
    }

    /** The newest version of an incident that was open at some time in this batch. */
    Optional<Incident> incident(long id) {
        Incident known = changed.get(id);
        return known != null
                ? Optional.of(known)
                : open.values().stream().filter(incident -> incident.id() == id).findFirst();
    }

    /** Incidents that are not resolved, oldest first. */
    List<Incident> openIncidents() {
        return open.values().stream()
                .distinct()
                .sorted(Comparator.comparing(Incident::id))
                .toList();
    }

    Causes causes() {
        return causes;
    }

    void add(Event event) {
        events.add(event);
    }

    /** Something that Faultline did. */
    void did(Act act) {
        entries.add(Entry.own(now, act));
    }

    Pauses pauses() {
        return pauses;
    }

    /** Who works on it now. */
    Optional<Claim> claim(long incident) {
        return Optional.ofNullable(claims.get(incident)).filter(claim -> claim.holdsAt(now));
    }

    ZoneId zone() {
        return zone;
    }

    /** When the time of whoever claimed it last is or was over, if somebody did. */
    Optional<Instant> claimedUntil(long incident) {
        return Optional.ofNullable(claims.get(incident)).map(Claim::until);
    }

    /** Who was mailed about an incident so far. */
    Set<String> toldOf(Incident incident) {
        Set<String> addresses = new LinkedHashSet<>();
        Stream.concat(history.log(incident.id(), 500).stream(), entries.stream())
                .forEach(entry -> {
                    if (entry.act() instanceof Act.Told told && told.incident() == incident.id()) {
                        addresses.addAll(told.recipients());
                    }
                });
        return addresses;
    }

    /** What was mailed within the last day, in no order; with what this batch adds. */
    List<Entry> mailedLately() {
        if (mailed == null) {
            mailed = history.mailed(now.minus(DAY), MOST_ENTRIES);
        }
        List<Entry> all = new ArrayList<>(mailed);
        all.addAll(entries);
        return all;
    }

    /** What was mailed from then on, in no order; with what this batch adds. */
    List<Entry> mailedSince(Instant since) {
        List<Entry> all = new ArrayList<>(history.mailed(since, MOST_ENTRIES));
        all.addAll(entries);
        return all;
    }

    /** What was done from then on until then, newest first; what is stored, at most the newest of very many. */
    List<Entry> logBetween(Instant since, Instant until) {
        return history.log(since, MOST_ENTRIES).stream()
                .filter(entry -> entry.at().isBefore(until))
                .toList();
    }

    /** What was done within the last day, in no order; with what this batch adds. May be long. */
    List<Entry> lastDay() {
        List<Entry> all = new ArrayList<>(history.log(now.minus(DAY), MOST_ENTRIES));
        all.addAll(entries);
        return all;
    }

    /** The subject of an incident, open or not. */
    String subjectOf(long incident) {
        return subjects.computeIfAbsent(
                incident,
                id -> incident(id)
                        .or(() -> history.incident(id))
                        .map(Incident::subject)
                        .orElse(""));
    }

    /** Whether an incident, open or not, is about a check. */
    boolean hasCheck(long incident, CheckId check) {
        return incident(incident)
                .or(() -> history.incident(incident))
                .filter(known -> known.checks().contains(check))
                .isPresent();
    }

    /** What a subject's mails are counted by, see {@link Budget}. */
    String source(String subject) {
        return sources.computeIfAbsent(subject, name -> Budget.source(catalog, name));
    }

    /** What was done about an incident, oldest first; without what this batch adds. */
    List<Entry> log(long incident, int most) {
        return history.log(incident, most);
    }

    /** A moment as people write it; without a date where the day of the week says enough. */
    String clock(Instant at) {
        boolean near = Duration.between(at, now).abs().compareTo(Duration.ofDays(6)) < 0;
        return (near ? SHORT : FULL).format(at.atZone(zone));
    }

    String full(Instant at) {
        return FULL.format(at.atZone(zone));
    }

    /** What there is to tell of a subject's checks, the worst first; checks that nobody defines any more do not count. */
    List<CheckState> failing(String subject) {
        return catalog.subject(subject).map(Subject::checks).orElse(List.of()).stream()
                .map(CheckDefinition::id)
                .flatMap(check -> state(check).stream())
                .filter(CheckState::isTrouble)
                .sorted(WORST_FIRST)
                .toList();
    }

    Optional<CheckState> state(CheckId check) {
        return states.computeIfAbsent(check, history::state);
    }

    Optional<Incident> openIncident(String subject) {
        return Optional.ofNullable(open.get(subject));
    }

    long nextIncidentId() {
        return history.nextIncidentId();
    }

    /** Stored results of a check since an instant, oldest first; without those of this batch. */
    List<Observation> observations(CheckId check, Instant since) {
        return history.observations(check, since, 500);
    }

    /** Events of these subjects in the last while, newest first. */
    List<Event> recentEvents(Collection<String> subjects, Duration back, int most) {
        List<Event> all = new ArrayList<>(history.events(subjects, now.minus(back), most));
        events.stream().filter(event -> subjects.contains(event.subject())).forEach(all::add);
        all.sort(Comparator.comparing(Event::at).reversed());
        return all.subList(0, Math.min(all.size(), most));
    }

    List<Incident> changedIncidents() {
        return List.copyOf(changed.values());
    }

    List<Event> newEvents() {
        return List.copyOf(events);
    }

    List<Entry> newEntries() {
        return List.copyOf(entries);
    }
}
