package io.faultline.alert.replay;

import io.faultline.catalog.AlertPolicy;
import io.faultline.catalog.AlertRules;
import io.faultline.catalog.Catalog;
import io.faultline.catalog.CheckDefinition;
import io.faultline.catalog.Settings;
import io.faultline.check.CheckId;
import io.faultline.history.Act;
import io.faultline.history.Entry;
import io.faultline.history.History;
import io.faultline.history.Incident;
import io.faultline.history.QueuedMail;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Which mails would stored results have led to under another policy? */
public final class Replay {
    private static final int MOST_ENTRIES = 100_000;

    /** @param rules for all checks, whatever they say themselves */
    public record Policy(AlertRules rules, AlertPolicy alerts) {}

    /**
     * A mail that there would have been.
     *
     * @param news whether something broken is told
     * @param mail the whole of it
     */
    public record Mail(Instant at, Incident incident, boolean news, QueuedMail mail) {}

    private Replay() {}

    /**
     * The mails of the results since then that are still stored. What people said is heeded: silences and downtimes
     * that began since. Claims are not: incidents have other numbers then.
     */
    public static List<Mail> mails(Catalog catalog, History history, Policy policy, Instant since, ZoneId zone) {
        List<Mail> mails = new ArrayList<>();
        Rehearsal rehearsal =
                new Rehearsal(with(catalog, policy.alerts()), check -> policy.rules(), zone, new Rehearsal.Listener() {
                    @Override
                    public void mailed(Instant at, Incident incident, boolean news, QueuedMail mail) {
                        mails.add(new Mail(at, incident, news, mail));
                    }

                    @Override
                    public void digested(Instant at, QueuedMail mail) {
                        // Counted mails are no news; what they count is in the log.
                    }
                });
        List<Entry> said = new ArrayList<>(history.log(since, MOST_ENTRIES).stream()
                .filter(entry -> entry.act() instanceof Act.Silenced || entry.act() instanceof Act.Planned)
                .toList());
        Collections.reverse(said);
        Deque<Entry> acts = new ArrayDeque<>(said);
        Set<CheckId> checks = catalog.checks().map(CheckDefinition::id).collect(Collectors.toSet());
        history.eachObservation(since, result -> {
            if (checks.contains(result.check())) {
                while (!acts.isEmpty() && !acts.getFirst().at().isAfter(result.at())) {
                    Entry entry = acts.remove();
                    rehearsal.said(entry.at(), entry.by(), entry.act());
                }
                rehearsal.result(result);
            }
        });
        return mails;
    }

    private static Catalog with(Catalog catalog, AlertPolicy alerts) {
        Settings known = catalog.settings();
        Settings settings = new Settings(
                known.state(),
                known.overview(),
                known.junit(),
                known.secrets(),
                known.team(),
                known.mail(),
                known.atOnce(),
                known.perMachine(),
                known.keepResults(),
                known.defaults(),
                alerts);
        return new Catalog(catalog.services(), catalog.machines(), catalog.teams(), settings, catalog.problems());
    }
}
