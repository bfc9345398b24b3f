package io.faultline.alert;

import io.faultline.catalog.Catalog;
import io.faultline.catalog.CheckDefinition;
import io.faultline.catalog.Subject;
import io.faultline.check.CheckId;
import io.faultline.config.Durations;
import io.faultline.config.Names;
import io.faultline.config.Shown;
import io.faultline.history.Act;
import io.faultline.history.CheckState;
import io.faultline.history.Claim;
import io.faultline.history.Entry;
import io.faultline.history.History;
import io.faultline.history.Incident;
import io.faultline.history.Pause;
import io.faultline.history.Target;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Where people say what they do about problems: claim, silence, plan, note. Whatever the host (command line, Jenkins),
 * these are the rules. What is said goes into the log at once; who decides over the history heeds it within seconds.
 *
 * <p>Methods throw {@link IllegalArgumentException} with a sentence for the person if what was said makes no sense, and
 * {@link io.faultline.history.HistoryException} if the store fails. Thread-safe as the history is.
 */
public final class Desk {
    /** How long a claim counts if nothing is said. */
    public static final Duration USUAL_CLAIM = Duration.ofHours(24);

    private static final Duration LONGEST_CLAIM = Duration.ofDays(14);
    private static final Duration LONGEST_PAUSE = Duration.ofDays(366);

    private final Catalog catalog;
    private final History history;
    private final InstantSource clock;

    public Desk(Catalog catalog, History history, InstantSource clock) {
        this.catalog = catalog;
        this.history = history;
        this.clock = clock;
    }

    /** Somebody works on it until then; whoever had claimed it before does not any more. */
    public Claim claim(long incident, Instant until, String by) {
        Instant now = clock.instant();
        open(incident);
        notLongerThan(LONGEST_CLAIM, now, until, "a claim");
        Entry entry = history.enter(now, by, new Act.Claimed(incident, until));
        return new Claim(incident, entry.by(), entry.at(), until);
    }

    /** It is nobody's again. */
    public void release(long incident, String by) {
        open(incident);
        if (!history.claims().containsKey(incident)) {
            throw new IllegalArgumentException("incident " + incident + " is claimed by nobody");
        }
        Entry unused = history.enter(clock.instant(), by, new Act.Released(incident));
    }

    /**
     * Nobody is mailed about these until then.
     *
     * @param what services, machines, {@code service/check}, or the number of an incident for its checks that fail now
     */
    public Pause silence(Collection<String> what, Instant until, String why, String by) {
        Instant now = clock.instant();
        notLongerThan(LONGEST_PAUSE, now, until, "a silence");
        SortedSet<Target> targets = new TreeSet<>();
        Optional<Long> incident = Optional.empty();
        for (String word : what) {
            Optional<Long> number = number(word);
            if (number.isPresent()) {
                incident = number;
                targets.addAll(failing(open(number.get())));
            } else {
                targets.add(target(word));
            }
        }
        return entered(now, by, new Act.Silenced(incident, targets, until, why));
    }

    /** Work is planned on these services, machines or checks; what depends on them is expected to break with them. */
    public Pause downtime(Collection<String> what, Instant from, Instant until, String why, String by) {
        Instant now = clock.instant();
        if (!until.isAfter(now)) {
            throw new IllegalArgumentException("the downtime would be over already");
        }
        notLongerThan(LONGEST_PAUSE, from, until, "a downtime");
        SortedSet<Target> targets = new TreeSet<>();
        what.forEach(word -> targets.add(target(word)));
        return entered(now, by, new Act.Planned(targets, from, until, why));
    }

    /** A silence or downtime is over now; what is still broken is told. */
    public Pause end(long pause, String by) {
        Instant now = clock.instant();
        Pause known = history.pause(pause)
                .orElseThrow(() -> new IllegalArgumentException("there is no silence or downtime " + pause));
        if (!known.until().isAfter(now)) {
            throw new IllegalArgumentException(known.kind().word() + " " + pause + " is over already");
        }
        Entry unused = history.enter(now, by, new Act.Ended(pause));
        return known.endedAt(now);
    }

    /** Words for the others about an incident, open or not, or about a service or machine. */
    public Entry note(String incidentOrSubject, String text, String by) {
        Optional<Long> number = number(incidentOrSubject);
        if (number.isPresent()) {
            Incident incident = known(number.get());
            return history.enter(clock.instant(), by, new Act.Noted(number, Optional.of(incident.subject()), text));
        }
        Target target = target(incidentOrSubject);
        Optional<Long> open = history.openIncidents().stream()
                .filter(incident -> incident.subject().equals(target.subject()))
                .map(Incident::id)
                .findFirst();
        return history.enter(clock.instant(), by, new Act.Noted(open, Optional.of(target.subject()), text));
    }

    private Pause entered(Instant now, String by, Act act) {
        return Pause.of(history.enter(now, by, act)).orElseThrow();
    }

    private static void notLongerThan(Duration longest, Instant from, Instant until, String what) {
        if (!until.isAfter(from)) {
            throw new IllegalArgumentException(what + " must end after it begins");
        }
        if (Duration.between(from, until).compareTo(longest) > 0) {
            throw new IllegalArgumentException(
                    what + " may last " + Durations.write(longest) + " at most; when it ends, it can be made again");
        }
    }

    private static Optional<Long> number(String word) {
        boolean digits = !word.isEmpty() && word.length() <= 18 && word.chars().allMatch(c -> c >= '0' && c <= '9');
        return digits ? Optional.of(Long.valueOf(word)) : Optional.empty();
    }

    private Incident known(long id) {
        return history.incident(id).orElseThrow(() -> new IllegalArgumentException("there is no incident " + id));
    }

    private Incident open(long id) {
        Incident incident = known(id);
        if (incident.resolved().isPresent()) {
            throw new IllegalArgumentException("incident " + id + " (" + incident.subject() + ") is resolved already");
        }
        return incident;
    }

    /** What of an incident fails now; what fails later is told. */
    private SortedSet<Target> failing(Incident incident) {
        Map<CheckId, CheckState> states = history.states();
        SortedSet<Target> targets = new TreeSet<>();
        for (CheckId check : incident.checks()) {
            CheckState state = states.get(check);
            if (state != null && state.isTrouble()) {
                targets.add(Target.of(check));
            }
        }
        return targets;
    }

    private Target target(String word) {
        int slash = word.indexOf('/');
        String name = slash < 0 ? word : word.substring(0, slash);
        Optional<Subject> subject = catalog.subject(name);
        if (subject.isEmpty()) {
            throw new IllegalArgumentException("'" + Shown.oneLine(name, 100)
                    + "' is neither a service nor a machine"
                    + Names.didYouMean(
                            name, catalog.subjects().map(Subject::name).toList()));
        }
        List<CheckId> checks =
                subject.get().checks().stream().map(CheckDefinition::id).toList();
        if (slash >= 0 && checks.stream().noneMatch(check -> check.toString().equals(word))) {
            throw new IllegalArgumentException(
                    name + " has no check '" + Shown.oneLine(word.substring(slash + 1), 100) + "'"
                            + Names.didYouMean(
                                    word, checks.stream().map(CheckId::toString).toList()));
        }
        return Target.parse(word);
    }
}
