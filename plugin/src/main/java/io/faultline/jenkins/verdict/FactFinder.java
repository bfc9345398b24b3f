package io.faultline.jenkins.verdict;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.ExtensionPoint;
import hudson.model.Run;

/**
 * Finds out something of a build besides its log. Whatever one cannot find out stays unknown; one that throws is left out.
 */
public abstract class FactFinder implements ExtensionPoint {
    /** Called by a thread that nobody waits for; the build may still be going on. */
    public abstract void find(@NonNull Run<?, ?> run, @NonNull FactDraft facts);
}
