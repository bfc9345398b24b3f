package io.faultline.alert;

import io.faultline.catalog.Catalog;
import io.faultline.catalog.CheckDefinition;
import io.faultline.catalog.Subject;
import io.faultline.check.CheckId;
import io.faultline.check.Status;
import io.faultline.history.CheckState;
import io.faultline.history.Event;
import io.faultline.history.History;
import io.faultline.history.Incident;
import io.faultline.history.Observation;
import io.faultline.history.Transition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is known at one moment: what is stored, and over it what this batch of results changed and is stored only
 * together with its consequences.
 */
final class Situation {
    static final Comparator<CheckState> WORST_FIRST = Comparator.comparing(CheckState::hard, Status.BY_SEVERITY)
            .reversed()
            .thenComparing(CheckState::hardSince)
            .thenComparing(CheckState::check);

    private final Catalog catalog;
    private final History history;
    private final Instant now;
    private final Map<CheckId, CheckState> states;
    private final Map<String, Incident> open = new HashMap<>();
    private final Map<Long, Incident> changed = new LinkedHashMap<>();
    private final List<Event> events = new ArrayList<>();

    Situation(Catalog catalog, History history, Instant now) {
        this.catalog = catalog;
        this.history = history;
        this.now = now;
        this.states = new HashMap<>(history.states());
        history.openIncidents().forEach(incident -> open.put(incident.subject(), incident));
    }

    Catalog catalog() {
        return catalog;
    }

    Instant now() {
        return now;
    }

    void add(Transition transition) {
        states.put(transition.after().check(), transition.after());
    }

    void add(Incident incident) {
        changed.put(incident.id(), incident);
        if (incident.resolved().isPresent()) {
            open.remove(incident.subject());
        } else {
            open.put(incident.subject(), incident);
        }
    }

    void add(Event event) {
        events.add(event);
    }

    /** The hard problems of a subject's checks, the worst first; checks that nobody defines any more do not count. */
    List<CheckState> failing(String subject) {
        return catalog.subject(subject).map(Subject::checks).orElse(List.of()).stream()
                .map(CheckDefinition::id)
                .map(states::get)
                .filter(state -> state != null && state.isHardProblem())
                .sorted(WORST_FIRST)
                .toList();
    }

    Optional<CheckState> state(CheckId check) {
        return Optional.ofNullable(states.get(check));
    }

    Optional<Incident> openIncident(String subject) {
        return Optional.ofNullable(open.get(subject));
    }

    Set<String> subjectsWithOpenIncidents() {
        return Set.copyOf(open.keySet());
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
}
