package io.faultline.alert;

import io.faultline.catalog.Catalog;
import io.faultline.catalog.CheckDefinition;
import io.faultline.catalog.Subject;
import io.faultline.check.CheckId;
import io.faultline.config.Durations;
import io.faultline.history.Act;
import io.faultline.history.Changes;
import io.faultline.history.CheckState;
import io.faultline.history.Event;
import io.faultline.history.History;
import io.faultline.history.Incident;
import io.faultline.history.QueuedMail;
import io.faultline.history.Told;
import io.faultline.history.Transition;
import io.faultline.run.Consequences;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Turns results into incidents, and incidents into mails: one incident a subject, from its first hard problem until it
 * has none.
 *
 * <p>Keeps nothing between calls: what it needs to know is read from the history, so a restart, or a batch that could
 * not be stored, changes nothing. Called by one thread at a time.
 */
public final class Alerts implements Consequences {
    /** Problems of related subjects that begin within so much time are one incident. */
    private static final Duration TOGETHER = Duration.ofMinutes(5);

    private static final Duration DAY = Duration.ofDays(1);

    private final Catalog catalog;
    private final History history;
    private final Optional<Composer> composer;
    private final Envelope envelope;
    private final List<Stage> stages;
    private final ZoneId zone;
    private final InstantSource clock;

    /**
     * @param sender who writes the mails; without one, incidents are kept and nobody is told
     * @param zone the zone that times in mails are given in
     */
    public Alerts(Catalog catalog, History history, Optional<Sender> sender, ZoneId zone, InstantSource clock) {
        this(catalog, history, sender, MailStyle.SHIPPED, zone, clock);
    }

    /** With mails that look or travel otherwise. */
    public Alerts(
            Catalog catalog,
            History history,
            Optional<Sender> sender,
            MailStyle style,
            ZoneId zone,
            InstantSource clock) {
        this.catalog = catalog;
        this.history = history;
        this.composer = sender.map(s -> new Composer(s, style.next(), zone));
        this.envelope = style.envelope();
        this.stages = List.of(new Paused(), new Consequence(), new Quiet(), new Budget(), new ToTeam());
        this.zone = zone;
        this.clock = clock;
    }

    @Override
    public Changes of(List<Transition> transitions) {
        if (transitions.stream().noneMatch(Alerts::changesWhatCounts)) {
            return Changes.NONE;
        }
        Situation situation = situation();
        List<QueuedMail> mails = new ArrayList<>();
        for (List<Transition> part : parts(transitions)) {
            consequences(part, situation, mails);
        }
        return changes(situation, mails);
    }

    @Override
    public Changes ofTime() {
        boolean summaries = Summary.isWanted(catalog.teams());
        if (history.openIncidents().isEmpty() && !summaries) {
            return Changes.NONE;
        }
        Situation situation = situation();
        List<QueuedMail> mails = new ArrayList<>();
        if (summaries) {
            composer.ifPresent(known -> mails.addAll(new Summary(known, situation).mails()));
        }
        Set<String> subjects = new TreeSet<>();
        situation.openIncidents().forEach(incident -> subjects.addAll(incident.subjects()));
        look(subjects, List.of(), situation, mails);
        return changes(situation, mails);
    }

    /**
     * Makes incidents fit a catalogue that was just loaded: a problem whose last check is gone is closed, and changed
     * definitions are remembered as events, because they may explain what happens next. To be committed before the
     * first results, together with {@link History#fingerprints(Map)}.
     */
    public Changes ofCatalog() {
        Situation situation = situation();
        definitionChanges(situation.now()).forEach(situation::add);
        Set<String> subjects = new TreeSet<>();
        situation.openIncidents().forEach(incident -> subjects.addAll(incident.subjects()));
        catalog.subjects().map(Subject::name).forEach(subjects::add);
        List<QueuedMail> mails = new ArrayList<>();
        look(subjects, List.of(), situation, mails);
        return changes(situation, mails);
    }

    private Situation situation() {
        return new Situation(catalog, history, zone, clock.instant());
    }

