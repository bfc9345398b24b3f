package io.faultline.run;

import io.faultline.catalog.Catalog;
import io.faultline.catalog.Subject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Decides what follows from word that something happened to a machine: which checks, or why none. Whether the sender may
 * say so is decided before. A machine may send six words at once, and one in 20 seconds after that. Thread-safe.
 */
public final class TriggerGate {
    private static final int AT_ONCE = 6;
    private static final Duration PAUSE = Duration.ofSeconds(20);

    /** Ids of a machine's events that are remembered: more than it can send while one of them is on its way. */
    private static final int MOST_IDS = 50;

    private static final Pattern DETAIL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9 ._:+-]{0,79}");

    /**
     * What is told, as it came from outside.
     *
     * @param status how it ended
     * @param bootId which boot of the machine it was
     * @param id the same when the same event is told again
     */
    public record Word(
            String machine, String event, Optional<String> status, Optional<String> bootId, Optional<String> id) {}

    /** What is to be done. */
    public sealed interface Answer {
        /** @param httpStatus how the refusal is called in HTTP */
        record Refused(int httpStatus, String why) implements Answer {}

        record TooOften(Duration pause) implements Answer {}

        /**
         * @param text the event in one line, for the history
         * @param touched the machine, and what does not work without it
         * @param id of the event, to be given to {@link TriggerGate#started}
         * @param again it was told before: nothing is to be started
         */
        record Start(MachineEvent event, String text, List<Subject> touched, Optional<String> id, boolean again)
                implements Answer {
            public Start {
                touched = List.copyOf(touched);
            }
        }
    }

    private final RateLimit limit;
    private final Map<String, Set<String>> known = new LinkedHashMap<>();

    public TriggerGate(InstantSource clock) {
        this.limit = new RateLimit(clock, AT_ONCE, PAUSE);
    }

    /** @param by who says so */
    public synchronized Answer take(Catalog catalog, Word word, String by) {
        Optional<MachineEvent> event = MachineEvent.of(word.event());
        if (event.isEmpty()) {
            return new Answer.Refused(400, "expected an event: " + String.join(", ", MachineEvent.words()));
        }
        for (Optional<String> detail : List.of(word.bootId(), word.id())) {
            if (detail.filter(text -> !DETAIL.matcher(text).matches()).isPresent()) {
                return new Answer.Refused(
                        400, "expected at most 80 letters, digits, blanks and . _ : + - as boot-id and id");
            }
        }
        List<Subject> touched;
        try {
            touched = Selection.touchedBy(catalog, word.machine());
        } catch (IllegalArgumentException e) {
            return new Answer.Refused(404, e.getMessage());
        }
        StringBuilder text = new StringBuilder(event.get().text());
        // The event is worth more than how it is called.
        word.status()
                .map(String::strip)
                .filter(status -> !status.isEmpty())
                .ifPresent(status -> text.append(
                        DETAIL.matcher(status).matches() ? ", status " + status : ", with a status that is not shown"));
        word.bootId()
                .filter(boot -> event.get() == MachineEvent.BOOT)
                .ifPresent(boot -> text.append(", boot ").append(boot));
        text.append(", told by ").append(by);
        // A machine boots once by each boot id, whoever tells of it.
        Optional<String> id = event.get() == MachineEvent.BOOT && word.bootId().isPresent() ? word.bootId() : word.id();
        boolean again = id.filter(known.getOrDefault(word.machine(), Set.of())::contains)
                .isPresent();
        if (!again) {
            Duration wait = limit.take(word.machine());
            if (!wait.isZero()) {
                return new Answer.TooOften(wait);
            }
        }
        return new Answer.Start(event.get(), text.toString(), touched, id, again);
    }

    /** What was to be started has been: who tells of the same event again starts nothing. */
    public synchronized void started(String machine, Answer.Start start) {
        start.id()
                .ifPresent(
                        id -> known.computeIfAbsent(machine, name -> newest()).add(id));
    }

    private static Set<String> newest() {
        return Collections.newSetFromMap(new LinkedHashMap<>() {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
                return size() > MOST_IDS;
            }
        });
    }
}
