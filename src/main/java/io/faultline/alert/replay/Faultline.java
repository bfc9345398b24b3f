package io.faultline.alert.replay;

import io.faultline.catalog.Catalog;
import io.faultline.check.CheckId;
import io.faultline.history.Act;
import io.faultline.history.CheckState;
import io.faultline.history.Incident;
import io.faultline.history.Observation;
import io.faultline.history.QueuedMail;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Set;

/** Faultline with its own stages. */
final class Faultline implements Contestant {
    private final Rehearsal rehearsal;
    private final Duration retryEvery;

    Faultline(Catalog catalog, Ours ours, Mails mails) {
        this.retryEvery = ours.retryEvery();
        this.rehearsal = new Rehearsal(catalog, check -> ours.rules(), ZoneOffset.UTC, new Rehearsal.Listener() {
            @Override
            public void mailed(Instant at, Incident incident, boolean news, QueuedMail mail) {
                mails.mailed(at, incident.subjects(), news);
            }

            @Override
            public void digested(Instant at, QueuedMail mail) {
                mails.mailed(at, Set.of(), false);
            }
        });
    }

    @Override
    public Duration retryEvery() {
        return retryEvery;
    }

    @Override
    public void result(Observation observation) {
        rehearsal.result(observation);
    }

    @Override
    public boolean retries(CheckId check) {
        return rehearsal.state(check).filter(CheckState::isSoftProblem).isPresent();
    }

    @Override
    public boolean isAtRest(CheckId check) {
        return rehearsal.state(check).filter(CheckState::isTrouble).isEmpty();
    }

    @Override
    public void planned(Instant from, Instant until, Set<String> subjects) {
        rehearsal.said(
                from.minusSeconds(60), "ana", new Act.Planned(Contestant.targets(subjects), from, until, "work"));
    }
}
