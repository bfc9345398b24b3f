package io.faultline.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the judge makes of logs, each written here in the form that the tools print. */
class JudgeTest {
    private static final LogReader READER = new LogReader(Signatures.builtIn());
    private static final String WORK = "+ work\n".repeat(3) + "doing things\n".repeat(30);
    private static final String FAILED = "Build step 'Execute shell' marked build as failure\nFinished: FAILURE\n";
    private static final String NO_HOST = "curl: (6) Could not resolve host: files.example.org\n";
    private static final String DISK_FULL = "tar: app.o: Cannot write: No space left on device\n";
    private static final String COMPILE = "src/hello.c:12:5: error: expected ';' before '}' token\n";
    private static final String TEST_FAILED = "Tests run: 12, Failures: 1, Errors: 0, Skipped: 0\n";

    static List<Arguments> logs() {
        return List.of(
                Arguments.of("nothing at all", "", Category.UNDETERMINED, ""),
                Arguments.of("nothing known", "Started by timer\n+ work\n" + FAILED, Category.UNDETERMINED, ""),
                Arguments.of(
                        "a download that fails",
                        "Started by timer\n+ curl -f https://files.example.org/a\n" + NO_HOST + FAILED,
                        Category.INFRASTRUCTURE,
                        "Could not resolve host"),
                Arguments.of(
                        "a compiler error",
                        "Started by timer\n+ make\n" + COMPILE + FAILED,
                        Category.CODE,
                        "hello.c:12"),
                Arguments.of(
                        "a failing test",
                        "Started by timer\n+ mvn verify\n" + WORK + TEST_FAILED + FAILED,
                        Category.CODE,
                        "Failures: 1"),
                Arguments.of(
                        "a test that prints a full disk on purpose, and a compiler error",
                        "Started by timer\n+ make check\nOK: handles No space left on device\n" + WORK + COMPILE
                                + FAILED,
                        Category.CODE,
                        "hello.c:12"),
                Arguments.of(
                        "trouble in an earlier step, then a failing test",
                        "Started by timer\n+ curl https://files.example.org/a\n" + NO_HOST + "+ mvn verify\n" + WORK
                                + TEST_FAILED + FAILED,
                        Category.CODE,
                        "Failures: 1"),
                Arguments.of(
                        "trouble in an earlier step that went on, and nothing else",
                        "Started by timer\n+ curl https://files.example.org/a\n" + NO_HOST + WORK + FAILED,
                        Category.UNDETERMINED,
                        ""),
                Arguments.of(
                        "a script that says what it missed and leaves",
                        "Started by timer\n+ curl https://files.example.org/a\n" + NO_HOST
                                + "+ echo no download\nno download\n+ exit 1\n" + FAILED,
                        Category.INFRASTRUCTURE,
                        "Could not resolve host"),
                Arguments.of(
                        "an agent that came back, and a compiler error",
                        "Started by timer\nCannot contact build-03: java.lang.InterruptedException\n"
                                + "build-03 is back online\n+ make\n" + COMPILE + FAILED,
                        Category.CODE,
                        "hello.c:12"),
                Arguments.of(
                        "a test that could not resolve a name",
                        "Started by timer\n+ mvn verify\n" + WORK + "java.net.UnknownHostException: api.example.org\n"
                                + TEST_FAILED + FAILED,
                        Category.UNDETERMINED,
                        ""),
                Arguments.of(
                        "a warning of the repository only",
                        "Started by timer\n+ mvn verify\n[WARNING] Could not transfer metadata org.example:lib/maven-metadata.xml"
                                + " from/to corp (http://repo.example.org/): Connection refused\n" + WORK + FAILED,
                        Category.UNDETERMINED,
                        ""),
                Arguments.of(
                        "the same as an error",
                        "Started by timer\n+ mvn verify\n[ERROR] Could not transfer artifact org.example:lib:jar:1.0"
                                + " from/to corp (http://repo.example.org/): Connection refused\n" + FAILED,
                        Category.INFRASTRUCTURE,
                        "Connection refused"),
                Arguments.of(
                        "an artifact that no repository has: typo or removed, nobody knows",
                        "Started by timer\n+ mvn verify\n[ERROR] Could not find artifact org.example:lib:jar:9 in corp\n"
                                + FAILED,
                        Category.UNDETERMINED,
                        ""),
                Arguments.of(
                        "trouble only while cleaning up",
                        "Started by timer\n+ work\nBuild step 'Execute shell' marked build as failure\n" + NO_HOST
                                + "Finished: FAILURE\n",
                        Category.UNDETERMINED,
                        ""),
                Arguments.of(
                        "a full disk under the build",
                        "Started by timer\n+ tar xf app.tar\n" + DISK_FULL + FAILED,
                        Category.INFRASTRUCTURE,
                        "No space left"),
                Arguments.of(
                        "a log that just stops",
                        "Started by timer\n+ work\n" + WORK,
                        Category.INFRASTRUCTURE,
                        "doing things"),
                Arguments.of(
                        "a compiler error in a log that just stops",
                        "Started by timer\n+ make\n" + WORK + COMPILE,
                        Category.CODE,
                        "hello.c:12"),
                Arguments.of(
                        "an agent lost in a pipeline",
                        "Started by timer\n[Pipeline] sh\n+ make\n" + WORK
                                + "[Pipeline] }\n[Pipeline] End of Pipeline\n"
                                + "hudson.remoting.ChannelClosedException: Channel \"build-03\": Remote call failed. "
                                + "The channel is closing down or has closed down\nFinished: FAILURE\n",
                        Category.INFRASTRUCTURE,
                        "The channel is closing down"),
                Arguments.of(
                        "Travis' words alone say nothing",
                        "travis_fold:start:install\n$ make\nThe command \"make\" failed and exited with 1 during install.\n",
                        Category.UNDETERMINED,
                        ""));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("logs")
    void aLogIsJudgedByWhatDecidesAndWhere(String name, String log, Category expected, String evidence)
            throws IOException {
        Verdict verdict = judge(log, List.of());
        assertThat(verdict.category()).as(verdict.toString()).isEqualTo(expected);
        if (!evidence.isEmpty()) {
            Indication first = verdict.indications().get(0);
            assertThat(first.category()).isEqualTo(expected);
            assertThat(first.quote().orElseThrow().text()).contains(evidence);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("logs")
    void theIndicationsAddUpToTheSum(String name, String log, Category expected, String evidence) throws IOException {
        Verdict verdict = judge(log, List.of());
        double sum =
                verdict.indications().stream().mapToDouble(Indication::signed).sum();
        assertThat(verdict.logOdds()).isCloseTo(sum, within(1e-9));
        assertThat(verdict.confidence()).isBetween(0.5, Weights.SHIPPED.surest());
    }

    @Test
    void whatIsKnownFromElsewhereAddsUpWithTheLog() throws IOException {
        String log = "Started by timer\n+ curl https://files.example.org/a\n" + NO_HOST + WORK + FAILED;
        Verdict withService = judge(log, List.of(known(Category.INFRASTRUCTURE, 2.5)));
        assertThat(withService.category()).isEqualTo(Category.INFRASTRUCTURE);
        assertThat(withService.indications().get(0).source()).isEqualTo(Indication.Source.FAILING_SERVICE);
        assertThat(judge(log, List.of(known(Category.CODE, 2.5))).category()).isEqualTo(Category.CODE);
    }

    @Test
    void contradictingEvidenceOfLikeStrengthIsUndetermined() throws IOException {
        String log = "Started by timer\n+ make\n" + COMPILE + FAILED;
        assertThat(judge(log, List.of(known(Category.INFRASTRUCTURE, 3.2))).category())
                .isEqualTo(Category.UNDETERMINED);
    }

    @Test
    void repeatingOneTroubleDoesNotMakeItSurerThanItIs() throws IOException {
        String once = "Started by timer\n+ curl https://files.example.org/a\n" + NO_HOST + FAILED;
        String often = "Started by timer\n+ curl https://files.example.org/a\n" + NO_HOST.repeat(50) + FAILED;
        assertThat(judge(often, List.of()).logOdds())
                .isCloseTo(judge(once, List.of()).logOdds(), within(1e-9));
    }

    private static Indication known(Category category, double logOdds) {
        return new Indication(
                Indication.Source.FAILING_SERVICE,
                category,
                logOdds,
                "service",
                "known from elsewhere",
                "it was so",
                "",
                "",
                Optional.empty());
    }

    private static Verdict judge(String log, List<Indication> others) throws IOException {
        LogReading reading = READER.read(new ByteArrayInputStream(log.getBytes(StandardCharsets.UTF_8)));
        return new Judge().judge(reading, others);
    }
}
