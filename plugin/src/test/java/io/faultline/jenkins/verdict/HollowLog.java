package io.faultline.jenkins.verdict;

import hudson.Launcher;
import hudson.model.AbstractBuild;
import hudson.model.BuildListener;
import hudson.model.Run;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import org.jvnet.hudson.test.TestBuilder;

/** A build step that makes the log long, of bytes that take no room on disk but time to read. */
public final class HollowLog extends TestBuilder {
    private final long bytes;

    HollowLog(long bytes) {
        this.bytes = bytes;
    }

    @Override
    public boolean perform(AbstractBuild<?, ?> build, Launcher launcher, BuildListener listener) throws IOException {
        length(build, bytes);
        return true;
    }

    /** Whoever reads it is at its end now. */
    static void empty(Run<?, ?> build) throws IOException {
        length(build, 0);
    }

    private static void length(Run<?, ?> build, long bytes) throws IOException {
        try (RandomAccessFile log = new RandomAccessFile(new File(build.getRootDir(), "log"), "rw")) {
            log.setLength(bytes);
        }
    }
}
