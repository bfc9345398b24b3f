package io.faultline.checks;

import io.faultline.check.CheckType;
import io.faultline.check.FactCheck;
import io.faultline.check.Result;
import io.faultline.config.Bytes;
import io.faultline.config.Keys;
import io.faultline.machine.Facts;
import java.time.Instant;
import java.util.Optional;

/** Looks at a machine's memory and swap. */
record MemoryCheck(Limits memory, Limits swap) implements FactCheck {
    static final CheckType TYPE = CheckType.named("memory")
            .summary("The machine has memory left for programs, and swap if it has any.")
            .about("""
                    Used is what programs could not get without swapping (`MemTotal` less `MemAvailable` of \
                    /proc/meminfo): caches do not count. A machine without swap is judged by its memory alone.""")
            .example("warning: 90%\ncritical: 97%")
            .reads(MemoryCheck::read);

    private static MemoryCheck read(Keys keys) {
        return new MemoryCheck(
                Limits.shares(keys, "", 90, 97, "so much used memory"),
                Limits.shares(keys, "swap-", 80, 95, "so much used swap"));
    }

    @Override
    public Result judge(Facts facts, Instant now) {
        Optional<Facts.Line> line = facts.one("memory");
        if (line.isEmpty() || line.get().whole("total") == 0) {
            return Untold.about(facts, "memory");
        }
        Findings findings = new Findings();
        long total = line.get().whole("total");
        long available = line.get().whole("available");
        memory.share(
                findings,
                "memory",
                (double) Math.max(0, total - available) / total,
                "memory is nearly used up: " + Bytes.roughly(available) + " of " + Bytes.roughly(total) + " left");
        long all = line.get().optionalWhole("swap").orElse(0L);
        long free = line.get().optionalWhole("swap-free").orElse(all);
        if (all > 0) {
            swap.share(
                    findings,
                    "swap",
                    (double) Math.max(0, all - free) / all,
                    "swap is nearly used up: " + Bytes.roughly(free) + " of " + Bytes.roughly(all) + " left");
        }
        return findings.result(Bytes.roughly(available) + " of " + Bytes.roughly(total) + " memory is left");
    }
}
