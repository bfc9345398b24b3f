package io.faultline.report;

import io.faultline.check.Fact;
import io.faultline.check.Measurement;
import io.faultline.check.Result;
import io.faultline.check.Status;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * JUnit XML as Jenkins' JUnit plugin reads it: a file and a test suite for each service or machine, a test case for
 * each check. A last result of WARNING or CRITICAL is a failure, hard or not; UNKNOWN is an error, because the test
 * itself did not work. A problem that is excused counts as skipped.
 */
public final class JUnitXml {
    /** The form that Jenkins' schema asks for: local time without an offset. */
    private static final DateTimeFormatter TIMESTAMP = DateTimeFormatter.ISO_LOCAL_DATE_TIME;

    private final ZoneId zone;

    public JUnitXml(ZoneId zone) {
        this.zone = zone;
    }

    /**
     * Writes {@code TEST-faultline.<subject>.xml} for each subject; a file is there whole or not at all.
     *
     * @return the files
     */
    public List<Path> write(Path folder, Collection<Outcome> outcomes) throws IOException {
        Files.createDirectories(folder);
        Map<String, List<Outcome>> suites = new TreeMap<>();
        for (Outcome outcome : outcomes) {
            suites.computeIfAbsent(outcome.definition().id().subject(), s -> new ArrayList<>())
                    .add(outcome);
        }
        List<Path> files = new ArrayList<>();
        for (Map.Entry<String, List<Outcome>> suite : suites.entrySet()) {
            Path file = folder.resolve("TEST-faultline." + suite.getKey() + ".xml");
            // Not a temporary file of the system: those are for nobody else to read.
            Path part = folder.resolve("." + file.getFileName() + ".part");
            try {
                try (OutputStream out = Files.newOutputStream(part)) {
                    write(out, suite.getKey(), suite.getValue());
                }
                Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(part);
            }
            files.add(file);
        }
        return files;
    }

    /** Writes one suite. */
    void write(OutputStream out, String subject, List<Outcome> outcomes) throws IOException {
        try {
            XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(out, "UTF-8");
            xml.writeStartDocument("UTF-8", "1.0");
            xml.writeCharacters("\n");
            xml.writeStartElement("testsuite");
            attribute(xml, "name", "faultline." + subject);
            attribute(xml, "tests", Integer.toString(outcomes.size()));
            attribute(xml, "failures", Long.toString(count(outcomes, JUnitXml::isFailure)));
            attribute(xml, "errors", Long.toString(count(outcomes, JUnitXml::isError)));
            attribute(xml, "skipped", Long.toString(count(outcomes, JUnitXml::isSkipped)));
            attribute(
                    xml,
                    "time",
                    seconds(outcomes.stream().map(o -> o.state().took()).reduce(Duration.ZERO, Duration::plus)));
            outcomes.stream()
                    .map(o -> o.state().at())
                    .min(java.time.Instant::compareTo)
                    .map(at -> at.truncatedTo(ChronoUnit.SECONDS).atZone(zone).toLocalDateTime())
                    .ifPresent(at -> attribute(xml, "timestamp", TIMESTAMP.format(at)));
            for (Outcome outcome : outcomes) {
                testCase(xml, subject, outcome);
            }
            xml.writeCharacters("\n");
            xml.writeEndElement();
            xml.writeCharacters("\n");
            xml.writeEndDocument();
            xml.close();
        } catch (XMLStreamException e) {
            throw new IOException("writing JUnit XML failed: " + e.getMessage(), e);
        }
    }

    private void testCase(XMLStreamWriter xml, String subject, Outcome outcome) throws XMLStreamException {
        Result result = outcome.state().last();
        xml.writeCharacters("\n  ");
        xml.writeStartElement("testcase");
        attribute(xml, "classname", "faultline." + subject);
        attribute(xml, "name", outcome.definition().id().name());
        attribute(xml, "time", seconds(outcome.state().took()));
        if (isSkipped(outcome)) {
            xml.writeCharacters("\n    ");
            xml.writeStartElement("skipped");
            attribute(xml, "message", outcome.excuse().orElseThrow() + ": " + result.summary());
            xml.writeEndElement();
        } else if (isFailure(outcome) || isError(outcome)) {
            xml.writeCharacters("\n    ");
            xml.writeStartElement(isError(outcome) ? "error" : "failure");
            attribute(xml, "type", result.status().name());
            attribute(xml, "message", result.summary());
            xml.writeCharacters(clean(facts(result, "\n")));
            xml.writeEndElement();
        }
        xml.writeCharacters("\n    ");
        xml.writeStartElement("system-out");
        xml.writeCharacters(clean(explanation(outcome)));
        xml.writeEndElement();
        xml.writeCharacters("\n  ");
        xml.writeEndElement();
    }

    /** What does not fit elsewhere: Jenkins' schema knows properties of suites only, and there are none for a case. */
    private String explanation(Outcome outcome) {
        Result result = outcome.state().last();
        StringBuilder text = new StringBuilder();
        line(
                text,
                "check",
                outcome.definition().id() + " (" + outcome.definition().type() + ")");
        line(text, "title", outcome.definition().title());
        line(text, "defined in", outcome.definition().place());
        line(text, "at", outcome.state().at().atZone(zone).toOffsetDateTime());
        line(text, "status", result.status());
        line(text, "hard status", outcome.state().hard());
        line(text, "failures in a row", outcome.state().failures());
        line(text, "summary", result.summary());
        if (result.isOk()) {
            text.append(facts(result, "\n"));
        }
        for (Measurement measurement : result.measurements()) {
            line(
                    text,
                    measurement.name(),
                    BigDecimal.valueOf(measurement.value()).toPlainString() + measurement.unit());
        }
        return text.toString();
    }

    private static void line(StringBuilder text, String key, Object value) {
        text.append(key).append(": ").append(value).append('\n');
    }

    private static String facts(Result result, String end) {
        StringBuilder text = new StringBuilder();
        for (Fact fact : result.facts()) {
            text.append(fact).append(end);
        }
        return text.toString();
    }

    private static boolean isError(Outcome outcome) {
        return outcome.excuse().isEmpty() && outcome.state().last().status() == Status.UNKNOWN;
    }

    private static boolean isSkipped(Outcome outcome) {
        return outcome.excuse().isPresent() && !outcome.state().last().isOk();
    }

    private static boolean isFailure(Outcome outcome) {
        return outcome.excuse().isEmpty() && !outcome.state().last().isOk() && !isError(outcome);
    }

    private static long count(List<Outcome> outcomes, java.util.function.Predicate<Outcome> which) {
        return outcomes.stream().filter(which).count();
    }

    private static String seconds(Duration took) {
        return BigDecimal.valueOf(took.toMillis(), 3).toPlainString();
    }

    private static void attribute(XMLStreamWriter xml, String name, String value) {
        try {
            xml.writeAttribute(name, clean(value));
        } catch (XMLStreamException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Drops what XML 1.0 (section 2.2) cannot hold, escaped or not. */
    static String clean(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints().filter(JUnitXml::isXml).forEach(clean::appendCodePoint);
        return clean.toString();
    }

    private static boolean isXml(int c) {
        return c == '\t'
                || c == '\n'
                || c == '\r'
                || c >= 0x20 && c <= 0xd7ff
                || c >= 0xe000 && c <= 0xfffd
                || c >= 0x10000 && c <= 0x10ffff;
    }
}
