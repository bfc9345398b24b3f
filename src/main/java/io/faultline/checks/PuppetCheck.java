package io.faultline.checks;

import io.faultline.check.CheckType;
import io.faultline.check.FactCheck;
import io.faultline.check.Result;
import io.faultline.config.Keys;
import io.faultline.machine.Facts;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Looks at a machine's last Puppet run. */
record PuppetCheck(Limits age) implements FactCheck {
    static final CheckType TYPE = CheckType.named("puppet")
            .summary("Puppet ran not long ago, could do all that it was told, and is not disabled.")
            .about("""
                    Reads `last_run_summary.yaml`. A catalog with a syntax error leaves the file of the run before in \
                    place, so its age tells that; one that failed otherwise leaves sections out. That Puppet is disabled is \
                    a WARNING with the reason that was given; it becomes CRITICAL by the age of the last run.""")
            .example("warning: 90m\ncritical: 6h")
            .reads(PuppetCheck::read);

    private static PuppetCheck read(Keys keys) {
        return new PuppetCheck(
                Limits.times(keys, Duration.ofMinutes(90), Duration.ofHours(6), "a last run so long ago"));
    }

    @Override
    public Result judge(Facts facts, Instant now) {
        Optional<Facts.Line> run = facts.one("puppet");
        if (run.isEmpty() && facts.all("puppet-disabled").isEmpty()) {
            return Untold.about(facts, "puppet");
        }
        Findings findings = new Findings();
        run.ifPresent(line -> {
            failures(line, findings);
            Duration since = Duration.between(line.moment("last-run"), facts.at());
            age.time(findings, "age", since, "Puppet ran " + Limits.ago(since) + " for the last time");
        });
        for (Facts.Line disabled : facts.all("puppet-disabled")) {
            String reason = disabled.text("reason");
            findings.doubtful("Puppet is disabled: " + (reason.isBlank() ? "no reason is given" : reason));
        }
        if (run.isEmpty()) {
            facts.trouble("puppet").ifPresent(reason -> findings.doubtful("the machine cannot tell: " + reason));
        }
        facts.trouble("puppet-disabled").ifPresent(reason -> findings.fact("whether it is disabled", reason));
        return findings.result("Puppet ran "
                + run.map(line -> Limits.ago(Duration.between(line.moment("last-run"), facts.at())))
                        .orElse("never"));
    }

    private static void failures(Facts.Line run, Findings findings) {
        Optional<Long> failed = run.optionalWhole("failed");
        if (failed.isEmpty()) {
            findings.wrong("Puppet's last run had no catalog that could be used");
        }
        count(findings, "failed", failed, " failed");
        count(findings, "failed to restart", run.optionalWhole("failed-to-restart"), " could not be restarted");
        if (failed.orElse(0L) == 0) {
            count(findings, "event failures", run.optionalWhole("event-failures"), " had an event that failed");
        }
    }

    private static void count(Findings findings, String name, Optional<Long> count, String what) {
        count.ifPresent(n -> {
            findings.measured(name, n, "");
            if (n > 0) {
                findings.wrong("in Puppet's last run " + n + (n == 1 ? " resource" : " resources") + what);
            }
        });
    }
}
