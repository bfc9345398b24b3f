package io.faultline.history;

import java.util.List;

/**
 * What belongs together on disk: results, the states that follow from them, and what people are to be told because of
 * them. Either all of it is stored or nothing.
 *
 * @param incidents new and changed ones
 * @param entries what Faultline did about incidents, for the log; their ids are given when they are stored
 */
public record Changes(
        List<Observation> observations,
        List<CheckState> states,
        List<Incident> incidents,
        List<QueuedMail> mails,
        List<Event> events,
        List<Entry> entries) {
    public static final Changes NONE = new Changes(List.of(), List.of(), List.of(), List.of(), List.of());

    public Changes {
        observations = List.copyOf(observations);
        states = List.copyOf(states);
        incidents = List.copyOf(incidents);
        mails = List.copyOf(mails);
        events = List.copyOf(events);
        entries = List.copyOf(entries);
    }

    public Changes(
            List<Observation> observations,
            List<CheckState> states,
            List<Incident> incidents,
            List<QueuedMail> mails,
            List<Event> events) {
        this(observations, states, incidents, mails, events, List.of());
    }

    /** Whether there is nothing to store. */
    public boolean isEmpty() {
        return equals(NONE);
    }
}
