package io.faultline.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.faultline.check.Fact;
import io.faultline.check.Measurement;
import io.faultline.check.Result;
import io.faultline.history.CheckState;
import io.faultline.history.Observation;
import io.faultline.history.Transition;
import io.faultline.run.RunListener;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/**
 * Results as JSON Lines, one object a line, for other programs. {@code docs/reports.md} describes the fields; new ones
 * may be added, none changes its meaning. Not thread-safe.
 */
public final class JsonLines implements RunListener, Closeable {
    private final JsonGenerator json;

    /** @param out is closed with this */
    public JsonLines(OutputStream out) throws IOException {
        json = new JsonFactory().createGenerator(out);
        json.setRootValueSeparator(null);
    }

    @Override
    public void recorded(Transition transition) {
        try {
            write(transition.observation(), transition.after());
            json.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("writing JSON Lines failed", e);
        }
    }

    /** The newest result of a check. */
    public void write(CheckState state) throws IOException {
        write(new Observation(state.check(), state.at(), state.took(), state.last()), state);
    }

    private void write(Observation observation, CheckState state) throws IOException {
        Result result = observation.result();
        json.writeStartObject();
        json.writeStringField("subject", observation.check().subject());
        json.writeStringField("check", observation.check().name());
        json.writeStringField("at", observation.at().toString());
        json.writeNumberField("seconds", observation.took().toNanos() / 1e9);
        json.writeStringField("status", result.status().name());
        json.writeStringField("summary", result.summary());
        json.writeStringField("hard_status", state.hard().name());
        json.writeStringField("hard_since", state.hardSince().toString());
        json.writeNumberField("failures_in_a_row", state.failures());
        json.writeArrayFieldStart("facts");
        for (Fact fact : result.facts()) {
            json.writeStartObject();
            json.writeStringField("key", fact.key());
            json.writeStringField("value", fact.value());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("measurements");
        for (Measurement measurement : result.measurements()) {
            json.writeStartObject();
            json.writeStringField("name", measurement.name());
            json.writeNumberField("value", measurement.value());
            json.writeStringField("unit", measurement.unit());
            if (measurement.warning().isPresent()) {
                json.writeNumberField("warning", measurement.warning().getAsDouble());
            }
            if (measurement.critical().isPresent()) {
                json.writeNumberField("critical", measurement.critical().getAsDouble());
            }
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
        json.writeRaw('\n');
    }

    @Override
    public void close() throws IOException {
        json.close();
    }
}
