package io.faultline.checks;

import io.faultline.check.CheckType;
import io.faultline.check.FactCheck;
import io.faultline.check.Result;
import io.faultline.config.Keys;
import io.faultline.machine.Facts;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;

/** Looks at a machine's load average of 15 minutes, for each core. */
record LoadCheck(Limits perCore) implements FactCheck {
    static final CheckType TYPE = CheckType.named("load")
            .summary("The machine keeps up with its work.")
            .about("""
                    Looks at the load average of the last 15 minutes, divided by the cores: how many processes wanted to \
                    run, or waited for a disk, at the same time. Short peaks do not show in it.""")
            .example("warning: 2\ncritical: 5")
            .reads(LoadCheck::read);

    private static LoadCheck read(Keys keys) {
        int warning = keys.integer("warning", 2, 1, 1000, "A WARNING from so many for each core on.");
        int critical = keys.integer("critical", 5, 1, 1000, "CRITICAL from so many for each core on.");
        return new LoadCheck(Limits.inOrder(keys, "", OptionalDouble.of(warning), OptionalDouble.of(critical)));
    }

    @Override
    public Result judge(Facts facts, Instant now) {
        Optional<Facts.Line> line = facts.one("load");
        if (line.isEmpty() || line.get().whole("cores") == 0) {
            return Untold.about(facts, "load");
        }
        double load = line.get().decimal("fifteen");
        long cores = line.get().whole("cores");
        String told = "load " + load + " on " + cores + (cores == 1 ? " core" : " cores");
        Findings findings = new Findings();
        findings.limited(
                "load per core",
                Math.round(load / cores * 100) / 100.0,
                "",
                perCore.warning(),
                perCore.critical(),
                "the machine does not keep up: " + told);
        return findings.result(told);
    }
}
