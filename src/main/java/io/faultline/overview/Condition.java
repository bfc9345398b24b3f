package io.faultline.overview;

import io.faultline.check.Status;

/** How a check, service or machine is, as the pages say it: in a word, and in a colour that only repeats the word. */
public enum Condition {
    CRITICAL("CRITICAL", "critical"),
    UNKNOWN("UNKNOWN", "unknown"),
    WARNING("WARNING", "warning"),
    /** It failed, but too few times to be sure. */
    RETRYING("being retried", "retrying"),
    /** There is a check and no result of it yet. */
    PENDING("no result yet", "pending"),
    /** Nothing tests it. */
    UNCHECKED("not checked", "pending"),
    OK("OK", "ok");

    private final String word;
    private final String style;

    Condition(String word, String style) {
        this.word = word;
        this.style = style;
    }

    static Condition of(Status status) {
        return switch (status) {
            case OK -> OK;
            case WARNING -> WARNING;
            case CRITICAL -> CRITICAL;
            case UNKNOWN -> UNKNOWN;
        };
    }

    public String word() {
        return word;
    }

    /** The class in the style sheet. */
    public String style() {
        return style;
    }

    /** Whether people are told of it. */
    public boolean isProblem() {
        return this == CRITICAL || this == UNKNOWN || this == WARNING;
    }
}
