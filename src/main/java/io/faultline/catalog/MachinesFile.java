package io.faultline.catalog;

import io.faultline.checks.FactsOrigin;
import io.faultline.config.Keys;
import io.faultline.config.Names;
import io.faultline.config.Written;
import io.faultline.net.HostPort;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code machines.yaml}: machines by name. A mistake in one machine loses that machine and no other. */
final class MachinesFile {
    private MachinesFile() {}

    /** The machines by name, with their keys not read yet. */
    static Map<String, Keys> entries(Keys keys) {
        return keys.namedMappings("machines", "The machines by name; a name is unique among services and machines.");
    }

    /** What is needed of a machine before its checks can be read. */
    static String address(Keys keys) {
        String address = keys.text("address", "A host name or address, where the machine's checks go.");
        if (!isHost(address)) {
            keys.problem("address", "expected a host name or address, without a port");
        }
        return address;
    }

    static boolean isHost(String address) {
        try {
            new HostPort(address, 1);
        } catch (IllegalArgumentException e) {
            return false;
        }
        return address.chars().filter(c -> c == ':').count() != 1;
    }

    /** How what the machine says of itself comes to us; needed before checks can be read, too. */
    static Optional<FactsOrigin> facts(String machine, String address, Keys keys) {
        return FactsOrigin.read(keys, machine, address);
    }

    static Draft read(
            String machine,
            String address,
            Optional<FactsOrigin> facts,
            Keys keys,
            Source source,
            CheckKeys checkKeys) {
        Written name = new Written(machine, keys.place());
        if (!Names.isName(machine)) {
            keys.problem(name.place(), Names.expected() + " for a machine");
        }
        Optional<String> purpose = Lines.optional(keys, "purpose", "What it is for, in one line.");
        Importance importance = keys.oneOf(
                "importance",
                Importance.LOW,
                "How much it is needed for itself; what services that depend on it need comes on top.");
        Optional<Written> team = keys.optionalName(
                "team", "The team that is told. The controller's default team if nothing is written.");
        List<Written> dependsOn =
                keys.names("depends-on", "Services and machines that it does not work without, such as its host.");
        Optional<Integer> atOnce = keys.optionalInteger(
                "at-once",
                1,
                1000,
                "How many checks may run against it at the same time. The controller's per-machine if nothing is written.");
        List<CheckKeys.Read> checks = checkKeys.read(keys, machine, Optional.of(machine));
        if (facts.isPresent()
                && checks.stream()
                        .noneMatch(
                                check -> FactsOrigin.isTold(check.definition().type()))) {
            keys.problem("facts", "expected a check of type facts too: it tells when the machine says nothing");
        }
        return new Draft(
                true,
                source,
                name,
                dependsOn,
                team,
                checks,
                (kept, keptTeam) -> new Machine(
                        machine,
                        address,
                        purpose.orElse(""),
                        importance,
                        keptTeam,
                        kept,
                        facts,
                        atOnce,
                        checks.stream().map(CheckKeys.Read::definition).toList(),
                        name.place()));
    }
}
