package io.faultline.catalog;

/**
 * What turns a check's results into something that people are told of.
 *
 * @param failures so many failures in a row make a hard problem
 */
public record AlertRules(int failures, FlappingRule flapping, AlertWhen when) {
    /** Failures in a row, and nothing else. */
    public static AlertRules after(int failures) {
        return new AlertRules(failures, FlappingRule.OFF, AlertWhen.NEVER);
    }

    /** As a text that is the same for the same rules, also in the next version. */
    String text() {
        return failures + " " + flapping.name() + " " + when.text();
    }
}
