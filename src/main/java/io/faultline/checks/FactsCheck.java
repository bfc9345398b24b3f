package io.faultline.checks;

import io.faultline.check.CheckType;
import io.faultline.check.FactCheck;
import io.faultline.check.Probe;
import io.faultline.check.Result;
import io.faultline.config.Durations;
import io.faultline.config.Keys;
import io.faultline.machine.Facts;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Tells whether a machine says at all how it is: the one problem that there is when it does not. */
record FactsCheck(boolean complete) implements FactCheck {
    static final CheckType TYPE = CheckType.named("facts")
            .summary("The machine says how it is: its facts can be had, are whole, and are not too old.")
            .about("""
                    Every machine with checks over its facts needs this one: it alone is CRITICAL when the machine cannot \
                    be reached, refuses the login, has another host key, sends nothing for too long or sends nonsense; the \
                    others are UNKNOWN then, and are a consequence of this. How facts are had stands in `facts` of the \
                    machine; see machines.md.""")
            .example("complete: false")
            .reads(FactsCheck::read);

    private static FactsCheck read(Keys keys) {
        return new FactsCheck(keys.flag(
                "complete", false, "Whether it is a WARNING when the machine cannot read one of its own sources."));
    }

    @Override
    public Result run(Probe probe) throws IOException {
        return judge(probe.facts().own(), probe.now());
    }

    @Override
    public Result judge(Facts facts, Instant now) {
        Findings findings = new Findings();
        findings.fact("machine", facts.machine());
        findings.fact("facts of", facts.at());
        facts.one("uptime")
                .map(line -> Duration.ofSeconds(line.whole("seconds")))
                .ifPresent(up -> {
                    findings.fact("up for", Durations.roughly(up));
                    findings.measured("uptime", up.toSeconds(), "s");
                });
        Optional<Facts.Line> boot = facts.one("boot");
        boot.ifPresent(line -> findings.fact("boot id", line.text("id")));
        for (Facts.Line error : facts.all("error")) {
            String what = error.text("source") + ": " + error.text("reason");
            if (complete) {
                findings.doubtful("the machine cannot tell " + what);
            } else {
                findings.fact("cannot tell", what);
            }
        }
        return findings.result("the machine says how it is");
    }
}
