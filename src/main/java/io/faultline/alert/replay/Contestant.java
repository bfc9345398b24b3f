package io.faultline.alert.replay;

import io.faultline.catalog.Catalog;
import io.faultline.check.CheckId;
import io.faultline.history.Observation;
import io.faultline.history.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Somebody who sees results, and mails. Sees nothing of the truth. */
interface Contestant {
    /** Told of each mail: about which subjects, and whether of something broken. */
    interface Mails {
        void mailed(Instant at, Set<String> subjects, boolean news);
    }

    /** How soon a check that has just failed is tried again; at most a minute. */
    Duration retryEvery();

    void result(Observation observation);

    /** Whether more tries are wanted soon. */
    boolean retries(CheckId check);

    /** Whether the check counts as well, and nobody waits to be told so. */
    boolean isAtRest(CheckId check);

    /** Planned work, known to everybody before it begins. */
    void planned(Instant from, Instant until, Set<String> subjects);

    /** All that take part: ours, and the baselines. */
    static List<String> names() {
        return List.of("faultline", "nagios", "icinga", "icinga-3", "gatus", "monit");
    }

    static Contestant named(String name, Catalog catalog, Ours ours, Mails mails) {
        return switch (name) {
            case "faultline" -> new Faultline(catalog, ours, mails);
            default -> new Peer(catalog, Peer.Defaults.named(name), mails);
        };
    }

    static SortedSet<Target> targets(Set<String> subjects) {
        return subjects.stream().map(Target::of).collect(Collectors.toCollection(TreeSet::new));
    }
}
