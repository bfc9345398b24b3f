package io.faultline.alert;

import io.faultline.catalog.AlertPolicy.Budgets;
import io.faultline.catalog.Catalog;
import io.faultline.catalog.Team;
import io.faultline.check.CheckId;
import io.faultline.history.Act;
import io.faultline.history.CheckState;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongPredicate;
import java.util.function.Predicate;

/**
 * Holds news back past a number of mails within 24 hours: about one check; about one machine with the services on it (or a service that
 * is on no single one), to one team, in all. Half of what a team may get is kept for sources that were hardly heard of,
 * so a machine that floods does not silence the others. The ends of problems that people were told of are promised, so
 * their mails are kept free too; the number is never exceeded but by reminders that nobody works on something.
 */
final class Budget implements Stage {
    static final String REASON = "over the budget of ";

    /** This mail and, in the end, that it is well again. */
    private static final int NEEDED = 2;

    /** A source of more mails than this within a day is loud. */
    private static final int LOUD = 4;

    @Override
    public Decision decide(Notice notice, Situation situation) {
        if (!notice.isNews()) {
            return new Decision.Pass(notice);
        }
        Catalog catalog = situation.catalog();
        Budgets most = catalog.settings().alerts().most();
        String source = situation.source(notice.incident().subject());
        Optional<String> team = catalog.teamOf(notice.incident().subject()).map(Team::name);
        Predicate<String> sameSource = other -> situation.source(other).equals(source);
        Predicate<String> sameTeam =
                other -> catalog.teamOf(other).map(Team::name).equals(team);
        boolean loud = used(notice, situation, sameSource) > LOUD;
        // One is for the mail that tells how many were left out.
        int forTeam = loud ? most.team() / 2 : most.team() - 1;
        int inAll = loud ? most.all() / 2 : most.all() - catalog.teams().size();
        List<CheckState> room = notice.news().stream()
                // A check of a service or machine is never over its budget before that one is, if it is not smaller.
                .filter(state -> most.check() >= most.subject()
                        || usedBy(state.check(), notice, situation) + NEEDED <= most.check())
                .toList();
        Optional<String> ofChecks = room.size() == notice.news().size()
                ? Optional.empty()
                : Optional.of(REASON + most.check() + " mails a day about one check");
        if (room.isEmpty()) {
            return new Decision.Held(ofChecks.orElseThrow());
        }
        Notice left = room.size() == notice.news().size() ? notice : notice.about(room);
        Optional<String> reason = over(notice, situation, most.subject(), "about " + source, sameSource)
                .or(() -> over(notice, situation, forTeam, "to team " + team.orElse(""), sameTeam))
                .or(() -> over(notice, situation, inAll, "in all", other -> true));
        return reason.<Decision>map(Decision.Held::new).orElseGet(() -> new Decision.Pass(left, ofChecks));
    }

    /** Mails of incidents that the check belongs to, and those that are promised. */
    private static long usedBy(CheckId check, Notice notice, Situation situation) {
        return usedOf(notice, situation, incident -> situation.hasCheck(incident, check));
    }

    /** The machine that a service is on, if it is on one; else itself. */
    static String source(Catalog catalog, String subject) {
        Set<String> machines = new TreeSet<>();
        catalog.subject(subject).ifPresent(known -> {
            machines.addAll(known.dependsOn());
            known.checks().forEach(check -> check.machine().ifPresent(machines::add));
        });
        machines.removeIf(name -> catalog.machine(name).isEmpty());
        boolean service = catalog.machine(subject).isEmpty();
        return service && machines.size() == 1 ? machines.iterator().next() : subject;
    }

    private static long used(Notice notice, Situation situation, Predicate<String> counts) {
        return usedOf(notice, situation, incident -> counts.test(situation.subjectOf(incident)));
    }

    private static long usedOf(Notice notice, Situation situation, LongPredicate counts) {
        long sent = situation.mailedLately().stream()
                .filter(entry -> entry.act() instanceof Act.Told)
                .flatMap(entry -> entry.act().about().stream())
                .filter(counts::test)
                .count();
        long promised = situation.openIncidents().stream()
                .filter(incident -> !incident.told().isEmpty()
                        && incident.id() != notice.incident().id())
                .filter(incident -> counts.test(incident.id()))
                .count();
        return sent + promised;
    }

    private static Optional<String> over(
            Notice notice, Situation situation, int most, String what, Predicate<String> counts) {
        return used(notice, situation, counts) + NEEDED <= most
                ? Optional.empty()
                : Optional.of(REASON + most + " mails a day " + what);
    }
}
