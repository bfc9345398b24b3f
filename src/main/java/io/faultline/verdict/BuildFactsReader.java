package io.faultline.verdict;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.faultline.config.Names;
import io.faultline.config.Shown;
import io.faultline.verdict.BuildFacts.Abort;
import io.faultline.verdict.BuildFacts.OtherBuild;
import io.faultline.verdict.BuildFacts.Result;
import io.faultline.verdict.BuildFacts.Tests;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Reads build facts from JSON, the form that {@code docs/verdict.md} describes. Bounded: {@value #MAX_BYTES} bytes, eight
 * levels, {@value #MAX_OTHERS} other builds, {@value #MAX_TEXT} characters a text.
 */
public final class BuildFactsReader {
    static final int MAX_BYTES = 1 << 20;
    static final int MAX_OTHERS = 1000;
    static final int MAX_TEXT = 500;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(8)
                            .maxDocumentLength(MAX_BYTES)
                            .maxStringLength(10_000)
                            .maxNumberLength(20)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final List<String> KEYS = List.of(
            "job",
            "build",
            "result",
            "node",
            "agent-lost",
            "exit-status",
            "abort",
            "failed-stage",
            "tests",
            "commit",
            "start",
            "end",
            "services",
            "other-builds");
    private static final List<String> OTHER_KEYS = List.of("job", "build", "result", "node", "commit", "end");

    private final String file;

    private BuildFactsReader(String file) {
        this.file = file;
    }

    /**
     * Reads to the end and does not close.
     *
     * @param file its name in messages
     */
    public static BuildFacts read(String file, InputStream json) throws IOException, BuildFactsException {
        JsonNode root;
        try {
            root = MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            String place = at == null ? file : file + ":" + at.getLineNr() + ":" + at.getColumnNr();
            throw new BuildFactsException(place + ": not valid JSON: " + Shown.oneLine(e.getOriginalMessage(), 200));
        }
        return new BuildFactsReader(file).facts(root);
    }

    private BuildFacts facts(JsonNode root) throws BuildFactsException {
        object(root, "", KEYS);
        JsonNode tests = root.path("tests");
        Optional<Tests> report = Optional.empty();
        if (!tests.isMissingNode()) {
            object(tests, "/tests", List.of("total", "failed", "skipped"));
            report = Optional.of(new Tests(
                    number(tests, "/tests", "total").orElse(0),
                    number(tests, "/tests", "failed").orElse(0),
                    number(tests, "/tests", "skipped").orElse(0)));
        }
        Optional<Instant> start = time(root, "", "start");
        Optional<Instant> end = time(root, "", "end");
        if (start.isPresent() && end.isPresent() && end.get().isBefore(start.get())) {
            throw wrong("/end", "expected a time after the start, " + start.get());
        }
        return new BuildFacts(
                required(root, "", "job"),
                required(root, "", "build"),
                oneOf(root, "", "result", Result.values()),
                text(root, "", "node"),
                flag(root, "agent-lost"),
                number(root, "", "exit-status"),
                oneOf(root, "", "abort", Abort.values()),
                text(root, "", "failed-stage"),
                report,
                text(root, "", "commit"),
                start,
                end,
                texts(root, "services"),
                others(root.path("other-builds")));
    }

    private List<OtherBuild> others(JsonNode list) throws BuildFactsException {
        List<OtherBuild> others = new ArrayList<>();
        if (list.isMissingNode()) {
            return others;
        }
        if (!list.isArray() || list.size() > MAX_OTHERS) {
            throw wrong("/other-builds", "expected a list of at most " + MAX_OTHERS + " builds");
        }
        for (int i = 0; i < list.size(); i++) {
            JsonNode other = list.get(i);
            String at = "/other-builds/" + i;
            object(other, at, OTHER_KEYS);
            others.add(new OtherBuild(
                    required(other, at, "job"),
                    required(other, at, "build"),
                    oneOf(other, at, "result", Result.values()).orElseThrow(() -> wrong(at, "'result' is missing")),
                    text(other, at, "node"),
                    text(other, at, "commit"),
                    time(other, at, "end")));
        }
        return others;
    }

    private void object(JsonNode node, String at, List<String> known) throws BuildFactsException {
        if (!node.isObject()) {
            throw wrong(at, "expected an object, found " + shown(node));
        }
        for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!known.contains(name)) {
                throw wrong(
                        at + "/" + name,
                        "unknown key"
                                + Names.nearest(name, known)
                                        .map(near -> "; did you mean '" + near + "'?")
                                        .orElse("; expected one of: " + String.join(", ", known)));
            }
        }
    }

    private String required(JsonNode object, String at, String name) throws BuildFactsException {
        return text(object, at, name).orElseThrow(() -> wrong(at, "'" + name + "' is missing; expected a text"));
    }

    private Optional<String> text(JsonNode object, String at, String name) throws BuildFactsException {
        JsonNode node = object.path(name);
        if (node.isMissingNode() || node.isNull()) {
            return Optional.empty();
        }
        // A build's number may be written as one.
        String text = node.isTextual() || node.isIntegralNumber() ? node.asText() : "";
        if (text.isEmpty() || text.length() > MAX_TEXT) {
            throw wrong(at + "/" + name, "expected a text of 1 to " + MAX_TEXT + " characters, found " + shown(node));
        }
        return Optional.of(text);
    }

    private List<String> texts(JsonNode object, String name) throws BuildFactsException {
        JsonNode list = object.path(name);
        List<String> texts = new ArrayList<>();
        if (list.isMissingNode()) {
            return texts;
        }
        if (!list.isArray() || list.size() > MAX_OTHERS) {
            throw wrong("/" + name, "expected a list of at most " + MAX_OTHERS + " texts, found " + shown(list));
        }
        for (JsonNode one : list) {
            if (!one.isTextual() || one.asText().length() > MAX_TEXT) {
                throw wrong("/" + name, "expected texts, found " + shown(one));
            }
            texts.add(one.asText());
        }
        return texts;
    }

    private boolean flag(JsonNode object, String name) throws BuildFactsException {
        JsonNode node = object.path(name);
        if (!node.isMissingNode() && !node.isBoolean()) {
            throw wrong("/" + name, "expected true or false, found " + shown(node));
        }
        return node.asBoolean(false);
    }

    private OptionalInt number(JsonNode object, String at, String name) throws BuildFactsException {
        JsonNode node = object.path(name);
        if (node.isMissingNode() || node.isNull()) {
            return OptionalInt.empty();
        }
        if (!node.isInt() || node.asInt() < 0) {
            throw wrong(at + "/" + name, "expected a whole number, 0 or more, found " + shown(node));
        }
        return OptionalInt.of(node.asInt());
    }

    private Optional<Instant> time(JsonNode object, String at, String name) throws BuildFactsException {
        Optional<String> text = text(object, at, name);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(OffsetDateTime.parse(text.get()).toInstant());
        } catch (DateTimeParseException e) {
            throw wrong(
                    at + "/" + name,
                    "expected a time with its zone, such as 2026-11-22T10:15:30Z, found " + shown(object.path(name)));
        }
    }

    private <E extends Enum<E>> Optional<E> oneOf(JsonNode object, String at, String name, E[] values)
            throws BuildFactsException {
        Optional<String> text = text(object, at, name);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        for (E value : values) {
            if (value.name().equals(text.get().toUpperCase(Locale.ROOT).replace('-', '_'))) {
                return Optional.of(value);
            }
        }
        List<String> names = Arrays.stream(values)
                .map(value -> value.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .toList();
        throw wrong(
                at + "/" + name,
                "expected one of " + String.join(", ", names) + "; found " + shown(object.path(name))
                        + Names.didYouMean(text.get(), names));
    }

    private static String shown(JsonNode node) {
        return Shown.oneLine(node.toString(), 60);
    }

    private BuildFactsException wrong(String at, String message) {
        return new BuildFactsException(file + ": " + (at.isEmpty() ? "/" : Shown.oneLine(at, 200)) + ": " + message);
    }
}
