package io.faultline.history;

import io.faultline.check.CheckId;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedSet;

/**
 * A problem that people are told of: the hard problems of one subject, from the first until none is left.
 *
 * @param id a number that people can say; never used twice
 * @param subject the service or machine
 * @param opened when it became certain
 * @param since when the first of its failures was
 * @param checks the checks that are or were part of it
 * @param mails how many mails its thread has, counting those still to be sent
 * @param resolved when all was well again, if it is
 */
public record Incident(
        long id,
        String subject,
        Instant opened,
        Instant since,
        SortedSet<CheckId> checks,
        int mails,
        Optional<Instant> resolved) {}
