package io.faultline.jenkins.verdict;

import hudson.Extension;
import hudson.model.Item;
import hudson.model.Job;
import hudson.model.listeners.ItemListener;
import io.faultline.history.VerdictLog;
import io.faultline.jenkins.FaultlineEngine;
import java.util.function.Consumer;

/** What was said about a job's builds follows it when it gets another name, and is nobody's when it is gone. */
@Extension
public final class JobEvents extends ItemListener {
    @Override
    public void onLocationChanged(Item item, String oldFullName, String newFullName) {
        if (item instanceof Job) {
            now(log -> log.renamed(oldFullName, newFullName));
        }
    }

    @Override
    public void onDeleted(Item item) {
        if (item instanceof Job) {
            now(log -> log.deleted(item.getFullName()));
        }
    }

    /** At once, because the order counts: soon there may be another job of the old name. */
    private static void now(Consumer<VerdictLog> change) {
        FaultlineEngine.get().look().ifPresent(engine -> change.accept(engine.verdictLog()));
    }
}
