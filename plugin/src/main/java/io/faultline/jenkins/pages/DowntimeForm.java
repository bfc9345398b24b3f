package io.faultline.jenkins.pages;

import io.faultline.jenkins.Messages;
import java.time.Instant;
import java.util.List;

/** Work is planned. */
public final class DowntimeForm extends ActForm {
    DowntimeForm() {
        super(
                Messages.DowntimeForm_title(),
                Messages.DowntimeForm_explanation(),
                Messages.DowntimeForm_button(),
                new Field("what", Messages.ActForm_what(), Messages.DowntimeForm_what(), "", true),
                new Field("from", Messages.DowntimeForm_from(), Messages.DowntimeForm_fromHelp(), "", false),
                new Field("until", Messages.ActForm_until(), Messages.DowntimeForm_until(), "", true),
                new Field("why", Messages.ActForm_why(), Messages.ActForm_whyHelp(), "", true));
    }

    @Override
    String act(At at) {
        List<String> what = names("what", Messages.ActForm_what());
        Instant from = text("from").isEmpty() ? at.now() : at.moment(text("from"), at.now());
        at.desk()
                .downtime(
                        what,
                        from,
                        at.moment(text("until", Messages.ActForm_until()), from),
                        text("why", Messages.ActForm_why()),
                        at.by());
        return place(what);
    }
}
