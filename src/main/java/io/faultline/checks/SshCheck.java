package io.faultline.checks;

import com.jcraft.jsch.HostKey;
import com.jcraft.jsch.HostKeyRepository;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.JSchSessionDisconnectException;
import com.jcraft.jsch.KeyPair;
import com.jcraft.jsch.Session;
import com.jcraft.jsch.SocketFactory;
import com.jcraft.jsch.UserInfo;
import io.faultline.check.Check;
import io.faultline.check.CheckType;
import io.faultline.check.Fact;
import io.faultline.check.Probe;
import io.faultline.check.Result;
import io.faultline.config.Keys;
import io.faultline.config.SecretName;
import io.faultline.net.Dialer;
import io.faultline.net.HostPort;
import io.faultline.net.LocalFault;
import io.faultline.net.LocalFile;
import io.faultline.net.ProtocolFault;
import io.faultline.net.TextChannel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Looks at an SSH server's banner, its host key, and whether a key may log in (RFC 4253, RFC 4252). */
record SshCheck(
        HostPort server,
        Optional<String> banner,
        Optional<Path> knownHosts,
        Optional<String> user,
        Optional<Path> keyFile,
        Optional<SecretName> key,
        Optional<SecretName> passphrase,
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
                keys.optionalFile("key-file", "The file with the private key to log in with."),
                keys.optionalSecret("key", "The private key to log in with, as a secret."),
                keys.optionalSecret("passphrase", "The passphrase of the private key."),
                keys.oneOf("login", Login.WORKS, "What should become of the login: works or refused."));
        boolean hasKey = check.key.isPresent() || check.keyFile.isPresent();
        if (check.key.isPresent() && check.keyFile.isPresent()) {
            keys.problem("key", "expected either 'key' or 'key-file'");
        }
        if (check.user.isPresent() != hasKey) {
            keys.problem(
                    check.user.isPresent() ? "user" : hasKey && check.key.isPresent() ? "key" : "key-file",
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
        JSch jsch = new JSch();
        Session session;
        HostKeys hostKeys;
        try {
            jsch.setKnownHosts(new ByteArrayInputStream(LocalFile.read(known)));
            hostKeys = new HostKeys(jsch.getHostKeyRepository(), user.isPresent());
            jsch.setHostKeyRepository(hostKeys);
            addKey(jsch, probe);
            session = jsch.getSession(user.orElse("nobody"), server.host(), server.port());
        } catch (JSchException e) {
            throw new LocalFault("the SSH client cannot be set up with " + known, e);
        }
        session.setConfig("StrictHostKeyChecking", "yes");
        session.setConfig("PreferredAuthentications", "publickey");
        session.setDaemonThread(true);
        session.setSocketFactory(new Dialled(probe.dialer()));
        try {
            session.connect(probe.lifetime().leftMillis());
            return judge(session, hostKeys, Optional.empty());
        } catch (JSchException e) {
            return failed(session, hostKeys, e, probe);
        } finally {
            session.disconnect();
        }
    }

    private void addKey(JSch jsch, Probe probe) throws IOException, JSchException {
        if (user.isEmpty()) {
            return;
        }
        String name = key.map(secret -> "secret " + secret)
                .orElseGet(() -> keyFile.orElseThrow().toString());
        byte[] content = key.isPresent()
                ? probe.secret(key.get()).getBytes(StandardCharsets.UTF_8)
                : LocalFile.read(keyFile.orElseThrow());
        byte[] phrase = passphrase.isPresent() ? probe.secret(passphrase.get()).getBytes(StandardCharsets.UTF_8) : null;
        KeyPair pair;
        try {
            pair = KeyPair.load(jsch, content, null);
        } catch (JSchException e) {
            // Its own message may quote the key.
            throw new LocalFault("no private key can be read from " + name);
        }
        if (pair.isEncrypted() && !pair.decrypt(phrase)) {
            throw new LocalFault(
                    phrase == null
                            ? "the private key from " + name + " needs a passphrase"
                            : "the passphrase does not fit the private key from " + name);
        }
        pair.dispose();
        jsch.addIdentity("probe", content, null, phrase);
    }

    private Result failed(Session session, HostKeys hostKeys, JSchException e, Probe probe) throws IOException {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException fault) {
                throw fault;
            }
        }
        probe.lifetime().left();
        if (hostKeys.offered.isEmpty()) {
            throw new ProtocolFault("no SSH session: " + e.getMessage(), e);
        }
        if (hostKeys.verdict != HostKeys.Verdict.KNOWN) {
            return wrongKey(hostKeys);
        }
        boolean refused = e instanceof JSchSessionDisconnectException
                || String.valueOf(e.getMessage()).startsWith("Auth ");
        if (user.isPresent() && !refused) {
            throw new ProtocolFault("the SSH session broke off: " + e.getMessage(), e);
        }
        return judge(session, hostKeys, Optional.of(String.valueOf(e.getMessage())));
    }

    private Result judge(Session session, HostKeys hostKeys, Optional<String> refusal) {
        String line = String.valueOf(session.getServerVersion());
        Optional<Result> wrong = banner(line);
        if (wrong.isPresent()) {
            return wrong.get();
        }
        Fact shown = Fact.of("banner", line);
        Fact fingerprint = Fact.of("host key", hostKeys.offered.orElseThrow());
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

    private static Result wrongKey(HostKeys hostKeys) {
        String summary = switch (hostKeys.verdict) {
            case CHANGED -> "the host key is another one than the known";
            case REVOKED -> "the host key is revoked";
            case KNOWN, UNKNOWN -> "the host key is not known";
        };
        List<Fact> facts = new ArrayList<>();
        facts.add(Fact.expected(
                hostKeys.expected.isEmpty()
                        ? "a line for " + hostKeys.host + " in known-hosts"
                        : String.join(" or ", hostKeys.expected)));
        facts.add(Fact.butWas(hostKeys.offered.orElse("nothing")));
        facts.add(Fact.of(
                "what to do",
                "find out from the machine itself whether its key is right (an attack looks just so), then correct"
                        + " known-hosts"));
        return Result.critical(summary, facts.toArray(new Fact[0]));
    }

    /** Sockets for JSch that come from our dialer, so nothing is looked up or limited elsewhere. */
    private record Dialled(Dialer dialer) implements SocketFactory {
        @Override
        public Socket createSocket(String host, int port) throws IOException {
            return dialer.tcp(new HostPort(host, port));
        }

        @Override
        public InputStream getInputStream(Socket socket) throws IOException {
            return socket.getInputStream();
        }

        @Override
        public OutputStream getOutputStream(Socket socket) throws IOException {
            return socket.getOutputStream();
        }
    }

    /** The known hosts, which remember what the server offered; when no login is wanted they end the session there. */
    private static final class HostKeys implements HostKeyRepository {
        private enum Verdict {
            KNOWN,
            UNKNOWN,
            CHANGED,
            REVOKED
        }

        private final HostKeyRepository known;
        private final boolean goOn;
        private Verdict verdict = Verdict.UNKNOWN;
        private String host = "";
        private Optional<String> offered = Optional.empty();
        private List<String> expected = List.of();

        HostKeys(HostKeyRepository known, boolean goOn) {
            this.known = known;
            this.goOn = goOn;
        }

        @Override
        public int check(String name, byte[] blob) {
            host = name;
            String type = type(blob);
            offered = Optional.of(type + " " + fingerprint(blob));
            String encoded = Base64.getEncoder().encodeToString(blob);
            HostKey[] all = Optional.ofNullable(known.getHostKey(name, null)).orElse(new HostKey[0]);
            expected = Arrays.stream(all)
                    .filter(key -> !key.getMarker().equals("@revoked"))
                    .map(key -> key.getType() + " "
                            + fingerprint(Base64.getDecoder().decode(key.getKey())))
                    .toList();
            int found = known.check(name, blob);
            // Whatever name it was revoked under: a key that is known to be lost proves nothing.
            if (Arrays.stream(known.getHostKey())
                    .anyMatch(key ->
                            key.getMarker().equals("@revoked") && key.getKey().equals(encoded))) {
                verdict = Verdict.REVOKED;
                return CHANGED;
            }
            verdict = found == OK
                    ? Verdict.KNOWN
                    : found == CHANGED || !expected.isEmpty() ? Verdict.CHANGED : Verdict.UNKNOWN;
            return verdict == Verdict.KNOWN && !goOn ? NOT_INCLUDED : found;
        }

        private static String type(byte[] blob) {
            int length = ByteBuffer.wrap(blob).getInt();
            return new String(blob, 4, Math.min(Math.max(length, 0), blob.length - 4), StandardCharsets.US_ASCII);
        }

        private static String fingerprint(byte[] blob) {
            try {
                return "SHA256:"
                        + Base64.getEncoder()
                                .withoutPadding()
                                .encodeToString(
                                        MessageDigest.getInstance("SHA-256").digest(blob));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every Java has SHA-256", e);
            }
        }

        @Override
        public void add(HostKey key, UserInfo asking) {
            // Nothing is learnt from a server.
        }

        @Override
        public void remove(String name, String type) {
            // Nothing is forgotten because of a server.
        }

        @Override
        public void remove(String name, String type, byte[] blob) {
            // Nothing is forgotten because of a server.
        }

        @Override
        public String getKnownHostsRepositoryID() {
            return known.getKnownHostsRepositoryID();
        }

        @Override
        public HostKey[] getHostKey() {
            return known.getHostKey();
        }

        @Override
        public HostKey[] getHostKey(String name, String type) {
            return known.getHostKey(name, type);
        }
    }
}
