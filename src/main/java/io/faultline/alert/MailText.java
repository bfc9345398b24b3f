package io.faultline.alert;

import io.faultline.catalog.Catalog;
import io.faultline.catalog.CheckDefinition;
import io.faultline.catalog.Service;
import io.faultline.catalog.Subject;
import io.faultline.check.CheckId;
import io.faultline.check.Fact;
import io.faultline.config.Durations;
import io.faultline.config.Shown;
import io.faultline.history.Act;
import io.faultline.history.CheckState;
import io.faultline.history.Event;
import io.faultline.history.Incident;
import io.faultline.history.Observation;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The text of a mail: what somebody who was just woken needs to know, in the order in which it is needed. */
final class MailText {
    private static final int MOST_CHECKS = 6;
    private static final int MOST_FACTS = 6;
    private static final int MOST_NAMES = 12;
    private static final int MOST_EVENTS = 10;
    private static final Duration LOOKING_BACK = Duration.ofHours(24);

    private final Notice notice;
    private final Incident incident;
    private final String subject;
    private final Situation situation;
    private final Catalog catalog;
    private final NextSteps steps;
    private final ZoneId zone;
    private final Paragraphs out = new Paragraphs();

    MailText(Notice notice, Situation situation, NextSteps steps, ZoneId zone) {
        this.steps = steps;
        this.notice = notice;
        this.incident = notice.incident();
        this.subject = incident.subject();
        this.situation = situation;
        this.catalog = situation.catalog();
        this.zone = zone;
    }

    String text() {
        switch (notice.kind()) {
            case PROBLEM -> problem();
            case MORE -> more();
            case UNCLAIMED -> unclaimed();
            case RECOVERED -> recovered(List.copyOf(incident.checks()));
            case EASED -> recovered(notice.well());
            case CLOSED -> closed();
        }
        footer();
        return out.text();
    }

    private void problem() {
        out.line(subject + " has a problem since " + full(incident.since()) + " (" + ago(incident.since()) + ").");
        out.line("It is of " + importance(subject) + " importance.");
        incident.held().ifPresent(reason -> out.line("It was not mailed before: " + reason + "."));
        out.heading("What is broken");
        failing(notice.news());
        dependants();
        consequences();
        brokenToo();
        before();
        about();
        next();
    }

    private void unclaimed() {
        out.line(subject + " has a problem since " + full(incident.since()) + " (" + ago(incident.since())
                + "), people were told, and nobody says that they work on it.");
        out.line("It is of " + importance(subject) + " importance.");
        out.heading("What is broken");
        failing(notice.news());
        dependants();
        people();
        next();
    }

    private void more() {
        out.line("More about " + subject + ", which has a problem since " + full(incident.since()) + " ("
                + ago(incident.since()) + ").");
        out.heading("What is new");
        failing(notice.news());
        List<CheckState> known = incident.subjects().stream()
                .flatMap(name -> situation.failing(name).stream())
                .filter(state -> !notice.news().contains(state))
                .toList();
        if (!known.isEmpty()) {
            out.heading("Still broken");
            bounded(known, MOST_CHECKS, state -> out.item(headline(state)));
        }
        brokenToo();
        people();
        next();
    }

    private void recovered(List<CheckId> checks) {
        Duration lasted = Duration.between(incident.since(), notice.at());
        out.line(notice.subject() + (notice.subject().contains(",") ? " are" : " is") + " well again since "
                + full(notice.at()) + ". The problem lasted " + Durations.roughly(lasted) + ".");
        out.heading("What was broken");
        out.item("first failure: " + full(incident.since()));
        bounded(checks, MOST_CHECKS, check -> {
            String was = lastFailure(check)
                    .map(o -> o.result().status() + " - " + o.result().summary())
                    .orElse("");
            out.item(name(check) + (was.isEmpty() ? "" : ": " + was));
        });
        held();
        stillBroken();
        people();
    }

    /** What is left of the incident, and why it is not told. */
    private void held() {
        List<CheckState> left = incident.subjects().stream()
                .flatMap(name -> situation.failing(name).stream())
                .sorted(Situation.WORST_FIRST)
                .toList();
        if (!left.isEmpty()) {
            boolean known = left.stream().allMatch(state -> incident.told().containsKey(state.check()));
            out.heading(known ? "Still broken" : "Still broken, and not mailed");
            bounded(left, MOST_CHECKS, state -> out.item(headline(state)));
            incident.held().ifPresent(out::item);
        }
    }

    /** What people said about the incident so far. */
    private void people() {
        List<String> said = new ArrayList<>();
        situation
                .claim(incident.id())
                .ifPresent(claim -> said.add("claimed by " + claim.by() + " until " + clock(claim.until())));
        situation.log(incident.id(), MOST_EVENTS).stream()
                .filter(entry -> entry.act() instanceof Act.Noted)
                .forEach(entry ->
                        said.add(clock(entry.at()) + "  " + entry.by() + ": " + ((Act.Noted) entry.act()).text()));
        if (!said.isEmpty()) {
            out.heading("What people said");
            said.forEach(out::item);
        }
    }

    private void closed() {
        out.line("Incident " + incident.id() + " of " + subject + " was closed: its failing checks are not in the"
                + " catalogue any more. Nobody knows whether what they tested works.");
        out.heading("What was broken");
        out.item("first failure: " + full(incident.since()));
        bounded(new ArrayList<>(incident.checks()), MOST_CHECKS, check -> {
            String was = situation
                    .state(check)
                    .map(state ->
                            ": " + state.last().status() + " - " + state.last().summary())
                    .orElse("");
            out.item(check.name() + was);
        });
    }

