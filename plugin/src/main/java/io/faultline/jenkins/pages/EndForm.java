package io.faultline.jenkins.pages;

import io.faultline.jenkins.Messages;

/** A silence or downtime is over before its time. */
public final class EndForm extends ActForm {
    EndForm() {
        super(
                Messages.EndForm_title(),
                Messages.EndForm_explanation(),
                Messages.EndForm_button(),
                new Field("pause", Messages.EndForm_pause(), "", "", true));
    }

    @Override
    String act(At at) {
        at.desk().end(number("pause", Messages.EndForm_pause()), at.by());
        return "/incidents";
    }
}
