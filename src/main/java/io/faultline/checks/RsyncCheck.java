package io.faultline.checks;

import io.faultline.check.Check;
import io.faultline.check.CheckType;
import io.faultline.check.Fact;
import io.faultline.check.Probe;
import io.faultline.check.Program;
import io.faultline.check.Result;
import io.faultline.config.Durations;
import io.faultline.config.Keys;
import io.faultline.config.SecretName;
import io.faultline.net.HostPort;
import io.faultline.net.ProtocolFault;
import io.faultline.net.Relay;
import io.faultline.net.TextChannel;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks an rsync daemon for its modules (in its own protocol), and for a directory (with the rsync program). */
record RsyncCheck(
        HostPort server,
        List<String> modules,
        Optional<String> folder,
        List<String> names,
        Optional<Duration> maxAge,
        Optional<String> user,
        Optional<SecretName> password)
        implements Check {
    static final CheckType TYPE = CheckType.named("rsync")
            .summary("An rsync server has the expected modules and directories, and the newest file is recent.")
            .about("""
                    Lists the modules in the daemon's protocol; a module with `list = no` is not seen there. With \
                    `folder` it lists that directory with the rsync program (package rsync), which tells whether it can \
                    really be read; `names` must stand in it, and with `max-age` the newest file in it (directories do \
                    not count) must not be older. Nothing is downloaded. The program reaches the server through a port on \
                    127.0.0.1, which other users of this machine can use too while the check runs.""")
            .example("""
                    server: rsync.example.org
                    modules: [releases]
                    folder: releases/stable
                    names: [image-6.0]
                    max-age: 90d""")
            .reads(RsyncCheck::read);

    private static final String PROGRAM = "/usr/bin/rsync";
    private static final int MOST_OUTPUT = 4 << 20;
    private static final int LONGEST_LINE = 4096;
    private static final int MOST_LINES = 2000;
    private static final Pattern FOLDER = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._~+-]*(/[A-Za-z0-9._~+-]+)*/?");
    private static final Pattern LISTED = Pattern.compile(
            "([-dlpscbD])\\S{9,11}\\s+[\\d,.]{1,30}[KMGTP]?\\s+(\\d{4}/\\d\\d/\\d\\d \\d\\d:\\d\\d:\\d\\d) (.{1,1000})");
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy/MM/dd HH:mm:ss");

    RsyncCheck {
        modules = List.copyOf(modules);
        names = List.copyOf(names);
    }

    private static RsyncCheck read(Keys keys) {
        RsyncCheck check = new RsyncCheck(
                keys.hostPort("server", 873, "The rsync daemon."),
                keys.texts("modules", "Modules that must be listed."),
                keys.optionalText("folder", "A directory to list, as module/path."),
                keys.texts("names", "Files and directories that must stand in the folder."),
                keys.optionalDuration("max-age", "The longest time since the folder's newest file that is right."),
                keys.optionalText("user", "The user to log in as, if the module asks for one."),
                keys.optionalSecret("password", "The password to log in with."));
        if (!check.folder.map(path -> FOLDER.matcher(path).matches()).orElse(true)) {
            keys.problem("folder", "expected module/path of letters, digits and . _ ~ + -");
        }
        if (check.folder.isEmpty() && (!check.names.isEmpty() || check.maxAge.isPresent())) {
            keys.problem(check.names.isEmpty() ? "max-age" : "names", "expected 'folder' too");
        }
        if (!check.user.map(name -> name.matches("[A-Za-z0-9._-]{1,64}")).orElse(true)) {
            keys.problem("user", "expected letters, digits and . _ -");
        }
        if (check.user.isPresent() != check.password.isPresent()) {
            keys.problem(
                    check.user.isPresent() ? "user" : "password", "expected both 'user' and 'password', or neither");
        }
        return check;
    }

    @Override
    public Result run(Probe probe) throws IOException {
        Findings findings = new Findings();
        if (!modules.isEmpty() || folder.isEmpty()) {
            Set<String> listed = list(probe);
            findings.measured("modules", listed.size(), "");
            for (String module : modules) {
                if (!listed.contains(module)) {
                    findings.wrong("there is no module " + module);
                    findings.fact("modules", listed.isEmpty() ? "none" : String.join(", ", listed));
                }
            }
        }
        if (folder.isPresent()) {
            Optional<Result> fault = directory(probe, folder.get(), findings);
            if (fault.isPresent()) {
                return fault.get();
            }
        }
        return findings.result(folder.isPresent() ? "the directory can be listed" : "the modules are listed");
    }

    private Set<String> list(Probe probe) throws IOException {
        TextChannel channel = new TextChannel(probe.dialer().tcp(server), LONGEST_LINE);
        String greeting = channel.readLine();
        if (!greeting.startsWith("@RSYNCD: ")) {
            throw new ProtocolFault("the server does not speak rsync, it says: " + greeting);
        }
        channel.write("@RSYNCD: 31.0\n#list\n");
        Set<String> listed = new HashSet<>();
        for (int i = 0; i < MOST_LINES; i++) {
            String line = channel.readLine();
            if (line.startsWith("@RSYNCD: EXIT")) {
                return listed;
            }
            if (line.startsWith("@ERROR")) {
                throw new ProtocolFault("the rsync server refuses: " + line);
            }
            // The lines before are the message of the day; only a module has a tab after its name.
            if (line.indexOf('\t') > 0) {
                listed.add(line.substring(0, line.indexOf('\t')).strip());
            }
        }
        throw new ProtocolFault("the rsync server lists more than " + MOST_LINES + " lines");
    }

    private Optional<Result> directory(Probe probe, String path, Findings findings) throws IOException {
        Relay relay = Relay.to(probe.dialer(), server);
        Map<String, String> environment = new HashMap<>(Map.of("PATH", "/usr/bin:/bin", "LC_ALL", "C", "TZ", "UTC"));
        if (password.isPresent()) {
            environment.put("RSYNC_PASSWORD", probe.secret(password.get()));
        }
        List<String> command = new ArrayList<>(List.of(PROGRAM, "--list-only", "--dirs", "--no-motd", "--ipv4"));
        String login = user.map(name -> name + "@").orElse("");
        command.add("rsync://" + login + relay.address() + "/" + path + (path.endsWith("/") ? "" : "/"));
        Program.Output output = Programs.run(probe, new Program(command, environment, MOST_OUTPUT), "rsync");
        if (output.exitCode() != 0) {
            if (relay.fault().isPresent()) {
                throw relay.fault().get();
            }
            List<String> lines = output.text().lines().toList();
            String said = lines.stream()
                    .filter(line -> line.contains("@ERROR"))
                    .findFirst()
                    .or(() -> lines.stream()
                            .filter(line -> line.startsWith("rsync"))
                            .findFirst())
                    .orElse("nothing");
            return Optional.of(Result.critical(
                    "the directory " + path + " cannot be listed",
                    Fact.of("rsync says", said),
                    Fact.of("exit code", output.exitCode() + explained(output.exitCode()))));
        }
        if (!output.complete()) {
            return Optional.of(Result.unknown("the directory " + path + " is too long to be listed here"));
        }
        Set<String> found = new HashSet<>();
        Instant newest = null;
        for (String line : output.text().lines().toList()) {
            Matcher matcher = LISTED.matcher(line);
            if (!matcher.matches()) {
                continue;
            }
            String name = matcher.group(1).equals("l") ? matcher.group(3).split(" -> ")[0] : matcher.group(3);
            found.add(name);
            Instant time = time(matcher.group(2));
            if (matcher.group(1).equals("-") && (newest == null || time.isAfter(newest))) {
                newest = time;
            }
        }
        for (String name : names) {
            if (!found.contains(name)) {
                findings.wrong("there is no " + name + " in " + path);
            }
        }
        findings.measured("names", found.size() - (found.contains(".") ? 1 : 0), "");
        age(probe, path, Optional.ofNullable(newest), findings);
        return Optional.empty();
    }

    private void age(Probe probe, String path, Optional<Instant> newest, Findings findings) {
        if (newest.isPresent()) {
            Duration age = Duration.between(newest.get(), probe.now());
            findings.fact("newest file", newest.get());
            findings.measured("age", (double) age.toSeconds(), "s");
            if (maxAge.isPresent() && age.compareTo(maxAge.get()) > 0) {
                findings.wrong("the newest file in " + path + " is " + Durations.roughly(age)
                        + " old, expected at most " + Durations.write(maxAge.get()));
            }
        } else if (maxAge.isPresent()) {
            findings.wrong("there is no file in " + path);
        }
    }

    private static Instant time(String written) throws ProtocolFault {
        try {
            return LocalDateTime.parse(written, TIME).toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            throw new ProtocolFault("the rsync server shows a time that cannot be: " + written, e);
        }
    }

    private static String explained(int exitCode) {
        return switch (exitCode) {
            case 5 -> " (refused: unknown module, or login)";
            case 10 -> " (socket)";
            case 12 -> " (protocol)";
            case 23 -> " (not there, or not readable)";
            default -> "";
        };
    }
}
