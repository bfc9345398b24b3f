package io.faultline.catalog.nagios;

import io.faultline.config.Names;
import io.faultline.config.Place;
import io.faultline.config.Problem;
import io.faultline.config.Written;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * The hosts of a set of object files, with their services.
 *
 * <p>A mistake in a service loses that service, one in a host that host and its services; each is told with file and
 * line. Not thread-safe while it reads.
 */
public final class NagiosObjects {
    private static final int MOST_TESTS = 100_000;

    private final Consumer<Problem> problems;
    private final Map<String, List<Definition>> definitions = new HashMap<>();
    private final Map<String, Written> settings = new HashMap<>();
    private final Map<String, Map<String, String>> macrosOfHosts = new HashMap<>();
    private final LeftOut leftOut = new LeftOut();
    private Macros macros = Macros.of(Map.of(), host -> Map.of());
    private Map<String, Definition> commands = Map.of();

    /** @param problems whatever cannot be understood, in no particular order */
    public NagiosObjects(Consumer<Problem> problems) {
        this.problems = problems;
    }

    /**
     * Takes one file in: object definitions, or settings of a resource file or main file ({@code $USER1$=…},
     * {@code interval_length=…}).
     */
    public void add(String shownAs, byte[] content) {
        ObjectFile file = ObjectFile.read(shownAs, content, problems);
        file.definitions()
                .forEach(definition -> definitions
                        .computeIfAbsent(definition.type(), type -> new ArrayList<>())
                        .add(definition));
        settings.putAll(file.settings());
    }

    /** What stands in the files and has no meaning here, and what becomes of it; known after {@link #hosts}. */
    public List<Problem> leftOut() {
        return leftOut.told();
    }

    /** All hosts, in the order of the files. */
    public List<TestedHost> hosts() {
        Map<String, Definition> hosts = named("host", "host_name", whole("host"));
        hosts.forEach((name, host) -> macrosOfHosts.put(name, Macros.ofHost(host)));
        commands = named("command", "command_name", definitions.getOrDefault("command", List.of()));
        Map<String, String> users = new HashMap<>();
        settings.forEach((name, value) -> {
            if (name.length() > 2 && name.startsWith("$") && name.endsWith("$")) {
                users.put(name.substring(1, name.length() - 1), value.text());
            }
        });
        macros = Macros.of(users, host -> macrosOfHosts.getOrDefault(host, Map.of()));

        HostGroups groups = new HostGroups(hosts, whole("hostgroup"), this::problem);
        Map<String, List<Test>> services = services(hosts, groups);
        Map<String, List<Written>> needed = dependencies(groups);
        List<TestedHost> all = new ArrayList<>();
        hosts.forEach((name, host) -> {
            List<Test> tests = new ArrayList<>();
            ofItself(host).ifPresent(tests::add);
            tests.addAll(services.getOrDefault(name, List.of()));
            List<Written> parents = new ArrayList<>(host.list("parents"));
            parents.addAll(needed.getOrDefault(name, List.of()));
            Written written = host.directives().get("host_name");
            all.add(new TestedHost(
                    written,
                    host.get("address").orElse(written),
                    host.get("alias"),
                    parents,
                    host.list("contact_groups"),
                    tests));
        });
        others();
        return all;
    }

    private List<Definition> whole(String type) {
        List<Definition> all = definitions.getOrDefault(type, List.of());
        List<Definition> whole = new Templates(all, this::problem).registered(all);
        whole.forEach(leftOut::in);
        return whole;
    }

    /** The first of a name holds. */
    private Map<String, Definition> named(String type, String directive, List<Definition> all) {
        Map<String, Definition> named = new LinkedHashMap<>();
        for (Definition definition : all) {
            Optional<Written> name =
                    definition.get(directive).filter(text -> !text.text().isEmpty());
            if (name.isEmpty()) {
                problem(definition.place(), "this " + type + " has no " + directive);
                continue;
            }
            Definition first = named.putIfAbsent(name.get().text(), definition);
            if (first != null) {
                problem(
                        name.get().place(),
                        "a second " + type + " named '" + name.get().text() + "', the first one is at "
                                + first.place());
            }
        }
        return named;
    }

