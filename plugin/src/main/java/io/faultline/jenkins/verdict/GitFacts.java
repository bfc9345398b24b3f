package io.faultline.jenkins.verdict;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.ParametersAction;
import hudson.model.Run;
import hudson.plugins.git.Revision;
import hudson.plugins.git.util.BuildData;
import java.util.List;
import java.util.Optional;

/** Which commit was built, where the plugin for Git is there: so that it can be seen how the same commit fared elsewhere. */
@Extension(optional = true)
public final class GitFacts extends FactFinder {
    public GitFacts() {
        // Fails where the plugin is not there, and then this is not either.
        BuildData.class.getName();
    }

    @Override
    public void find(@NonNull Run<?, ?> run, @NonNull FactDraft facts) {
        // A shared library is a checkout too: only all of them together are what was built.
        List<String> revisions = run.getActions(BuildData.class).stream()
                .flatMap(data -> Optional.ofNullable(data.getLastBuiltRevision()).stream())
                .map(Revision::getSha1String)
                .distinct()
                .sorted()
                .toList();
        if (!revisions.isEmpty()) {
            facts.commit(String.join(" ", revisions) + parameters(run));
        }
    }

    /** With other parameters it is another build, whatever its commit. */
    private static String parameters(Run<?, ?> run) {
        ParametersAction parameters = run.getAction(ParametersAction.class);
        return parameters == null || parameters.getParameters().isEmpty()
                ? ""
                : "+" + Integer.toHexString(parameters.getParameters().hashCode());
    }
}
