package io.faultline.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The shipped signatures as data: each does what it says, all fields are there, and none is about anybody in particular. */
class ShippedSignaturesTest {
    private static final List<Signature> SHIPPED = Signatures.builtIn().all();

    /** A name with a top-level domain, dots escaped or not, that does not go on like a Java package or a file. */
    private static final Pattern HOST = Pattern.compile(
            "(?i)(?<![\\w$\\\\.])[a-z0-9][a-z0-9-]*(?:\\\\?\\.[a-z0-9][a-z0-9-]*)*\\\\?\\.(?:com|org|net|io|de|fr|nl|ch|eu|uk|us|edu|gov|dev|cloud|info|ru|cn|jp|onion|local)(?![\\w$(]|\\\\?\\.[\\w$\\\\(\\[]|-)");

    private static final Pattern ADDRESS = Pattern.compile("\\b\\d{1,3}(?:\\\\?\\.\\d{1,3}){3}\\b");
    private static final Pattern PERSON =
            Pattern.compile("/home/[\\w.-]+|/Users/[\\w.-]+|\\b[\\w.-]+@(?!v?\\d)[a-z0-9-]+(?:\\\\?\\.[a-z0-9-]+)+");
    private static final Pattern COORDINATES =
            Pattern.compile("\\b(?:com|org|net|io|de)(?:\\.[a-z0-9_]+)+:[a-z0-9_.-]+:");
    private static final Pattern OWNER_AND_NAME = Pattern.compile("(?:https?://|git@)[a-z0-9.-]+[/:][\\w-]+/[\\w-]+");
    /** Names that nobody owns: RFC 2606, 5737, 3849; and addresses of this machine. */
    private static final Pattern NOBODY = Pattern.compile(
            "(?i)(?:.*\\.)?example\\.(?:org|com|net)|javax?\\.net|org\\.apache\\.maven\\..*|192\\.0\\.2\\.\\d+|127\\.0\\.0\\.1|0\\.0\\.0\\.0|2001:db8.*");

