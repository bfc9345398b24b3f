package io.faultline.catalog;

import io.faultline.catalog.Settings.Defaults;
import io.faultline.check.CheckType;
import io.faultline.config.DescribingKeys;
import io.faultline.config.KeySpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What may stand in a catalogue's files. Described by the same code that reads them, so it cannot be out of date. */
public final class Format {
    private static final CheckKeys NO_CHECKS = new CheckKeys(List.of(), Defaults.SHIPPED, machine -> Optional.empty());
    private static final Source NO_SOURCE = new Source(Path.of("description.yaml"));

    private Format() {}

    /** The keys of a service's file; those of its checks only as far as all checks have them. */
    public static List<KeySpec> service() {
        DescribingKeys keys = new DescribingKeys();
        ServiceFile.read(keys, NO_SOURCE, NO_CHECKS);
        return keys.specs();
    }

    /** The keys of {@code machines.yaml}. */
    public static List<KeySpec> machines() {
        DescribingKeys keys = new DescribingKeys();
        MachinesFile.entries(keys)
                .forEach((name, entry) -> MachinesFile.read(
                        name,
                        MachinesFile.address(entry),
                        MachinesFile.facts(name, CheckKeys.NO_ADDRESS, entry),
                        entry,
                        NO_SOURCE,
                        NO_CHECKS));
        return keys.specs();
    }

    /** The keys of {@code teams.yaml}. */
    public static List<KeySpec> teams() {
        DescribingKeys keys = new DescribingKeys();
        TeamsFile.entries(keys).forEach((name, entry) -> TeamsFile.read(name, entry, problem -> {}));
        return keys.specs();
    }

    /** The keys of {@code controller.yaml}. */
    public static List<KeySpec> controller() {
        DescribingKeys keys = new DescribingKeys();
        ControllerFile.read(keys, Path.of("state.db"));
        return keys.specs();
    }

    /** The keys that a check of any type has. */
    public static List<KeySpec> everyCheck() {
        return nested(service(), "checks");
    }

    /** The keys of checks of one type, without those of every check. */
    public static List<KeySpec> check(CheckType type) {
        return type.keys();
    }

    static List<KeySpec> nested(List<KeySpec> keys, String name) {
        return keys.stream()
                .filter(key -> key.name().equals(name))
                .findFirst()
                .orElseThrow()
                .nested();
    }
}
