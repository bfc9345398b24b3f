package io.faultline.checks;

import io.faultline.check.CheckType;
import io.faultline.check.FactCheck;
import io.faultline.check.Result;
import io.faultline.config.Durations;
import io.faultline.config.Keys;
import io.faultline.machine.Facts;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Tells whether a machine has to be rebooted: it says so, or another kernel is installed than runs. */
record RebootCheck(Duration critical) implements FactCheck {
    static final CheckType TYPE = CheckType.named("reboot")
            .summary("The machine runs the newest kernel that is installed, and wants no reboot.")
            .about("""
                    A WARNING at first, CRITICAL when it has waited for too long. `/run/reboot-required` is made by \
                    unattended-upgrades only, so its absence proves nothing: the kernel that runs is also compared with the \
                    newest of its kind in /boot. Where neither tells anything, it is UNKNOWN.""")
            .example("critical: 14d")
            .reads(RebootCheck::read);

    private static RebootCheck read(Keys keys) {
        return new RebootCheck(
                keys.duration("critical", Duration.ofDays(14), "CRITICAL when a reboot has been due for so long."));
    }

    @Override
    public Result judge(Facts facts, Instant now) {
        Optional<Facts.Line> required = facts.one("reboot").filter(line -> line.yes("required"));
        Optional<Facts.Line> kernel = facts.one("kernel");
        if (required.isEmpty() && kernel.isEmpty()) {
            return Untold.about(facts, "kernel");
        }
        Findings findings = new Findings();
        kernel.ifPresent(line -> {
            findings.fact("kernel that runs", line.text("running"));
            findings.fact("kernel that is installed", line.text("installed"));
            if (!line.text("running").equals(line.text("installed"))) {
                due(findings, facts, Optional.of(line.moment("since")), "another kernel is installed than runs");
            }
        });
        List<String> packages = facts.all("reboot-package").stream()
                .map(line -> line.text("name"))
                .toList();
        required.ifPresent(line -> due(
                findings,
                facts,
                line.optionalWhole("since").map(Instant::ofEpochSecond),
                "a reboot is required" + (packages.isEmpty() ? "" : " by " + String.join(" ", packages))));
        return findings.result("no reboot is due");
    }

    private void due(Findings findings, Facts facts, Optional<Instant> since, String what) {
        Duration waited =
                since.map(moment -> Duration.between(moment, facts.at())).orElse(Duration.ZERO);
        if (waited.compareTo(critical) >= 0) {
            findings.wrong(what + " (for " + Durations.roughly(waited) + ")");
        } else {
            findings.doubtful(what);
        }
    }
}
