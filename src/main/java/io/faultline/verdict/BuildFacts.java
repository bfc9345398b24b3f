package io.faultline.verdict;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the CI server knows about a build, apart from its log. Everything but job and build may be unknown.
 *
 * @param job the name of what was built; builds of one job are compared with each other
 * @param build its number or other id, unique within the job
 * @param result how it ended
 * @param node the agent that it ran on
 * @param agentLost whether the server lost the connection to the agent
 * @param exitStatus of the command that failed
 * @param abort why it was stopped, if it was
 * @param failedStage the first stage that failed
 * @param commit that was built
 * @param services names of the services that the job is known to use
 * @param others builds of this job, and builds of others around that time
 */
public record BuildFacts(
        String job,
        String build,
        Optional<Result> result,
        Optional<String> node,
        boolean agentLost,
        OptionalInt exitStatus,
        Optional<Abort> abort,
        Optional<String> failedStage,
        Optional<Tests> tests,
        Optional<String> commit,
        Optional<Instant> start,
        Optional<Instant> end,
        List<String> services,
        List<OtherBuild> others) {

    public BuildFacts {
        services = List.copyOf(services);
        others = List.copyOf(others);
    }

    /** How a build ended, in Jenkins' words. */
    public enum Result {
        SUCCESS,
        UNSTABLE,
        FAILURE,
        ABORTED,
        NOT_BUILT
    }

    /** Why a build was stopped. */
    public enum Abort {
        /** A person stopped it. */
        PERSON,
        /** It took longer than allowed. */
        TIME_OUT,
        /** A newer build took its place. */
        NEWER_BUILD,
        /** The CI server or the agent was shut down. */
        SHUTDOWN
    }

    /** What the test report counts. */
    public record Tests(int total, int failed, int skipped) {}

    /** Another build, of this job or another. */
    public record OtherBuild(
            String job,
            String build,
            Result result,
            Optional<String> node,
            Optional<String> commit,
            Optional<Instant> end) {}
}
