package io.faultline.checks;

import io.faultline.check.CheckType;
import io.faultline.check.FactCheck;
import io.faultline.check.Result;
import io.faultline.config.Durations;
import io.faultline.config.Keys;
import io.faultline.machine.Facts;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Looks at a machine's clock: what keeps it says how wrong it is, and it is compared with ours. */
record ClockCheck(Limits offset) implements FactCheck {
    static final CheckType TYPE = CheckType.named("clock")
            .summary("The machine's clock is kept right, and agrees with ours.")
            .about("""
                    The offset that chrony, ntp or systemd-timesyncd tells, and whether it is synchronised at all. The time \
                    at which the facts were made must also lie between our question and their arrival (a pushed report tells \
                    only a clock that is ahead).""")
            .example("warning: 1s\ncritical: 30s")
            .reads(ClockCheck::read);

    private static final Duration TICK = Duration.ofSeconds(1);

    private static ClockCheck read(Keys keys) {
        return new ClockCheck(Limits.times(keys, Duration.ofSeconds(1), Duration.ofSeconds(30), "a clock so wrong"));
    }

    @Override
    public Result judge(Facts facts, Instant now) {
        Findings findings = new Findings();
        Duration difference = difference(facts);
        offset.time(
                findings,
                "difference",
                difference.abs(),
                "the clock is " + Durations.roughly(difference.abs())
                        + (difference.isNegative() ? " behind" : " ahead of") + " ours");
        Optional<Facts.Line> clock = facts.one("clock");
        if (clock.isEmpty()) {
            Result compared = findings.result("the clock agrees with ours");
            return compared.isOk() ? Untold.about(facts, "clock") : compared;
        }
        String keeper = clock.get().text("source");
        findings.fact("kept by", keeper);
        if (!clock.get().yes("synchronised")) {
            findings.doubtful("the clock is not synchronised (" + keeper + ")");
        }
        clock.get().optionalDecimal("offset").ifPresent(seconds -> {
            Duration wrong = Duration.ofNanos((long) (Math.abs(seconds) * 1e9));
            offset.time(findings, "offset", wrong, "the clock is wrong by " + seconds + "s, says " + keeper);
        });
        return findings.result("the clock is right");
    }

    /** How far it is ahead of ours for sure; the machine tells whole seconds. */
    private static Duration difference(Facts facts) {
        if (facts.at().isAfter(facts.arrived())) {
            return Duration.between(facts.arrived(), facts.at());
        }
        Instant latest = facts.at().plus(TICK);
        return latest.isBefore(facts.asked()) ? Duration.between(facts.asked(), latest) : Duration.ZERO;
    }
}
