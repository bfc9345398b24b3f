package io.faultline.catalog;

import io.faultline.config.Keys;
import io.faultline.config.Written;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One service: the keys of its file. */
final class ServiceFile {
    private static final List<String> SIDES = List.of("users", "developers", "release");

    private ServiceFile() {}

    static Draft read(Keys keys, Source source, CheckKeys checkKeys) {
        Written name = keys.name("service", "The service's name, unique among services and machines.");
        String purpose = Lines.required(keys, "purpose", "What it is for, in one line.");
        Optional<String> access = Lines.optional(keys, "access", "Who may use it, and how.");
        List<String> tools = keys.texts("tools", "The programs that provide it.");
        Optional<String> configuration =
                Lines.optional(keys, "configuration", "Where its configuration is kept; usually an address.");
        Map<String, Importance> importance = keys.oneOfEach(
                "importance",
                SIDES,
                Importance.MEDIUM,
                Importance.LOW,
                "How much its users, the developers and the making of a release need it; or one word for all three.");
        Needs needs = new Needs(importance.get("users"), importance.get("developers"), importance.get("release"));
        Optional<Written> team = keys.optionalName(
                "team", "The team that is told. The controller's default team if nothing is written.");
        List<Written> dependsOn = keys.names(
                "depends-on", "Services and machines that it does not work without. Their problem explains its own.");
        List<CheckKeys.Read> checks = checkKeys.read(keys, name.text(), Optional.empty());
        return new Draft(
                false,
                source,
                name,
                dependsOn,
                team,
                checks,
                (kept, keptTeam) -> new Service(
                        name.text(),
                        purpose,
                        access,
                        tools,
                        configuration,
                        needs,
                        keptTeam,
                        kept,
                        checks.stream().map(CheckKeys.Read::definition).toList(),
                        name.place()));
    }
}
