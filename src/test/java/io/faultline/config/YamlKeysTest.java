package io.faultline.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.faultline.net.HostPort;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class YamlKeysTest {
    private enum Colour {
        LIGHT_BLUE,
        RED
    }

    private final List<Problem> problems = new ArrayList<>();

    private YamlKeys keys(String yaml) {
        return YamlFile.parse(yaml.getBytes(UTF_8), "f.yaml", Path.of("/catalog"), problems::add)
                .orElseThrow();
    }

    static Stream<Arguments> good() {
        return Stream.of(
                good("k: text", keys -> keys.text("k", ""), "text"),
                good("k: 12", keys -> keys.text("k", ""), "12"),
                good("k: no", keys -> keys.text("k", ""), "no"),
                good("other: 1", keys -> keys.text("k", "otherwise", ""), "otherwise"),
                good("k: [a, b]", keys -> keys.texts("k", ""), List.of("a", "b")),
                good("k: a", keys -> keys.texts("k", ""), List.of("a")),
                good("k: {A: b}", keys -> keys.textMap("k", ""), Map.of("A", "b")),
                good("k: true", keys -> keys.flag("k", false, ""), true),
                good("k: 5", keys -> keys.integer("k", 1, 0, 9, ""), 5),
                good("k: [1, 2]", keys -> keys.integers("k", 0, 9, ""), List.of(1, 2)),
                good("k: 5m", keys -> keys.duration("k", Duration.ZERO, ""), Duration.ofMinutes(5)),
                good("k: 2KiB", keys -> keys.bytes("k", 0, ""), 2048L),
                good("k: 5%", keys -> keys.optionalShare("k", ""), Optional.of(0.05)),
                good("k: h:25", keys -> keys.hostPort("k", 1, ""), new HostPort("h", 25)),
                good("k: '[::1]'", keys -> keys.hostPort("k", 1, ""), new HostPort("::1", 1)),
                good("k: red", keys -> keys.oneOf("k", Colour.LIGHT_BLUE, ""), Colour.RED),
                good("k: [light-blue]", keys -> keys.someOf("k", Colour.class, ""), List.of(Colour.LIGHT_BLUE)),
                good(
                        "k: red",
                        keys -> keys.oneOfEach("k", List.of("x", "y"), Colour.LIGHT_BLUE, Colour.LIGHT_BLUE, ""),
                        Map.of("x", Colour.RED, "y", Colour.RED)),
                good(
                        "k: {x: red}",
                        keys -> keys.oneOfEach("k", List.of("x", "y"), Colour.RED, Colour.LIGHT_BLUE, ""),
                        Map.of("x", Colour.RED, "y", Colour.LIGHT_BLUE)),
                good("k: a/../b.pem", keys -> keys.file("k", ""), Path.of("/catalog/b.pem")),
                good("k: /b.pem", keys -> keys.file("k", ""), Path.of("/b.pem")),
                good(
                        "k: {secret: my-key}",
                        keys -> keys.optionalSecret("k", ""),
                        Optional.of(new SecretName("my-key"))),
                good("k: one", keys -> keys.word("k", List.of("one", "two"), ""), Optional.of("one")),
                good("k: a@b.example", keys -> keys.mails("k", ""), List.of("a@b.example")),
                good("k: web1", keys -> keys.name("k", "").text(), "web1"));
    }

    private static Arguments good(String yaml, Function<Keys, Object> question, Object answer) {
        return arguments(yaml, question, answer);
    }

    @ParameterizedTest
    @MethodSource("good")
    void answers(String yaml, Function<Keys, Object> question, Object answer) {
        YamlKeys keys = keys(yaml);
        assertThat(question.apply(keys)).isEqualTo(answer);
        keys.leaveRest();
        keys.refuseOthers();
        assertThat(problems).isEmpty();
    }

    static Stream<Arguments> bad() {
        return Stream.of(
                bad("o: 1", k -> k.text("key", ""), "1:1: 'key' is missing; expected 'key: text'"),
                bad("key:", k -> k.text("key", ""), "1:5: expected a text, found nothing"),
                bad("key: ~", k -> k.optionalText("key", ""), "1:6: expected a text, found nothing"),
                bad("key: [a]", k -> k.text("key", ""), "1:6: expected a text, found a list"),
                bad("key: {a: b}", k -> k.texts("key", ""), "1:6: expected a text, found 'key: value' lines"),
                bad(
                        "key: [a, ]\n",
                        k -> k.textMap("key", ""),
                        "1:6: expected 'key: value' lines under 'key', found a list"),
                bad("key: {a: b, a: c}", k -> k.textMap("key", ""), "1:13: 'a' stands twice"),
                bad("key: yes", k -> k.flag("key", true, ""), "1:6: expected true or false, found 'yes'"),
                bad(
                        "key: 10",
                        k -> k.integer("key", 1, 1, 9, ""),
                        "1:6: expected a whole number from 1 to 9, found '10'"),
                bad(
                        "key: 1.5",
                        k -> k.integer("key", 1, 1, 9, ""),
                        "1:6: expected a whole number from 1 to 9, found '1.5'"),
                bad(
                        "key: 99999999999999999999",
                        k -> k.optionalInteger("key", 1, 9, ""),
                        "1:6: expected a whole number from 1 to 9, found '99999999999999999999'"),
                bad(
                        "key: 5min",
                        k -> k.optionalDuration("key", ""),
                        "1:6: expected a length of time such as 30s, 5m, 12h or 7d, found '5min'"),
                bad(
                        "key: 0s",
                        k -> k.optionalDuration("key", ""),
                        "1:6: expected a length of time between 1ms and ten years, found '0s'"),
                bad(
                        "key: 10MB",
                        k -> k.bytes("key", 1, ""),
                        "1:6: expected a number of bytes such as 512, 64KiB or 10MiB, found '10MB'"),
                bad("key: 0.05", k -> k.optionalShare("key", ""), "1:6: expected a share such as 5%, found '0.05'"),
                bad(
                        "key: 101%",
                        k -> k.optionalShare("key", ""), "1:6: expected a share from 0% to 100%, found '101%'"),
                bad(
                        "key: host:99999",
                        k -> k.hostPort("key", 25, ""),
                        "1:6: expected a port from 1 to 65535, found 99999, found 'host:99999'"),
                bad(
                        "key: ftp://host/",
                        k -> k.uri("key", List.of("http", "https"), ""),
                        "1:6: expected an address that starts with http:// or https://, found 'ftp://host/'"),
                bad(
                        "key: rde",
                        k -> k.oneOf("key", Colour.RED, ""),
                        "1:6: expected one of light-blue, red, found 'rde'; did you mean 'red'?"),
                bad(
                        "key: '(x'",
                        k -> k.optionalPattern("key", ""),
                        "1:6: not a regular expression in RE2 syntax: error parsing regexp: missing closing ): `(x`"),
                bad(
                        "key: tree",
                        k -> k.word("key", List.of("one", "three"), ""),
                        "1:6: expected one of one, three, found 'tree'; did you mean 'three'?"),
                bad(
                        "key: Web 1",
                        k -> k.name("key", ""),
                        "1:6: expected a name of lower-case letters, digits, '.', '_' and '-', found 'Web 1'"),
                bad(
                        "key: somebody",
                        k -> k.optionalMail("key", ""),
                        "1:6: expected a mail address such as somebody@example.org, found 'somebody'"),
                bad(
                        "key: {a: b}",
                        k -> k.mappings("key", ""),
                        "1:6: expected a list under 'key', each element after a '- ', found 'key: value' lines"),
                bad("key: [a]", k -> k.mappings("key", ""), "1:7: expected 'key: value' lines, found 'a'"),
                bad(
                        "key:\n  a:\n",
                        k -> k.namedMappings("key", ""),
                        "2:3: expected 'key: value' lines under 'a', found nothing"),
                bad(
                        "key:\n  a: {}\n  a: {}\n",
                        k -> k.namedMappings("key", ""),
                        "3:3: 'a' stands twice; the first one is at line 2"));
    }

    private static Arguments bad(String yaml, Function<Keys, Object> question, String problem) {
        return arguments(yaml, question, problem);
    }

    @ParameterizedTest
    @MethodSource("bad")
    void saysWhatWasExpectedAndFound(String yaml, Function<Keys, Object> question, String problem) {
        YamlKeys keys = keys(yaml);
        assertThat(question.apply(keys)).isNotNull();
        keys.leaveRest();
        keys.refuseOthers();
        assertThat(problems).map(Problem::toString).containsExactly("f.yaml:" + problem);
    }

    @Test
    void neverShowsWhatStandsInPlaceOfASecret() {
        for (String yaml : List.of(
                "key: hunter2",
                "key: {secret: Hunter2}",
                "key: {hunter2: x}",
                "key: {secret: [hunter2]}",
                "key: {secret: a, hunter2: b}",
                "key: [hunter2]",
                "uri: https://somebody:hunter2@host.example.org/",
                "uri: https://somebody:hunter2/@host.example.org/",
                "uri: somebody:hunter2@host.example.org")) {
            YamlKeys keys = keys(yaml);
            keys.optionalSecret("key", "");
            keys.optionalUri("uri", List.of("https"), "");
            keys.refuseOthers();
        }
        assertThat(problems).hasSize(9).noneMatch(problem -> problem.message().contains("unter2"));
    }

    @Test
    void refusesUnknownKeysWithTheNameThatWasMeant() {
        YamlKeys keys = keys("adress: x\ngopher: y\nlist:\n  - {nmae: z}\n");
        keys.text("address", "");
        keys.optionalInteger("port", 1, 9, "");
        keys.mappings("list", "").forEach(inner -> inner.optionalText("name", ""));
        keys.refuseOthers();
        keys.refuseOthers();
        assertThat(problems)
                .map(Problem::toString)
                .containsExactly(
                        "f.yaml:1:1: unknown key 'adress'; did you mean 'address'?",
                        "f.yaml:2:1: unknown key 'gopher'; expected one of: address, port, list",
                        "f.yaml:4:6: unknown key 'nmae'; did you mean 'name'?");
    }

    @Test
    void namesBothPlacesOfADuplicateKey() {
        YamlKeys keys = keys("a: 1\nb: 2\na: 3\n");
        assertThat(keys.text("a", "")).isEqualTo("1");
        keys.text("b", "");
        keys.refuseOthers();
        assertThat(problems)
                .map(Problem::toString)
                .containsExactly("f.yaml:3:1: 'a' stands twice; the first one is at line 1");
    }

    @Test
    void refusesKeysThatAreNoTexts() {
        keys("? [a]\n: b\n").refuseOthers();
        assertThat(problems)
                .map(Problem::toString)
                .containsExactly("f.yaml:1:3: expected a plain text as key, found a list");
    }

    @Test
    void takesTheMachinesAddressOnlyWhereNoHostIsWritten() {
        YamlKeys keys = keys("written: h.example.org\n");
        keys.machineAddress("192.0.2.1");
        assertThat(keys.hostPort("written", 25, "")).isEqualTo(new HostPort("h.example.org", 25));
        assertThat(keys.machineAddressTaken()).isFalse();
        assertThat(keys.hostPort("server", 25, "")).isEqualTo(new HostPort("192.0.2.1", 25));
        assertThat(keys.machineAddressTaken()).isTrue();
    }

    @Test
    void writesTheSameForTheSameDefinition() {
        assertThat(keys("a: 1 # comment\nb: [x, 'y']\n").written())
                .isEqualTo(keys("b:\n- x\n- y\na: \"1\"").written());
        assertThat(keys("a: 1").written()).isNotEqualTo(keys("a: 2").written());
        assertThat(keys("a: [b, c]").written()).isNotEqualTo(keys("a: [bc]").written());
    }

    @Test
    void comesToAnEndWithAliasesThatContainThemselves() {
        assertThat(keys("a: &a [*a, *a]").written()).hasSizeLessThan(1 << 17);
        assertThat(keys("a: &a {b: *a}").written()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "k: hunter2",
                "k: [hunter2]",
                "k: {PASSWORD: hunter2}",
                "k: {PASSWORD: {secret: hunter2 Hunter2}}",
                "k: {PASSWORD: {hunter2: name}}",
                "k: {PASSWORD: {secret: {hunter2: name}}}"
            })
    void whatStandsWhereASecretShouldBeNamedIsNeverShown(String yaml) {
        assertThat(keys(yaml).namedSecrets("k", "")).isEmpty();
        assertThat(problems).singleElement().asString().doesNotContain("unter2");
    }

    @Test
    void secretsAreNamed() {
        assertThat(keys("k: {PASSWORD: {secret: db-password}}").namedSecrets("k", ""))
                .isEqualTo(Map.of("PASSWORD", new SecretName("db-password")));
    }
}
