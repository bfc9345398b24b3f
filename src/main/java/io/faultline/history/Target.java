package io.faultline.history;

import io.faultline.check.CheckId;
import io.faultline.config.Names;
import java.util.Comparator;
import java.util.Optional;

/** What a silence or a downtime is about: a service or machine with all its checks, or one check. */
public record Target(String subject, Optional<String> check) implements Comparable<Target> {
    private static final Comparator<Target> ORDER =
            Comparator.comparing(Target::subject).thenComparing(target -> target.check.orElse(""));

    public Target {
        if (!Names.isName(subject) || check.filter(name -> !Names.isName(name)).isPresent()) {
            throw new IllegalArgumentException("expected service, machine or service/check");
        }
    }

    public static Target of(String subject) {
        return new Target(subject, Optional.empty());
    }

    public static Target of(CheckId check) {
        return new Target(check.subject(), Optional.of(check.name()));
    }

    /** Reads {@code web} or {@code web/http}, the form that {@link #toString} writes. */
    public static Target parse(String text) {
        int slash = text.indexOf('/');
        return slash < 0 ? of(text) : new Target(text.substring(0, slash), Optional.of(text.substring(slash + 1)));
    }

    public boolean covers(CheckId id) {
        return subject.equals(id.subject()) && check.map(id.name()::equals).orElse(true);
    }

    @Override
    public int compareTo(Target other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return check.map(name -> subject + "/" + name).orElse(subject);
    }
}
