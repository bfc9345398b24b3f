package io.faultline.checks;

import com.jcraft.jsch.ChannelExec;
import com.jcraft.jsch.JSchException;
import io.faultline.check.Check;
import io.faultline.check.CheckType;
import io.faultline.check.Fact;
import io.faultline.check.Probe;
import io.faultline.check.Program;
import io.faultline.check.Result;
import io.faultline.config.Durations;
import io.faultline.config.Keys;
import io.faultline.net.HostPort;
import io.faultline.net.LimitExceeded;
import io.faultline.net.ProtocolFault;
import io.faultline.net.Relay;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads a Git repository with the git program, over git://, SSH or HTTP. The program speaks to a relay of ours, so the
 * check's route and limits hold; the SSH session is ours too.
 */
record GitCheck(
        URI url,
        List<String> refs,
        Optional<String> branch,
        Optional<Duration> maxAge,
        Access access,
        Optional<Path> caFile,
        Optional<Path> knownHosts,
        Optional<String> user,
        SshSession.LoginKey key)
        implements Check {
    enum Access {
        WORKS,
        REFUSED
    }

    static final CheckType TYPE = CheckType.named("git")
            .summary("A Git repository can be read: it has the expected refs, and its branch can be fetched.")
            .about("""
                    Lists the refs with the git program (package git), over `git://`, `ssh://`, `https://` or `http://`. \
                    With `branch` it also fetches that branch, the newest commit only, as cloning and pulling do, and \
                    with `max-age` that commit must not be older. With `access: refused` it is right when the server \
                    answers and keeps strangers out. For `ssh://` write `known-hosts`, `user` and a key. Redirects of \
                    HTTP are not followed. Bytes that are fetched count against the check's byte limit. The program \
                    reaches the server through a port on 127.0.0.1, which other users of this machine can use too \
                    while the check runs, with its key: run Faultline where nobody else may log in.""")
            .example("""
                    url: ssh://git.example.org/website
                    user: git
                    key: {secret: git-probe-key}
                    known-hosts: known_hosts
                    branch: main
                    max-age: 30d""")
            .reads(GitCheck::read);

    private static final String PROGRAM = "/usr/bin/git";
    private static final int MOST_OUTPUT = 4 << 20;
    private static final int MOST_SAID = 2048;
    private static final Pattern REF = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/+-]{0,200}");
    private static final Pattern PATH = Pattern.compile("/[A-Za-z0-9._~/+-]*");
    private static final Pattern LISTED = Pattern.compile("([0-9a-f]{40}|[0-9a-f]{64})\t(\\S{1,1000})");
    private static final Pattern COMMIT = Pattern.compile("([0-9a-f]{40}|[0-9a-f]{64}) (\\d{1,12})");

    /** What servers say that do answer, and do not let us in or do not tell whether the repository is there. */
    private static final Pattern REFUSAL = Pattern.compile(
            "(?i)denied|not exported|not found|no such repository|forbidden|authentication"
                    + "|could not read (username|password)|error: 40[134]|does not exist|not appear to be a git repository");

    GitCheck {
        refs = List.copyOf(refs);
    }

    private static GitCheck read(Keys keys) {
        GitCheck check = new GitCheck(
                keys.uri("url", List.of("https", "http", "ssh", "git"), "The repository."),
                keys.texts("refs", "Refs that must be there: main, v1.0, refs/heads/main."),
                keys.optionalText("branch", "The branch to fetch."),
                keys.optionalDuration("max-age", "The longest time since the branch's newest commit that is right."),
                keys.oneOf("access", Access.WORKS, "What should become of reading: works or refused."),
                keys.optionalFile("ca-file", "Trust the certificates in this PEM file, and not those of the system."),
                keys.optionalFile("known-hosts", "The file with the SSH host keys that are right."),
                keys.optionalText("user", "The user to log in as, for ssh."),
                SshSession.LoginKey.read(keys));
        boolean ssh = check.url.getScheme().equalsIgnoreCase("ssh");
        if (ssh && (check.knownHosts.isEmpty() || check.user.isEmpty() || !check.key.isThere())) {
            keys.problem("url", "expected 'known-hosts', 'user' and a key ('key' or 'key-file') for ssh");
        }
        if (!ssh && (check.knownHosts.isPresent() || check.user.isPresent() || check.key.isThere())) {
            keys.problem("url", "expected an address that starts with ssh://, because of known-hosts, user or key");
        }
        if (!PATH.matcher(check.url.getRawPath()).matches() || check.url.getRawQuery() != null) {
            keys.problem("url", "expected a path of letters, digits and . _ ~ + - /");
        }
        for (String ref : check.refs) {
            if (!REF.matcher(ref).matches()) {
                keys.problem("refs", "expected names such as main or refs/heads/main, found '" + ref + "'");
            }
        }
        if (!check.branch.map(name -> REF.matcher(name).matches()).orElse(true)) {
            keys.problem("branch", "expected a name such as main");
        }
        if (check.maxAge.isPresent() && check.branch.isEmpty()) {
            keys.problem("max-age", "expected 'branch' too");
        }
        if (check.access == Access.REFUSED && (check.branch.isPresent() || !check.refs.isEmpty())) {
            keys.problem("access", "expected no 'refs' and no 'branch' beside refused");
        }
        return check;
    }

    @Override
    public Result run(Probe probe) throws IOException {
        if (!url.getScheme().equalsIgnoreCase("ssh")) {
            return run(probe, new ByteArrayOutputStream(), null);
        }
        HostPort server = new HostPort(host(), url.getPort() > 0 ? url.getPort() : 22);
        try (SshSession session = SshSession.open(probe, server, knownHosts.orElseThrow(), user, key)) {
            if (!session.hostKeys().isKnown()) {
                return session.hostKeys().judged();
            }
            if (session.refusal().isPresent()) {
                return access == Access.REFUSED
                        ? Result.ok("the login is refused, as it should be")
                        : Result.critical(
                                "the login is refused",
                                Fact.of("login", user.orElseThrow() + "@" + server),
                                Fact.butWas(session.refusal().get()));
            }
            return run(probe, new LimitedOutput(), session);
        }
    }

    private String host() {
        String host = url.getHost();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /** @param said what the other side of SSH says beside the protocol */
    private Result run(Probe probe, ByteArrayOutputStream said, SshSession session) throws IOException {
        Map<String, String> environment = new HashMap<>();
        List<String> options = new ArrayList<>();
        String address;
        Relay relay;
        if (url.getScheme().equalsIgnoreCase("ssh") || url.getScheme().equalsIgnoreCase("git")) {
            HostPort server = new HostPort(host(), url.getPort() > 0 ? url.getPort() : 9418);
            relay = session == null
                    ? Relay.to(probe.dialer(), server)
                    : Relay.to(probe.lifetime(), program -> uploadPack(probe, session, said, program));
            environment.put("GIT_OVERRIDE_VIRTUAL_HOST", url.getPort() > 0 ? server.toString() : url.getHost());
            address = "git://" + relay.address() + url.getRawPath();
        } else {
            relay = Relay.socks(probe.dialer());
            options.addAll(List.of("-c", "http.proxy=socks5h://" + relay.address()));
            caFile.ifPresent(file -> options.addAll(List.of("-c", "http.sslCAInfo=" + file.toAbsolutePath())));
            address = url.toString();
        }
        Path folder = Scratch.folder(probe);
        Git git = new Git(probe, relay, said, folder, environment, options);
        Git.Said listed = git.call("ls-remote", address);
        if (listed.fault().isPresent()) {
            String fault = listed.fault().get();
            boolean refused = REFUSAL.matcher(fault).find();
            return access == Access.REFUSED && refused
                    ? Result.ok("reading is refused, as it should be", Fact.of("git says", fault))
                    : Result.critical("the repository cannot be read", Fact.of("git says", fault));
        }
        if (access == Access.REFUSED) {
            return Result.critical(
                    "the repository can be read, though it must not",
                    Fact.expected("access is refused"),
                    Fact.butWas(listed.lines().size() + " refs listed"));
        }
        return judge(probe, git, address, listed);
    }

    private Result judge(Probe probe, Git git, String address, Git.Said listed) throws IOException {
        Set<String> found = found(listed);
        Set<String> wanted = found;
        if (!listed.complete() && !refs.isEmpty()) {
            // Too many to read them all: then those alone, which git picks out.
            Git.Said picked = git.call(Stream.concat(Stream.of("ls-remote", address), refs.stream())
                    .toArray(String[]::new));
            if (picked.fault().isPresent() || !picked.complete()) {
                throw new ProtocolFault(
                        "the refs cannot be listed: " + picked.fault().orElse("there are too many"));
            }
            wanted = found(picked);
        }
        Findings findings = new Findings();
        if (found.isEmpty()) {
            // Over HTTP git takes any page for a repository without refs.
            findings.wrong("there are no refs: the repository is empty, or this is none");
        }
        for (String ref : refs) {
            if (!wanted.contains(ref)
                    && !wanted.contains("refs/heads/" + ref)
                    && !wanted.contains("refs/tags/" + ref)) {
                findings.wrong("there is no ref " + ref);
            }
        }
        findings.measured("refs", found.size(), "");
        if (branch.isPresent()) {
            fetch(probe, git, address, branch.get(), findings);
        }
        return findings.result(branch.isPresent() ? "the branch can be fetched" : "the refs can be listed");
    }

    private static Set<String> found(Git.Said listed) {
        Set<String> found = new HashSet<>();
        for (String line : listed.lines()) {
            Matcher matcher = LISTED.matcher(line);
            if (matcher.matches()) {
                found.add(matcher.group(2));
            }
        }
        return found;
    }

    private void fetch(Probe probe, Git git, String address, String name, Findings findings) throws IOException {
        git.local("init", "--quiet", "--bare", git.folder().toString());
        Git.Said fetched =
                git.call("fetch", "--quiet", "--depth=1", "--no-tags", address, "+refs/heads/" + name + ":refs/probe");
        if (fetched.fault().isPresent()) {
            findings.wrong("the branch " + name + " cannot be fetched: "
                    + fetched.fault().get());
            return;
        }
        String log = String.join("\n", git.local("log", "-1", "--format=%H %ct", "refs/probe"));
        Matcher matcher = COMMIT.matcher(log.strip());
        if (!matcher.matches()) {
            throw new ProtocolFault("what was fetched is no commit: " + log);
        }
        Instant made = Instant.ofEpochSecond(Long.parseLong(matcher.group(2)));
        Duration age = Duration.between(made, probe.now());
        findings.fact("commit", matcher.group(1));
        findings.fact("committed", made);
        findings.measured("age", (double) age.toSeconds(), "s");
        if (maxAge.isPresent() && age.compareTo(maxAge.get()) > 0) {
            findings.wrong("the newest commit of " + name + " is " + Durations.roughly(age) + " old, expected at most "
                    + Durations.write(maxAge.get()));
        }
    }

    /** Answers the program's first line, which names the service, by starting that service on the other side. */
    private Relay.Ends uploadPack(Probe probe, SshSession session, ByteArrayOutputStream said, Socket program)
            throws IOException {
        DataInputStream in = new DataInputStream(program.getInputStream());
        byte[] length = new byte[4];
        in.readFully(length);
        in.readFully(new byte[Integer.parseInt(new String(length, StandardCharsets.US_ASCII), 16) - 4]);
        try {
            ChannelExec channel = (ChannelExec) session.session().openChannel("exec");
            channel.setCommand("git-upload-pack '" + url.getRawPath() + "'");
            channel.setErrStream(said, true);
            Relay.Ends ends = new Relay.Ends(channel.getInputStream(), channel.getOutputStream());
            channel.connect(probe.lifetime().leftMillis());
            return ends;
        } catch (JSchException e) {
            throw new ProtocolFault("the SSH server does not start git-upload-pack: " + e.getMessage(), e);
        }
    }

    /** The beginning of what the other side says. */
    private static final class LimitedOutput extends ByteArrayOutputStream {
        @Override
        public synchronized void write(int b) {
            if (size() < MOST_SAID) {
                super.write(b);
            }
        }

        @Override
        public synchronized void write(byte[] buffer, int offset, int length) {
            super.write(buffer, offset, Math.max(0, Math.min(length, MOST_SAID - size())));
        }
    }

    /** The git program, with nothing in it that this machine's users or the server could have set. */
    private record Git(
            Probe probe,
            Relay relay,
            ByteArrayOutputStream said,
            Path folder,
            Map<String, String> more,
            List<String> options) {
        /** @param complete false if there were more lines than are kept */
        record Said(List<String> lines, boolean complete, Optional<String> fault) {}

        /** Something that asks the server. */
        Said call(String... arguments) throws IOException {
            Program.Output output = run(arguments);
            List<String> lines = output.text().lines().toList();
            if (output.exitCode() == 0) {
                return new Said(lines, output.complete(), Optional.empty());
            }
            if (relay.fault().isPresent()) {
                throw relay.fault().get();
            }
            if (probe.dialer().budgetLeft() == 0) {
                throw new LimitExceeded("more bytes received than the check may read");
            }
            String other = said.toString(StandardCharsets.UTF_8).strip();
            String fault = lines.stream()
                    .filter(line ->
                            line.startsWith("fatal:") || line.startsWith("error:") || line.startsWith("remote:"))
                    .findFirst()
                    .orElse(lines.isEmpty() ? "exit code " + output.exitCode() : lines.get(0));
            return new Said(
                    lines,
                    output.complete(),
                    Optional.of((other.isEmpty() ? fault : other)
                            .replace(relay.address().toString(), "the server")));
        }

        /** Something that asks nobody. */
        List<String> local(String... arguments) throws IOException {
            Program.Output output = run(arguments);
            if (output.exitCode() != 0) {
                throw new ProtocolFault("git " + arguments[0] + " failed: " + output.text());
            }
            return output.text().lines().toList();
        }

        private Program.Output run(String... arguments) throws IOException {
            Map<String, String> environment = new HashMap<>(more);
            environment.put("PATH", "/usr/bin:/bin");
            environment.put("LC_ALL", "C");
            environment.put("HOME", folder.toString());
            if (!arguments[0].equals("init")) {
                environment.put("GIT_DIR", folder.toString());
            }
            environment.put("GIT_CONFIG_NOSYSTEM", "1");
            environment.put("GIT_CONFIG_GLOBAL", "/dev/null");
            environment.put("GIT_TERMINAL_PROMPT", "0");
            environment.put("GIT_ALLOW_PROTOCOL", "git:http:https");
            List<String> command = new ArrayList<>(List.of(PROGRAM));
            command.addAll(options);
            command.addAll(
                    List.of("-c", "http.followRedirects=false", "-c", "gc.auto=0", "-c", "core.hooksPath=/dev/null"));
            command.addAll(List.of(arguments));
            return Programs.run(probe, new Program(command, environment, MOST_OUTPUT), "git");
        }
    }
}