    private Map<String, List<Test>> services(Map<String, Definition> hosts, HostGroups groups) {
        Map<String, Map<String, Test>> direct = new HashMap<>();
        Map<String, Map<String, Test>> byGroup = new HashMap<>();
        int count = 0;
        for (Definition service : whole("service")) {
            Optional<Written> description = service.get("service_description");
            if (description.isEmpty()) {
                problem(service.place(), "this service has no service_description");
                continue;
            }
            if (service.get("host_name").isEmpty()
                    && service.get("hostgroup_name").isEmpty()) {
                problem(service.place(), "this service has no host_name and no hostgroup_name");
                continue;
            }
            HostGroups.Meant meant = groups.meant(service.list("host_name"), service.list("hostgroup_name"));
            count += meant.direct().size() + meant.byGroup().size();
            if (count > MOST_TESTS) {
                problem(service.place(), "more than " + MOST_TESTS + " services on hosts, the limit");
                break;
            }
            meant.direct().forEach(host -> one(service, description.get(), hosts.get(host), direct));
            meant.byGroup().forEach(host -> one(service, description.get(), hosts.get(host), byGroup));
        }
        Map<String, List<Test>> all = new HashMap<>();
        for (String host : hosts.keySet()) {
            Map<String, Test> tests = new LinkedHashMap<>(direct.getOrDefault(host, Map.of()));
            byGroup.getOrDefault(host, Map.of()).forEach(tests::putIfAbsent);
            all.put(host, List.copyOf(tests.values()));
        }
        return all;
    }

    private void one(Definition service, Written description, Definition host, Map<String, Map<String, Test>> byHost) {
        String name = host.directives().get("host_name").text();
        Macros known = macros.with(macrosOfHosts.getOrDefault(name, Map.of())).with(Macros.ofService(service));
        test(service, description, known, "service_check_timeout", 60).ifPresent(test -> {
            Test first =
                    byHost.computeIfAbsent(name, key -> new LinkedHashMap<>()).putIfAbsent(description.text(), test);
            if (first != null) {
                problem(
                        service.place(),
                        "a second service '" + description.text() + "' of the host '" + name + "', the first one is at "
                                + first.place());
            }
        });
    }

    private Optional<Test> ofItself(Definition host) {
        if (host.get("check_command")
                .filter(command -> !command.text().isEmpty())
                .isEmpty()) {
            return Optional.empty();
        }
        Written name = host.directives().get("host_name");
        return test(
                host,
                new Written(Test.HOST, name.place()),
                macros.with(macrosOfHosts.getOrDefault(name.text(), Map.of())),
                "host_check_timeout",
                30);
    }

    private Optional<Test> test(
            Definition tested, Written description, Macros known, String timeoutSetting, int timeout) {
        Optional<Written> call =
                tested.get("check_command").filter(command -> !command.text().isEmpty());
        if (call.isEmpty()) {
            problem(tested.place(), "this " + tested.type() + " has no check_command");
            return Optional.empty();
        }
        Optional<Duration> every = interval(tested, "check_interval", "5");
        Optional<Duration> retryEvery = interval(tested, "retry_interval", "1");
        Optional<Integer> attempts = attempts(tested);
        boolean active = tested.get("active_checks_enabled")
                .map(flag -> !flag.text().equals("0"))
                .orElse(true);
        if (every.isEmpty() || retryEvery.isEmpty() || attempts.isEmpty()) {
            return Optional.empty();
        }
        if (!active || every.get().isZero()) {
            leftOut.passive(tested);
            return Optional.empty();
        }
        try {
            return Optional.of(new Test(
                    description,
                    CommandLine.parse(line(call.get(), known)),
                    every.get(),
                    retryEvery.get().isZero() ? every.get() : retryEvery.get(),
                    attempts.get(),
                    Duration.ofSeconds(seconds(timeoutSetting, timeout)),
                    tested.place()));
        } catch (NotUnderstood e) {
            String whose = description.text().equals(Test.HOST) ? "" : "service '" + description.text() + "': ";
            problem(call.get().place(), whose + e.getMessage());
            return Optional.empty();
        }
    }

