package io.faultline.check;

import java.util.Comparator;

/** The outcome of a check, in Nagios' words. */
public enum Status {
    OK,
    WARNING,
    CRITICAL,
    /** The check itself could not be carried out, so nothing is known about what it tests. */
    UNKNOWN;

    /** From good to bad as Nagios' plugins order them: an outage that is known outweighs what is not known. */
    public static final Comparator<Status> BY_SEVERITY = Comparator.comparingInt(Status::severity);

    public static Status worst(Status a, Status b) {
        return a.severity() >= b.severity() ? a : b;
    }

    /** 0 to 3, as a Nagios plugin exits. */
    public int exitCode() {
        return switch (this) {
            case OK -> 0;
            case WARNING -> 1;
            case CRITICAL -> 2;
            case UNKNOWN -> 3;
        };
    }

    private int severity() {
        return switch (this) {
            case OK -> 0;
            case WARNING -> 1;
            case UNKNOWN -> 2;
            case CRITICAL -> 3;
        };
    }
}
