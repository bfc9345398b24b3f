package io.faultline.alert;

import io.faultline.catalog.Catalog;
import io.faultline.catalog.CheckDefinition;
import io.faultline.catalog.Subject;
import io.faultline.check.CheckId;
import io.faultline.check.Status;
import io.faultline.config.Durations;
import io.faultline.history.Changes;
import io.faultline.history.CheckState;
import io.faultline.history.Event;
import io.faultline.history.History;
import io.faultline.history.Incident;
import io.faultline.history.QueuedMail;
import io.faultline.history.Transition;
import io.faultline.run.Consequences;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Turns results into incidents, and incidents into mails: one incident a subject, from its first hard problem until it
 * has none.
 *
 * <p>Keeps nothing between calls: what it needs to know is read from the history, so a restart, or a batch that could
 * not be stored, changes nothing. Called by one thread at a time.
 */
public final class Alerts implements Consequences {
    private static final Changes NOTHING = new Changes(List.of(), List.of(), List.of(), List.of(), List.of());

    private final Catalog catalog;
    private final History history;
    private final Optional<Composer> composer;
    private final List<Stage> stages;
    private final InstantSource clock;

    /**
     * @param sender who writes the mails; without one, incidents are kept and nobody is told
     * @param zone the zone that times in mails are given in
     */
    public Alerts(Catalog catalog, History history, Optional<Sender> sender, ZoneId zone, InstantSource clock) {
        this.catalog = catalog;
        this.history = history;
        this.composer = sender.map(s -> new Composer(s, zone));
        this.stages = List.of(new ToTeam());
        this.clock = clock;
    }

    @Override
    public Changes of(List<Transition> transitions) {
        if (transitions.stream().noneMatch(Alerts::changesHardState)) {
            return NOTHING;
        }
        Situation situation = new Situation(catalog, history, clock.instant());
        List<QueuedMail> mails = new ArrayList<>();
        for (List<Transition> part : parts(transitions)) {
            mails.addAll(consequences(part, situation));
        }
        return changes(situation, mails);
    }

    /**
     * Makes incidents fit a catalogue that was just loaded: a problem whose last check is gone is closed, and changed
     * definitions are remembered as events, because they may explain what happens next. To be committed before the
     * first results, together with {@link History#fingerprints(Map)}.
     */
    public Changes ofCatalog() {
        Situation situation = new Situation(catalog, history, clock.instant());
        definitionChanges(situation.now()).forEach(situation::add);
        Set<String> subjects = new TreeSet<>(situation.subjectsWithOpenIncidents());
        catalog.subjects().map(Subject::name).forEach(subjects::add);
        List<QueuedMail> mails = new ArrayList<>();
        // A file with a mistake in it hides its subject for a while; that ends no incident.
        boolean complete = catalog.problems().isEmpty();
        for (String subject : subjects) {
            if (!complete && catalog.subject(subject).isEmpty()) {
                continue;
            }
            notice(subject, List.of(), situation)
                    .flatMap(notice -> queued(notice, situation))
                    .ifPresent(mails::add);
        }
        return changes(situation, mails);
    }

    private static Changes changes(Situation situation, List<QueuedMail> mails) {
        return new Changes(List.of(), List.of(), situation.changedIncidents(), mails, situation.newEvents());
    }

    private static boolean changesHardState(Transition transition) {
        return hardBefore(transition) != transition.after().hard();
    }

    private static Status hardBefore(Transition transition) {
        return transition.before().map(CheckState::hard).orElse(Status.OK);
    }

    /** Cuts a batch before a check's second result, so that nothing that came and went in one batch is missed. */
    private static List<List<Transition>> parts(List<Transition> transitions) {
        List<List<Transition>> parts = new ArrayList<>();
        List<Transition> part = new ArrayList<>();
        Set<CheckId> seen = new HashSet<>();
        for (Transition transition : transitions) {
            if (!seen.add(transition.after().check())) {
                parts.add(part);
                part = new ArrayList<>();
                seen.clear();
                seen.add(transition.after().check());
            }
            part.add(transition);
        }
        parts.add(part);
        return parts;
    }

    private List<QueuedMail> consequences(List<Transition> part, Situation situation) {
        part.forEach(situation::add);
        Map<String, List<Transition>> bySubject = new HashMap<>();
        Set<String> order = new LinkedHashSet<>();
        for (Transition transition : part) {
            if (changesHardState(transition)) {
                situation.add(event(transition));
                String subject = transition.after().check().subject();
                order.add(subject);
                bySubject.computeIfAbsent(subject, s -> new ArrayList<>()).add(transition);
            }
        }
        List<QueuedMail> mails = new ArrayList<>();
        for (String subject : order) {
            notice(subject, bySubject.get(subject), situation)
                    .flatMap(notice -> queued(notice, situation))
                    .ifPresent(mails::add);
        }
        return mails;
    }

    private static Event event(Transition transition) {
        CheckState after = transition.after();
        String what = after.isHardProblem()
                ? after.check().name() + " became " + after.hard() + ": "
                        + after.last().summary()
                : after.check().name() + " is OK again after "
                        + Durations.roughly(Duration.between(
                                transition.before().map(CheckState::hardSince).orElse(after.at()), after.at()));
        return new Event(after.at(), after.check().subject(), what);
    }

