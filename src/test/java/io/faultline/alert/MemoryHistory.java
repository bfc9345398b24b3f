package io.faultline.alert;

import io.faultline.check.CheckId;
import io.faultline.history.Act;
import io.faultline.history.Changes;
import io.faultline.history.CheckState;
import io.faultline.history.Claim;
import io.faultline.history.Entry;
import io.faultline.history.Event;
import io.faultline.history.History;
import io.faultline.history.Incident;
import io.faultline.history.Observation;
import io.faultline.history.Pause;
import io.faultline.history.QueuedMail;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A history for tests that forgets everything in the end. */
public final class MemoryHistory implements History {
    private final Map<CheckId, CheckState> states = new TreeMap<>();
    private final List<Observation> observations = new ArrayList<>();
    private final Map<Long, Incident> incidents = new TreeMap<>();
    private final List<Event> events = new ArrayList<>();
    private final List<Entry> entries = new ArrayList<>();
    private final Map<String, QueuedMail> queue = new LinkedHashMap<>();
    private final Map<String, QueuedMail> sent = new LinkedHashMap<>();
    private Instant lastSent;
    private Map<CheckId, String> fingerprints = Map.of();
    private long lastId;

    @Override
    public synchronized void commit(Changes changes) {
        observations.addAll(changes.observations());
        changes.states().forEach(state -> states.put(state.check(), state));
        changes.incidents().forEach(incident -> incidents.put(incident.id(), incident));
        for (QueuedMail mail : changes.mails()) {
            boolean known = queue.containsKey(mail.messageId()) || sent.containsKey(mail.messageId());
            if (known && mail.incident().isPresent()) {
                throw new IllegalStateException("Message-ID used twice: " + mail.messageId());
            }
            if (!known) {
                queue.put(mail.messageId(), mail);
            }
        }
        events.addAll(changes.events());
        changes.entries().forEach(entry -> enter(entry.at(), entry.by(), entry.act()));
    }

    @Override
    public synchronized Entry enter(Instant at, String by, Act act) {
        Entry entry = new Entry(entries.size() + 1, at, by, act);
        entries.add(entry);
        return entry;
    }

    @Override
    public synchronized List<Entry> log(long incident, int most) {
        List<Entry> found = entries.stream()
                .filter(entry -> entry.act().about().equals(Optional.of(incident)))
                .toList();
        return found.subList(Math.max(0, found.size() - most), found.size());
    }

    @Override
    public synchronized List<Entry> log(Instant since, int most) {
        return entries.stream()
                .filter(entry -> !entry.at().isBefore(since))
                .sorted(Comparator.comparing(Entry::id).reversed())
                .limit(most)
                .toList();
    }

    @Override
    public synchronized List<Entry> mailed(Instant since, int most) {
        return log(since, Integer.MAX_VALUE).stream()
                .filter(entry -> entry.act() instanceof Act.Told || entry.act() instanceof Act.Digested)
                .limit(most)
                .toList();
    }

    @Override
    public synchronized List<Pause> pauses(Instant endingAfter) {
        return entries.stream()
                .flatMap(entry -> pause(entry.id()).stream())
                .filter(pause -> pause.until().isAfter(endingAfter))
                .toList();
    }

    @Override
    public synchronized Optional<Pause> pause(long id) {
        Optional<Entry> end = entries.stream()
                .filter(entry -> entry.act() instanceof Act.Ended ended && ended.pause() == id)
                .findFirst();
        return entries.stream()
                .filter(entry -> entry.id() == id)
                .findFirst()
                .flatMap(Pause::of)
                .map(pause -> end.map(entry -> pause.endedAt(entry.at())).orElse(pause));
    }

    @Override
    public synchronized Map<Long, Claim> claims() {
        Map<Long, Claim> claims = new TreeMap<>();
        for (Entry entry : entries) {
            if (entry.act() instanceof Act.Claimed claimed) {
                claims.put(claimed.incident(), new Claim(claimed.incident(), entry.by(), entry.at(), claimed.until()));
            } else if (entry.act() instanceof Act.Released released) {
                claims.remove(released.incident());
            }
        }
        claims.keySet().removeIf(id -> incident(id).flatMap(Incident::resolved).isPresent());
        return claims;
    }

    @Override
    public synchronized Map<CheckId, CheckState> states() {
        return Map.copyOf(states);
    }

    @Override
    public synchronized List<Observation> observations(CheckId check, Instant since, int most) {
        List<Observation> found = observations.stream()
                .filter(o -> o.check().equals(check) && !o.at().isBefore(since))
                .toList();
        return found.subList(Math.max(0, found.size() - most), found.size());
    }

    @Override
    public synchronized List<Incident> openIncidents() {
        return incidents.values().stream().filter(i -> i.resolved().isEmpty()).toList();
    }

    @Override
    public synchronized List<Incident> incidents(int most) {
        return incidents.values().stream()
                .sorted(Comparator.comparing(Incident::id).reversed())
                .limit(most)
                .toList();
    }

    @Override
    public synchronized Optional<Incident> incident(long id) {
        return Optional.ofNullable(incidents.get(id));
    }

    @Override
    public synchronized long nextIncidentId() {
        return ++lastId;
    }

    @Override
    public synchronized List<Event> events(Collection<String> subjects, Instant since, int most) {
        List<Event> found = events.stream()
                .filter(e -> subjects.contains(e.subject()) && !e.at().isBefore(since))
                .sorted(Comparator.comparing(Event::at))
                .toList();
        return found.subList(Math.max(0, found.size() - most), found.size());
    }

    @Override
    public synchronized List<QueuedMail> dueMails(Instant now, int most) {
        return queue.values().stream()
                .filter(mail -> !mail.notBefore().isAfter(now))
                .limit(most)
                .toList();
    }

    @Override
    public synchronized List<QueuedMail> queuedMails() {
        return List.copyOf(queue.values());
    }

    @Override
    public synchronized Optional<Instant> lastSent() {
        return Optional.ofNullable(lastSent);
    }

    @Override
    public synchronized void mailGivenUp(String messageId, Instant at, String error) {
        sent.put(messageId, queue.remove(messageId));
    }

    @Override
    public synchronized void mailSent(String messageId, Instant at) {
        lastSent = at;
        sent.put(messageId, queue.remove(messageId));
    }

    @Override
    public synchronized void mailFailed(String messageId, Instant nextTry, String error) {
        queue.computeIfPresent(
                messageId,
                (id, mail) -> new QueuedMail(
                        id,
                        mail.incident(),
                        mail.recipients(),
                        mail.content(),
                        mail.queued(),
                        mail.tries() + 1,
                        nextTry,
                        Optional.of(error)));
    }

    @Override
    public synchronized Map<CheckId, String> fingerprints() {
        return fingerprints;
    }

    @Override
    public synchronized void fingerprints(Map<CheckId, String> inForce) {
        fingerprints = Map.copyOf(inForce);
    }

    @Override
    public void prune(Instant before) {}

    @Override
    public void close() {}
}
