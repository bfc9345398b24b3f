package io.faultline.jenkins.verdict;

import hudson.Launcher;
import hudson.model.AbstractBuild;
import hudson.model.BuildListener;
import io.faultline.jenkins.Texts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jvnet.hudson.test.TestBuilder;

/** A build step that writes much, and fails at its end. */
public final class LongLog extends TestBuilder {
    private static final byte[] BLOCK =
            "[INFO] compiling one of very many files, all of which are well and say so at length\n"
                    .repeat(10_000)
                    .getBytes(StandardCharsets.UTF_8);

    private final long bytes;

    LongLog(long bytes) {
        this.bytes = bytes;
    }

    @Override
    public boolean perform(AbstractBuild<?, ?> build, Launcher launcher, BuildListener listener) throws IOException {
        for (long written = 0; written < bytes; written += BLOCK.length) {
            listener.getLogger().write(BLOCK);
        }
        listener.getLogger().println(Texts.NETWORK);
        return false;
    }
}
