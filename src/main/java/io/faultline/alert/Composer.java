package io.faultline.alert;

import io.faultline.catalog.Importance;
import io.faultline.catalog.MailKind;
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
        Written first = written(kind(notice), situation, new MailText(notice, situation, next, zone)::value);
        Written written = notice.number() > 1 ? first.reply() : first;
        Mime mime = new Mime(sender)
                .to(notice.recipients())
                .date(situation.now().atZone(zone))
                .messageId(messageId)
                .subject(written.subject())
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

    private static MailKind kind(Notice notice) {
        return notice.kind() == Notice.Kind.EASED
                ? MailKind.RECOVERED
                : MailKind.valueOf(notice.kind().name());
    }

    private static Written written(MailKind kind, Situation situation, UnaryOperator<String> values) {
        return Written.of(kind, situation.catalog().settings().alerts(), values);
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
                .subject(written.subject());
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
