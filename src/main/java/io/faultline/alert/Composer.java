package io.faultline.alert;

import io.faultline.catalog.Catalog;
import io.faultline.catalog.Importance;
import io.faultline.catalog.Team;
import io.faultline.check.CheckId;
import io.faultline.check.Status;
import io.faultline.config.Shown;
import io.faultline.history.CheckState;
import io.faultline.history.Incident;
import io.faultline.history.QueuedMail;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

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

    NextSteps next() {
        return next;
    }

    QueuedMail compose(Notice notice, Situation situation) {
        Incident incident = notice.incident();
        String messageId = messageId(incident, notice.number());
        Mime mime = new Mime(sender)
                .to(notice.recipients())
                .date(situation.now().atZone(zone))
                .messageId(messageId)
                .subject(subject(notice, situation))
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
                mime.message(new MailText(notice, situation, next, zone).text()),
                situation.now(),
                0,
                situation.now(),
                Optional.empty());
    }

    /** A mail to a team about no single incident. */
    QueuedMail digest(Team team, Situation situation, String subject, String text) {
        String messageId = "faultline.digest." + team.name() + "."
                + Long.toString(situation.now().toEpochMilli(), 36) + "@" + sender.domain();
        Mime mime = new Mime(sender)
                .to(team.mail())
                .date(situation.now().atZone(zone))
                .messageId(messageId)
                .subject(Shown.oneLine(subject, LONGEST_SUBJECT));
        return new QueuedMail(
                messageId,
                Optional.empty(),
                team.mail(),
                mime.message(text),
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

    private static String subject(Notice notice, Situation situation) {
        Incident incident = notice.incident();
        Catalog catalog = situation.catalog();
        String head = (notice.number() > 1 ? "Re: " : "") + "[faultline] " + word(notice) + " " + notice.subject();
        String importance = catalog.subject(incident.subject()).isEmpty()
                ? ""
                : " (" + catalog.importance(incident.subject()).word() + ")";
        String tail = switch (notice.kind()) {
            case PROBLEM -> news(notice);
            case MORE -> "also " + also(notice) + ": " + news(notice);
            case UNCLAIMED -> "claimed by nobody";
            case RECOVERED, EASED -> firstSummary(notice, situation);
            case CLOSED -> "not in the catalogue any more";
        };
        String line = Shown.oneLine(head + importance + (tail.isEmpty() ? "" : ": " + tail), LONGEST_SUBJECT);
        // One character that is not ASCII would make the whole header unreadable in raw form.
        return line.endsWith("…") ? line.substring(0, line.length() - 1) + "..." : line;
    }

    private static String also(Notice notice) {
        CheckId check = notice.news().get(0).check();
        boolean elsewhere = !check.subject().equals(notice.incident().subject());
        return (elsewhere ? check.subject() + " " : "") + check.name();
    }

    private static String news(Notice notice) {
        int more = notice.news().size() - 1;
        CheckState worst = notice.news().get(0);
        String what = worst.isHardProblem() || worst.flapping().on()
                ? worst.last().summary()
                : worst.check().name() + " " + Trouble.often(worst);
        return what + (more > 0 ? " (and " + more + " more)" : "");
    }

    private static String word(Notice notice) {
        return switch (notice.kind()) {
            case PROBLEM, MORE -> {
                CheckState worst = notice.news().get(0);
                if (worst.flapping().on()) {
                    yield "FLAPPING";
                }
                if (!worst.isHardProblem()) {
                    yield "OFTEN FAILING";
                }
                yield worst.hard() == Status.CRITICAL ? "PROBLEM" : worst.hard().name();
            }
            case UNCLAIMED -> "UNCLAIMED";
            case RECOVERED, EASED -> "RECOVERED";
            case CLOSED -> "CLOSED";
        };
    }

    /** What the first mail of the thread said, so that the answer is recognised; else what was wrong last. */
    private static String firstSummary(Notice notice, Situation situation) {
        Incident incident = notice.incident();
        return incident.checks().stream()
                .map(check -> situation.observations(check, incident.since()))
                .filter(results -> !results.isEmpty() && results.get(0).at().equals(incident.since()))
                .flatMap(List::stream)
                .filter(result -> result.at().equals(incident.opened())
                        && !result.result().isOk())
                .map(result -> result.result().summary())
                .findFirst()
                .or(() -> notice.news().stream()
                        .findFirst()
                        .map(state -> state.last().summary()))
                .orElse("");
    }
}
