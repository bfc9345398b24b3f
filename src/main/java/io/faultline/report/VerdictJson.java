package io.faultline.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.faultline.verdict.BuildFacts;
import io.faultline.verdict.Indication;
import io.faultline.verdict.LogOutline;
import io.faultline.verdict.Verdict;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** A verdict as one JSON object, in the form that {@code docs/verdict.md} describes. */
public final class VerdictJson {
    private VerdictJson() {}

    public static String of(Verdict verdict, LogOutline outline, Optional<BuildFacts> facts, Set<String> quarantined) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text).useDefaultPrettyPrinter()) {
            json.writeStartObject();
            if (facts.isPresent()) {
                json.writeStringField("job", facts.get().job());
                json.writeStringField("build", facts.get().build());
            }
            json.writeStringField("category", verdict.category().name());
            json.writeNumberField("confidence", rounded(verdict.confidence()));
            json.writeNumberField("log-odds", rounded(verdict.logOdds()));
            outline(json, outline);
            json.writeArrayFieldStart("indications");
            for (Indication indication : verdict.indications()) {
                indication(json, indication);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("quarantined");
            for (String id : quarantined) {
                json.writeString(id);
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static void outline(JsonGenerator json, LogOutline outline) throws IOException {
        json.writeObjectFieldStart("failed");
        json.writeBooleanField("told-by-log", outline.told());
        json.writeNumberField("line", outline.failedAt());
        json.writeStringField("command", outline.failing().command());
        json.writeStringField("stage", outline.failing().stage());
        json.writeNumberField("lines", outline.lines());
        json.writeEndObject();
    }

    private static void indication(JsonGenerator json, Indication indication) throws IOException {
        json.writeStartObject();
        json.writeStringField(
                "source", indication.source().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        json.writeStringField("points-to", indication.category().name());
        json.writeNumberField("log-odds", rounded(indication.logOdds()));
        json.writeStringField("cause", indication.cause());
        json.writeStringField("what", indication.what());
        json.writeStringField("why", indication.why());
        json.writeStringField("advice", indication.advice());
        if (!indication.signature().isEmpty()) {
            json.writeStringField("signature", indication.signature());
        }
        if (indication.quote().isPresent()) {
            json.writeNumberField("line", indication.quote().get().line());
            json.writeStringField("quote", indication.quote().get().text());
        }
        json.writeEndObject();
    }

    private static double rounded(double number) {
        return Math.round(number * 1000) / 1000.0;
    }
}
