package io.faultline.history;

import io.faultline.check.CheckId;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is remembered. What {@link #commit} returned from is on disk and survives a kill.
 *
 * <p>Thread-safe. Methods throw {@link HistoryException} if the store fails.
 */
public interface History extends StateStore, AutoCloseable {
    /** Stores all of it in one transaction; on disk when it returns. */
    @Override
    void commit(Changes changes);

    /** Results of a check from {@code since} (inclusive) on, oldest first; the newest {@code most} of them. */
    List<Observation> observations(CheckId check, Instant since, int most);

    /** Incidents that are not resolved, oldest first. */
    List<Incident> openIncidents();

    /** The newest incidents, resolved or not, newest first. */
    List<Incident> incidents(int most);

    Optional<Incident> incident(long id);

    /** A number that no incident had and none will have but the caller's. */
    long nextIncidentId();

    /** Events of these subjects from {@code since} on, oldest first; the newest {@code most} of them. */
    List<Event> events(Collection<String> subjects, Instant since, int most);

    /** Mails that may be tried now, oldest first, so that a thread arrives in order. */
    List<QueuedMail> dueMails(Instant now, int most);

    /** All mails that are still to be sent, oldest first. */
    List<QueuedMail> queuedMails();

    /** When a mail was sent last, of those that are still known. */
    Optional<Instant> lastSent();

    /** The server took it: it is never sent again. */
    void mailSent(String messageId, Instant at);

    /** It could not be sent; it stays queued. */
    void mailFailed(String messageId, Instant nextTry, String error);

    /** It could not be sent for so long that it is not tried any more. */
    void mailGivenUp(String messageId, Instant at, String error);

    /** The fingerprints of the check definitions that were in force last. */
    Map<CheckId, String> fingerprints();

    /** Remembers the definitions in force; checks that are not named any more are forgotten here, not in the history. */
    void fingerprints(Map<CheckId, String> fingerprints);

    /** Deletes results and sent mails older than {@code before}; states, incidents and events stay. */
    void prune(Instant before);

    /**
     * Adds a line to the log; on disk when it returns. The only thing that may also be done to a history that another
     * process decides over.
     *
     * @return the entry with the id that it was given
     */
    Entry enter(Instant at, String by, Act act);

    /** What was done about an incident, oldest first; the newest {@code most} entries. */
    List<Entry> log(long incident, int most);

    /** What was done from {@code since} on, newest first. */
    List<Entry> log(Instant since, int most);

    /** What was mailed from {@code since} on: {@link Act.Told} and {@link Act.Digested}, newest first. */
    List<Entry> mailed(Instant since, int most);

    /** Silences and downtimes that end, or ended, after that moment, oldest first; those that have not begun too. */
    List<Pause> pauses(Instant endingAfter);

    Optional<Pause> pause(long id);

    /** Who works on which open incident: the newest claim of each that nobody released, also if its time is over. */
    Map<Long, Claim> claims();

    @Override
    void close();
}
