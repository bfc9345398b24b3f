package io.faultline.jenkins.verdict;

import hudson.console.AnnotatedLargeText;
import hudson.model.Run;
import io.faultline.config.Shown;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The log of a build as a stream, however large it is. A pipeline's own {@code getLogInputStream} holds the whole log in
 * memory.
 */
final class RunLog {
    private static final Logger LOGGER = Logger.getLogger(RunLog.class.getName());
    private static final int BUFFER = 1 << 16;
    private static final int LONGEST_ERROR = 500;

    private RunLog() {}

    /** From its begin to where it is now; to be closed. */
    static InputStream open(Run<?, ?> run) throws IOException {
        // Whoever keeps the log writes what is still in memory when the log is asked for.
        AnnotatedLargeText<?> text = run.getLogText();
        File file = new File(run.getRootDir(), "log");
        if (file.isFile()) {
            return new FileInputStream(file);
        }
        if (new File(run.getRootDir(), "log.gz").isFile()) {
            return run.getLogInputStream();
        }
        return piped(text);
    }

    /** The lines that Jenkins would end the log with now: that it just stops says nothing of a build that goes on. */
    static List<String> ending(Optional<String> error) {
        List<String> lines = new ArrayList<>();
        lines.add("[Pipeline] End of Pipeline");
        error.ifPresent(text -> lines.add("ERROR: " + Shown.oneLine(text, LONGEST_ERROR)));
        lines.add("Finished: FAILURE");
        return lines;
    }

    /**
     * The log of a build that is still going on.
     *
     * @param most so many bytes of its end are read, from the begin of a line on
     * @param ending lines that are read after it
     */
    static InputStream unfinished(Run<?, ?> run, long most, List<String> ending) throws IOException {
        String words = "\n" + String.join("\n", ending) + "\n";
        return new SequenceInputStream(
                end(run, most), new ByteArrayInputStream(words.getBytes(StandardCharsets.UTF_8)));
    }

    private static InputStream end(Run<?, ?> run, long most) throws IOException {
        long length = run.getLogText().length();
        InputStream log = new BufferedInputStream(open(run), BUFFER);
        if (length > most) {
            log.skipNBytes(length - most);
            // Half of a very long line does no harm.
            int next = log.read();
            for (int i = 0; i < BUFFER && next >= 0 && next != '\n'; i++) {
                next = log.read();
            }
        }
        return log;
    }

    /** Logs that are kept elsewhere can only be written, so another thread has to. */
    private static InputStream piped(AnnotatedLargeText<?> text) throws IOException {
        PipedInputStream in = new PipedInputStream(BUFFER);
        PipedOutputStream out = new PipedOutputStream(in);
        Thread writer = new Thread(
                () -> {
                    try (out) {
                        text.writeRawLogTo(0, out);
                    } catch (IOException e) {
                        // Also when the reader has read enough.
                        LOGGER.log(Level.FINE, "the log was not read to its end", e);
                    }
                },
                "faultline-log");
        writer.setDaemon(true);
        writer.start();
        return in;
    }
}
