package io.faultline.alert;

import io.faultline.check.CheckId;
import io.faultline.check.Status;
import io.faultline.history.CheckState;
import io.faultline.history.Incident;
import java.util.List;

/** The words that subject lines are made of. */
final class MailWords {
    private MailWords() {}

    /** What there is to say, in one line; of a recovery, what the first mail of the thread said. */
    static String summary(Notice notice, Situation situation) {
        String words = notice.isNews() || notice.kind() == Notice.Kind.UNCLAIMED
                ? news(notice)
                : firstSummary(notice, situation);
        return words.isEmpty() ? "it works" : words;
    }

    static String also(Notice notice) {
        CheckId check = notice.news().get(0).check();
        boolean elsewhere = !check.subject().equals(notice.incident().subject());
        return (elsewhere ? check.subject() + " " : "") + check.name();
    }

    private static String news(Notice notice) {
        int more = notice.news().size() - 1;
        CheckState worst = notice.news().get(0);
        String what = worst.isHardProblem() || worst.flapping().on()
                ? worst.last().summary()
                : worst.check().name() + " " + Trouble.often(worst);
        return what + (more > 0 ? " (and " + more + " more)" : "");
    }

    static String state(Notice notice) {
        return switch (notice.kind()) {
            case PROBLEM, MORE -> {
                CheckState worst = notice.news().get(0);
                if (worst.flapping().on()) {
                    yield "FLAPPING";
                }
                if (!worst.isHardProblem()) {
                    yield "OFTEN FAILING";
                }
                yield worst.hard() == Status.CRITICAL ? "PROBLEM" : worst.hard().name();
            }
            case UNCLAIMED -> "UNCLAIMED";
            case RECOVERED, EASED -> "RECOVERED";
            case CLOSED -> "CLOSED";
        };
    }

    /** What the first mail of the thread said, so that the answer is recognised; else what was wrong last. */
    private static String firstSummary(Notice notice, Situation situation) {
        Incident incident = notice.incident();
        return incident.checks().stream()
                .map(check -> situation.observations(check, incident.since()))
                .filter(results -> !results.isEmpty() && results.get(0).at().equals(incident.since()))
                .flatMap(List::stream)
                .filter(result -> result.at().equals(incident.opened())
                        && !result.result().isOk())
                .map(result -> result.result().summary())
                .findFirst()
                .or(() -> notice.news().stream()
                        .findFirst()
                        .map(state -> state.last().summary()))
                .orElse("");
    }
}
