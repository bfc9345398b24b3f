package io.faultline.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.faultline.check.CheckId;
import io.faultline.check.Fact;
import io.faultline.check.Measurement;
import io.faultline.check.Result;
import io.faultline.check.Status;
import io.faultline.config.Names;
import io.faultline.history.Observation;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * Reads back what {@link JsonLines} wrote: the result of one try, without the state that followed from it there. Whoever
 * wrote the line is not believed: at most {@value #MAX_LINE} characters, four levels, texts cut and cleaned as those of
 * any result. Fields that are not known are skipped. Thread-safe.
 */
public final class JsonLinesReader {
    public static final int MAX_LINE = 256 << 10;

    private static final double LONGEST_SECONDS = Duration.ofDays(1).toSeconds();
    private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("2200-01-01T00:00:00Z");

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(4)
                            .maxStringLength(20_000)
                            .maxNumberLength(40)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private JsonLinesReader() {}

    /**
     * Reads one line.
     *
     * @throws IOException if it is no result; the message is one sentence and shows nothing of the line
     */
    public static Observation read(String line) throws IOException {
        JsonNode root = object(line, MAX_LINE);
        CheckId check = new CheckId(name(root, "subject"), name(root, "check"));
        Result result = new Result(status(root), text(root, "summary"), facts(root), measurements(root));
        return new Observation(check, at(root), took(root), result);
    }

    /** @param longest in characters */
    static JsonNode object(String line, int longest) throws IOException {
        if (line.length() > longest) {
            throw new IOException("expected at most " + longest + " characters, found " + line.length());
        }
        JsonNode root;
        try {
            root = MAPPER.readTree(line);
        } catch (JsonProcessingException e) {
            throw new IOException(
                    "not a JSON object"
                            + (e.getLocation() == null
                                    ? ""
                                    : ": the mistake is at column "
                                            + e.getLocation().getColumnNr()),
                    e);
        }
        if (root == null || !root.isObject()) {
            throw new IOException("expected a JSON object");
        }
        return root;
    }

    static String name(JsonNode root, String field) throws IOException {
        String name = text(root, field);
        if (!Names.isName(name)) {
            throw new IOException("in '" + field + "': " + Names.expected());
        }
        return name;
    }

    private static String text(JsonNode node, String field) throws IOException {
        JsonNode value = node.get(field);
        if (value == null || !value.isTextual()) {
            throw new IOException("expected a text '" + field + "'");
        }
        return value.textValue();
    }

    private static Status status(JsonNode root) throws IOException {
        String word = text(root, "status").toUpperCase(Locale.ROOT);
        for (Status status : Status.values()) {
            if (status.name().equals(word)) {
                return status;
            }
        }
        throw new IOException("in 'status': expected OK, WARNING, CRITICAL or UNKNOWN");
    }

    static Instant at(JsonNode root) throws IOException {
        try {
            Instant at = Instant.parse(text(root, "at"));
            if (at.isBefore(EARLIEST) || at.isAfter(LATEST)) {
                throw new IOException("in 'at': not a time that can be meant");
            }
            return at;
        } catch (DateTimeParseException e) {
            throw new IOException("in 'at': expected a time like 2026-11-22T12:00:00Z", e);
        }
    }

    private static Duration took(JsonNode root) throws IOException {
        double seconds = number(root, "seconds");
        if (!(seconds >= 0 && seconds <= LONGEST_SECONDS)) {
            throw new IOException("in 'seconds': expected 0 to " + (long) LONGEST_SECONDS);
        }
        return Duration.ofNanos((long) (seconds * 1e9));
    }

    private static double number(JsonNode node, String field) throws IOException {
        JsonNode value = node.get(field);
        if (value == null || !value.isNumber() || !Double.isFinite(value.doubleValue())) {
            throw new IOException("expected a number '" + field + "'");
        }
        return value.doubleValue();
    }

    private static List<Fact> facts(JsonNode root) throws IOException {
        List<Fact> facts = new ArrayList<>();
        for (JsonNode fact : objects(root, "facts")) {
            facts.add(new Fact(text(fact, "key"), text(fact, "value")));
        }
        return facts;
    }

    private static List<Measurement> measurements(JsonNode root) throws IOException {
        List<Measurement> measurements = new ArrayList<>();
        for (JsonNode measurement : objects(root, "measurements")) {
            measurements.add(new Measurement(
                    text(measurement, "name"),
                    number(measurement, "value"),
                    text(measurement, "unit"),
                    limit(measurement, "warning"),
                    limit(measurement, "critical")));
        }
        return measurements;
    }

    private static OptionalDouble limit(JsonNode measurement, String field) throws IOException {
        return measurement.has(field) ? OptionalDouble.of(number(measurement, field)) : OptionalDouble.empty();
    }

    /** As many as a result may have; what is beyond is not looked at. */
    private static List<JsonNode> objects(JsonNode root, String field) throws IOException {
        List<JsonNode> objects = new ArrayList<>();
        JsonNode list = root.get(field);
        if (list == null) {
            return objects;
        }
        if (!list.isArray()) {
            throw new IOException("expected a list '" + field + "'");
        }
        for (JsonNode element : list) {
            if (objects.size() == Result.MAX_FACTS) {
                break;
            }
            if (!element.isObject()) {
                throw new IOException("in '" + field + "': expected objects");
            }
            objects.add(element);
        }
        return objects;
    }
}
