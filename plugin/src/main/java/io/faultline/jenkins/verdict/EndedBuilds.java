package io.faultline.jenkins.verdict;

import hudson.Extension;
import hudson.model.Run;
import hudson.model.listeners.RunListener;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Hears of builds that have ended, with their log closed and saved. Whatever goes wrong here is never theirs. */
@Extension
public final class EndedBuilds extends RunListener<Run<?, ?>> {
    private static final Logger LOGGER = Logger.getLogger(EndedBuilds.class.getName());

    @Override
    public void onFinalized(Run<?, ?> run) {
        try {
            VerdictQueue.get().ended(run);
        } catch (RuntimeException e) {
            LOGGER.log(Level.WARNING, "no verdict on " + run, e);
        }
    }
}
