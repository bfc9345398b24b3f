package io.faultline.checks;

import io.faultline.check.FactCheck;
import io.faultline.check.Result;
import io.faultline.config.Bytes;
import io.faultline.machine.Facts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Compares a machine with what it said of itself before it was upgraded. Units that fail now and file systems that are
 * gone are CRITICAL; units that do not run any more and ports that are closed are WARNING; all else, such as versions,
 * is only told. It is of no type that a catalogue could name: the before is there during an upgrade only.
 */
public record ChangedMachine(Facts before) implements FactCheck {
    private static final int MOST_NAMED = 8;

    @Override
    public Result judge(Facts after, Instant now) {
        Findings findings = new Findings();
        told(Compared.RELEASE, after, findings);
        told(Compared.KERNEL, after, findings);
        boot(after, findings);
        packages(after, findings);
        units(after, findings);
        ports(after, findings);
        if (!before.all(Compared.FILES.kind()).isEmpty()) {
            told(Compared.FILES, after, findings);
        }
        disks(after, findings);
        return findings.result("what was there before is there");
    }

    /** Whether both moments can be compared; if not, that is told. */
    private boolean comparable(Compared what, Facts after, Findings findings) {
        Optional<String> why = what.untold(before).map(reason -> "before: " + reason);
        why = why.or(() -> what.untold(after).map(reason -> "now: " + reason));
        why.ifPresent(reason -> findings.fact(what.source(), "not compared; " + reason));
        return why.isEmpty();
    }

    private void told(Compared what, Facts after, Findings findings) {
        if (comparable(what, after, findings)) {
            named(Difference.of(what, before, after), findings);
        }
    }

    private void boot(Facts after, Findings findings) {
        Optional<String> then = before.one("boot").map(line -> line.text("id"));
        Optional<String> now = after.one("boot").map(line -> line.text("id"));
        if (then.isPresent() && now.isPresent()) {
            findings.fact("rebooted", then.equals(now) ? "no, it is still the same boot" : "yes");
        }
    }

    private void packages(Facts after, Findings findings) {
        if (!comparable(Compared.PACKAGES, after, findings)) {
            return;
        }
        Difference difference = Difference.of(Compared.PACKAGES, before, after);
        findings.fact(
                "packages",
                difference.changed.size() + " of another version, " + difference.gone.size() + " gone, "
                        + difference.added.size() + " new");
        named(difference, findings);
        Set<String> known = broken(before);
        broken(after).stream().filter(one -> !known.contains(one)).forEach(one -> findings.wrong("package " + one));
    }

    private static Set<String> broken(Facts facts) {
        return facts.all("broken-package").stream()
                .map(line -> line.text("name") + " is " + line.text("state"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static void named(Difference difference, Findings findings) {
        named("gone", difference.gone, findings);
        named("new", difference.added, findings);
        named("changed", difference.changed, findings);
    }

    private static void named(String how, List<String> lines, Findings findings) {
        lines.stream().limit(MOST_NAMED).forEach(line -> findings.fact(how, line));
        if (lines.size() > MOST_NAMED) {
            findings.fact(how, "and " + (lines.size() - MOST_NAMED) + " more");
        }
    }

    private void units(Facts after, Findings findings) {
        Set<String> failed = failed(before);
        failed(after).stream()
                .filter(unit -> !failed.contains(unit))
                .forEach(unit -> findings.wrong("unit " + unit + " fails"));
        if (!comparable(Compared.UNITS, after, findings)) {
            return;
        }
        Map<String, String> now = Compared.UNITS.values(after);
        Compared.UNITS.values(before).forEach((unit, was) -> {
            String is = now.getOrDefault(unit, "gone");
            // Timers and mounts come and go; what is mounted of disks is looked at below.
            if (was.equals("active")
                    && unit.endsWith(".service")
                    && Set.of("inactive", "gone").contains(is)) {
                findings.doubtful(unit + " was active and is " + is);
            }
        });
    }

    private static Set<String> failed(Facts facts) {
        return facts.all("failed-unit").stream()
                .map(line -> line.text("name"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private void ports(Facts after, Findings findings) {
        if (!comparable(Compared.PORTS, after, findings)) {
            return;
        }
        Difference difference = Difference.of(Compared.PORTS, before, after);
        difference.gone.forEach(port -> findings.doubtful(port + ", and is closed"));
        named("new", difference.added, findings);
        named("changed", difference.changed, findings);
    }

    private void disks(Facts after, Findings findings) {
        Map<String, Facts.Line> now = new TreeMap<>();
        after.all("disk").forEach(line -> now.put(line.text("mount"), line));
        for (Facts.Line then : before.all("disk")) {
            String mount = then.text("mount");
            Facts.Line line = now.get(mount);
            if (line == null) {
                findings.wrong("nothing is mounted on " + mount);
            } else if (line.whole("available") != then.whole("available")) {
                findings.fact(
                        "disk " + mount,
                        Bytes.roughly(line.whole("available")) + " available, before "
                                + Bytes.roughly(then.whole("available")));
            }
        }
    }

    /** One line each, sorted by name. */
    private record Difference(List<String> gone, List<String> added, List<String> changed) {
        static Difference of(Compared what, Facts before, Facts after) {
            Map<String, String> then = what.values(before);
            Map<String, String> now = what.values(after);
            Difference difference = new Difference(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
            then.forEach((item, value) -> {
                if (!now.containsKey(item)) {
                    difference.gone.add(item + " was " + value);
                } else if (!now.get(item).equals(value)) {
                    difference.changed.add(item + " was " + value + ", is " + now.get(item));
                }
            });
            now.forEach((item, value) -> {
                if (!then.containsKey(item)) {
                    difference.added.add(item + " is " + value);
                }
            });
            return difference;
        }
    }
}
