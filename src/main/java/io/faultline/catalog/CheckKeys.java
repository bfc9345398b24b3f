package io.faultline.catalog;

import io.faultline.catalog.Settings.Defaults;
import io.faultline.check.Check;
import io.faultline.check.CheckId;
import io.faultline.check.CheckType;
import io.faultline.check.FactCheck;
import io.faultline.check.FleetCheck;
import io.faultline.config.Bytes;
import io.faultline.config.Durations;
import io.faultline.config.Keys;
import io.faultline.config.Written;
import io.faultline.net.HostPort;
import io.faultline.net.Route;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the checks of a service or machine: the keys that all checks have, and then the type's own. */
final class CheckKeys {
    /** Stands for an address that nobody knows (RFC 6761 6.4). */
    static final String NO_ADDRESS = "address-not-known.invalid";

    private static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(1);
    private static final Duration LONGEST_TIMEOUT = Duration.ofHours(1);
    private static final Duration FACTS_TIMEOUT = Duration.ofMinutes(1);
    private static final long MOST_BYTES = 1L << 30;
    private static final Duration LONGEST_WITHIN = Duration.ofDays(7);

    /** What is remembered of a check, see {@code history.Often}. */
    private static final int MOST_FAILURES = 64;

    private final Map<String, CheckType> types = new HashMap<>();
    private final List<String> typeNames;
    private final Defaults defaults;
    private final Homes homes;

    CheckKeys(Collection<CheckType> types, Defaults defaults, Homes homes) {
        types.forEach(type -> this.types.put(type.name(), type));
        this.typeNames = types.stream().map(CheckType::name).sorted().toList();
        this.defaults = defaults;
        this.homes = homes;
    }

    /** What checks need to know of a machine. */
    record Home(String address, boolean hasFacts) {}

    /** Machines by name. */
    interface Homes {
        /** Nothing if there is no such machine, or if what is written about it is refused. */
        Optional<Home> of(String machine);
    }

    /**
     * A check as it was read, and where it names machines.
     *
     * @param machine the one that it belongs to
     * @param compared others whose facts it looks at
     */
    record Read(CheckDefinition definition, Optional<Written> machine, List<Written> compared) {}

    /** @param home the machine that the checks belong to, unless they belong to a service */
    List<Read> read(Keys owner, String subject, Optional<String> home) {
        List<Read> checks = new ArrayList<>();
        Map<String, Keys> byName = new HashMap<>();
        for (Keys keys : owner.mappings("checks", "What is tested; each check has a type and the keys of its type.")) {
            one(keys, subject, home).ifPresent(check -> {
                String name = check.definition().id().name();
                Keys first = byName.putIfAbsent(name, keys);
                if (first != null) {
                    keys.problem(
                            keys.has("name") ? keys.place("name") : keys.place(),
                            "a second check named '" + name + "', the first one is at line "
                                    + first.place().line() + "; give one of them another 'name'");
                }
                checks.add(check);
            });
        }
        return checks;
    }

    /** One check; the keys that are not asked for are still to be refused. */
    Optional<Read> one(Keys keys, String subject, Optional<String> home) {
        Optional<CheckType> type = type(keys, typeNames).map(types::get);
        Common common = Common.read(keys, defaults, home.isEmpty());
        if (type.isEmpty()) {
            keys.leaveRest();
            return Optional.empty();
        }
        Optional<String> machine = home.or(() -> common.machine().map(Written::text));
        Optional<Home> known = machine.flatMap(homes::of);
        Optional<String> address = known.map(Home::address);
        // Without the address (its file is refused, or nobody defines it) the check is still there, and says so.
        machine.ifPresent(name -> keys.machineAddress(address.orElse(NO_ADDRESS)));
        Check check = type.get().read(keys);
        if (machine.isPresent() && address.isEmpty() && keys.machineAddressTaken()) {
            check = new MachineNotKnown(machine.get());
        }
        if (check instanceof FactCheck
                && (machine.isEmpty() || known.filter(at -> !at.hasFacts()).isPresent())) {
            keys.problem(
                    "type",
                    machine.isEmpty()
                            ? "expected 'machine' too: it looks at what a machine says of itself"
                            : "expected 'facts' in machine " + machine.get()
                                    + ": how what it says of itself comes to us");
        }
        check = NotFilledIn.or(check, address);
        String name = common.name().orElse(type.get().name());
        CheckDefinition definition = new CheckDefinition(
                new CheckId(subject, name),
                type.get().name(),
                common.title().orElse(name),
                check,
                machine,
                common.every(),
                common.retryEvery(),
                check instanceof NotFilledIn ? AlertRules.after(1) : common.rules(),
                timeout(keys, check, common.timeout()),
                common.route(),
                common.mostBytes(),
                Fingerprint.of(keys.written(), address.orElse(""), common.policy()),
                keys.place());
        List<Written> compared = check instanceof FleetCheck fleet ? fleet.machines() : List.of();
        return Optional.of(new Read(definition, common.machine(), compared));
    }

    /** Collecting facts takes a machine longer than most answers, so more time is given where none is written. */
    private static Duration timeout(Keys keys, Check check, Duration usual) {
        boolean collects = check instanceof FactCheck || check instanceof FleetCheck;
        return collects && !keys.has("timeout") && usual.compareTo(FACTS_TIMEOUT) < 0 ? FACTS_TIMEOUT : usual;
    }

    /** The type comes first: it decides which other keys there are. */
    static Optional<String> type(Keys keys, List<String> typeNames) {
        return keys.word("type", typeNames, "What kind of check it is.");
    }

