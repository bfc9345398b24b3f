package io.faultline.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.faultline.check.CheckId;
import io.faultline.history.CheckState;
import io.faultline.history.Observation;
import io.faultline.machine.Facts;
import io.faultline.machine.FactsReader;
import io.faultline.machine.FactsWriter;
import io.faultline.net.ProtocolFault;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How things were before a change, as a file of JSON Lines: an object for each machine, with what it said of itself as
 * docs/machines.md describes it, and one for each result as {@link JsonLines} writes it. Whoever wrote the file is not
 * believed: its size is bounded, and all of it is read as strictly as what comes from outside.
 *
 * @param machines what they said, by their names in the catalogue
 * @param states what is known of checks, as certain
 */
public record Snapshot(Map<String, Facts> machines, Map<CheckId, CheckState> states) {
    private static final long MOST_BYTES = 64 << 20;
    private static final int MOST_LINES = 100_000;
    private static final int LONGEST_MACHINE = 2 * FactsReader.MOST_BYTES;
    private static final String MACHINE = "{\"machine\":";

    public Snapshot {
        machines = Map.copyOf(machines);
        states = Map.copyOf(states);
    }

    /** @param out is closed */
    public void write(OutputStream out) throws IOException {
        try (JsonGenerator json = new JsonFactory().createGenerator(out);
                JsonLines results = new JsonLines(out)) {
            json.setRootValueSeparator(null);
            for (Map.Entry<String, Facts> machine : machines.entrySet()) {
                json.writeStartObject();
                json.writeStringField("machine", machine.getKey());
                json.writeStringField("at", machine.getValue().arrived().toString());
                json.writeArrayFieldStart("facts");
                for (String line : FactsWriter.lines(machine.getValue())) {
                    json.writeString(line);
                }
                json.writeEndArray();
                json.writeEndObject();
                json.writeRaw('\n');
            }
            json.flush();
            for (CheckState state : states.values()) {
                results.write(state);
            }
        }
    }

    /**
     * Reads a file. Of several results of a check the last one counts.
     *
     * @throws IOException if it is no snapshot; the message is one sentence, with the line
     */
    public static Snapshot read(Path file) throws IOException {
        Map<String, Facts> machines = new HashMap<>();
        Map<CheckId, CheckState> states = new HashMap<>();
        int number = 0;
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            if (Files.size(file) > MOST_BYTES) {
                throw new IOException("expected at most " + MOST_BYTES + " bytes");
            }
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (++number > MOST_LINES) {
                    throw new IOException("expected at most " + MOST_LINES + " lines");
                }
                if (line.startsWith(MACHINE)) {
                    JsonNode root = JsonLinesReader.object(line, LONGEST_MACHINE);
                    machines.put(JsonLinesReader.name(root, "machine"), facts(root));
                } else {
                    Observation observation = JsonLinesReader.read(line);
                    states.put(observation.check(), CheckState.first(observation, 1));
                }
            }
        } catch (NoSuchFileException e) {
            throw new IOException("there is no file " + file, e);
        } catch (IOException e) {
            throw new IOException(file + (number == 0 ? "" : ":" + number) + ": " + e.getMessage(), e);
        }
        return new Snapshot(machines, states);
    }

    private static Facts facts(JsonNode root) throws IOException {
        Instant at = JsonLinesReader.at(root);
        JsonNode list = root.get("facts");
        if (list == null || !list.isArray()) {
            throw new IOException("expected a list 'facts'");
        }
        StringBuilder text = new StringBuilder();
        for (JsonNode line : list) {
            text.append(line.asText()).append('\n');
        }
        try {
            return FactsReader.read(text.toString().getBytes(StandardCharsets.UTF_8), Optional.empty(), at);
        } catch (ProtocolFault e) {
            throw new IOException("in 'facts': " + e.getMessage(), e);
        }
    }
}
