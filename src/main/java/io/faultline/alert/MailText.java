package io.faultline.alert;

import io.faultline.catalog.Catalog;
import io.faultline.catalog.CheckDefinition;
import io.faultline.catalog.Service;
import io.faultline.catalog.Subject;
import io.faultline.check.CheckId;
import io.faultline.check.Fact;
import io.faultline.check.Result;
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
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The values that the template of a mail about an incident may have. */
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

    MailText(Notice notice, Situation situation, NextSteps steps, ZoneId zone) {
        this.steps = steps;
        this.notice = notice;
        this.incident = notice.incident();
        this.subject = incident.subject();
        this.situation = situation;
        this.catalog = situation.catalog();
        this.zone = zone;
    }

    /** What a value of the template is for this mail; several lines end with LF each. */
    String value(String name) {
        return switch (name) {
            case "state" -> MailWords.state(notice);
            case "subject" -> notice.subject();
            case "importance" -> importance(subject);
            case "summary" -> MailWords.summary(notice, situation);
            case "also" -> MailWords.also(notice);
            case "since" -> full(incident.since());
            case "ago" -> ago(incident.since());
            case "ended" -> full(notice.at());
            case "lasted" -> Durations.roughly(Duration.between(incident.since(), notice.at()));
            case "not-mailed-because" -> incident.held().orElse("");
            case "incident" -> Long.toString(incident.id());
            case "number" -> Integer.toString(notice.number());
            case "why" -> notice.why();
            case "zone" -> zone.getId();
            default -> block(name);
        };
    }

    private String block(String name) {
        Paragraphs out = new Paragraphs();
        switch (name) {
            case "broken" -> failing(out, notice.news());
            case "still-broken" -> stillBroken(out);
            case "not-mailed" -> notMailed(out);
            case "was-broken" -> wasBroken(out);
            case "dependants" -> dependants(out);
            case "consequences" -> consequences(out);
            case "needs" -> needs(out);
            case "before" -> before(out);
            case "about" -> about(out);
            case "people" -> people(out);
            case "next" ->
                steps.about(
                                subject,
                                incident.id(),
                                situation.claim(incident.id()).isPresent())
                        .forEach(out::item);
            default -> throw new IllegalArgumentException("no mail has a {" + name + "}");
        }
        return out.text();
    }

    private List<CheckState> left() {
        return incident.subjects().stream()
                .flatMap(name -> situation.failing(name).stream())
                .filter(state ->
                        notice.kind() != Notice.Kind.MORE || !notice.news().contains(state))
                .sorted(Situation.WORST_FIRST)
                .toList();
    }

    private boolean areTold(List<CheckState> states) {
        return states.stream().allMatch(state -> incident.told().containsKey(state.check()));
    }

    private void stillBroken(Paragraphs out) {
        List<CheckState> left = left();
        if (notice.kind() == Notice.Kind.MORE || areTold(left)) {
            bounded(out, left, MOST_CHECKS, state -> out.item(headline(state)));
        }
    }

    /** What is left of the incident, and why it is not told. */
    private void notMailed(Paragraphs out) {
        List<CheckState> left = left();
        if (!areTold(left)) {
            bounded(out, left, MOST_CHECKS, state -> out.item(headline(state)));
            incident.held().ifPresent(out::item);
        }
    }

    private void wasBroken(Paragraphs out) {
        out.item("first failure: " + full(incident.since()));
        List<CheckId> checks = notice.kind() == Notice.Kind.EASED ? notice.well() : List.copyOf(incident.checks());
        bounded(out, checks, MOST_CHECKS, check -> {
            Optional<Result> was = notice.kind() == Notice.Kind.CLOSED
                    ? situation.state(check).map(CheckState::last)
                    : lastFailure(check).map(Observation::result);
            out.item(name(check)
                    + was.map(result -> ": " + result.status() + " - " + result.summary())
                            .orElse(""));
        });
    }

    /** What people said about the incident so far. */
    private void people(Paragraphs out) {
        situation
                .claim(incident.id())
                .ifPresent(claim -> out.item("claimed by " + claim.by() + " until " + clock(claim.until())));
        situation.log(incident.id(), MOST_EVENTS).stream()
                .filter(entry -> entry.act() instanceof Act.Noted)
                .forEach(entry ->
                        out.item(clock(entry.at()) + "  " + entry.by() + ": " + ((Act.Noted) entry.act()).text()));
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

    private void failing(Paragraphs out, List<CheckState> states) {
        bounded(out, states, MOST_CHECKS, state -> {
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

    private void dependants(Paragraphs out) {
        List<String> names = catalog.dependants(subject).stream()
                .sorted(Comparator.comparing(catalog::importance).reversed().thenComparing(Comparator.naturalOrder()))
                .toList();
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
    private void consequences(Paragraphs out) {
        List<CheckState> explained = catalog.dependants(subject).stream()
                .flatMap(name -> situation.failing(name).stream())
                .filter(state -> situation.causes().of(state).stream()
                        .anyMatch(cause -> cause.check().subject().equals(subject)))
                .sorted(Situation.WORST_FIRST)
                .toList();
        bounded(out, explained, MOST_NAMES, state -> out.item(headline(state)));
    }

    private void needs(Paragraphs out) {
        List<CheckState> broken = catalog.dependencies(subject).stream()
                .flatMap(name -> situation.failing(name).stream())
                .sorted(Situation.WORST_FIRST)
                .toList();
        boolean over = notice.kind() == Notice.Kind.RECOVERED || notice.kind() == Notice.Kind.EASED;
        bounded(
                out,
                broken,
                MOST_CHECKS,
                state -> out.item(headline(state) + (over ? "" : " (since " + clock(state.hardSince()) + ")")));
    }

    private void before(Paragraphs out) {
        Collection<String> near = new TreeSet<>(catalog.dependencies(subject));
        near.add(subject);
        List<Event> events = situation
                .recentEvents(near, LOOKING_BACK, MOST_EVENTS + notice.news().size())
                .stream()
                .filter(event ->
                        event.at().isBefore(notice.at()) || !event.subject().equals(subject))
                .toList();
        if (events.isEmpty()) {
            out.item("nothing that is known here");
        }
        bounded(
                out,
                events,
                MOST_EVENTS,
                event -> out.item(
                        clock(event.at()) + "  " + (event.subject().equals(subject) ? "" : event.subject() + ": ")
                                + Shown.oneLine(event.what(), 300)));
    }

    private void about(Paragraphs out) {
        Optional<Subject> known = catalog.subject(subject);
        if (known.isEmpty()) {
            return;
        }
        out.item(known.get().purpose());
        if (known.get() instanceof Service service) {
            service.access().ifPresent(access -> out.item("access: " + access));
            service.configuration().ifPresent(place -> out.item("configuration: " + place));
        }
        out.item("checks: " + known.get().place().file());
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

    private static <T> void bounded(Paragraphs out, List<T> all, int most, java.util.function.Consumer<T> each) {
        all.stream().limit(most).forEach(each);
        if (all.size() > most) {
            out.item("(and " + (all.size() - most) + " more)");
        }
    }
}
