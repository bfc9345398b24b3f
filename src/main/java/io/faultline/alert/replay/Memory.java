package io.faultline.alert.replay;

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
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A history in memory that keeps only what decisions look back on. Its mails are never sent. Not thread-safe: one
 * rehearsal uses it.
 */
final class Memory implements History {
    private static final int OBSERVATIONS = 60;
    private static final Duration LOG = Duration.ofDays(2);

    private final Map<CheckId, CheckState> states = new HashMap<>();
    private final Map<CheckId, Deque<Observation>> observations = new HashMap<>();
    private final Map<Long, Incident> open = new TreeMap<>();
    private final Map<Long, Incident> resolved = new HashMap<>();
    private final Deque<Entry> log = new ArrayDeque<>();
    private final List<Pause> pauses = new ArrayList<>();
    private final Map<Long, Claim> claims = new HashMap<>();
    private long lastEntry;
    private long lastIncident;

    @Override
    public Optional<CheckState> state(CheckId check) {
        return Optional.ofNullable(states.get(check));
    }

    @Override
    public void commit(Changes changes) {
        for (Observation observation : changes.observations()) {
            Deque<Observation> known = observations.computeIfAbsent(observation.check(), check -> new ArrayDeque<>());
            known.add(observation);
            if (known.size() > OBSERVATIONS) {
                known.remove();
            }
        }
        changes.states().forEach(state -> states.put(state.check(), state));
        for (Incident incident : changes.incidents()) {
            if (incident.resolved().isPresent()) {
                open.remove(incident.id());
                claims.remove(incident.id());
                resolved.put(incident.id(), incident);
            } else {
                open.put(incident.id(), incident);
            }
        }
        changes.entries().forEach(entry -> enter(entry.at(), entry.by(), entry.act()));
    }

    @Override
    public Entry enter(Instant at, String by, Act act) {
        Entry entry = new Entry(++lastEntry, at, by, act);
        log.add(entry);
        while (log.getFirst().at().isBefore(at.minus(LOG))) {
            act(log.remove()).ifPresent(resolved::remove);
        }
        Pause.of(entry).ifPresent(pauses::add);
        pauses.removeIf(pause -> pause.until().isBefore(at.minus(LOG)));
        if (act instanceof Act.Claimed claimed) {
            claims.put(claimed.incident(), new Claim(claimed.incident(), by, at, claimed.until()));
        } else if (act instanceof Act.Released released) {
            claims.remove(released.incident());
        } else if (act instanceof Act.Ended ended) {
            pauses.replaceAll(pause -> pause.id() == ended.pause() ? pause.endedAt(at) : pause);
        }
        return entry;
    }

    private static Optional<Long> act(Entry entry) {
        return entry.act() instanceof Act.Resolved ? entry.act().about() : Optional.empty();
    }

    @Override
    public Map<CheckId, CheckState> states() {
        return Collections.unmodifiableMap(states);
    }

    @Override
    public List<Observation> observations(CheckId check, Instant since, int most) {
        List<Observation> found = observations.getOrDefault(check, new ArrayDeque<>()).stream()
                .filter(observation -> !observation.at().isBefore(since))
                .toList();
        return found.subList(Math.max(0, found.size() - most), found.size());
    }

    @Override
    public List<Incident> openIncidents() {
        return List.copyOf(open.values());
    }

    @Override
    public List<Incident> incidents(int most) {
        return openIncidents();
    }

    @Override
    public Optional<Incident> incident(long id) {
        return Optional.ofNullable(open.getOrDefault(id, resolved.get(id)));
    }

    @Override
    public long nextIncidentId() {
        return ++lastIncident;
    }

    @Override
    public List<Entry> log(long incident, int most) {
        return log.stream()
                .filter(entry -> entry.act().about().equals(Optional.of(incident)))
                .limit(most)
                .toList();
    }

    @Override
    public List<Entry> log(Instant since, int most) {
        List<Entry> newest = new ArrayList<>();
        for (var entries = log.descendingIterator(); entries.hasNext() && newest.size() < most; ) {
            Entry entry = entries.next();
            if (entry.at().isBefore(since)) {
                break;
            }
            newest.add(entry);
        }
        return newest;
    }

    @Override
    public List<Entry> mailed(Instant since, int most) {
        return log(since, Integer.MAX_VALUE).stream()
                .filter(entry -> entry.act() instanceof Act.Told || entry.act() instanceof Act.Digested)
                .limit(most)
                .toList();
    }

    @Override
    public List<Pause> pauses(Instant endingAfter) {
        return pauses.stream()
                .filter(pause -> pause.until().isAfter(endingAfter))
                .toList();
    }

    @Override
    public Optional<Pause> pause(long id) {
        return pauses.stream().filter(pause -> pause.id() == id).findFirst();
    }

    @Override
    public Map<Long, Claim> claims() {
        return Map.copyOf(claims);
    }

    @Override
    public List<Event> events(Collection<String> subjects, Instant since, int most) {
        return List.of();
    }

    @Override
    public List<QueuedMail> dueMails(Instant now, int most) {
        return List.of();
    }

    @Override
    public List<QueuedMail> queuedMails() {
        return List.of();
    }

    @Override
    public Optional<Instant> lastSent() {
        return Optional.empty();
    }

    @Override
    public void mailGivenUp(String messageId, Instant at, String error) {
        throw new UnsupportedOperationException("nothing is sent in a rehearsal");
    }

    @Override
    public void mailSent(String messageId, Instant at) {
        throw new UnsupportedOperationException("nothing is sent in a rehearsal");
    }

    @Override
    public void mailFailed(String messageId, Instant nextTry, String error) {
        throw new UnsupportedOperationException("nothing is sent in a rehearsal");
    }

    @Override
    public Map<CheckId, String> fingerprints() {
        return Map.of();
    }

    @Override
    public void fingerprints(Map<CheckId, String> fingerprints) {
        throw new UnsupportedOperationException("a rehearsal changes no definitions");
    }

    @Override
    public void prune(Instant before) {
        throw new UnsupportedOperationException("a rehearsal forgets by itself");
    }

    @Override
    public void close() {}
}
