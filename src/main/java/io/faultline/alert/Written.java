package io.faultline.alert;

import io.faultline.catalog.AlertPolicy;
import io.faultline.catalog.MailKind;
import io.faultline.catalog.MailTemplate;
import io.faultline.config.Shown;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A template with its values.
 *
 * @param text lines that end with LF
 */
record Written(String subject, String text) {
    private static final int LONGEST_SUBJECT = 120;

    static Written of(MailKind kind, AlertPolicy policy, UnaryOperator<String> values) {
        MailTemplate template = policy.template(kind);
        Paragraphs out = new Paragraphs();
        for (List<String> paragraph : template.paragraphs()) {
            out.paragraph(paragraph, values);
        }
        String subject = MailTemplate.filled(template.subject(), values).orElse("[faultline] " + kind);
        return new Written(line(subject), out.text());
    }

    /** Of a later mail of its thread. */
    Written reply() {
        return new Written(line("Re: " + subject), text);
    }

    /** One line that every mail program shows whole. */
    private static String line(String text) {
        String line = Shown.oneLine(text, LONGEST_SUBJECT);
        // One character that is not ASCII would make the whole header unreadable in raw form.
        return line.endsWith("…") ? line.substring(0, line.length() - 1) + "..." : line;
    }
}
