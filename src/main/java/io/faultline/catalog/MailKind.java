package io.faultline.catalog;

import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The kinds of mails that have a template, and what each may say. */
public enum MailKind {
    PROBLEM(
            "state",
            "summary",
            "not-mailed-because",
            "broken",
            "dependants",
            "consequences",
            "needs",
            "before",
            "about"),
    MORE("state", "summary", "also", "broken", "still-broken", "needs", "people"),
    UNCLAIMED("broken", "dependants", "people"),
    RECOVERED("summary", "ended", "lasted", "was-broken", "still-broken", "not-mailed", "needs", "people"),
    CLOSED("was-broken"),
    TOO_MANY(true, "team", "incidents", "most", "left-out", "reasons", "next", "zone"),
    DIGEST(
            true,
            "every",
            "team",
            "since",
            "incidents",
            "open",
            "mails",
            "silent",
            "still-broken",
            "by-subject",
            "reasons",
            "next",
            "zone"),
    HEARTBEAT(true, "checks", "incidents", "zone"),
    UNDELIVERED(true, "what", "recipients", "reason", "mail", "zone");

    private static final Set<String> OF_INCIDENTS =
            Set.of("subject", "importance", "since", "ago", "incident", "number", "why", "zone", "next");

    /** Several lines: stand alone on a line of the template. */
    private static final Set<String> BLOCKS = Set.of(
            "broken",
            "still-broken",
            "was-broken",
            "not-mailed",
            "dependants",
            "consequences",
            "needs",
            "before",
            "about",
            "people",
            "next",
            "left-out",
            "by-subject",
            "reasons",
            "mail");

    /** Whether it is about no single incident. */
    private final boolean ofTeam;

    @SuppressWarnings("ImmutableEnumChecker") // Set.of is
    private final Set<String> own;

    MailKind(String... own) {
        this(false, own);
    }

    MailKind(boolean ofTeam, String... own) {
        this.ofTeam = ofTeam;
        this.own = Set.of(own);
    }

    /** The name of its template's file. */
    public String file() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-') + ".txt";
    }

    /** What a template of it may name. */
    Set<String> variables() {
        Set<String> all = new TreeSet<>(own);
        if (!ofTeam) {
            all.addAll(OF_INCIDENTS);
        }
        return all;
    }

    static boolean isBlock(String variable) {
        return BLOCKS.contains(variable);
    }

    public static Stream<MailKind> all() {
        return Stream.of(values());
    }
}
