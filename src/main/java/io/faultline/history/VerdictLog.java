package io.faultline.history;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was said about builds, what people corrected, and how the signatures behind it fared. What a method that stores
 * returned from is on disk.
 *
 * <p>Thread-safe. Methods throw {@link HistoryException} if the store fails.
 */
public interface VerdictLog extends AutoCloseable {
    /** Remembers a failed build's verdict; a later one of the same build takes its place, a person's correction stays. */
    void judged(PastVerdict verdict);

    /** Remembers a build that passed, and the signatures that would have decided if it had failed: false alarms. */
    void passed(String job, String build, Instant at, Collection<String> signatures);

    /**
     * A person knows better; a later correction takes the place of an earlier one.
     *
     * @return whether there is a verdict on that build
     */
    boolean correct(String job, String build, Correction correction);

    /** A job has another name now; what is known of an earlier job of the new name belongs to none any more. */
    void renamed(String job, String name);

    /** A job is gone: what was said about its builds still counts, but belongs to no job, and no words of it are kept. */
    void deleted(String job);

    Optional<PastVerdict> verdict(String job, String build);

    /** Verdicts on failed builds of jobs that are there, newest first. */
    List<PastVerdict> verdicts(Instant since, int most);

    /** Those on one job's builds, newest first. */
    List<PastVerdict> verdicts(String job, int most);

    /** Those of one job that people corrected, newest first. */
    List<PastVerdict> corrected(String job, int most);

    /** By signature, how often it decided since then. */
    Map<String, SignatureRecord> signatures(Instant since);

    /** By month, the oldest first: how many verdicts there were and how many people corrected. */
    List<Month> months();

    @Override
    void close();

    /**
     * The verdict on one failed build.
     *
     * @param category as the verdict's own word: INFRASTRUCTURE, CODE or UNDETERMINED
     * @param cause of the most telling indication; empty if there is none
     * @param signatures those that decided, each with the category it points to
     */
    record PastVerdict(
            String job,
            String build,
            Instant at,
            String category,
            double confidence,
            String cause,
            Map<String, String> signatures,
            Optional<Correction> correction) {
        public PastVerdict {
            signatures = Map.copyOf(signatures);
        }

        /** What holds: a person's word, if there is one. */
        public String standing() {
            return correction.map(Correction::to).orElse(category);
        }
    }

    /** What a person says that it was, and why. */
    record Correction(String to, String why, String by, Instant at) {}

    /**
     * How a signature fared.
     *
     * @param failed failed builds in whose verdict it counted
     * @param passed builds that passed in which it would have counted
     * @param corrected failed builds that a person put into another category than the one it points to
     */
    record SignatureRecord(long failed, long passed, long corrected) {}

    /**
     * One month's verdicts.
     *
     * @param month as 2026-11, in UTC
     * @param corrected to another category than the verdict's
     */
    record Month(String month, long verdicts, long undetermined, long corrected) {}
}
