package io.faultline.checks;

import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.JSchSessionDisconnectException;
import com.jcraft.jsch.KeyPair;
import com.jcraft.jsch.Session;
import com.jcraft.jsch.SocketFactory;
import io.faultline.check.Probe;
import io.faultline.config.Keys;
import io.faultline.config.SecretName;
import io.faultline.net.Dialer;
import io.faultline.net.HostPort;
import io.faultline.net.LocalFault;
import io.faultline.net.LocalFile;
import io.faultline.net.ProtocolFault;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** An SSH connection to a server whose host key is compared with a file, and a login by key. Not thread-safe. */
final class SshSession implements Closeable {
    /** No more ways to log in, and no such user (RFC 4253 11.1); OpenSSH says it in words, as a protocol error. */
    private static final Set<Integer> LOGIN_REASONS = Set.of(14, 15);

    private final Session session;
    private final SshHostKeys hostKeys;
    private final Optional<String> refusal;

    private SshSession(Session session, SshHostKeys hostKeys, Optional<String> refusal) {
        this.session = session;
        this.hostKeys = hostKeys;
        this.refusal = refusal;
    }

    /** The key to log in with: from a file or a secret. */
    record LoginKey(Optional<Path> keyFile, Optional<SecretName> key, Optional<SecretName> passphrase) {
        static LoginKey read(Keys keys) {
            LoginKey read = new LoginKey(
                    keys.optionalFile("key-file", "The file with the private key to log in with."),
                    keys.optionalSecret("key", "The private key to log in with, as a secret."),
                    keys.optionalSecret("passphrase", "The passphrase of the private key."));
            if (read.key.isPresent() && read.keyFile.isPresent()) {
                keys.problem("key", "expected either 'key' or 'key-file'");
            }
            return read;
        }

        boolean isThere() {
            return key.isPresent() || keyFile.isPresent();
        }

        private void addTo(JSch jsch, Probe probe) throws IOException, JSchException {
            String name = key.map(secret -> "secret " + secret)
                    .orElseGet(() -> keyFile.orElseThrow().toString());
            byte[] content = key.isPresent()
                    ? probe.secret(key.get()).getBytes(StandardCharsets.UTF_8)
                    : LocalFile.read(keyFile.orElseThrow());
            byte[] phrase =
                    passphrase.isPresent() ? probe.secret(passphrase.get()).getBytes(StandardCharsets.UTF_8) : null;
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
    }

    /**
     * Connects, and logs in if there is a user.
     *
     * @param known the file with the host keys that are right
     * @return what came of it; look at {@link #hostKeys} first, and then at {@link #refusal}
     * @throws LocalFault if a file or key cannot be used
     * @throws ProtocolFault if the other side does not speak SSH, or breaks off
     */
    static SshSession open(Probe probe, HostPort server, Path known, Optional<String> user, LoginKey key)
            throws IOException {
        JSch jsch = new JSch();
        Session session;
        SshHostKeys hostKeys = SshHostKeys.read(known, user.isPresent());
        try {
            jsch.setHostKeyRepository(hostKeys);
            if (user.isPresent()) {
                key.addTo(jsch, probe);
            }
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
            return new SshSession(session, hostKeys, Optional.empty());
        } catch (JSchException e) {
            session.disconnect();
            return new SshSession(session, hostKeys, Optional.of(refusal(e, hostKeys, user.isPresent(), probe)));
        } catch (IOException | RuntimeException e) {
            session.disconnect();
            throw e;
        }
    }

    private static String refusal(JSchException e, SshHostKeys hostKeys, boolean loggingIn, Probe probe)
            throws IOException {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException fault) {
                throw fault;
            }
        }
        probe.lifetime().left();
        if (hostKeys.offered().isEmpty()) {
            throw new ProtocolFault("no SSH session: " + e.getMessage(), e);
        }
        if (hostKeys.isKnown() && loggingIn && !isAboutTheLogin(e)) {
            throw new ProtocolFault("the SSH session broke off: " + e.getMessage(), e);
        }
        return String.valueOf(e.getMessage());
    }

    /** Servers hang up for other reasons too, such as too many connections. */
    private static boolean isAboutTheLogin(JSchException e) {
        return e instanceof JSchSessionDisconnectException disconnect
                ? LOGIN_REASONS.contains(disconnect.getReasonCode())
                        || String.valueOf(disconnect.getDescription())
                                .toLowerCase(Locale.ROOT)
                                .contains("authentication")
                : String.valueOf(e.getMessage()).startsWith("Auth ");
    }

    SshHostKeys hostKeys() {
        return hostKeys;
    }

    /** What the server said against the login, if it was refused. */
    Optional<String> refusal() {
        return refusal;
    }

    /** The server's banner. */
    String banner() {
        return String.valueOf(session.getServerVersion());
    }

    /** To open channels on, if the login was not refused. */
    Session session() {
        return session;
    }

    @Override
    public void close() {
        session.disconnect();
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
}
