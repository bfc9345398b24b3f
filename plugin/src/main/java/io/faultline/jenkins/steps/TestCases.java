package io.faultline.jenkins.steps;

import hudson.FilePath;
import hudson.Launcher;
import hudson.Util;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.tasks.junit.JUnitResultArchiver;
import hudson.tasks.test.PipelineTestDetails;
import io.faultline.report.JUnitXml;
import io.faultline.report.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Collection;
import java.util.Optional;

/** Gives a build its checks as test cases, so that Jenkins' usual page and trend of tests show them. */
final class TestCases {
    private TestCases() {}

    /**
     * @param details where in a pipeline they were run
     */
    static void attach(
            Run<?, ?> run,
            Collection<Outcome> outcomes,
            ZoneId zone,
            Optional<PipelineTestDetails> details,
            TaskListener listener)
            throws IOException, InterruptedException {
        if (outcomes.isEmpty()) {
            return;
        }
        Path folder = Files.createTempDirectory(run.getRootDir().toPath(), "faultline-junit");
        try {
            new JUnitXml(zone).write(folder, outcomes);
            JUnitResultArchiver archiver = new JUnitResultArchiver("*.xml");
            archiver.setSkipPublishingChecks(true);
            archiver.setAllowEmptyResults(true);
            SmokeTests.add(
                    run,
                    JUnitResultArchiver.parseAndSummarize(
                            archiver,
                            details.orElse(null),
                            run,
                            new FilePath(folder.toFile()),
                            new Launcher.LocalLauncher(TaskListener.NULL),
                            listener));
        } finally {
            Util.deleteRecursive(folder.toFile());
        }
    }
}
