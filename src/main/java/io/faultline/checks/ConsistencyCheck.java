package io.faultline.checks;

import io.faultline.check.CheckType;
import io.faultline.check.Fact;
import io.faultline.check.FleetCheck;
import io.faultline.check.Probe;
import io.faultline.check.Result;
import io.faultline.config.Keys;
import io.faultline.config.Written;
import io.faultline.machine.Facts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Compares machines that should be alike, and names the one that is not. */
record ConsistencyCheck(List<Written> machines, List<Compared> compared, List<String> ignored) implements FleetCheck {
    static final CheckType TYPE = CheckType.named("consistency")
            .summary("Machines that should be alike are alike.")
            .about("""
                    Compares what they say of themselves and names the odd one out: what most of them have is taken for \
                    right. A difference is a WARNING. Facts that another check has collected within this check's `every` \
                    are used again. A machine whose facts cannot be had is left out, and said so: that is its own problem. \
                    Packages, units, ports and files are told by agents that are started with `declared` (see machines.md).""")
            .example(
                    "machines: [web1, web2, web3]\ncompare: [release, kernel, packages]\nignore: [package linux-image-amd64]")
            .reads(ConsistencyCheck::read);

    private static final String MISSING = "missing";

    ConsistencyCheck {
        machines = List.copyOf(machines);
        compared = List.copyOf(compared);
        ignored = List.copyOf(ignored);
    }

    private static ConsistencyCheck read(Keys keys) {
        List<Written> machines = keys.names("machines", "The machines that should be alike; two at least.");
        if (machines.stream().map(Written::text).distinct().count() < 2) {
            keys.problem("machines", "expected two machines at least");
        }
        List<Compared> compared =
                keys.someOf("compare", Compared.class, "What is compared; release and kernel if nothing is written.");
        return new ConsistencyCheck(
                machines,
                compared.isEmpty() ? List.of(Compared.RELEASE, Compared.KERNEL) : compared,
                keys.texts("ignore", "What may differ, as this check names it, such as 'package nginx'."));
    }

    @Override
    public Result run(Probe probe) throws IOException {
        Findings findings = new Findings();
        Map<String, Facts> known = new LinkedHashMap<>();
        for (Written machine : machines) {
            try {
                known.put(machine.text(), probe.facts().of(machine.text()));
            } catch (IOException e) {
                probe.lifetime().left();
                findings.fact("left out", machine.text() + ": " + e.getMessage());
            }
        }
        if (known.size() < 2) {
            return Result.unknown(
                    "there are not facts of two machines to compare",
                    findings.result("").facts().toArray(new Fact[0]));
        }
        compared.forEach(what -> compare(what, known, findings));
        findings.measured("machines", known.size(), "");
        return findings.result(known.size() + " machines are alike");
    }

    private void compare(Compared what, Map<String, Facts> known, Findings findings) {
        Map<String, Map<String, String>> told = new LinkedHashMap<>();
        known.forEach((machine, facts) -> what.untold(facts)
                .ifPresentOrElse(
                        reason -> findings.doubtful(machine + " does not tell its " + what.source() + ": " + reason),
                        () -> told.put(machine, what.values(facts))));
        Set<String> items = new TreeSet<>();
        told.values().forEach(values -> items.addAll(values.keySet()));
        items.removeAll(ignored);
        for (String item : items) {
            Map<String, List<String>> machinesByValue = new TreeMap<>();
            told.forEach((machine, values) -> machinesByValue
                    .computeIfAbsent(values.getOrDefault(item, MISSING), value -> new ArrayList<>())
                    .add(machine));
            if (machinesByValue.size() > 1) {
                findings.doubtful(difference(item, machinesByValue, told.size()));
            }
        }
    }

    /** Who differs from most; if there is no such thing as most, who has what. */
    private static String difference(String item, Map<String, List<String>> machinesByValue, int all) {
        List<String> odd = new ArrayList<>();
        String most = "";
        for (Map.Entry<String, List<String>> entry : machinesByValue.entrySet()) {
            if (entry.getValue().size() * 2 > all) {
                most = "; the other " + entry.getValue().size() + ": " + entry.getKey();
            } else {
                odd.add(String.join(" ", entry.getValue()) + ": " + entry.getKey());
            }
        }
        return item + " differs on " + String.join("; ", odd) + most;
    }
}
