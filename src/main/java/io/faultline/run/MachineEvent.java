package io.faultline.run;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What happened to a machine that may have broken something, in the words that it is told with. */
public enum MachineEvent {
    PUPPET_RUN("a Puppet run"),
    DEPLOYMENT("a deployment"),
    UPGRADE("an upgrade"),
    BOOT("a boot");

    private final String text;

    MachineEvent(String text) {
        this.text = text;
    }

    /** The word for it: {@code puppet-run}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** For people: "a Puppet run". */
    public String text() {
        return text;
    }

    public static Optional<MachineEvent> of(String word) {
        return Arrays.stream(values())
                .filter(event -> event.word().equals(word))
                .findFirst();
    }

    public static List<String> words() {
        return Arrays.stream(values()).map(MachineEvent::word).toList();
    }
}