    /** {@code name!argument!argument}; a backslash before {@code !} makes it part of the argument. */
    private String line(Written call, Macros known) throws NotUnderstood {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        String text = call.text();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length() && text.charAt(i + 1) == '!') {
                part.append(text.charAt(++i));
            } else if (c == '!') {
                parts.add(part.toString());
                part.setLength(0);
            } else {
                part.append(c);
            }
        }
        parts.add(part.toString());
        String name = parts.get(0).strip();
        Definition command = commands.get(name);
        if (command == null) {
            throw new NotUnderstood("no command is named '" + name + "'" + Names.didYouMean(name, commands.keySet()));
        }
        Written line = command.get("command_line")
                .orElseThrow(() ->
                        new NotUnderstood("the command '" + name + "' at " + command.place() + " has no command_line"));
        List<String> arguments = new ArrayList<>();
        for (String argument : parts.subList(1, parts.size())) {
            arguments.add(known.expand(argument));
        }
        try {
            return known.withArguments(arguments).expand(line.text());
        } catch (NotUnderstood e) {
            throw new NotUnderstood(e.getMessage() + " (command '" + name + "' at " + line.place() + ")");
        }
    }

    private Optional<Duration> interval(Definition tested, String directive, String otherwise) {
        String text = tested.get(directive).map(Written::text).orElse(otherwise);
        if (!text.matches("\\d{1,7}(\\.\\d{1,6})?")) {
            problem(
                    tested.get(directive).orElseThrow().place(),
                    "expected a number such as 5 or 0.5 for " + directive + ", found '" + text + "'");
            return Optional.empty();
        }
        BigDecimal millis = new BigDecimal(text).multiply(BigDecimal.valueOf(seconds("interval_length", 60) * 1000L));
        return Optional.of(Duration.ofMillis(millis.longValue()));
    }

    private Optional<Integer> attempts(Definition tested) {
        Optional<Written> written = tested.get("max_check_attempts");
        String text = written.map(Written::text).orElse("");
        if (!text.matches("[1-9]\\d{0,5}")) {
            problem(
                    written.map(Written::place).orElse(tested.place()),
                    written.isEmpty()
                            ? "this " + tested.type() + " has no max_check_attempts, of its own or by a template"
                            : "expected a number from 1 for max_check_attempts, found '" + text + "'");
            return Optional.empty();
        }
        return Optional.of(Integer.valueOf(text));
    }

    private int seconds(String setting, int otherwise) {
        Written written = settings.get(setting);
        return written != null && written.text().matches("[1-9]\\d{0,5}")
                ? Integer.parseInt(written.text())
                : otherwise;
    }

    /** {@code hostdependency}: which hosts each host needs. */
    private Map<String, List<Written>> dependencies(HostGroups groups) {
        Map<String, List<Written>> needed = new HashMap<>();
        for (Definition dependency : whole("hostdependency")) {
            BiFunction<String, String, HostGroups.Meant> meant =
                    (names, groupNames) -> groups.meant(dependency.list(names), dependency.list(groupNames));
            HostGroups.Meant needs = meant.apply("dependent_host_name", "dependent_hostgroup_name");
            HostGroups.Meant masters = meant.apply("host_name", "hostgroup_name");
            for (var who : List.of(needs.direct(), needs.byGroup())) {
                for (String host : who) {
                    List<Written> list = needed.computeIfAbsent(host, name -> new ArrayList<>());
                    masters.direct().forEach(master -> list.add(new Written(master, dependency.place())));
                    masters.byGroup().forEach(master -> list.add(new Written(master, dependency.place())));
                }
            }
        }
        return needed;
    }

    private void others() {
        definitions.forEach((type, all) -> leftOut.type(type, all));
    }

    private void problem(Place place, String message) {
        problems.accept(new Problem(place, message));
    }
}