    private Optional<Observation> lastFailure(CheckId check) {
        Optional<Observation> inNews = notice.news().stream()
                .filter(state -> state.check().equals(check))
                .map(state -> new Observation(check, state.at(), state.took(), state.last()))
                .findFirst();
        return inNews.or(() -> situation.observations(check, incident.since()).stream()
                .filter(observation -> !observation.result().isOk())
                .reduce((a, b) -> b));
    }

    private void failing(List<CheckState> states) {
        bounded(states, MOST_CHECKS, state -> {
            out.item(headline(state));
            title(state.check()).ifPresent(out::detail);
            List<Fact> facts = state.last().facts();
            facts.stream().limit(MOST_FACTS).forEach(fact -> out.detail(fact.toString()));
            if (facts.size() > MOST_FACTS) {
                out.detail("(and " + (facts.size() - MOST_FACTS) + " more)");
            }
            Trouble.details(state, incident, situation).forEach(out::detail);
        });
    }

    private Optional<String> title(CheckId check) {
        return definition(check).map(CheckDefinition::title).filter(title -> !title.equals(check.name()));
    }

    private Optional<CheckDefinition> definition(CheckId check) {
        return catalog.subject(check.subject()).map(Subject::checks).orElse(List.of()).stream()
                .filter(definition -> definition.id().equals(check))
                .findFirst();
    }

    private String name(CheckId check) {
        return (check.subject().equals(subject) ? "" : check.subject() + " ") + check.name();
    }

    private String headline(CheckState state) {
        return name(state.check()) + ": " + Trouble.word(state) + " - "
                + state.last().summary();
    }

    private void dependants() {
        List<String> names = catalog.dependants(subject).stream()
                .sorted(Comparator.comparing(catalog::importance).reversed().thenComparing(Comparator.naturalOrder()))
                .toList();
        out.heading("Who depends on it");
        if (names.isEmpty()) {
            out.item("nothing in the catalogue");
            return;
        }
        String more = names.size() > MOST_NAMES ? ", and " + (names.size() - MOST_NAMES) + " more" : "";
        out.item(names.stream()
                .limit(MOST_NAMES)
                .map(name -> name + " (" + importance(name) + ")")
                .collect(Collectors.joining(", ", "", more)));
    }

    /** Shown here, under their cause; nobody is mailed about them alone. */
    private void consequences() {
        List<CheckState> explained = catalog.dependants(subject).stream()
                .flatMap(name -> situation.failing(name).stream())
                .filter(state -> situation.causes().of(state).stream()
                        .anyMatch(cause -> cause.check().subject().equals(subject)))
                .sorted(Situation.WORST_FIRST)
                .toList();
        if (!explained.isEmpty()) {
            out.heading("Broken because of it, as far as can be told");
            bounded(explained, MOST_NAMES, state -> out.item(headline(state)));
        }
    }

    private void brokenToo() {
        List<CheckState> broken = catalog.dependencies(subject).stream()
                .flatMap(name -> situation.failing(name).stream())
                .sorted(Situation.WORST_FIRST)
                .toList();
        if (!broken.isEmpty()) {
            out.heading("Needed by it, and broken too");
            bounded(
                    broken,
                    MOST_CHECKS,
                    state -> out.item(headline(state) + " (since " + clock(state.hardSince()) + ")"));
        }
    }

    private void stillBroken() {
        List<CheckState> broken = catalog.dependencies(subject).stream()
                .flatMap(name -> situation.failing(name).stream())
                .sorted(Situation.WORST_FIRST)
                .toList();
        if (!broken.isEmpty()) {
            out.heading("Needed by it, and still broken");
            bounded(broken, MOST_CHECKS, state -> out.item(headline(state)));
        }
    }

    private void before() {
        Collection<String> near = new TreeSet<>(catalog.dependencies(subject));
        near.add(subject);
        List<Event> events = situation
                .recentEvents(near, LOOKING_BACK, MOST_EVENTS + notice.news().size())
                .stream()
                .filter(event ->
                        event.at().isBefore(notice.at()) || !event.subject().equals(subject))
                .toList();
        out.heading("What changed before (last 24 hours, newest first)");
        if (events.isEmpty()) {
            out.item("nothing that is known here");
        }
        bounded(
                events,
                MOST_EVENTS,
                event -> out.item(
                        clock(event.at()) + "  " + (event.subject().equals(subject) ? "" : event.subject() + ": ")
                                + Shown.oneLine(event.what(), 300)));
    }

    private void about() {
        Optional<Subject> known = catalog.subject(subject);
        if (known.isEmpty()) {
            return;
        }
        out.heading("About it");
        out.item(known.get().purpose());
        if (known.get() instanceof Service service) {
            service.access().ifPresent(access -> out.item("access: " + access));
            service.configuration().ifPresent(place -> out.item("configuration: " + place));
        }
        out.item("checks: " + known.get().place().file());
    }

    private void next() {
        out.heading("What to do next");
        steps.about(subject, incident.id(), situation.claim(incident.id()).isPresent())
                .forEach(out::item);
    }

    private void footer() {
        out.line("");
        out.line("You get this because " + notice.why());
        out.line("Incident " + incident.id() + ", mail " + notice.number() + ". Times: " + zone.getId() + ".");
    }

    private String importance(String name) {
        return catalog.importance(name).word();
    }

    private String full(Instant at) {
        return situation.full(at);
    }

    private String clock(Instant at) {
        return situation.clock(at);
    }

    private String ago(Instant at) {
        return Durations.roughly(Duration.between(at, situation.now())) + " ago";
    }

    private <T> void bounded(List<T> all, int most, java.util.function.Consumer<T> each) {
        all.stream().limit(most).forEach(each);
        if (all.size() > most) {
            out.item("(and " + (all.size() - most) + " more)");
        }
    }
}
