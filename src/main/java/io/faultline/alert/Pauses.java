package io.faultline.alert;

import io.faultline.catalog.Catalog;
import io.faultline.check.CheckId;
import io.faultline.history.Pause;
import io.faultline.history.Target;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which silence or downtime is about a check. A silence is about what it names and nothing else. A downtime of a whole
 * service or machine is about whatever depends on it as well, because that is expected to break with it.
 */
public final class Pauses {
    private final Catalog catalog;
    private final List<Pause> pauses;

    /** @param pauses those of now and later, in any order */
    public Pauses(Catalog catalog, Collection<Pause> pauses) {
        this.catalog = catalog;
        // The one that holds longest is named, because that is when people will be told.
        this.pauses = pauses.stream()
                .sorted(Comparator.comparing(Pause::until).reversed().thenComparing(Pause::id))
                .toList();
    }

    /** The pause that keeps people from being mailed about the check now; of several the one that holds longest. */
    public Optional<Pause> of(CheckId check, Instant now) {
        List<Pause> holding =
                pauses.stream().filter(pause -> pause.holdsAt(now)).toList();
        if (holding.isEmpty()) {
            return Optional.empty();
        }
        Optional<Pause> own =
                holding.stream().filter(pause -> pause.covers(check)).findFirst();
        if (own.isPresent()) {
            return own;
        }
        Set<String> needed = catalog.dependencies(check.subject());
        return holding.stream()
                .filter(pause -> pause.kind() == Pause.Kind.DOWNTIME)
                .filter(pause -> pause.targets().stream()
                        .filter(target -> target.check().isEmpty())
                        .map(Target::subject)
                        .anyMatch(needed::contains))
                .findFirst();
    }

    /** The pauses that are about a subject or one of its checks, now or later, those that end first in front. */
    public List<Pause> ofSubject(String subject) {
        Set<String> needed = catalog.dependencies(subject);
        return pauses.stream()
                .filter(pause -> pause.targets().stream()
                        .anyMatch(target -> target.subject().equals(subject)
                                || pause.kind() == Pause.Kind.DOWNTIME
                                        && target.check().isEmpty()
                                        && needed.contains(target.subject())))
                .sorted(Comparator.comparing(Pause::until).thenComparing(Pause::id))
                .toList();
    }
}