    static Stream<Signature> shipped() {
        return SHIPPED.stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("examples")
    void aSignatureMatchesItsExamples(String id, String line, Signature signature) {
        assertThat(signature.regex().matcher(LogLine.normalised(line)).find())
                .as("%s: %s", signature.origin(), line)
                .isTrue();
    }

    static Stream<Object[]> examples() {
        return SHIPPED.stream().flatMap(one -> one.examples().stream().map(line -> new Object[] {one.id(), line, one}));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("nearMisses")
    void aSignatureDoesNotMatchItsNearMisses(String id, String line, Signature signature) {
        assertThat(signature.regex().matcher(LogLine.normalised(line)).find())
                .as("%s: %s", signature.origin(), line)
                .isFalse();
    }

    static Stream<Object[]> nearMisses() {
        return SHIPPED.stream()
                .flatMap(one -> one.nearMisses().stream().map(line -> new Object[] {one.id(), line, one}));
    }

    @Test
    void thereAreEnoughAndEachHasANameOfItsOwn() {
        assertThat(SHIPPED).hasSizeGreaterThanOrEqualTo(400);
        assertThat(SHIPPED.stream().map(Signature::id))
                .doesNotHaveDuplicates()
                .allMatch(id -> id.matches("[a-z0-9]+(-[a-z0-9]+)*"));
        assertThat(SHIPPED).allSatisfy(one -> {
            assertThat(one.examples()).isNotEmpty();
            assertThat(one.nearMisses()).isNotEmpty();
            assertThat(one.explanation()).isNotBlank().endsWith(".");
            assertThat(one.advice()).isNotBlank().endsWith(".");
            assertThat(one.source()).isNotBlank();
            assertThat(one.weight()).isBetween(0.1, 3.5);
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("shipped")
    void everyPartOfAnExpressionIsRightAndHasATextToLookFor(Signature signature) {
        String regex = signature.regex().pattern();
        assertThat(regex).hasSizeLessThanOrEqualTo(2000);
        assertThat(Alternatives.of(regex)).allSatisfy(one -> {
            assertThat(com.google.re2j.Pattern.compile(one).pattern()).isEqualTo(one);
            assertThat(RequiredLiterals.of(one)).isPresent();
        });
    }

    @Test
    void theCausesAreASmallVocabulary() {
        Set<String> causes = new TreeSet<>();
        SHIPPED.forEach(one -> causes.add(one.cause()));
        assertThat(causes)
                .containsExactlyInAnyOrder(
                        "agent",
                        "apt",
                        "build-description",
                        "compile",
                        "credentials",
                        "dependency",
                        "disk",
                        "dns",
                        "docker",
                        "git",
                        "http",
                        "image-build",
                        "jenkins",
                        "lint",
                        "memory",
                        "network",
                        "package-install",
                        "packaging",
                        "pipeline",
                        "puppet",
                        "repository",
                        "rsync",
                        "script",
                        "service",
                        "ssh",
                        "test",
                        "time",
                        "tls",
                        "toolchain",
                        "tor",
                        "vm");
    }

    @ParameterizedTest
    @CsvSource({
        "jenkins.yaml, 15",
        "agents.yaml, 10",
        "git.yaml, 15",
        "apt.yaml, 20",
        "debian-packaging.yaml, 10",
        "vm.yaml, 12",
        "live-build.yaml, 8",
        "tor.yaml, 6",
        "rsync.yaml, 4",
        "ssh.yaml, 7",
        "dns.yaml, 6",
        "tls.yaml, 7",
        "http.yaml, 15",
        "disk.yaml, 6",
        "memory.yaml, 6",
        "time.yaml, 3",
        "docker.yaml, 6",
        "maven.yaml, 10",
        "gradle.yaml, 8",
        "npm.yaml, 6",
        "pip.yaml, 6",
        "cargo.yaml, 4",
        "gem.yaml, 3",
        "puppet.yaml, 5",
        "compilers.yaml, 15",
        "test-frameworks.yaml, 25",
        "linters.yaml, 10",
        "jenkinsfile.yaml, 8",
        "hosted-ci.yaml, 8",
        "repositories.yaml, 12"
    })
    void everyFieldIsCovered(String file, int atLeast) {
        Map<String, Integer> counts = new TreeMap<>();
        SHIPPED.forEach(one -> counts.merge(fileName(one), 1, Integer::sum));
        assertThat(counts.getOrDefault(file, 0))
                .as("signatures in %s of %s", file, counts)
                .isGreaterThanOrEqualTo(atLeast);
    }

    private static String fileName(Signature signature) {
        Matcher matcher =
                Pattern.compile("([\\w-]+\\.yaml)").matcher(signature.origin().toString());
        return matcher.find() ? matcher.group(1) : signature.origin().toString();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("shipped")
    void noSignatureNamesAHostAUserOrAProject(Signature signature) {
        assertThat(namesSomebody(signature.regex().pattern())).isEmpty();
        assertThat(namesSomebody(signature.explanation() + " " + signature.advice()))
                .isEmpty();
        for (String line : signature.examples()) {
            assertThat(namesSomebody(line))
                    .as("an example names only example.org and its like")
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "from/to snapshots \\(https://nexus\\.acme\\.org/", "Could not resolve host: git.acme.com",
                        "fatal: .*ci\\.acme\\.net",
                "cd /home/alice/app", "git@acme.com: Permission denied",
                        "Could not find artifact com.acme.app:core:jar",
                "connect to 198.51.100.7 port 22", "abcdefghij.onion"
            })
    void whoeverNamesAHostAUserOrAProjectIsFound(String text) {
        assertThat(namesSomebody(text)).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "java\\.net\\.UnknownHostException",
                "org\\.gradle\\.wrapper",
                "at org.example.App.main(App.java:12)",
                "https://repo.example.org/maven2",
                "libvirt.so",
                "hello.c:12",
                "192.0.2.3 port 22"
            })
    void toolsAndExampleNamesAreNobody(String text) {
        assertThat(namesSomebody(text)).isEmpty();
    }

    /** What in a text is somebody's name. */
    private static List<String> namesSomebody(String text) {
        List<String> names = new ArrayList<>();
        for (Pattern pattern : List.of(HOST, ADDRESS, PERSON, COORDINATES, OWNER_AND_NAME)) {
            Matcher matcher = pattern.matcher(text);
            while (matcher.find()) {
                String name = matcher.group().replace("\\", "");
                String bare =
                        name.replaceFirst("^(?:https?://|git@|[\\w.-]+@)", "").replaceFirst("[/:].*", "");
                if (!NOBODY.matcher(bare).matches() && !name.startsWith("org.example")) {
                    names.add(name);
                }
            }
        }
        return names;
    }
}
