package io.faultline.alert;

import io.faultline.catalog.Catalog;
import io.faultline.catalog.MailKind;
import io.faultline.catalog.Team;
import io.faultline.history.Act;
import io.faultline.history.Entry;
import io.faultline.history.QueuedMail;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Counts what the budget left out, and tells each team at once and then once a day at most. */
final class Digest {
    private static final int MOST_LINES = 30;

    private final Composer composer;
    private final Situation situation;

    Digest(Composer composer, Situation situation) {
        this.composer = composer;
        this.situation = situation;
    }

    /** The mails that are due now that something was left out; each is noted as done. */
    List<QueuedMail> mails() {
        if (situation.newEntries().stream().noneMatch(Digest::isLeftOut)) {
            return List.of();
        }
        List<QueuedMail> mails = new ArrayList<>();
        Catalog catalog = situation.catalog();
        for (Team team : catalog.teams()) {
            Instant last = situation.mailedLately().stream()
                    .filter(entry -> entry.act() instanceof Act.Digested digested
                            && digested.what().equals(Act.Digested.LEFT_OUT)
                            && digested.team().equals(team.name()))
                    .map(Entry::at)
                    .max(Instant::compareTo)
                    .orElse(Instant.MIN);
            if (last.isAfter(Instant.MIN) && situation.now().isBefore(last.plus(Duration.ofDays(1)))) {
                continue;
            }
            Set<Long> incidents = new TreeSet<>();
            Set<String> reasons = new LinkedHashSet<>();
            Map<String, Integer> bySubject = new TreeMap<>();
            for (Entry entry : situation.lastDay()) {
                if (isLeftOut(entry)
                        && entry.act() instanceof Act.Held held
                        && catalog.teamOf(situation.subjectOf(held.incident()))
                                .filter(team::equals)
                                .isPresent()
                        && incidents.add(held.incident())) {
                    reasons.add(held.reason());
                    bySubject.merge(situation.subjectOf(held.incident()), 1, Integer::sum);
                }
            }
            if (!incidents.isEmpty() && !team.mail().isEmpty()) {
                situation.did(new Act.Digested(team.name(), incidents.size()));
                mails.add(composer.digest(
                        team.name(),
                        team.mail(),
                        team.name(),
                        situation,
                        MailKind.TOO_MANY,
                        values(incidents.size(), reasons, bySubject)));
            }
        }
        return mails;
    }

    private static boolean isLeftOut(Entry entry) {
        return entry.act() instanceof Act.Held held && held.reason().startsWith(Budget.REASON);
    }

    private static Map<String, String> values(int incidents, Set<String> reasons, Map<String, Integer> bySubject) {
        Paragraphs leftOut = new Paragraphs();
        List<Map.Entry<String, Integer>> most = bySubject.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                .toList();
        most.stream().limit(MOST_LINES).forEach(entry -> leftOut.item(entry.getKey() + ": " + entry.getValue()));
        if (most.size() > MOST_LINES) {
            leftOut.item("(and " + (most.size() - MOST_LINES) + " more)");
        }
        Paragraphs why = new Paragraphs();
        reasons.stream().limit(MOST_LINES).forEach(why::item);
        return Map.of(
                "incidents",
                incidents + (incidents == 1 ? " incident" : " incidents"),
                "most",
                most.get(0).getKey(),
                "left-out",
                leftOut.text(),
                "reasons",
                why.text());
    }
}
