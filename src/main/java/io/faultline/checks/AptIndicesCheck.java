package io.faultline.checks;

import io.faultline.check.CheckType;
import io.faultline.check.FactCheck;
import io.faultline.check.Result;
import io.faultline.config.Keys;
import io.faultline.machine.Facts;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Looks at when each of a machine's APT sources was last fetched for sure. */
record AptIndicesCheck(Limits age) implements FactCheck {
    static final CheckType TYPE = CheckType.named("apt-indices")
            .summary("Every APT source of the machine was fetched not long ago.")
            .about("""
                    `apt-get update` ends well with every mirror dead, and moves its stamps all the same; the times of index \
                    files are those of their publication. But a source's Release file is put in place anew when, and only \
                    when, its mirror answered (also with "not modified") and the signature was right, so the file's change \
                    time proves it, for each source by itself.""")
            .example("warning: 30h\ncritical: 4d")
            .reads(AptIndicesCheck::read);

    private static AptIndicesCheck read(Keys keys) {
        return new AptIndicesCheck(
                Limits.times(keys, Duration.ofHours(30), Duration.ofDays(4), "a last success so long ago"));
    }

    @Override
    public Result judge(Facts facts, Instant now) {
        List<Facts.Line> sources = facts.all("apt-source");
        if (sources.isEmpty()) {
            return Untold.about(facts, "apt-indices");
        }
        Findings findings = new Findings();
        Duration oldest = Duration.ZERO;
        for (Facts.Line source : sources) {
            String name = source.text("suite") + " from " + source.text("uri");
            Optional<Long> fetched = source.optionalWhole("fetched");
            if (fetched.isEmpty()) {
                findings.wrong(name + " was never fetched");
                continue;
            }
            Duration since = Duration.between(Instant.ofEpochSecond(fetched.get()), facts.at());
            oldest = oldest.compareTo(since) >= 0 ? oldest : since;
            age.time(findings, source.text("suite"), since, name + " was fetched " + Limits.ago(since));
        }
        facts.trouble("apt-indices").ifPresent(reason -> findings.doubtful("the machine cannot tell: " + reason));
        return findings.result("the oldest of " + sources.size() + " sources was fetched " + Limits.ago(oldest));
    }
}
