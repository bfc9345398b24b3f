package io.faultline.alert;

import io.faultline.catalog.AlertPolicy.Budgets;
import io.faultline.catalog.Catalog;
import io.faultline.catalog.Team;
import io.faultline.history.Act;
import io.faultline.history.Incident;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Holds news back past a number of mails within 24 hours: about one service or machine, to one team, in all. The ends
 * of problems that people were told of are promised, so their mails are kept free; the number is never exceeded but by
 * reminders that nobody works on something.
 */
final class Budget implements Stage {
    static final String REASON = "over the budget of ";

    /** This mail and, in the end, that it is well again. */
    private static final int NEEDED = 2;

    @Override
    public Decision decide(Notice notice, Situation situation) {
        if (!notice.isNews()) {
            return new Decision.Pass(notice);
        }
        Catalog catalog = situation.catalog();
        Budgets most = catalog.settings().alerts().most();
        String subject = notice.incident().subject();
        Optional<String> team = catalog.teamOf(subject).map(Team::name);
        Optional<String> reason = over(
                        notice, situation, most.subject(), "about " + subject, other -> other.equals(subject))
                .or(() -> over(
                        notice,
                        situation,
                        // One is for the mail that tells how many were left out.
                        most.team() - 1,
                        "to team " + team.orElse(""),
                        other -> catalog.teamOf(other).map(Team::name).equals(team)))
                .or(() -> over(notice, situation, most.all() - catalog.teams().size(), "in all", other -> true));
        return reason.<Decision>map(Decision.Held::new).orElseGet(() -> new Decision.Pass(notice));
    }

    private static Optional<String> over(
            Notice notice, Situation situation, int most, String what, Predicate<String> counts) {
        long sent = situation.mailedLately().stream()
                .filter(entry -> entry.act() instanceof Act.Told)
                .flatMap(entry -> entry.act().about().stream())
                .filter(incident -> counts.test(situation.subjectOf(incident)))
                .count();
        long promised = situation.openIncidents().stream()
                .filter(incident -> !incident.told().isEmpty()
                        && incident.id() != notice.incident().id())
                .map(Incident::subject)
                .filter(counts)
                .count();
        return sent + promised + NEEDED <= most
                ? Optional.empty()
                : Optional.of(REASON + most + " mails a day " + what);
    }
}
