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

/** Looks at what systemd says of the system, and names the units that failed. */
record SystemdCheck(List<String> ignored, Duration starting) implements FactCheck {
    static final CheckType TYPE = CheckType.named("systemd")
            .summary("The system is running, and no unit of systemd has failed.")
            .about("""
                    `systemctl is-system-running` and the failed units by name. A system that has just been started may be \
                    starting for a while. Where systemd is not the first process (a container), it is UNKNOWN.""")
            .example("ignore: [apt-daily.service]")
            .reads(SystemdCheck::read);

    SystemdCheck {
        ignored = List.copyOf(ignored);
    }

    private static SystemdCheck read(Keys keys) {
        return new SystemdCheck(
                keys.texts("ignore", "Units that may fail, such as apt-daily.service."),
                keys.duration("starting", Duration.ofMinutes(10), "So long the system may be starting."));
    }

    @Override
    public Result judge(Facts facts, Instant now) {
        Optional<Facts.Line> line = facts.one("systemd");
        if (line.isEmpty()) {
            return Untold.about(facts, "systemd");
        }
        String state = line.get().text("state");
        Findings findings = new Findings();
        findings.fact("state", state);
        List<String> failed =
                facts.all("failed-unit").stream().map(unit -> unit.text("name")).toList();
        List<String> counted =
                failed.stream().filter(unit -> !ignored.contains(unit)).toList();
        findings.measured("failed units", counted.size(), "");
        counted.forEach(unit -> findings.wrong(unit + " has failed"));
        switch (state) {
            case "offline", "unknown" -> {
                return Result.unknown("systemd is not in charge of this system: " + state);
            }
            case "maintenance", "stopping" -> findings.wrong("the system is in the state " + state);
            case "initializing", "starting" ->
                facts.one("uptime")
                        .map(up -> Duration.ofSeconds(up.whole("seconds")))
                        .filter(up -> up.compareTo(starting) > 0)
                        .ifPresent(up -> findings.doubtful("the system is still " + state));
            case "degraded" -> {
                if (failed.isEmpty()) {
                    findings.wrong("the system is degraded"
                            + facts.trouble("systemd")
                                    .map(why -> " (" + why + ")")
                                    .orElse(""));
                }
            }
            default -> findings.fact("failed units", failed.isEmpty() ? "none" : String.join(" ", failed));
        }
        return findings.result(state.equals("running") ? "the system is running" : "the system is " + state);
    }
}
