package io.faultline.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.faultline.alert.LogWords;
import io.faultline.catalog.Importance;
import io.faultline.check.CheckId;
import io.faultline.history.Claim;
import io.faultline.history.Entry;
import io.faultline.history.Incident;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;

/** An incident as one line of JSON; {@code docs/alerts.md} describes the fields. */
public final class IncidentJson {
    private IncidentJson() {}

    /**
     * @param claim who claimed it last, or null
     * @param log what was done about it, if that is wanted
     */
    public static String line(Incident incident, Importance importance, Claim claim, Instant now, List<Entry> log) {
        StringWriter out = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
            json.writeStartObject();
            json.writeNumberField("incident", incident.id());
            json.writeStringField("subject", incident.subject());
            json.writeStringField("importance", importance.word());
            json.writeStringField("since", incident.since().toString());
            json.writeStringField("opened", incident.opened().toString());
            text(json, "resolved", incident.resolved().map(Instant::toString).orElse(null));
            json.writeArrayFieldStart("checks");
            for (CheckId check : incident.checks()) {
                json.writeString(check.toString());
            }
            json.writeEndArray();
            json.writeNumberField("mails", incident.mails());
            text(json, "not_mailed_because", incident.held().orElse(null));
            boolean claimed = claim != null && incident.resolved().isEmpty() && claim.holdsAt(now);
            text(json, "claimed_by", claimed ? claim.by() : null);
            text(json, "claimed_until", claimed ? claim.until().toString() : null);
            if (!log.isEmpty()) {
                json.writeArrayFieldStart("log");
                for (Entry entry : log) {
                    json.writeStartObject();
                    json.writeStringField("at", entry.at().toString());
                    json.writeStringField("by", entry.by());
                    json.writeStringField("did", LogWords.of(entry.act(), Instant::toString));
                    json.writeEndObject();
                }
                json.writeEndArray();
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return out.toString();
    }

    private static void text(JsonGenerator json, String name, String value) throws IOException {
        if (value == null) {
            json.writeNullField(name);
        } else {
            json.writeStringField(name, value);
        }
    }
}
