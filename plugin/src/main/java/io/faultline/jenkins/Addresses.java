package io.faultline.jenkins;

import io.faultline.catalog.Machine;
import io.faultline.catalog.Subject;

/** Where things are, from the root of Jenkins on. */
public final class Addresses {
    private Addresses() {}

    /** The page of a service or machine. */
    public static String of(Subject subject) {
        return "faultline/" + (subject instanceof Machine ? "machine" : "service") + "/" + subject.name() + "/";
    }
}
