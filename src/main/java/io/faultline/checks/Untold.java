package io.faultline.checks;

import io.faultline.check.Fact;
import io.faultline.check.Result;
import io.faultline.machine.Facts;

/** What a check says when a machine's facts have nothing about what it tests. */
final class Untold {
    private Untold() {}

    /** @param source as the agent's error lines name it */
    static Result about(Facts facts, String source) {
        return facts.trouble(source)
                .map(reason -> Result.unknown("the machine cannot tell: " + reason))
                .orElseGet(() -> Result.unknown(
                        "the machine says nothing about this",
                        Fact.of("what to do", "compare its faultline-agent with the one of this version")));
    }
}
