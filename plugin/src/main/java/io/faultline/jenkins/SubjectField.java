package io.faultline.jenkins;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Util;
import hudson.model.AutoCompletionCandidates;
import hudson.model.Item;
import io.faultline.catalog.Subject;
import jenkins.model.Jenkins;

/** A field of a job's form that names services and machines. */
public final class SubjectField {
    private static final int MOST_OFFERED = 20;

    private SubjectField() {}

    /**
     * Whether whoever asks may fill the form in. Who may not is told nothing about what they typed.
     *
     * @param item the job; null if the form belongs to none
     */
    public static boolean mayFill(@CheckForNull Item item) {
        return item == null ? Jenkins.get().hasPermission(Jenkins.ADMINISTER) : item.hasPermission(Item.CONFIGURE);
    }

    /** Whether whoever asks may hear what the catalogue has. */
    public static boolean maySee() {
        return Jenkins.get().hasPermission(FaultlinePermissions.VIEW);
    }

    /** Names that begin so, for who may see services. */
    public static AutoCompletionCandidates complete(@CheckForNull String typed) {
        AutoCompletionCandidates candidates = new AutoCompletionCandidates();
        if (maySee()) {
            FaultlineEngine.get()
                    .look()
                    .ifPresent(engine -> engine.catalog()
                            .subjects()
                            .map(Subject::name)
                            .filter(name -> name.startsWith(Util.fixNull(typed)))
                            .limit(MOST_OFFERED)
                            .forEach(candidates::add));
        }
        return candidates;
    }
}
