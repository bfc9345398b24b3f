package io.faultline.jenkins.trigger;

import hudson.Extension;
import hudson.Util;
import io.faultline.jenkins.Messages;
import io.faultline.jenkins.pages.TriggerPage;
import io.faultline.jenkins.trigger.Trigger.Answer;
import io.faultline.jenkins.trigger.Trigger.Place;
import io.faultline.run.TriggerGate.Word;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;
import jenkins.model.Jenkins;
import net.sf.json.JSONArray;
import net.sf.json.JSONObject;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.StaplerResponse2;

/**
 * {@code POST /faultline/trigger} with {@code machine}, {@code event} ({@code puppet-run}, {@code deployment},
 * {@code upgrade} or {@code boot}), and optionally {@code status}, {@code boot-id} and {@code id}. Answers with what is
 * checked and where to look, as JSON, or as text to who asks for {@code text/plain}: 202, or 400, 404, 429 (with
 * {@code Retry-After}), 503. Needs {@link TriggerPermission#TRIGGER}, and an API token or a crumb.
 */
@Extension
public final class TriggerEndpoint implements TriggerPage {
    @Override
    public void answer(StaplerRequest2 request, StaplerResponse2 response) throws IOException, InterruptedException {
        Jenkins.get().checkPermission(TriggerPermission.TRIGGER);
        Word word = new Word(
                Util.fixNull(request.getParameter("machine")),
                Util.fixNull(request.getParameter("event")),
                parameter(request, "status"),
                parameter(request, "boot-id"),
                parameter(request, "id"));
        Answer answer = Trigger.get().take(word, Jenkins.getAuthentication2().getName());
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setStatus(
                answer instanceof Answer.Refused refused ? refused.httpStatus() : HttpServletResponse.SC_ACCEPTED);
        if (answer instanceof Answer.Refused refused && refused.retryAfter() > 0) {
            response.setIntHeader("Retry-After", refused.retryAfter());
        }
        boolean text = Util.fixNull(request.getHeader("Accept"))
                .toLowerCase(Locale.ROOT)
                .startsWith("text/plain");
        response.setContentType((text ? "text/plain" : "application/json") + ";charset=UTF-8");
        try (PrintWriter out = response.getWriter()) {
            out.print(text ? text(answer) : json(answer) + "\n");
        }
    }

    private static Optional<String> parameter(StaplerRequest2 request, String name) {
        return Optional.ofNullable(Util.fixEmptyAndTrim(request.getParameter(name)));
    }

    static String text(Answer answer) {
        if (answer instanceof Answer.Refused refused) {
            return refused.why() + "\n";
        }
        Answer.Started started = (Answer.Started) answer;
        int subjects = started.places().size();
        StringBuilder text = new StringBuilder(
                started.again()
                        ? Messages.Trigger_toldAgain(started.machine())
                        : Messages.Trigger_started(started.checks(), subjects, started.machine()));
        text.append('\n');
        for (Place place : started.places()) {
            text.append(place.subject())
                    .append("  ")
                    .append(word(place))
                    .append("  ")
                    .append(place.url())
                    .append('\n');
        }
        return text.toString();
    }

    private static JSONObject json(Answer answer) {
        JSONObject json = new JSONObject();
        if (answer instanceof Answer.Refused refused) {
            json.put("error", refused.why());
            if (refused.retryAfter() > 0) {
                json.put("retryAfterSeconds", refused.retryAfter());
            }
        } else if (answer instanceof Answer.Started started) {
            json.put("machine", started.machine());
            json.put("event", started.event().word());
            json.put("again", started.again());
            json.put("checks", started.checks());
            JSONArray subjects = new JSONArray();
            for (Place place : started.places()) {
                JSONObject subject = new JSONObject();
                subject.put("subject", place.subject());
                subject.put("how", word(place));
                subject.put("url", place.url());
                place.queueUrl().ifPresent(url -> subject.put("queueUrl", url));
                subjects.add(subject);
            }
            json.put("subjects", subjects);
        }
        return json;
    }

    private static String word(Place place) {
        return place.how().name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
