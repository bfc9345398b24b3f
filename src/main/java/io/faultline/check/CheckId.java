package io.faultline.check;

import io.faultline.config.Names;

/**
 * Names one check: the service or machine it belongs to, and its own name there. Services and machines share one name
 * space, so the pair is unique in a catalogue.
 */
public record CheckId(String subject, String name) implements Comparable<CheckId> {
    /** What a service, machine, team or check may be called. */
    public static final String NAME_FORM = Names.FORM;

    /** Reads the form that {@link #toString} writes. */
    public static CheckId parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 1 || slash == text.length() - 1) {
            throw new IllegalArgumentException("expected service/check, found '" + text + "'");
        }
        return new CheckId(text.substring(0, slash), text.substring(slash + 1));
    }

    @Override
    public int compareTo(CheckId other) {
        int order = subject.compareTo(other.subject);
        return order != 0 ? order : name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return subject + "/" + name;
    }
}
