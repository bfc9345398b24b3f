package io.faultline.jenkins.pages;

import io.faultline.jenkins.Messages;
import java.util.List;

/** Words for the others. */
public final class NoteForm extends ActForm {
    NoteForm() {
        super(
                Messages.NoteForm_title(),
                Messages.NoteForm_explanation(),
                Messages.NoteForm_button(),
                new Field("about", Messages.NoteForm_about(), Messages.NoteForm_aboutHelp(), "", true),
                new Field("text", Messages.NoteForm_text(), Messages.NoteForm_textHelp(), "", true));
    }

    @Override
    String act(At at) {
        String about = text("about", Messages.NoteForm_about());
        at.desk().note(about, text("text", Messages.NoteForm_text()), at.by());
        return place(List.of(about));
    }
}