    private Optional<Notice> notice(String subject, List<Transition> news, Situation situation) {
        List<CheckState> failing = situation.failing(subject);
        Optional<Incident> open = situation.openIncident(subject);
        if (open.isEmpty()) {
            return failing.isEmpty() ? Optional.empty() : Optional.of(opened(subject, failing, news, situation));
        }
        // Nobody heard of it yet: there was no mail server, or no team. Now there may be.
        boolean untold = open.get().mails() == 0;
        if (failing.isEmpty()) {
            Notice ended = ended(open.get(), news, situation);
            return untold ? Optional.empty() : Optional.of(ended);
        }
        return untold
                ? Optional.of(notice(Notice.Kind.PROBLEM, open.get(), failing, latest(news, situation)))
                : more(open.get(), failing, news, situation);
    }

    private static Notice opened(String subject, List<CheckState> failing, List<Transition> news, Situation situation) {
        Instant at = latest(news, situation);
        Instant since = failing.stream()
                .map(CheckState::hardSince)
                .min(Instant::compareTo)
                .orElseThrow();
        Incident incident = new Incident(
                situation.nextIncidentId(), subject, at, since, ids(Set.of(), failing), 0, Optional.empty());
        situation.add(incident);
        return notice(Notice.Kind.PROBLEM, incident, failing, at);
    }

    private static Optional<Notice> more(
            Incident incident, List<CheckState> failing, List<Transition> news, Situation situation) {
        List<CheckState> told = failing.stream()
                .filter(state ->
                        !incident.checks().contains(state.check()) || isWorseThanEver(state, incident, news, situation))
                .toList();
        if (told.isEmpty()) {
            return Optional.empty();
        }
        Incident grown = new Incident(
                incident.id(),
                incident.subject(),
                incident.opened(),
                earliest(incident.since(), told),
                ids(incident.checks(), told),
                incident.mails(),
                Optional.empty());
        situation.add(grown);
        return Optional.of(notice(Notice.Kind.MORE, grown, told, latest(news, situation)));
    }

    /** So that a check that swings between WARNING and CRITICAL is told of once and not for ever. */
    private static boolean isWorseThanEver(
            CheckState state, Incident incident, List<Transition> news, Situation situation) {
        boolean worse = news.stream()
                .filter(transition -> transition.after().check().equals(state.check()))
                .anyMatch(transition -> Status.BY_SEVERITY.compare(hardBefore(transition), state.hard()) < 0);
        return worse
                && situation.observations(state.check(), incident.opened()).stream()
                        .allMatch(o -> Status.BY_SEVERITY.compare(o.result().status(), state.hard()) < 0);
    }

    private static Notice ended(Incident incident, List<Transition> news, Situation situation) {
        Instant at = latest(news, situation);
        Incident ended = new Incident(
                incident.id(),
                incident.subject(),
                incident.opened(),
                incident.since(),
                incident.checks(),
                incident.mails(),
                Optional.of(at));
        situation.add(ended);
        List<CheckState> before = news.stream()
                .flatMap(transition -> transition.before().stream())
                .filter(CheckState::isHardProblem)
                .sorted(Situation.WORST_FIRST)
                .toList();
        return notice(before.isEmpty() ? Notice.Kind.CLOSED : Notice.Kind.RECOVERED, ended, before, at);
    }

    private static Notice notice(Notice.Kind kind, Incident incident, List<CheckState> news, Instant at) {
        return new Notice(kind, incident, incident.mails() + 1, news, List.of(), "", at);
    }

    private static Instant latest(List<Transition> news, Situation situation) {
        return news.stream()
                .map(transition -> transition.after().at())
                .max(Instant::compareTo)
                .orElse(situation.now());
    }

    private static Instant earliest(Instant since, List<CheckState> states) {
        return states.stream().map(CheckState::hardSince).reduce(since, (a, b) -> a.isBefore(b) ? a : b);
    }

    private static SortedSet<CheckId> ids(Collection<CheckId> known, List<CheckState> states) {
        SortedSet<CheckId> ids = new TreeSet<>(known);
        states.forEach(state -> ids.add(state.check()));
        return ids;
    }

    private Optional<QueuedMail> queued(Notice notice, Situation situation) {
        if (composer.isEmpty()) {
            return Optional.empty();
        }
        Notice passed = notice;
        for (Stage stage : stages) {
            Stage.Decision decision = stage.decide(passed, situation);
            if (decision instanceof Stage.Decision.Pass pass) {
                passed = pass.notice();
            } else if (decision instanceof Stage.Decision.Held held) {
                situation.add(new Event(situation.now(), notice.incident().subject(), held.reason()));
                return Optional.empty();
            }
        }
        Incident incident = passed.incident();
        situation.add(new Incident(
                incident.id(),
                incident.subject(),
                incident.opened(),
                incident.since(),
                incident.checks(),
                passed.number(),
                incident.resolved()));
        return Optional.of(composer.get().compose(passed, situation));
    }

    private List<Event> definitionChanges(Instant now) {
        Map<CheckId, String> before = history.fingerprints();
        List<Event> events = new ArrayList<>();
        if (before.isEmpty()) {
            return events;
        }
        Set<CheckId> gone = new TreeSet<>(before.keySet());
        catalog.checks().forEach(check -> {
            gone.remove(check.id());
            String known = before.get(check.id());
            if (!check.fingerprint().equals(known)) {
                String how = known == null ? " is new in the catalogue" : " was changed in the catalogue";
                events.add(event(now, check.id(), how + ": " + place(check)));
            }
        });
        if (catalog.problems().isEmpty()) {
            gone.forEach(check -> events.add(event(now, check, " was taken out of the catalogue")));
        }
        return events;
    }

    private static String place(CheckDefinition check) {
        return String.valueOf(check.place());
    }

    private static Event event(Instant now, CheckId check, String what) {
        return new Event(now, check.subject(), "check " + check.name() + what);
    }
}
