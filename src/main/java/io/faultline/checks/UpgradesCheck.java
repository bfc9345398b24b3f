package io.faultline.checks;

import io.faultline.check.CheckType;
import io.faultline.check.FactCheck;
import io.faultline.check.Result;
import io.faultline.config.Keys;
import io.faultline.machine.Facts;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Counts the upgrades that a machine has not made yet. */
record UpgradesCheck(Limits all, Limits security) implements FactCheck {
    static final CheckType TYPE = CheckType.named("upgrades")
            .summary("No security upgrade waits to be made, and not too many others.")
            .about("""
                    What `apt-get dist-upgrade` would do (it is only asked), with the packages from a security archive \
                    counted apart and named. It knows as much as the machine's APT indices: see apt-indices. Automatic \
                    upgrades run once a day, so let it fail for a day before people are told: `failures-before-alert`.""")
            .example("security-warning: 1\nwarning: 50")
            .reads(UpgradesCheck::read);

    private static final int MOST = 100_000;

    private static UpgradesCheck read(Keys keys) {
        Limits security = Limits.inOrder(
                keys,
                "security-",
                OptionalDouble.of(
                        keys.integer("security-warning", 1, 1, MOST, "A WARNING from so many security upgrades on.")),
                limit(
                        keys,
                        "security-critical",
                        "CRITICAL from so many security upgrades on; never if nothing is written."));
        return new UpgradesCheck(
                Limits.inOrder(
                        keys,
                        "",
                        limit(keys, "warning", "A WARNING from so many upgrades on; never if nothing is written."),
                        limit(keys, "critical", "CRITICAL from so many upgrades on; never if nothing is written.")),
                security);
    }

    private static OptionalDouble limit(Keys keys, String name, String doc) {
        return keys.optionalInteger(name, 1, MOST, doc).map(OptionalDouble::of).orElse(OptionalDouble.empty());
    }

    @Override
    public Result judge(Facts facts, Instant now) {
        Optional<Facts.Line> line = facts.one("upgrades");
        if (line.isEmpty()) {
            return Untold.about(facts, "upgrades");
        }
        Findings findings = new Findings();
        long secure = line.get().whole("security");
        long every = line.get().whole("all");
        findings.limited(
                "security",
                (double) secure,
                "",
                security.warning(),
                security.critical(),
                counted(secure, "security upgrade"));
        findings.limited("all", (double) every, "", all.warning(), all.critical(), counted(every, "upgrade"));
        List<String> names = facts.all("upgrade").stream()
                .map(upgrade -> upgrade.text("name"))
                .toList();
        if (!names.isEmpty()) {
            findings.fact("security upgrades", String.join(" ", names));
        }
        return findings.result(
                every == 0 ? "nothing waits to be upgraded" : counted(every, "upgrade") + ", none urgent");
    }

    private static String counted(long number, String what) {
        return number + " " + what + (number == 1 ? " waits" : "s wait") + " to be made";
    }
}