    /** What every check may say, whatever its type. */
    record Common(
            Optional<String> name,
            Optional<String> title,
            Optional<Written> machine,
            Duration every,
            Duration retryEvery,
            AlertRules rules,
            Duration timeout,
            Route route,
            long mostBytes) {
        static Common read(Keys keys, Defaults defaults, boolean mayNameMachine) {
            Optional<String> name = keys.optionalName(
                            "name", "Its name, unique in the service or machine. The type, if there is only one of it.")
                    .map(Written::text);
            Optional<String> title =
                    Lines.optional(keys, "title", "What people call it. Its name if nothing is written.");
            Optional<Written> machine = mayNameMachine
                    ? keys.optionalName(
                            "machine",
                            "The machine that is tested: its address is taken where the check names no server, its limit"
                                    + " of checks at the same time holds, and the service depends on it.")
                    : Optional.empty();
            Defaults own = defaults(keys, defaults);
            Route route = keys.optionalUri(
                            "proxy",
                            List.of("socks5"),
                            "A SOCKS5 proxy that the check goes through, with names resolved there; for onion services.")
                    .map(uri -> route(keys, uri))
                    .orElse(Route.DIRECT);
            return new Common(
                    name,
                    title,
                    machine,
                    own.every(),
                    own.retryEvery(),
                    own.rules(),
                    own.timeout(),
                    route,
                    own.mostBytes());
        }

        private static Route route(Keys keys, URI uri) {
            if (uri.getPath() != null && !uri.getPath().isEmpty()
                    || uri.getQuery() != null
                    || uri.getFragment() != null) {
                keys.problem("proxy", "expected nothing behind socks5://host:port");
            }
            String host = uri.getHost();
            String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
            int port = uri.getPort() == -1 ? 1080 : uri.getPort();
            if (port < 1 || port > 65_535) {
                keys.problem("proxy", "expected a port from 1 to 65535, found " + port);
                return Route.DIRECT;
            }
            return new Route.Socks5(new HostPort(bare, port));
        }

        String policy() {
            return every.toMillis() + " " + retryEvery.toMillis() + " " + rules.text() + " " + timeout.toMillis() + " "
                    + route + " " + mostBytes;
        }
    }

    /** When and how; the same keys hold for one check, and in the controller's settings for all that do not say. */
    static Defaults defaults(Keys keys, Defaults otherwise) {
        Duration every = duration(
                keys,
                "every",
                otherwise.every(),
                SHORTEST_INTERVAL,
                "How often it runs, while all is well and while a problem is known.");
        Duration retryEvery = duration(
                keys,
                "retry-every",
                otherwise.retryEvery(),
                SHORTEST_INTERVAL,
                "How soon it runs again while a problem is not yet certain.");
        int failures = keys.integer(
                "failures-before-alert",
                otherwise.rules().failures(),
                1,
                100,
                "So many failures in a row make a problem certain: then people are told.");
        FlappingRule flapping = keys.oneOf(
                "flapping",
                otherwise.rules().flapping(),
                "When a check that goes back and forth is told once and then only when it has calmed down: faultline (its"
                        + " third certain problem within 12 hours, until an hour of calm), nagios or icinga (exactly their"
                        + " formulas and thresholds), or off.");
        AlertWhen when = keys.mapping(
                        "alert-when",
                        "How often it may fail before people are told, even if it never fails twice in a row. 6 times"
                                + " within 24h, or three days running at about the same time, if nothing is written.")
                .map(CheckKeys::alertWhen)
                .orElse(otherwise.rules().when());
        Duration timeout = keys.duration(
                "timeout", otherwise.timeout(), "The hard limit of one try, from the first packet to the last.");
        if (timeout.compareTo(LONGEST_TIMEOUT) > 0) {
            keys.problem(
                    "timeout",
                    "expected " + Durations.write(LONGEST_TIMEOUT) + " at most, found " + Durations.write(timeout));
        }
        long mostBytes =
                keys.bytes("most-bytes", otherwise.mostBytes(), "The most that one try reads from the network.");
        if (mostBytes < 1 || mostBytes > MOST_BYTES) {
            keys.problem(
                    "most-bytes",
                    "expected a number of bytes from 1 to " + Bytes.write(MOST_BYTES) + ", found "
                            + Bytes.write(mostBytes));
        }
        return new Defaults(every, retryEvery, new AlertRules(failures, flapping, when), timeout, mostBytes);
    }

    private static AlertWhen alertWhen(Keys keys) {
        Optional<Integer> failures = keys.optionalInteger(
                "failures", 1, MOST_FAILURES, "So many times that it began to fail within the time.");
        Optional<Double> share =
                keys.optionalShare("share", "So large a part of the results within the time, such as 5%.");
        Duration within = keys.duration(
                "within", AlertWhen.SHIPPED.within(), "The time that these are looked for in; a week at most.");
        boolean daily = keys.flag(
                "daily", true, "Whether people are told when it fails three days running at about the same time.");
        if (within.compareTo(LONGEST_WITHIN) > 0) {
            keys.problem("within", "expected " + Durations.write(LONGEST_WITHIN) + " at most");
        }
        if (share.filter(part -> part <= 0 || part > 1).isPresent()) {
            keys.problem("share", "expected a share above 0% and up to 100%");
        }
        return new AlertWhen(failures, share, within, daily);
    }

    private static Duration duration(Keys keys, String name, Duration otherwise, Duration least, String doc) {
        Duration duration = keys.duration(name, otherwise, doc);
        if (duration.compareTo(least) < 0) {
            keys.problem(name, "expected " + Durations.write(least) + " at least, found " + Durations.write(duration));
        }
        return duration;
    }
}
