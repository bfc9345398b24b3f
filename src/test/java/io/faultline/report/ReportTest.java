package io.faultline.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.faultline.alert.World;
import io.faultline.check.CheckId;
import io.faultline.check.Fact;
import io.faultline.check.Measurement;
import io.faultline.check.Result;
import io.faultline.check.Status;
import io.faultline.history.CheckState;
import io.faultline.history.Observation;
import io.faultline.history.Transition;
import java.io.ByteArrayOutputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.SchemaFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class ReportTest {
    private static final Instant AT = Instant.parse("2026-11-22T12:00:00.250Z");

    @TempDir
    Path folder;

    private static Transition transition(String check, Result result) {
        return transition(Optional.empty(), check, result);
    }

    private static Transition transition(Optional<CheckState> before, String check, Result result) {
        Observation observation = new Observation(CheckId.parse(check), AT, Duration.ofMillis(1234), result);
        CheckState after =
                before.map(state -> state.next(observation, 2)).orElseGet(() -> CheckState.first(observation, 2));
        return new Transition(observation, before, after);
    }

    private static Outcome outcome(String check, Result result) {
        CheckId id = CheckId.parse(check);
        return new Outcome(
                World.check(id.subject(), id.name(), "title of " + id.name()),
                transition(check, result).after());
    }

    private static Document xml(Path file) throws Exception {
        return DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder().parse(file.toFile());
    }

    private List<Path> write(Outcome... outcomes) throws Exception {
        return new JUnitXml(World.ZONE).write(folder, List.of(outcomes));
    }

    @Test
    void one_file_a_subject_and_one_case_a_check() throws Exception {
        List<Path> files = write(
                outcome("dns/soa", Result.ok("same serial")),
                outcome("web/http", Result.critical("500", Fact.expected("200"), Fact.butWas("500"))),
                outcome("web/links", Result.warning("1 link is broken")),
                outcome("web/tor", Result.unknown("the SOCKS proxy does not answer")));
        assertThat(files)
                .extracting(file -> file.getFileName().toString())
                .containsExactly("TEST-faultline.dns.xml", "TEST-faultline.web.xml");
        Element suite = xml(files.get(1)).getDocumentElement();
        assertThat(suite.getAttribute("name")).isEqualTo("faultline.web");
        assertThat(suite.getAttribute("tests")).isEqualTo("3");
        assertThat(suite.getAttribute("failures")).isEqualTo("2");
        assertThat(suite.getAttribute("errors")).isEqualTo("1");
        assertThat(suite.getAttribute("time")).isEqualTo("3.702");
        assertThat(suite.getAttribute("timestamp")).isEqualTo("2026-11-22T13:00:00");
        Element failure = (Element) suite.getElementsByTagName("failure").item(0);
        assertThat(failure.getAttribute("type")).isEqualTo("CRITICAL");
        assertThat(failure.getAttribute("message")).isEqualTo("500");
        assertThat(failure.getTextContent()).isEqualTo("expected: 200\nbut was: 500\n");
        Element test = (Element) failure.getParentNode();
        assertThat(test.getAttribute("classname")).isEqualTo("faultline.web");
        assertThat(test.getAttribute("name")).isEqualTo("http");
        assertThat(test.getElementsByTagName("system-out").item(0).getTextContent())
                .contains("status: CRITICAL", "hard status: OK", "failures in a row: 1");
    }

    @ParameterizedTest
    @EnumSource(Status.class)
    void fits_the_schema_that_readers_of_junit_xml_know(Status status) throws Exception {
        Result result = Result.of(status, "<&>", Fact.of("a", "]]>"))
                .with(new Measurement("time", 0.25, "s", OptionalDouble.of(1), OptionalDouble.empty()));
        // The part of the schema of Jenkins' xunit plugin (junit-10.xsd) that is used here, in our own words.
        String schema = """
                <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
                  <xs:simpleType name="seconds"><xs:restriction base="xs:string">
                    <xs:pattern value="(([0-9]{0,3},)*[0-9]{3}|[0-9]{0,3})*(\\.[0-9]{0,3})?"/>
                  </xs:restriction></xs:simpleType>
                  <xs:complexType name="said" mixed="true">
                    <xs:attribute name="type" type="xs:string"/>
                    <xs:attribute name="message" type="xs:string"/>
                  </xs:complexType>
                  <xs:element name="testsuite"><xs:complexType><xs:sequence>
                    <xs:element name="testcase" minOccurs="0" maxOccurs="unbounded"><xs:complexType>
                      <xs:choice minOccurs="0" maxOccurs="unbounded">
                        <xs:element name="error" type="said"/>
                        <xs:element name="failure" type="said"/>
                        <xs:element name="system-out" type="xs:string"/>
                      </xs:choice>
                      <xs:attribute name="name" type="xs:string" use="required"/>
                      <xs:attribute name="classname" type="xs:string"/>
                      <xs:attribute name="time" type="seconds"/>
                    </xs:complexType></xs:element>
                  </xs:sequence>
                  <xs:attribute name="name" type="xs:string" use="required"/>
                  <xs:attribute name="tests" type="xs:integer" use="required"/>
                  <xs:attribute name="failures" type="xs:integer" use="required"/>
                  <xs:attribute name="errors" type="xs:integer" use="required"/>
                  <xs:attribute name="skipped" type="xs:integer"/>
                  <xs:attribute name="time" type="seconds"/>
                  <xs:attribute name="timestamp" type="xs:dateTime"/>
                  </xs:complexType></xs:element>
                </xs:schema>
                """;
        Path file = write(outcome("web/http", result)).get(0);
        SchemaFactory.newDefaultInstance()
                .newSchema(new StreamSource(new StringReader(schema)))
                .newValidator()
                .validate(new StreamSource(file.toFile()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"]]></failure><script>", "\"'<>&", "\u0000\u001b[31m\u0007", "\ud83d\ude00 \ud83d \ufffe", "${x}"
            })
    void hostile_text_stays_text(String hostile) throws Exception {
        Result result = new Result(Status.CRITICAL, hostile, List.of(new Fact(hostile, hostile)), List.of());
        Document parsed = xml(write(outcome("web/http", result)).get(0));
        Element failure = (Element) parsed.getElementsByTagName("failure").item(0);
        assertThat(failure.getAttribute("message")).isEqualTo(JUnitXml.clean(result.summary()));
        assertThat(parsed.getElementsByTagName("script").getLength()).isZero();
        JsonNode json = json(transition("web/http", result));
        assertThat(json.get("summary").textValue()).isEqualTo(result.summary());
        String line = new Terminal(false, 10, World.ZONE).line(transition("web/http", result));
        assertThat(line.chars()).noneMatch(Character::isISOControl);
    }

    @Test
    void what_xml_cannot_hold_is_dropped() {
        assertThat(JUnitXml.clean("a\u0000b\u001b\uffff\ud83d\ude00\ud83d\tc")).isEqualTo("ab\ud83d\ude00\tc");
    }

    private static JsonNode json(Transition... transitions) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonLines lines = new JsonLines(out)) {
            for (Transition transition : transitions) {
                lines.recorded(transition);
            }
        }
        String text = out.toString(StandardCharsets.UTF_8);
        assertThat(text).endsWith("}\n");
        assertThat(text.lines()).hasSize(transitions.length);
        return new ObjectMapper().readTree(text.lines().toList().get(0));
    }

    @Test
    void json_says_all_that_is_known_of_a_result() throws Exception {
        Result result = Result.critical("500", Fact.expected("200"), Fact.butWas("500"))
                .with(new Measurement("time", 0.25, "s", OptionalDouble.of(1), OptionalDouble.empty()));
        JsonNode json = json(transition("web/http", result), transition("web/links", Result.ok("fine")));
        assertThat(json).isEqualTo(new ObjectMapper().readTree("""
                {"subject": "web", "check": "http", "at": "2026-11-22T12:00:00.250Z", "seconds": 1.234,
                 "status": "CRITICAL", "summary": "500", "hard_status": "OK",
                 "hard_since": "2026-11-22T12:00:00.250Z", "failures_in_a_row": 1,
                 "facts": [{"key": "expected", "value": "200"}, {"key": "but was", "value": "500"}],
                 "measurements": [{"name": "time", "value": 0.25, "unit": "s", "warning": 1.0}]}
                """));
    }

    @Test
    void every_field_is_documented() throws Exception {
        Result result = Result.ok("fine", Fact.expected("1"))
                .with(new Measurement("time", 1, "s", OptionalDouble.of(1), OptionalDouble.of(2)));
        JsonNode json = json(transition("web/http", result));
        String documented = Files.readString(Path.of("docs", "reports.md"));
        json.fieldNames().forEachRemaining(name -> assertThat(documented).contains("`" + name + "`"));
    }

    @Test
    void terminal_lines_stand_in_columns() {
        Terminal terminal = new Terminal(false, 12, World.ZONE);
        Transition soft = transition("web/http", Result.critical("500"));
        Transition hard = transition(Optional.of(soft.after()), "web/http", Result.critical("500"));
        assertThat(terminal.line(soft))
                .isEqualTo("13:00:00  CRITICAL  web/http       1234 ms  500  [failed once, to be tried again]");
        assertThat(terminal.line(hard)).endsWith("500  [hard problem now]");
        assertThat(terminal.line(transition(Optional.of(hard.after()), "web/http", Result.ok("200"))))
                .isEqualTo("13:00:00  OK        web/http       1234 ms  200  [recovered]");
    }

    @ParameterizedTest
    @CsvSource({"OK,32", "WARNING,33", "CRITICAL,1;31", "UNKNOWN,35"})
    void colour_is_put_around_the_status_only(Status status, String code) {
        String line = new Terminal(true, 10, World.ZONE).line(transition("web/http", Result.of(status, "\u001b[1mx")));
        assertThat(line).contains("\u001b[" + code + "m" + status).contains("\\u001b[1mx");
        assertThat(line.chars().filter(c -> c == 0x1b)).hasSize(2);
    }

    @Test
    void the_summary_counts() {
        Terminal terminal = new Terminal(false, 10, World.ZONE);
        CheckState ok = transition("web/http", Result.ok("200")).after();
        Transition soft = transition("web/links", Result.critical("x"));
        CheckState hard = transition(Optional.of(soft.after()), "web/links", Result.critical("x"))
                .after();
        assertThat(terminal.summary(List.of(ok, hard), Duration.ofSeconds(3)))
                .isEqualTo("2 checks in 3 s: 1 OK, 1 CRITICAL; 1 hard problem");
        assertThat(terminal.summary(List.of(ok), Duration.ofSeconds(3)))
                .isEqualTo("1 check in 3 s: 1 OK; no hard problem");
        assertThat(terminal.summary(List.of(), Duration.ZERO)).isEqualTo("0 checks in 0 s: none ran; no hard problem");
    }
}
