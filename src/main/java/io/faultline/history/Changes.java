package io.faultline.history;

import java.util.List;

/**
 * What belongs together on disk: results, the states that follow from them, and what people are to be told because of
 * them. Either all of it is stored or nothing.
 *
 * @param incidents new and changed ones
 */
public record Changes(
        List<Observation> observations,
        List<CheckState> states,
        List<Incident> incidents,
        List<QueuedMail> mails,
        List<Event> events) {
    public Changes {
        observations = List.copyOf(observations);
        states = List.copyOf(states);
        incidents = List.copyOf(incidents);
        mails = List.copyOf(mails);
        events = List.copyOf(events);
    }
}
