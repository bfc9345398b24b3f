package io.faultline.alert;

import io.faultline.catalog.AlertPolicy.QuietHours;
import java.util.Optional;

/** Lets what is less important wait until quiet hours are over. */
final class Quiet implements Stage {
    @Override
    public Decision decide(Notice notice, Situation situation) {
        Optional<QuietHours> quiet = situation
                .catalog()
                .settings()
                .alerts()
                .quietHours()
                .filter(hours ->
                        hours.hold(situation.now().atZone(situation.zone()).toLocalTime()))
                .filter(hours -> situation
                                .catalog()
                                .importance(notice.incident().subject())
                                .compareTo(hours.below())
                        < 0);
        return quiet.isPresent() && notice.isNews()
                ? new Decision.Held("quiet hours until " + quiet.get().until() + ", and it is of "
                        + situation
                                .catalog()
                                .importance(notice.incident().subject())
                                .word() + " importance")
                : new Decision.Pass(notice);
    }
}
