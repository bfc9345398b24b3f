package io.faultline.jenkins.pages;

import io.faultline.jenkins.Messages;
import java.util.List;

/** Nobody is mailed about something for a while. */
public final class SilenceForm extends ActForm {
    SilenceForm() {
        super(
                Messages.SilenceForm_title(),
                Messages.SilenceForm_explanation(),
                Messages.SilenceForm_button(),
                new Field("what", Messages.ActForm_what(), Messages.SilenceForm_what(), "", true),
                new Field("until", Messages.ActForm_until(), Messages.ActForm_moment(), "", true),
                new Field("why", Messages.ActForm_why(), Messages.ActForm_whyHelp(), "", true));
    }

    @Override
    String act(At at) {
        List<String> what = names("what", Messages.ActForm_what());
        at.desk()
                .silence(
                        what,
                        at.moment(text("until", Messages.ActForm_until()), at.now()),
                        text("why", Messages.ActForm_why()),
                        at.by());
        return place(what);
    }
}
