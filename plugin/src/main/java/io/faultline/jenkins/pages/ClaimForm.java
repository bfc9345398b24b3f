package io.faultline.jenkins.pages;

import io.faultline.alert.Desk;
import io.faultline.config.Durations;
import io.faultline.history.Claim;
import io.faultline.jenkins.Messages;

/** Somebody works on an incident. */
public final class ClaimForm extends ActForm {
    ClaimForm() {
        super(
                Messages.ClaimForm_title(),
                Messages.ClaimForm_explanation(),
                Messages.ClaimForm_button(),
                new Field("incident", Messages.ActForm_incident(), "", "", true),
                new Field(
                        "until",
                        Messages.ActForm_until(),
                        Messages.ActForm_moment(),
                        Durations.write(Desk.USUAL_CLAIM),
                        true));
    }

    @Override
    String act(At at) {
        long incident = number("incident", Messages.ActForm_incident());
        Claim claim = at.desk().claim(incident, at.moment(text("until", Messages.ActForm_until()), at.now()), at.by());
        return "/incident/" + claim.incident() + "/";
    }
}
