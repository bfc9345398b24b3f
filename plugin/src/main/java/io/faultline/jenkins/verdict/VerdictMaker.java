package io.faultline.jenkins.verdict;

import hudson.ExtensionList;
import hudson.model.Result;
import hudson.model.Run;
import io.faultline.jenkins.FaultlineEngine;
import io.faultline.verdict.BuildFacts;
import io.faultline.verdict.BuildFacts.Abort;
import io.faultline.verdict.Classifier;
import io.faultline.verdict.Classifier.Classified;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Brings together what is known of a build and has the engine judge it. */
final class VerdictMaker {
    private static final Logger LOGGER = Logger.getLogger(VerdictMaker.class.getName());

    private VerdictMaker() {}

    /** A judged build. */
    record Judged(BuildFacts facts, Classified classified, Instant at) {}

    /**
     * Everything that is known of it besides its log.
     *
     * @param error what a part of it failed with, if only that part is judged
     */
    static BuildFacts facts(Run<?, ?> run, Optional<Throwable> error) {
        FactDraft draft = new FactDraft(run.getParent().getFullName(), String.valueOf(run.getNumber()), error);
        draft.result(result(run.getResult()));
        error.ifPresent(thrown -> PipelineFacts.error(thrown, draft));
        for (FactFinder finder : ExtensionList.lookup(FactFinder.class)) {
            try {
                finder.find(run, draft);
            } catch (RuntimeException e) {
                LOGGER.log(Level.WARNING, finder.getClass() + " could not look at " + run, e);
            }
        }
        return draft.facts();
    }

    /** A build that is still going on and asks for a verdict has failed, whatever its result is so far. */
    private static BuildFacts.Result result(Result result) {
        if (result == null) {
            return BuildFacts.Result.FAILURE;
        }
        return switch (result.toString()) {
            case "SUCCESS" -> BuildFacts.Result.SUCCESS;
            case "UNSTABLE" -> BuildFacts.Result.UNSTABLE;
            case "ABORTED" -> BuildFacts.Result.ABORTED;
            case "NOT_BUILT" -> BuildFacts.Result.NOT_BUILT;
            default -> BuildFacts.Result.FAILURE;
        };
    }

    /** Whether there is something to explain: it failed, and not because somebody wanted it to end. */
    static boolean failed(BuildFacts facts) {
        BuildFacts.Result result = facts.result().orElse(BuildFacts.Result.FAILURE);
        boolean wanted = facts.abort()
                .filter(abort -> abort == Abort.PERSON || abort == Abort.NEWER_BUILD)
                .isPresent();
        return switch (result) {
            // What a build is stopped for while it fails is only known before its end.
            case FAILURE, UNSTABLE -> !wanted || facts.end().isPresent();
            case ABORTED -> !wanted;
            case SUCCESS, NOT_BUILT -> false;
        };
    }

    /** Judges it as it is now, from a log that is not closed here; nothing if there is no engine. */
    static Optional<Judged> judge(BuildFacts facts, InputStream log) throws IOException {
        Optional<FaultlineEngine.Current> engine = FaultlineEngine.get().look();
        if (engine.isEmpty()) {
            return Optional.empty();
        }
        Instant now = FaultlineEngine.get().clock().instant();
        return Optional.of(new Judged(facts, engine.get().classifier().classify(log, Optional.of(facts), now), now));
    }

    /** Remembers it, so that it can be counted and corrected. */
    static void remember(Judged judged) {
        FaultlineEngine.get()
                .look()
                .ifPresent(engine -> engine.verdictLog()
                        .judged(Classifier.remembered(
                                judged.facts(), judged.classified().verdict(), judged.at())));
    }
}