    private Changes changes(Situation situation, List<QueuedMail> mails) {
        composer.ifPresent(known -> mails.addAll(new Digest(known, situation).mails()));
        return new Changes(
                List.of(),
                List.of(),
                situation.changedIncidents(),
                mails.stream()
                        .flatMap(mail -> envelope.of(mail, situation.now()).stream())
                        .toList(),
                situation.newEvents(),
                situation.newEntries());
    }

    private static boolean changesWhatCounts(Transition transition) {
        Optional<Told> before = transition.before().map(Told::of);
        Told after = Told.of(transition.after());
        return before.isPresent()
                // What goes back and forth is news when it gets worse, and when it calms down.
                ? !before.get().equals(after)
                        && !(before.get().flapping() && before.get().covers(after))
                : transition.after().isTrouble();
    }

    /** Cuts a batch before a check's second news, so that nothing that came and went in one batch is missed. */
    private static List<List<Transition>> parts(List<Transition> transitions) {
        List<List<Transition>> parts = new ArrayList<>();
        List<Transition> part = new ArrayList<>();
        Set<CheckId> seen = new HashSet<>();
        for (Transition transition : transitions) {
            if (changesWhatCounts(transition) && !seen.add(transition.after().check())) {
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

    private void consequences(List<Transition> part, Situation situation, List<QueuedMail> mails) {
        part.forEach(situation::add);
        List<Transition> news = part.stream().filter(Alerts::changesWhatCounts).toList();
        // While it goes back and forth that is known; what begins and ends it is told.
        news.stream()
                .filter(transition -> !transition.after().flapping().on()
                        || transition
                                .before()
                                .filter(state -> state.flapping().on())
                                .isEmpty())
                .forEach(transition -> situation.add(event(transition)));
        Set<String> subjects = new LinkedHashSet<>();
        news.forEach(transition -> subjects.add(transition.after().check().subject()));
        look(subjects, news, situation, mails);
    }

    /** Looks at the incidents of these subjects, and opens those that there should be; causes before consequences. */
    private void look(Collection<String> subjects, List<Transition> news, Situation situation, List<QueuedMail> mails) {
        Set<Long> incidents = new LinkedHashSet<>();
        subjects.stream()
                // A file with a mistake in it hides its subject for a while; that ends no incident.
                .filter(subject ->
                        catalog.problems().isEmpty() || catalog.subject(subject).isPresent())
                .sorted(Comparator.comparing((String subject) ->
                                catalog.dependencies(subject).size())
                        .thenComparing(Comparator.naturalOrder()))
                .forEach(subject -> placed(subject, news, situation).ifPresent(incidents::add));
        for (long id : incidents) {
            situation.incident(id).ifPresent(incident -> look(incident, news, situation, mails));
        }
    }

    /** The incident that the subject's problems belong to. */
    private Optional<Long> placed(String subject, List<Transition> news, Situation situation) {
        List<CheckState> failing = situation.failing(subject);
        Optional<Incident> open = situation.openIncident(subject);
        if (failing.isEmpty()) {
            return open.map(Incident::id);
        }
        Instant since = failing.stream()
                .map(CheckState::troubleSince)
                .min(Instant::compareTo)
                .orElseThrow();
        List<CheckId> checks = failing.stream().map(CheckState::check).toList();
        Incident incident = open.or(() -> related(subject, failing, latest(news, situation), situation))
                .map(known -> known.checks().containsAll(checks) ? known : known.with(checks, since))
                .orElseGet(() -> opened(subject, since, checks, news, situation));
        situation.add(incident);
        return Optional.of(incident.id());
    }

    /** Problems that start together and may well have one reason are one incident; one that explains stays its own. */
    private Optional<Incident> related(String subject, List<CheckState> failing, Instant at, Situation situation) {
        if (failing.stream().anyMatch(state -> !situation.causes().of(state).isEmpty())) {
            return Optional.empty();
        }
        return situation.openIncidents().stream()
                .filter(incident ->
                        Duration.between(incident.opened(), at).abs().compareTo(TOGETHER) <= 0)
                .filter(incident -> catalog.teamOf(incident.subject()).equals(catalog.teamOf(subject)))
                .filter(incident -> incident.subjects().stream()
                        .anyMatch(other -> situation.causes().related(subject, other)
                                && !catalog.dependencies(subject).contains(other)
                                && !catalog.dependencies(other).contains(subject)))
                .findFirst();
    }

    private static Event event(Transition transition) {
        CheckState after = transition.after();
        Optional<CheckState> before = transition.before();
        String name = after.check().name();
        boolean flapped = before.filter(state -> state.flapping().on()).isPresent();
        String what;
        if (after.flapping().on() && !flapped) {
            what = name + " is flapping: it goes back and forth";
        } else if (!after.flapping().on() && flapped) {
            what = name + " has calmed down: " + after.hard();
        } else if (after.often().on()
                && before.filter(state -> state.often().on()).isEmpty()) {
            what = name + " " + Trouble.often(after);
        } else if (after.isHardProblem()) {
            what = name + " became " + after.hard() + ": " + after.last().summary();
        } else {
            what = name + " is OK again after "
                    + Durations.roughly(Duration.between(
                            before.map(CheckState::troubleSince).orElse(after.at()), after.at()));
        }
        return new Event(after.at(), after.check().subject(), what);
    }

    /**
     * Compares what is broken with what people were told, whatever led to it: so nothing that was held back once is
     * forgotten, and nothing is told twice.
     */
    private void look(Incident incident, List<Transition> news, Situation situation, List<QueuedMail> mails) {
        List<CheckState> failing = incident.subjects().stream()
                .flatMap(subject -> situation.failing(subject).stream())
                .sorted(Situation.WORST_FIRST)
                .toList();
        List<Transition> own = news.stream()
                .filter(transition ->
                        incident.subjects().contains(transition.after().check().subject()))
                .toList();
        if (failing.isEmpty()) {
            ended(incident, own, situation).ifPresent(mails::add);
            return;
        }
        List<CheckState> untold = failing.stream()
                .filter(state -> !incident.wasTold(state.check(), Told.of(state)))
                .toList();
        if (untold.isEmpty()) {
            situation.add(incident.held(Optional.empty()));
        } else {
            Notice.Kind kind = incident.told().isEmpty() ? Notice.Kind.PROBLEM : Notice.Kind.MORE;
            told(notice(kind, incident, untold, latest(own, situation)), situation)
                    .ifPresent(mails::add);
        }
        situation
                .incident(incident.id())
                .flatMap(known -> eased(known, failing, own, situation))
                .ifPresent(mails::add);
        situation
                .incident(incident.id())
                .flatMap(known -> unclaimed(known, failing, situation))
                .ifPresent(mails::add);
    }

    /** Nobody claimed it in time: everybody in the team is told, and again once a day at most. */
    private Optional<QueuedMail> unclaimed(Incident incident, List<CheckState> failing, Situation situation) {
        Instant now = situation.now();
        if (incident.toldSince().isEmpty() || situation.claim(incident.id()).isPresent()) {
            return Optional.empty();
        }
        Instant since = Stream.of(incident.toldSince(), incident.reminded(), situation.claimedUntil(incident.id()))
                .flatMap(Optional::stream)
                .max(Instant::compareTo)
                .orElseThrow();
        Duration within = catalog.settings().alerts().claimWithin().get(catalog.importance(incident.subject()));
        List<CheckState> known = failing.stream()
                .filter(state -> incident.told().containsKey(state.check()))
                .filter(state -> situation.pauses().of(state.check(), now).isEmpty())
                .toList();
        // The first reminder comes as soon as it is due, the next ones once a day.
        boolean again = incident.reminded().filter(since::equals).isPresent();
        Duration pause = again && within.compareTo(DAY) < 0 ? DAY : within;
        if (known.isEmpty() || now.isBefore(since.plus(pause))) {
            return Optional.empty();
        }
        Optional<QueuedMail> mail = told(notice(Notice.Kind.UNCLAIMED, incident, known, now), situation);
        situation.incident(incident.id()).ifPresent(changed -> situation.add(changed.remindedAt(now)));
        return mail;
    }

    private static Incident opened(
            String subject, Instant since, List<CheckId> checks, List<Transition> news, Situation situation) {
        long id = situation.nextIncidentId();
        situation.did(new Act.Opened(id));
        return new Incident(id, subject, latest(news, situation), since, new TreeSet<>(checks), 0, Optional.empty());
    }

    private Optional<QueuedMail> ended(Incident incident, List<Transition> news, Situation situation) {
        Instant at = latest(news, situation);
        Incident ended = incident.resolvedAt(at);
        situation.add(ended);
        situation.did(new Act.Resolved(incident.id()));
        if (incident.told().isEmpty()) {
            return Optional.empty();
        }
        boolean defined = incident.subjects().stream()
                .flatMap(subject -> catalog.subject(subject).stream())
                .flatMap(subject -> subject.checks().stream())
                .anyMatch(check -> incident.checks().contains(check.id()));
        return told(notice(defined ? Notice.Kind.RECOVERED : Notice.Kind.CLOSED, ended, before(news), at), situation);
    }

    /** Of some subject all that people were told is well again; what is left they were told of, or do not want to. */
    private Optional<QueuedMail> eased(
            Incident incident, List<CheckState> failing, List<Transition> news, Situation situation) {
        Set<CheckId> told = incident.told().keySet();
        Set<String> bad = new HashSet<>();
        failing.stream().map(CheckState::check).filter(told::contains).forEach(check -> bad.add(check.subject()));
        List<CheckId> well =
                told.stream().filter(check -> !bad.contains(check.subject())).toList();
        if (well.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> held = incident.held();
        Optional<QueuedMail> mail = told(
                notice(Notice.Kind.EASED, incident, before(news), latest(news, situation))
                        .of(well),
                situation);
        situation
                .incident(incident.id())
                .ifPresent(known ->
                        situation.add((mail.isPresent() ? known.toldWell(well) : known).held(held.or(known::held))));
        return mail;
    }

    private static List<CheckState> before(List<Transition> news) {
        return news.stream()
                .flatMap(transition -> transition.before().stream())
                .filter(CheckState::isTrouble)
                .sorted(Situation.WORST_FIRST)
                .toList();
    }

    private static Notice notice(Notice.Kind kind, Incident incident, List<CheckState> news, Instant at) {
        return new Notice(
                kind,
                incident,
                incident.mails() + 1,
                news,
                List.copyOf(incident.told().keySet()),
                List.of(),
                "",
                at);
    }

    private static Instant latest(List<Transition> news, Situation situation) {
        return news.stream()
                .map(transition -> transition.after().at())
                .max(Instant::compareTo)
                .orElse(situation.now());
    }

    /** Lets the notice pass the stages, and notes in the incident what came of it. */
    private Optional<QueuedMail> told(Notice notice, Situation situation) {
        Notice passed = notice;
        Optional<String> leftOut = Optional.empty();
        for (Stage stage : stages) {
            Stage.Decision decision = stage.decide(passed, situation);
            if (decision instanceof Stage.Decision.Pass pass) {
                passed = pass.notice();
                leftOut = leftOut.or(pass::leftOut);
            } else if (decision instanceof Stage.Decision.Held held) {
                held(notice.incident(), held.reason(), situation);
                return Optional.empty();
            }
        }
        if (composer.isEmpty()) {
            held(notice.incident(), "the controller's settings name no mail server", situation);
            return Optional.empty();
        }
        QueuedMail mail = composer.get().compose(passed, situation);
        Map<CheckId, Told> news = new TreeMap<>();
        if (notice.isNews()) {
            passed.news().forEach(state -> news.put(state.check(), Told.of(state)));
        }
        Incident incident = notice.incident().afterMail(news, situation.now());
        situation.did(
                new Act.Told(incident.id(), passed.recipients(), passed.kind().word()));
        situation.add(incident.held(Optional.empty()));
        leftOut.ifPresent(reason -> held(incident, reason, situation));
        return Optional.of(mail);
    }

    private static void held(Incident incident, String reason, Situation situation) {
        if (!incident.held().equals(Optional.of(reason))) {
            situation.did(new Act.Held(incident.id(), reason));
            situation.add(new Event(
                    situation.now(), incident.subject(), "incident " + incident.id() + " is not mailed: " + reason));
        }
        situation.add(incident.held(Optional.of(reason)));
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
