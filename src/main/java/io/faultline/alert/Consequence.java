package io.faultline.alert;

import io.faultline.history.CheckState;
import io.faultline.history.Incident;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Leaves out what another problem explains, if people were told of that one, and for a moment what may
 * be explained soon. Whatever is left of it when the cause is gone is told then.
 */
final class Consequence implements Stage {
    @Override
    public Decision decide(Notice notice, Situation situation) {
        if (!notice.isNews()) {
            return new Decision.Pass(notice);
        }
        List<CheckState> told = new ArrayList<>();
        Optional<String> reason = Optional.empty();
        for (CheckState state : notice.news()) {
            Optional<String> explained = explained(state, notice, situation);
            if (explained.isEmpty()) {
                told.add(state);
            }
            reason = reason.or(() -> explained);
        }
        if (reason.isEmpty()) {
            return new Decision.Pass(notice);
        }
        return told.isEmpty() ? new Decision.Held(reason.get()) : new Decision.Pass(notice.about(told), reason);
    }

    private static Optional<String> explained(CheckState state, Notice notice, Situation situation) {
        for (CheckState cause : situation.causes().of(state)) {
            String subject = cause.check().subject();
            // Told in one mail: the cause is enough.
            if (notice.news().stream().anyMatch(news -> news.check().equals(cause.check()))) {
                return Optional.of("a consequence of " + cause.check() + ", which is told now");
            }
            Optional<Incident> incident = situation.openIncident(subject);
            // A cause that nobody was told of, such as one that was silenced from the beginning, must hide nothing.
            if (incident.filter(known -> known.told().containsKey(cause.check()))
                    .isPresent()) {
                return incident.map(known ->
                        "a consequence of " + subject + " " + cause.check().name() + " (incident " + known.id() + ")");
            }
        }
        return situation.causes().awaited(state, situation.now());
    }
}
