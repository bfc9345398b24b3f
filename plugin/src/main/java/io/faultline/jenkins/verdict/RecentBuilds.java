package io.faultline.jenkins.verdict;

import hudson.Extension;
import hudson.ExtensionList;
import io.faultline.verdict.BuildFacts;
import io.faultline.verdict.BuildFacts.OtherBuild;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** What ended lately, of all jobs: so that it can be seen whether others fail too. Lost at a restart. Thread-safe. */
@Extension
public final class RecentBuilds {
    private static final int MOST = 500;

    private final Deque<OtherBuild> builds = new ArrayDeque<>();

    static RecentBuilds get() {
        return ExtensionList.lookupSingleton(RecentBuilds.class);
    }

    synchronized void ended(BuildFacts facts) {
        facts.result().ifPresent(result -> {
            builds.addLast(
                    new OtherBuild(facts.job(), facts.build(), result, facts.node(), facts.commit(), facts.end()));
            if (builds.size() > MOST) {
                builds.removeFirst();
            }
        });
    }

    /** As after a restart. */
    synchronized void forget() {
        builds.clear();
    }

    synchronized List<OtherBuild> others(String job, String build) {
        return builds.stream()
                .filter(other -> !other.job().equals(job) || !other.build().equals(build))
                .toList();
    }
}
