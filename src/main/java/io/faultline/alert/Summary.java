package io.faultline.alert;

import io.faultline.catalog.DigestEvery;
import io.faultline.catalog.MailKind;
import io.faultline.catalog.Team;
import io.faultline.config.Durations;
import io.faultline.history.Act;
import io.faultline.history.Entry;
import io.faultline.history.Incident;
import io.faultline.history.QueuedMail;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Sums up a day or a week for teams and people who want that, with what nobody was mailed about. */
final class Summary {
    private static final int MOST_LINES = 30;

    private final Composer composer;
    private final Situation situation;

    Summary(Composer composer, Situation situation) {
        this.composer = composer;
        this.situation = situation;
    }

    /** Whoever wants one. */
    private record Reader(String name, Team team, DigestEvery every, List<String> to) {}

    private static List<Reader> readers(Team team) {
        List<Reader> readers = new ArrayList<>();
        readers.add(new Reader(team.name(), team, team.digest(), team.mail()));
        for (Team.Contact contact : team.contacts()) {
            contact.mail()
                    .ifPresent(address -> readers.add(
                            new Reader(team.name() + "/" + contact.name(), team, contact.digest(), List.of(address))));
        }
        readers.removeIf(reader -> reader.every() == DigestEvery.NEVER);
        return readers;
    }

    static boolean isWanted(Iterable<Team> teams) {
        for (Team team : teams) {
            if (!readers(team).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /** The mails that are due and were not written yet; each is noted as done, also if there was nothing to say. */
    List<QueuedMail> mails() {
        List<QueuedMail> mails = new ArrayList<>();
        for (Team team : situation.catalog().teams()) {
            for (Reader reader : readers(team)) {
                Instant due = reader.every().due(situation.now(), situation.zone());
                if (!isDone(reader, due)) {
                    write(reader, due, mails);
                }
            }
        }
        return mails;
    }

    private boolean isDone(Reader reader, Instant due) {
        return situation.mailedSince(due).stream()
                .anyMatch(entry -> entry.act() instanceof Act.Digested digested
                        && digested.team().equals(reader.name())
                        && digested.what().equals(reader.every().word()));
    }

    private void write(Reader reader, Instant due, List<QueuedMail> mails) {
        Instant since = reader.every().before(due, situation.zone());
        Map<Long, Integer> told = new TreeMap<>();
        Map<Long, String> held = new TreeMap<>();
        Set<Long> incidents = new TreeSet<>();
        for (Entry entry : situation.logBetween(since, due)) {
            entry.act()
                    .about()
                    .filter(incident -> isOf(reader.team(), incident))
                    .ifPresent(incident -> {
                        incidents.add(incident);
                        if (entry.act() instanceof Act.Told) {
                            told.merge(incident, 1, Integer::sum);
                        } else if (entry.act() instanceof Act.Held act) {
                            held.put(incident, act.reason());
                        }
                    });
        }
        List<Incident> open = situation.openIncidents().stream()
                .filter(incident -> isOf(reader.team(), incident.id()))
                .toList();
        open.forEach(incident -> {
            incidents.add(incident.id());
            incident.held().ifPresent(reason -> held.put(incident.id(), reason));
        });
        situation.did(
                new Act.Digested(reader.name(), incidents.size(), reader.every().word()));
        if (!incidents.isEmpty()) {
            Set<Long> silent = new HashSet<>(incidents);
            silent.removeAll(told.keySet());
            open.stream()
                    .filter(incident -> !incident.told().isEmpty())
                    .forEach(incident -> silent.remove(incident.id()));
            mails.add(composer.digest(
                    reader.team().name(),
                    reader.to(),
                    reader.name() + "." + reader.every().word(),
                    situation,
                    MailKind.DIGEST,
                    values(reader, since, incidents, told, held, silent, open)));
        }
    }

    private boolean isOf(Team team, long incident) {
        return situation
                .catalog()
                .teamOf(situation.subjectOf(incident))
                .filter(team::equals)
                .isPresent();
    }

    private Map<String, String> values(
            Reader reader,
            Instant since,
            Set<Long> incidents,
            Map<Long, Integer> told,
            Map<Long, String> held,
            Set<Long> silent,
            List<Incident> open) {
        Map<String, int[]> bySubject = new TreeMap<>();
        for (long incident : incidents) {
            int[] counts = bySubject.computeIfAbsent(situation.subjectOf(incident), subject -> new int[2]);
            counts[0]++;
            counts[1] += told.getOrDefault(incident, 0);
        }
        Map<String, Integer> reasons = new TreeMap<>();
        silent.forEach(incident -> reasons.merge(
                held.getOrDefault(incident, "it was over before anybody had to be told"), 1, Integer::sum));
        int mails = told.values().stream().mapToInt(Integer::intValue).sum();
        return Map.of(
                "every",
                reader.every().name(),
                "since",
                situation.full(since),
                "incidents",
                counted(incidents.size(), "incident"),
                "open",
                Integer.toString(open.size()),
                "mails",
                counted(mails, "mail"),
                "silent",
                Integer.toString(silent.size()),
                "still-broken",
                lines(open.stream().map(this::line).toList()),
                "by-subject",
                lines(bySubject.entrySet().stream()
                        .map(entry -> entry.getKey() + ": " + counted(entry.getValue()[0], "incident") + ", "
                                + counted(entry.getValue()[1], "mail"))
                        .toList()),
                "reasons",
                lines(reasons.entrySet().stream()
                        .map(entry -> entry.getKey() + ": " + counted(entry.getValue(), "incident"))
                        .toList()));
    }

    private String line(Incident incident) {
        return "incident " + incident.id() + ", " + incident.subject() + ", for "
                + Durations.roughly(Duration.between(incident.since(), situation.now()))
                + incident.held().map(reason -> "; not mailed: " + reason).orElse("");
    }

    private static String counted(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private static String lines(List<String> all) {
        Paragraphs out = new Paragraphs();
        all.stream().limit(MOST_LINES).forEach(out::item);
        if (all.size() > MOST_LINES) {
            out.item("(and " + (all.size() - MOST_LINES) + " more)");
        }
        return out.text();
    }
}
