package io.faultline.alert;

import io.faultline.catalog.Importance;
import io.faultline.catalog.MailKind;
import io.faultline.catalog.MailTemplate;
import io.faultline.config.Shown;
import io.faultline.history.Incident;
import io.faultline.history.QueuedMail;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Writes the mail for a notice. The first mail of an incident is the root of a thread that all others of it refer to
 * (RFC 5322 3.6.4); identifiers follow from the incident alone, so whoever composes a mail again gets the same ones.
 */
final class Composer {
    private static final int LONGEST_SUBJECT = 120;

    private final Sender sender;
    private final NextSteps next;
    private final ZoneId zone;

    Composer(Sender sender, NextSteps next, ZoneId zone) {
        this.sender = sender;
        this.next = next;
        this.zone = zone;
    }

    QueuedMail compose(Notice notice, Situation situation) {
        Incident incident = notice.incident();
        String messageId = messageId(incident, notice.number());
        Written written = written(kind(notice), situation, new MailText(notice, situation, next, zone)::value);
        Mime mime = new Mime(sender)
                .to(notice.recipients())
                .date(situation.now().atZone(zone))
                .messageId(messageId)
                .subject(subject((notice.number() > 1 ? "Re: " : "") + written.subject()))
                .header("X-Faultline-Incident", Long.toString(incident.id()))
                .header("X-Faultline-Subject", incident.subject())
                .header(
                        "X-Faultline-Importance",
                        situation.catalog().importance(incident.subject()).word());
        urgency(mime, situation.catalog().importance(incident.subject()), notice);
        if (notice.number() > 1) {
            mime.inReplyTo(messageId(incident, notice.number() - 1), messageId(incident, 1));
        }
        return new QueuedMail(
                messageId,
                Optional.of(incident.id()),
                notice.recipients(),
                mime.message(written.text()),
                situation.now(),
                0,
                situation.now(),
                Optional.empty());
    }

    private record Written(String subject, String text) {}

    private static MailKind kind(Notice notice) {
        return notice.kind() == Notice.Kind.EASED
                ? MailKind.RECOVERED
                : MailKind.valueOf(notice.kind().name());
    }

    /** The template with its values. */
    private static Written written(MailKind kind, Situation situation, UnaryOperator<String> values) {
        MailTemplate template = situation.catalog().settings().alerts().template(kind);
        Paragraphs out = new Paragraphs();
        for (List<String> paragraph : template.paragraphs()) {
            out.paragraph(paragraph, values);
        }
        return new Written(MailTemplate.filled(template.subject(), values).orElse("[faultline] " + kind), out.text());
    }

    /** One line that every mail program shows whole. */
    private static String subject(String text) {
        String line = Shown.oneLine(text, LONGEST_SUBJECT);
        // One character that is not ASCII would make the whole header unreadable in raw form.
        return line.endsWith("…") ? line.substring(0, line.length() - 1) + "..." : line;
    }

    /**
     * A mail about no single incident.
     *
     * @param name of whoever gets it, for the Message-ID
     */
    QueuedMail digest(
            String team, List<String> to, String name, Situation situation, MailKind kind, Map<String, String> values) {
        Written written = written(kind, situation, value -> switch (value) {
            case "team" -> team;
            case "zone" -> zone.getId();
            case "next" -> {
                Paragraphs steps = new Paragraphs();
                steps.item(next.all());
                yield steps.text();
            }
            default -> values.get(value);
        });
        String messageId = PlainMail.id(sender, kind + " " + name + " " + situation.now());
        Mime mime = new Mime(sender)
                .to(to)
                .date(situation.now().atZone(zone))
                .messageId(messageId)
                .subject(subject(written.subject()));
        return new QueuedMail(
                messageId,
                Optional.empty(),
                to,
                mime.message(written.text()),
                situation.now(),
                0,
                situation.now(),
                Optional.empty());
    }

    /** RFC 2156, which mail programs show and sort by: nothing else than what people need says how urgent it is. */
    private static void urgency(Mime mime, Importance importance, Notice notice) {
        boolean news = notice.isNews() || notice.kind() == Notice.Kind.UNCLAIMED;
        String word =
                !news || importance == Importance.LOW ? "low" : importance == Importance.MEDIUM ? "normal" : "high";
        mime.header("Importance", word);
    }

    /** The opening instant keeps it unique even if the numbers of incidents ever start again. */
    private String messageId(Incident incident, int number) {
        return "faultline." + incident.id() + "." + number + "."
                + Long.toString(incident.opened().toEpochMilli(), 36) + "@" + sender.domain();
    }
}
