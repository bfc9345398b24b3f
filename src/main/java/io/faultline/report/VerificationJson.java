package io.faultline.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.faultline.check.Fact;
import io.faultline.check.Status;
import io.faultline.history.CheckState;
import io.faultline.run.Verification;
import io.faultline.run.Verification.Finding;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;

/** A verification as one JSON object; {@code docs/changes.md} describes the fields. */
public final class VerificationJson {
    private VerificationJson() {}

    /** @param out stays open */
    public static void write(Verification verification, Duration took, OutputStream out) throws IOException {
        try (JsonGenerator json =
                new JsonFactory().createGenerator(out).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)) {
            json.writeStartObject();
            json.writeStringField("status", verification.status().name());
            json.writeNumberField("seconds", took.toMillis() / 1e3);
            json.writeArrayFieldStart("checks");
            for (Finding finding : verification.findings()) {
                one(json, finding);
            }
            json.writeEndArray();
            json.writeEndObject();
            json.writeRaw('\n');
        }
    }

    private static void one(JsonGenerator json, Finding finding) throws IOException {
        json.writeStartObject();
        json.writeStringField("subject", finding.check().id().subject());
        json.writeStringField("check", finding.check().id().name());
        json.writeStringField("change", finding.kind().text());
        json.writeStringField(
                "before",
                finding.before().map(CheckState::hard).map(Status::name).orElse(null));
        CheckState after = finding.after().orElse(null);
        json.writeStringField("after", after == null ? null : after.hard().name());
        if (after != null) {
            json.writeStringField("at", after.at().toString());
            json.writeStringField("status", after.last().status().name());
            json.writeStringField("summary", after.last().summary());
            json.writeArrayFieldStart("facts");
            for (Fact fact : after.last().facts()) {
                json.writeStartObject();
                json.writeStringField("key", fact.key());
                json.writeStringField("value", fact.value());
                json.writeEndObject();
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }
}
