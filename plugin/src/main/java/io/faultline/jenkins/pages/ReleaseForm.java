package io.faultline.jenkins.pages;

import io.faultline.jenkins.Messages;

/** Nobody works on an incident any more. */
public final class ReleaseForm extends ActForm {
    ReleaseForm() {
        super(
                Messages.ReleaseForm_title(),
                Messages.ReleaseForm_explanation(),
                Messages.ReleaseForm_button(),
                new Field("incident", Messages.ActForm_incident(), "", "", true));
    }

    @Override
    String act(At at) {
        long incident = number("incident", Messages.ActForm_incident());
        at.desk().release(incident, at.by());
        return "/incident/" + incident + "/";
    }
}
