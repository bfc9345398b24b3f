package io.faultline.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import io.faultline.check.CheckType;
import io.faultline.check.FactCheck;
import io.faultline.checks.CheckTypes;
import io.faultline.config.DescribingKeys;
import io.faultline.config.KeySpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The description of the format: complete, up to date where it is committed, and of one mind with the reader. */
class FormatTest {
    private static final Path SCHEMAS = Path.of("resources/schema");
    private static final Path DOCS = Path.of("docs");

    @TempDir
    Path folder;

    static List<CheckType> types() {
        return CheckTypes.ALL;
    }

    @ParameterizedTest
    @MethodSource("types")
    void noTypeHasAKeyThatEveryCheckHas(CheckType type) {
        assertThat(type.keys())
                .map(KeySpec::name)
                .doesNotContainAnyElementsOf(
                        Format.everyCheck().stream().map(KeySpec::name).toList());
    }

    @ParameterizedTest
    @MethodSource("types")
    void theExampleOfATypeIsGood(CheckType type) {
        StringBuilder yaml = new StringBuilder("service: x\npurpose: x\nchecks:\n  - type: " + type.name() + "\n");
        type.example().lines().forEach(line -> yaml.append("    ").append(line).append('\n'));
        if (type.read(new DescribingKeys()) instanceof FactCheck) {
            yaml.append("    machine: web1\n");
        }
        CatalogFolder catalog =
                new CatalogFolder(folder).file("x.yaml", yaml.toString()).file("machines.yaml", """
                machines:
                  web1: &machine
                    address: web.example.org
                    facts: {reports: {known-hosts: known_hosts}}
                    checks: [{type: facts}]
                  web2: *machine
                  web3: *machine
                """);
        assertThat(catalog.problems()).isEmpty();
        assertThat(schemaSays("service", yaml.toString())).isEmpty();
    }

    @Test
    void everyKeyIsDocumented() {
        Stream.of(Format.service(), Format.machines(), Format.teams(), Format.controller())
                .flatMap(List::stream)
                .forEach(FormatTest::documented);
        types().stream().flatMap(type -> type.keys().stream()).forEach(FormatTest::documented);
    }

    private static void documented(KeySpec key) {
        if (key.kind() != KeySpec.Kind.ONE_OF_EACH) {
            key.nested().forEach(FormatTest::documented);
        }
        assertThat(key.doc()).as(key.name()).endsWith(".");
    }

    @Test
    void theCommittedSchemasAreUpToDate() throws IOException {
        assertThat(content(SCHEMAS))
                .as("run ./faultline catalog schema and commit %s", SCHEMAS)
                .isEqualTo(CatalogSchema.files(types()));
    }

    @Test
    void theCommittedPagesAreUpToDate() throws IOException {
        Map<String, String> pages = new TreeMap<>();
        content(DOCS.resolve("checks")).forEach((name, text) -> pages.put("checks/" + name, text));
        assertThat(pages)
                .as("run ./faultline catalog docs and commit %s; delete pages of types that are gone", DOCS)
                .isEqualTo(CatalogDocs.pages(types()));
        String page = Files.readString(DOCS.resolve(CatalogDocs.CATALOGUE_PAGE));
        assertThat(page).isEqualTo(CatalogDocs.withTables(page));
        assertThat(page.split("<!-- keys of ", -1)).hasSize(6);
    }

    private static Map<String, String> content(Path folder) throws IOException {
        Map<String, String> content = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                content.put(file.getFileName().toString(), Files.readString(file));
            }
        }
        return content;
    }

    @Test
    void theSchemasAgreeWithTheExampleCatalogue() throws IOException {
        try (Stream<Path> files = Files.walk(ExampleTest.EXAMPLE)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".yaml")).toList()) {
                String name = file.getFileName().toString().replace(".yaml", "");
                String kind = Set.of("machines", "teams", "controller").contains(name) ? name : "service";
                assertThat(schemaSays(kind, Files.readString(file)))
                        .as(file.toString())
                        .isEmpty();
            }
        }
    }

    static Stream<Arguments> mistakes() {
        String head = "service: x\npurpose: x\n";
        return Stream.of(
                arguments("service", "service: x\n"),
                arguments("service", head + "tool: x\n"),
                arguments("service", head + "importance: highest\n"),
                arguments("service", head + "importance: {user: high}\n"),
                arguments("service", head + "depends-on: [A B]\n"),
                arguments("service", head + "checks: {type: smtp}\n"),
                arguments("service", head + "checks: [{server: x}]\n"),
                arguments("service", head + "checks: [{type: gopher}]\n"),
                arguments("service", head + "checks: [{type: smtp, server: x, every: 5min}]\n"),
                arguments("service", head + "checks: [{type: smtp, server: x, failures-before-alert: 0}]\n"),
                arguments("service", head + "checks: [{type: smtp, server: x, url: 'http://x/'}]\n"),
                arguments("service", head + "checks: [{type: http, url: 'ftp://x/'}]\n"),
                arguments("service", head + "checks: [{type: smtp, server: x, proxy: 'http://x:1'}]\n"),
                arguments("machines", "machines: {a: {}}\n"),
                arguments("machines", "machines: {a: {address: x, checks: [{type: smtp, machine: b}]}}\n"),
                arguments("machines", "machines: {a: {address: x, checks: [{type: smtp, url: b}]}}\n"),
                arguments("teams", "teams: {a: {purpose: x}}\n"),
                arguments("teams", "teams: {a: {mail: x}}\n"),
                arguments("controller", "at-once: 0\n"),
                arguments("controller", "mail: {server: x, from: a@example.org, password: hunter2}\n"),
                arguments("controller", "defaults: {evry: 5m}\n"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void theSchemasMarkMistakes(String kind, String yaml) {
        assertThat(schemaSays(kind, yaml)).isNotEmpty();
        new CatalogFolder(folder).file(kind.equals("service") ? "x.yaml" : kind + ".yaml", yaml);
        assertThat(CatalogFolder.readAll(folder).problems()).isNotEmpty();
    }

    private static Set<ValidationMessage> schemaSays(String kind, String yaml) {
        String text = CatalogSchema.files(types()).get(kind + ".schema.json");
        JsonSchema schema = JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(text);
        JsonNode document =
                new ObjectMapper().valueToTree(new Load(LoadSettings.builder().build()).loadFromString(yaml));
        return schema.validate(document);
    }
}
