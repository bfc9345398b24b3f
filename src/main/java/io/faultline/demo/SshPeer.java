package io.faultline.demo;

import io.faultline.net.HostPort;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.List;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.apache.sshd.common.file.virtualfs.VirtualFileSystemFactory;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;

/**
 * An SSH server on 127.0.0.1 with SFTP below one folder and nothing else: no shell, no commands, no forwarding. One
 * key may log in, as any user.
 *
 * <p>Thread-safe.
 */
public final class SshPeer implements Closeable {
    private final Path folder;
    private final KeyPair clientKey;
    private KeyPair hostKey;
    private SshServer server;
    private final int port = Ports.free();
    private volatile boolean refusing;

    private SshPeer(Path folder) throws IOException {
        this.folder = folder;
        this.clientKey = newKey();
        this.hostKey = newKey();
    }

    /** @param folder what SFTP shows as its root */
    public static SshPeer start(Path folder) throws IOException {
        SshPeer peer = new SshPeer(folder);
        peer.resume();
        return peer;
    }

    /** The private key that may log in, in OpenSSH's form. */
    public String clientKey() {
        return openSsh(clientKey);
    }

    /** A private key that may not log in, in OpenSSH's form. */
    public static String strangersKey() {
        return openSsh(newKey());
    }

    /** The line for a {@code known_hosts} file. */
    public synchronized String knownHostsLine() {
        return "[127.0.0.1]:" + port + " " + hostKeyEntry();
    }

    /** The host key's type and value, as they stand in a {@code known_hosts} file behind the name. */
    public synchronized String hostKeyEntry() {
        return PublicKeyEntry.toString(hostKey.getPublic());
    }

    /** From now on nobody may log in (or, with false, the client key again). */
    public void refuseLogins(boolean refuse) {
        this.refusing = refuse;
    }

    /** Comes back with another host key, as after a reinstallation or an attack. */
    public synchronized void changeHostKey() throws IOException {
        stop();
        hostKey = newKey();
        resume();
    }

    public HostPort address() {
        return new HostPort("127.0.0.1", port);
    }

    /** Stops listening: connections are refused. */
    public synchronized void stop() throws IOException {
        if (server != null) {
            server.stop(true);
            server = null;
        }
    }

    /** Listens again, on the same port. */
    public synchronized void resume() throws IOException {
        if (server != null) {
            return;
        }
        SshServer next = SshServer.setUpDefaultServer();
        next.setHost("127.0.0.1");
        next.setPort(port);
        next.setKeyPairProvider(KeyPairProvider.wrap(hostKey));
        next.setPublickeyAuthenticator(
                (user, key, session) -> !refusing && KeyUtils.compareKeys(key, clientKey.getPublic()));
        next.setPasswordAuthenticator(null);
        next.setKeyboardInteractiveAuthenticator(null);
        next.setSubsystemFactories(List.of(new SftpSubsystemFactory()));
        next.setFileSystemFactory(new VirtualFileSystemFactory(folder));
        next.start();
        server = next;
    }

    @Override
    public void close() throws IOException {
        stop();
    }

    private static KeyPair newKey() {
        try {
            return KeyUtils.generateKeyPair(KeyPairProvider.ECDSA_SHA2_NISTP256, 256);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no elliptic curves", e);
        }
    }

    private static String openSsh(KeyPair key) {
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(key, "demo", null, out);
            return out.toString(StandardCharsets.US_ASCII);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("a fresh key cannot be written", e);
        }
    }
}
