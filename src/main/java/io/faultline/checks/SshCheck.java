package io.faultline.checks;

import io.faultline.check.Check;
import io.faultline.check.CheckType;
import io.faultline.check.Fact;
import io.faultline.check.Probe;
import io.faultline.check.Result;
import io.faultline.config.Keys;
import io.faultline.net.HostPort;
import io.faultline.net.ProtocolFault;
import io.faultline.net.TextChannel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Looks at an SSH server's banner, its host key, and whether a key may log in (RFC 4253, RFC 4252). */
record SshCheck(
        HostPort server,
        Optional<String> banner,
        Optional<Path> knownHosts,
        Optional<String> user,
        SshSession.LoginKey key,
        Login login)
        implements Check {
    enum Login {
        WORKS,
        REFUSED
    }

    static final CheckType TYPE = CheckType.named("ssh")
            .summary("An SSH server greets, has the known host key, and lets a key in (or keeps it out).")
            .about("""
                    Without more it reads the banner. With `known-hosts` it also does the key exchange and compares \
                    the server's key with that file (OpenSSH's form: names, `[host]:port`, hashed names, @revoked); no \
                    login is tried. With `user` and a key it logs in and out again, runs nothing, and with `login: \
                    refused` it is right when the server keeps the key out. Nothing is ever written to the file.""")
            .example("""
                    server: git.example.org
                    known-hosts: known_hosts
                    user: probe
                    key: {secret: probe-key}""")
            .reads(SshCheck::read);

    private static final int LONGEST_LINE = 1024;

    /** Lines that may come before the banner (RFC 4253 4.2). */
    private static final int MOST_LINES = 50;

    private static SshCheck read(Keys keys) {
        SshCheck check = new SshCheck(
                keys.hostPort("server", 22, "The SSH server."),
                keys.optionalText("banner", "A text that the banner must contain, such as OpenSSH."),
                keys.optionalFile("known-hosts", "The file with the host keys that are right."),
                keys.optionalText("user", "The user to log in as."),
                SshSession.LoginKey.read(keys),
                keys.oneOf("login", Login.WORKS, "What should become of the login: works or refused."));
        boolean hasKey = check.key.isThere();
        if (check.user.isPresent() != hasKey) {
            keys.problem(
                    check.user.isPresent() ? "user" : hasKey && check.key.key().isPresent() ? "key" : "key-file",
                    "expected both 'user' and a key ('key' or 'key-file'), or neither");
        }
        if (check.user.isPresent() && check.knownHosts.isEmpty()) {
            keys.problem("user", "expected 'known-hosts' too: a login to an unknown server proves nothing");
        }
        if (check.login == Login.REFUSED && check.user.isEmpty()) {
            keys.problem("login", "expected 'user' and a key too");
        }
        return check;
    }

    @Override
    public Result run(Probe probe) throws IOException {
        return knownHosts.isEmpty() ? greeting(probe) : session(probe, knownHosts.get());
    }

    private Result greeting(Probe probe) throws IOException {
        TextChannel channel = new TextChannel(probe.dialer().tcp(server), LONGEST_LINE);
        for (int i = 0; i < MOST_LINES; i++) {
            String line = channel.readLine();
            if (line.startsWith("SSH-")) {
                channel.writeLine("SSH-2.0-Faultline");
                return banner(line).orElseGet(() -> Result.ok("the SSH server greets", Fact.of("banner", line)));
            }
            if (i == 0 && !line.isEmpty() && line.matches("HTTP/.*|[2-5]\\d\\d[ -].*|\\* OK.*")) {
                throw new ProtocolFault("the server does not speak SSH, it says: " + line);
            }
        }
        throw new ProtocolFault("no SSH banner within " + MOST_LINES + " lines");
    }

    /** What is wrong with the banner, if anything is. */
    private Optional<Result> banner(String line) {
        if (!line.startsWith("SSH-2.0-") && !line.startsWith("SSH-1.99-")) {
            return Optional.of(
                    Result.critical("the server does not speak SSH 2", Fact.expected("SSH-2.0-…"), Fact.butWas(line)));
        }
        return banner.filter(text -> !line.contains(text))
                .map(text -> Result.critical(
                        "the SSH server has another banner", Fact.expected("… " + text + " …"), Fact.butWas(line)));
    }

    private Result session(Probe probe, Path known) throws IOException {
        try (SshSession session = SshSession.open(probe, server, known, user, key)) {
            return session.hostKeys().isKnown()
                    ? judge(session)
                    : session.hostKeys().judged();
        }
    }

    private Result judge(SshSession session) {
        Optional<String> refusal = session.refusal();
        String line = session.banner();
        Optional<Result> wrong = banner(line);
        if (wrong.isPresent()) {
            return wrong.get();
        }
        Fact shown = Fact.of("banner", line);
        Fact fingerprint = Fact.of("host key", session.hostKeys().offered().orElseThrow());
        if (user.isEmpty()) {
            return Result.ok("the SSH server has the known host key", shown, fingerprint);
        }
        String who = user.get() + "@" + server;
        if (login == Login.WORKS) {
            return refusal.isEmpty()
                    ? Result.ok("the login works", shown, fingerprint, Fact.of("login", who))
                    : Result.critical(
                            "the login is refused",
                            Fact.of("login", who),
                            Fact.expected("the key may log in"),
                            Fact.butWas(refusal.get()));
        }
        return refusal.isPresent()
                ? Result.ok("the login is refused, as it should be", shown, fingerprint, Fact.of("login", who))
                : Result.critical(
                        "the login works, though it must not",
                        Fact.of("login", who),
                        Fact.expected("the key is refused"),
                        Fact.butWas("logged in"));
    }
}
