package io.faultline.jenkins.jobs;

import hudson.Extension;
import hudson.model.AsyncPeriodicWork;
import hudson.model.TaskListener;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;

/** Has the jobs of services looked after from time to time, for what happened to them without Faultline. */
@Extension
public final class JobChores extends AsyncPeriodicWork {
    public JobChores() {
        super("Faultline jobs");
    }

    @Override
    public long getRecurrencePeriod() {
        return TimeUnit.MINUTES.toMillis(10);
    }

    @Override
    protected Level getNormalLoggingLevel() {
        return Level.FINE;
    }

    @Override
    protected void execute(TaskListener listener) {
        JobKeeper.get().keep();
    }
}
