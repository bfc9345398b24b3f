package io.faultline.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class YamlFileTest {
    private final List<Problem> problems = new ArrayList<>();

    @TempDir
    Path folder;

    private Optional<YamlKeys> parse(String yaml) {
        return YamlFile.parse(yaml.getBytes(UTF_8), "f.yaml", folder, problems::add);
    }

    static Stream<Arguments> notYaml() {
        return Stream.of(
                arguments("a: b\n\tc: d\n", "f.yaml:2:1: a tab cannot be used for indentation; use spaces"),
                arguments("a: \"b\nc: d\n", "f.yaml:1:4: the quote that is opened here is never closed"),
                arguments("a: 'b\nc: d\n", "f.yaml:1:4: the quote that is opened here is never closed"),
                arguments("a: b\nc d\ne: f\n", "f.yaml:2:1: expected 'key: value', found no ':' behind the key"),
                arguments(
                        "a: b\n  c: d\n",
                        "f.yaml:2:4: a ':' is not allowed here; put a text with ': ' in it in quotes, or mend the"
                                + " indentation"),
                arguments("a: [b, c\nd: e\n", "f.yaml:2:2: expected ',' or ']' to go on with what is opened at line 1"),
                arguments("a: {b: c\nd: e\n", "f.yaml:2:2: expected ',' or '}' to go on with what is opened at line 1"),
                arguments("a: @b\n", "f.yaml:1:4: a text cannot start with this character; put the text in quotes"),
                arguments(
                        "a: *b\n",
                        "f.yaml:1:4: an alias (*name) that is not defined before; put a text that starts with '*' in"
                                + " quotes"),
                arguments("a: b\n---\nc: d\n", "f.yaml:2:1: a second document ('---') in the same file; expected one"),
                arguments(
                        "a: \"\\d\"\n", "f.yaml:1:6: an unknown escape; write a backslash twice, or use single quotes"),
                arguments(
                        "a:\n  - b\n c: d\n",
                        "f.yaml:3:2: wrong indentation; this does not fit to what begins at line 1"),
                arguments("a: b\nc: \u0007\n", "f.yaml:2:4: the control character U+0007 is not allowed in YAML"),
                arguments("", "f.yaml: the file is empty; expected 'key: value' lines"),
                arguments("# nothing\n", "f.yaml: the file is empty; expected 'key: value' lines"),
                arguments("- a\n- b\n", "f.yaml:1:1: expected 'key: value' lines, found a list"),
                arguments("hello\n", "f.yaml:1:1: expected 'key: value' lines, found 'hello'"));
    }

    @ParameterizedTest
    @MethodSource("notYaml")
    void saysWhereAFileIsNoYamlMapping(String yaml, String problem) {
        assertThat(parse(yaml)).isEmpty();
        assertThat(problems).map(Problem::toString).containsExactly(problem);
    }

    @Test
    void neverRepeatsWhatCouldBeASecret() {
        for (String yaml : List.of(
                "a: *hunter2\n", "a: !hunter2,x b\n", "a: \"\\hunter2\"\n", "a: %hunter2\n", "a: &h&unter2 b\n")) {
            parse(yaml);
        }
        assertThat(problems).isNotEmpty().noneMatch(problem -> problem.message().contains("unter"));
    }

    @Test
    void refusesWhatIsNotUtf8WithItsPlace() {
        byte[] latin1 = "a: b\nc: Größe\n".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(YamlFile.parse(latin1, "f.yaml", folder, problems::add)).isEmpty();
        assertThat(problems)
                .map(Problem::toString)
                .containsExactly("f.yaml:2:6: not UTF-8 (byte 0xF6); save the file as UTF-8");
    }

    @Test
    void takesAByteOrderMark() {
        YamlKeys keys = parse("\uFEFFa: b\n").orElseThrow();
        assertThat(keys.text("a", "")).isEqualTo("b");
        assertThat(problems).isEmpty();
    }

    @Test
    void limitsDepthValuesAliasesAndSize() throws Exception {
        parse("a: " + "[".repeat(YamlFile.MAX_LEVELS + 1));
        parse("a: " + "[".repeat(200_000));
        parse("a: [" + "1, ".repeat(YamlFile.MAX_VALUES) + "]");
        parse("x: &x [1]\na: [" + "*x, ".repeat(YamlFile.MAX_ALIASES + 1) + "]");
        Path large = Files.write(folder.resolve("large.yaml"), new byte[YamlFile.MAX_BYTES + 1]);
        assertThat(YamlFile.open(large, "large.yaml", problems::add)).isEmpty();
        assertThat(problems)
                .map(Problem::message)
                .containsExactly(
                        "nested more than 50 levels deep, the limit",
                        "nested more than 50 levels deep, the limit",
                        "more than 100000 keys and values, the limit",
                        "more than 20 aliases (*name) of lists or mappings, the limit",
                        "larger than 2MiB, the limit for a YAML file");
    }

    @Test
    void saysThatAFileIsMissing() {
        assertThat(YamlFile.open(folder.resolve("no.yaml"), "no.yaml", problems::add))
                .isEmpty();
        assertThat(problems).map(Problem::toString).containsExactly("no.yaml: no such file");
    }

    @Test
    void showsNoControlCharactersOfFileNames() {
        YamlFile.open(folder.resolve("no.yaml"), "\u001b[31mno\n.yaml", problems::add);
        assertThat(problems).map(Problem::toString).containsExactly("\\u001b[31mno\\u000a.yaml: no such file");
    }
}
