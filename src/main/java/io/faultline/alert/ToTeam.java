package io.faultline.alert;

import io.faultline.catalog.Catalog;
import io.faultline.catalog.Subject;
import io.faultline.catalog.Team;
import java.util.List;
import java.util.Optional;

/** Addresses a notice to the team of its subject. */
final class ToTeam implements Stage {
    @Override
    public Decision decide(Notice notice, Situation situation) {
        Catalog catalog = situation.catalog();
        String subject = notice.incident().subject();
        Optional<Team> team = catalog.teamOf(subject);
        List<String> addresses = team.map(Team::mail).orElse(List.of());
        if (addresses.isEmpty()) {
            return new Decision.Held(missing(subject));
        }
        String name = team.get().name();
        boolean named = catalog.subject(subject).flatMap(Subject::team).isPresent();
        String why = named
                ? subject + " is looked after by team " + name + "."
                : subject + " names no team, and " + name + " is the default team.";
        return new Decision.Pass(notice.to(addresses, why));
    }

    private static String missing(String subject) {
        return "neither " + subject + " nor the controller's settings name a team that exists";
    }
}
