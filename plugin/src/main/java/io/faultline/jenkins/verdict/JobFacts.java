package io.faultline.jenkins.verdict;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Run;

/** What is known of the job: the services that it says it uses, and what else was built lately. */
@Extension
public final class JobFacts extends FactFinder {
    @Override
    public void find(@NonNull Run<?, ?> run, @NonNull FactDraft facts) {
        FaultlineJobProperty property = run.getParent().getProperty(FaultlineJobProperty.class);
        if (property != null) {
            facts.services(property.serviceNames());
        }
        facts.others(RecentBuilds.get().others(facts.job(), facts.build()));
    }
}
