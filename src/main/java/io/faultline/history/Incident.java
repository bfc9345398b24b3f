package io.faultline.history;

import io.faultline.check.CheckId;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A problem, from the first check that certainly fails until none does. What people were told of it is part of it, so
 * that nothing is told twice, and nothing that was held back is forgotten.
 *
 * @param id a number that people can say; never used twice
 * @param subject the service or machine that it began with
 * @param opened when it became certain
 * @param since when the first of its failures was
 * @param checks the checks that are or were part of it
 * @param told those that people were told of, each with what they were told; empty again when people
 *     were told that these are well
 * @param mails how many mails its thread has, counting those still to be sent
 * @param toldSince when people were told last of something that is not well again
 * @param reminded when the others were told last that nobody works on it
 * @param held why people are not told of what they were not told of, if there is such a thing
 * @param resolved when all was well again, if it is
 */
public record Incident(
        long id,
        String subject,
        Instant opened,
        Instant since,
        SortedSet<CheckId> checks,
        SortedMap<CheckId, Told> told,
        int mails,
        Optional<Instant> toldSince,
        Optional<Instant> reminded,
        Optional<String> held,
        Optional<Instant> resolved) {
    public Incident {
        checks = Collections.unmodifiableSortedSet(new TreeSet<>(checks));
        told = Collections.unmodifiableSortedMap(new TreeMap<>(told));
    }

    /** One that people were told nothing of. */
    public Incident(
            long id,
            String subject,
            Instant opened,
            Instant since,
            SortedSet<CheckId> checks,
            int mails,
            Optional<Instant> resolved) {
        this(
                id,
                subject,
                opened,
                since,
                checks,
                new TreeMap<>(),
                mails,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                resolved);
    }

    /** Whether people were told all that there is to say of a check now. */
    public boolean wasTold(CheckId check, Told now) {
        Told known = told.get(check);
        return known != null && known.covers(now);
    }

    /** All services and machines that it is about. */
    public SortedSet<String> subjects() {
        SortedSet<String> subjects = new TreeSet<>();
        subjects.add(subject);
        checks.forEach(check -> subjects.add(check.subject()));
        return subjects;
    }

    /** With these checks as well; {@code earliest} counts if it is before its own beginning. */
    public Incident with(Collection<CheckId> more, Instant earliest) {
        SortedSet<CheckId> all = new TreeSet<>(checks);
        all.addAll(more);
        Instant begin = earliest.isBefore(since) ? earliest : since;
        return new Incident(id, subject, opened, begin, all, told, mails, toldSince, reminded, held, resolved);
    }

    /** One mail later, which told of these. */
    public Incident afterMail(Map<CheckId, Told> news, Instant at) {
        SortedMap<CheckId, Told> all = new TreeMap<>(told);
        news.forEach((check, now) -> all.merge(check, now, Told::and));
        Optional<Instant> newest = news.isEmpty() ? toldSince : Optional.of(at);
        return new Incident(id, subject, opened, since, checks, all, mails + 1, newest, reminded, held, resolved);
    }

    /** People know that these are well again. */
    public Incident toldWell(Collection<CheckId> well) {
        SortedMap<CheckId, Told> left = new TreeMap<>(told);
        left.keySet().removeAll(well);
        boolean none = left.isEmpty();
        return new Incident(
                id,
                subject,
                opened,
                since,
                checks,
                left,
                mails,
                none ? Optional.empty() : toldSince,
                none ? Optional.empty() : reminded,
                held,
                resolved);
    }

    /** The others were told that nobody works on it. */
    public Incident remindedAt(Instant at) {
        return new Incident(
                id, subject, opened, since, checks, told, mails, toldSince, Optional.of(at), held, resolved);
    }

    public Incident held(Optional<String> reason) {
        return new Incident(id, subject, opened, since, checks, told, mails, toldSince, reminded, reason, resolved);
    }

    public Incident resolvedAt(Instant at) {
        return new Incident(
                id,
                subject,
                opened,
                since,
                checks,
                told,
                mails,
                toldSince,
                reminded,
                Optional.empty(),
                Optional.of(at));
    }
}
