package io.faultline.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.verdict.LeaveOneOut.Label;
import io.faultline.verdict.LeaveOneOut.Outcome;
import io.faultline.verdict.LeaveOneOut.Sample;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeaveOneOutTest {
    private static final LogReader READER = new LogReader(Signatures.builtIn());
    private static final String DNS = "curl: (6) Could not resolve host: files.example.org";
    private static final String RSYNC = "@ERROR: max connections (10) reached -- try again later";
    private static final String TEST = "Tests run: 12, Failures: 1, Errors: 0, Skipped: 0";

    @Test
    void everySampleIsJudgedOnce() throws IOException {
        List<Sample> samples = samples();
        assertThat(LeaveOneOut.judge(samples, Sample::source, false).stream().map(Outcome::sample))
                .containsExactlyInAnyOrderElementsOf(samples);
    }

    @Test
    void whatOnlyTheHeldOutLogsShowedIsForgotten() throws IOException {
        List<Sample> samples = samples();
        assertThat(verdictOn("rsync", LeaveOneOut.judge(samples, Sample::source, false)))
                .isEqualTo(Category.INFRASTRUCTURE);
        assertThat(verdictOn("rsync", LeaveOneOut.judge(samples, Sample::source, true)))
                .isEqualTo(Category.UNDETERMINED);
        assertThat(verdictOn("dns-0", LeaveOneOut.judge(samples, Sample::source, true)))
                .isEqualTo(Category.INFRASTRUCTURE);
    }

    @Test
    void aSignatureThatDecidesInCodeLogsLosesWeight() throws IOException {
        List<Sample> samples = samples();
        double before = LeaveOneOut.fitted(samples).signatures().get("dns-could-not-resolve-host");
        for (int i = 0; i < 10; i++) {
            samples.add(sample("misleading-" + i, DNS, Label.CODE));
        }
        double after = LeaveOneOut.fitted(samples).signatures().get("dns-could-not-resolve-host");
        assertThat(after).isLessThan(before);
    }

    @Test
    void logsThatContradictTheVerdictsMakeTheCalibrationMoreModest() throws IOException {
        List<Sample> samples = samples();
        double before = LeaveOneOut.calibrated(Weights.SHIPPED, samples).slope();
        samples.add(sample("odd", DNS, Label.CODE));
        samples.add(sample("odder", TEST, Label.INFRASTRUCTURE));
        assertThat(LeaveOneOut.calibrated(Weights.SHIPPED, samples).slope()).isLessThan(before);
    }

    private static Category verdictOn(String name, List<Outcome> outcomes) {
        return outcomes.stream()
                .filter(outcome -> outcome.sample().name().equals(name))
                .findFirst()
                .orElseThrow()
                .verdict()
                .category();
    }

    private static List<Sample> samples() throws IOException {
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            samples.add(sample("dns-" + i, DNS, Label.INFRASTRUCTURE));
            samples.add(sample("test-" + i, TEST, Label.CODE));
        }
        samples.add(sample("rsync", RSYNC, Label.INFRASTRUCTURE));
        samples.add(sample("fine", "all is well", Label.PASSED));
        return samples;
    }

    /** Each sample is a source of its own. */
    private static Sample sample(String name, String line, Label label) throws IOException {
        String log = "Started by timer\n+ work\n" + line
                + "\nBuild step 'Execute shell' marked build as failure\nFinished: FAILURE\n";
        LogReading reading = READER.read(new ByteArrayInputStream(log.getBytes(StandardCharsets.UTF_8)));
        return new Sample(name, reading, label, "", name);
    }
}
