package io.faultline.alert.replay;

import io.faultline.alert.Alerts;
import io.faultline.alert.Sender;
import io.faultline.catalog.AlertRules;
import io.faultline.catalog.Catalog;
import io.faultline.check.CheckId;
import io.faultline.history.Act;
import io.faultline.history.Changes;
import io.faultline.history.CheckState;
import io.faultline.history.Entry;
import io.faultline.history.Incident;
import io.faultline.history.Observation;
import io.faultline.history.QueuedMail;
import io.faultline.history.Transition;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Sends results through the same stages as in earnest and hands on the mails that come of them. Time goes as the
 * results say; in between it looks what the time that passes brings.
 */
public final class Rehearsal {
    private static final Duration WHILE_HELD = Duration.ofMinutes(1);
    private static final Duration WHILE_OPEN = Duration.ofMinutes(15);

    /** Hears of each mail, in order. */
    public interface Listener {
        /**
         * @param incident as it is after the mail
         * @param news whether something broken is told, and not the end of it
         */
        void mailed(Instant at, Incident incident, boolean news, QueuedMail mail);

        /** A mail that counts what was left out. */
        void digested(Instant at, QueuedMail mail);
    }

    private final Memory memory = new Memory();
    private final Alerts alerts;
    private final Function<CheckId, AlertRules> rules;
    private final Listener listener;
    private Instant now = Instant.EPOCH;
    private Instant looked = Instant.EPOCH;

    public Rehearsal(Catalog catalog, Function<CheckId, AlertRules> rules, ZoneId zone, Listener listener) {
        this.rules = rules;
        this.listener = listener;
        this.alerts = new Alerts(
                catalog,
                memory,
                Optional.of(new Sender("faultline@replay.invalid", "faultline.replay.invalid")),
                zone,
                () -> now);
    }

    /** The next result; one that comes late is taken when it comes, as in earnest. */
    public void result(Observation observation) {
        passTo(observation.at());
        Optional<CheckState> before = memory.state(observation.check());
        AlertRules held = rules.apply(observation.check());
        CheckState after =
                before.map(state -> state.next(observation, held)).orElseGet(() -> CheckState.first(observation, held));
        Changes changes = alerts.of(List.of(new Transition(observation, before, after)));
        store(new Changes(
                List.of(observation),
                List.of(after),
                changes.incidents(),
                changes.mails(),
                changes.events(),
                changes.entries()));
    }

    /** Something that a person said at that moment. */
    public void said(Instant at, String by, Act act) {
        passTo(at);
        Entry unused = memory.enter(at, by, act);
    }

    /** Time goes on without a result. */
    public void passTo(Instant later) {
        while (!memory.openIncidents().isEmpty() && looked.plus(step()).isBefore(later)) {
            Instant next = looked.plus(step());
            now = next.isAfter(now) ? next : now;
            looked = next;
            store(alerts.ofTime());
        }
        now = later.isAfter(now) ? later : now;
        if (memory.openIncidents().isEmpty()) {
            looked = now;
        }
    }

    /** What the check's results so far amount to. */
    Optional<CheckState> state(CheckId check) {
        return memory.state(check);
    }

    private Duration step() {
        return memory.openIncidents().stream()
                        .anyMatch(incident -> incident.held().isPresent())
                ? WHILE_HELD
                : WHILE_OPEN;
    }

    private void store(Changes changes) {
        if (changes.isEmpty()) {
            return;
        }
        memory.commit(changes);
        List<Act.Told> told = new ArrayList<>();
        changes.entries().forEach(entry -> {
            if (entry.act() instanceof Act.Told one) {
                told.add(one);
            }
        });
        int next = 0;
        for (QueuedMail mail : changes.mails()) {
            if (mail.incident().isEmpty()) {
                listener.digested(now, mail);
                continue;
            }
            Act.Told one = told.get(next++);
            boolean news = one.what().equals("problem") || one.what().equals("more");
            memory.incident(one.incident()).ifPresent(incident -> listener.mailed(now, incident, news, mail));
        }
    }
}
