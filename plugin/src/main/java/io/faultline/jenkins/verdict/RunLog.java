package io.faultline.jenkins.verdict;

import hudson.console.AnnotatedLargeText;
import hudson.model.Run;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The log of a build as a stream, however large it is. A pipeline's own {@code getLogInputStream} holds the whole log in
 * memory.
 */
final class RunLog {
    private static final Logger LOGGER = Logger.getLogger(RunLog.class.getName());
    private static final int BUFFER = 1 << 16;

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

    /** As {@link #open}, but of a log that is longer only the end, from the begin of a line on. */
    static InputStream end(Run<?, ?> run, long most) throws IOException {
        InputStream log = open(run);
        long length = new File(run.getRootDir(), "log").length();
        if (length > most) {
            log.skipNBytes(length - most);
            int next = log.read();
            while (next >= 0 && next != '\n') {
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
