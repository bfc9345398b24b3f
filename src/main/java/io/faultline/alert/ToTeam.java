package io.faultline.alert;

import io.faultline.catalog.Catalog;
import io.faultline.catalog.Subject;
import io.faultline.catalog.Team;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Addresses a notice to those of the subject's team who are on shift, or to the team. */
final class ToTeam implements Stage {
    @Override
    public Decision decide(Notice notice, Situation situation) {
        Catalog catalog = situation.catalog();
        String subject = notice.incident().subject();
        Optional<Team> team = catalog.teamOf(subject);
        if (team.isEmpty() || team.get().mail().isEmpty()) {
            return new Decision.Held(missing(subject));
        }
        boolean named = catalog.subject(subject).flatMap(Subject::team).isPresent();
        String name = team.get().name();
        String why = named
                ? subject + " is looked after by team " + name
                : subject + " names no team, and " + name + " is the default team";
        List<String> onShift = team.get().onShift(situation.now(), situation.zone());
        if (notice.kind() == Notice.Kind.UNCLAIMED) {
            return new Decision.Pass(notice.to(team.get().everybody(), why + ", and nobody has claimed this."));
        }
        Set<String> addresses =
                new LinkedHashSet<>(onShift.isEmpty() ? team.get().mail() : onShift);
        if (!notice.isNews()) {
            // Whoever heard of the problem hears of its end, also if somebody else is on shift now.
            situation.toldOf(notice.incident()).stream()
                    .filter(team.get().everybody()::contains)
                    .forEach(addresses::add);
        }
        return new Decision.Pass(
                notice.to(List.copyOf(addresses), why + (onShift.isEmpty() ? "." : ", and you are on shift.")));
    }

    private static String missing(String subject) {
        return "neither " + subject + " nor the controller's settings name a team that exists";
    }
}
