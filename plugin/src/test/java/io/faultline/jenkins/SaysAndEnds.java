package io.faultline.jenkins;

import hudson.Launcher;
import hudson.model.AbstractBuild;
import hudson.model.BuildListener;
import hudson.model.Result;
import org.jvnet.hudson.test.TestBuilder;

/** A build step that writes something into the log and ends as it was told to. */
public final class SaysAndEnds extends TestBuilder {
    private final String text;
    private final String result;

    public SaysAndEnds(String text, Result result) {
        this.text = text;
        this.result = result.toString();
    }

    @Override
    public boolean perform(AbstractBuild<?, ?> build, Launcher launcher, BuildListener listener) {
        listener.getLogger().println(text);
        build.setResult(Result.fromString(result));
        return true;
    }
}
