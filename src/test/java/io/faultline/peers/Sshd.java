package io.faultline.peers;

import io.faultline.demo.Ports;
import io.faultline.net.HostPort;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** OpenSSH's server, which lets one key of the tests log in as the user who runs them. */
record Sshd(RealServer server, HostPort address, Path folder) implements Closeable {
    /** @param more lines for sshd_config */
    static Sshd start(Path folder, String more) throws IOException {
        // Where Debian's sshd drops its privileges; the package makes it at boot.
        Files.createDirectories(Path.of("/run/sshd"));
        key(folder.resolve("host_key"));
        key(folder.resolve("client_key"));
        Files.copy(folder.resolve("client_key.pub"), folder.resolve("authorized_keys"));
        int port = Ports.free();
        HostPort address = RealServer.at(port);
        String[] host = Files.readString(folder.resolve("host_key.pub")).split(" ");
        Files.writeString(
                folder.resolve("known_hosts"), "[127.0.0.1]:" + port + " " + host[0] + " " + host[1].strip() + "\n");
        Files.writeString(folder.resolve("sshd_config"), """
                Port %1$d
                ListenAddress 127.0.0.1
                HostKey %2$s/host_key
                AuthorizedKeysFile %2$s/authorized_keys
                PidFile none
                UsePAM no
                StrictModes no
                PermitRootLogin yes
                PasswordAuthentication no
                Subsystem sftp internal-sftp
                %3$s
                """.formatted(port, folder, more));
        RealServer server = RealServer.start(folder, "/usr/sbin/sshd", "-D", "-e", "-f", folder + "/sshd_config");
        return new Sshd(server.listening(port), address, folder);
    }

    static void key(Path file) throws IOException {
        RealServer.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file.toString());
    }

    Path clientKey() {
        return folder.resolve("client_key");
    }

    Path knownHosts() {
        return folder.resolve("known_hosts");
    }

    /** Lines for a check. */
    String login() {
        return "user: " + System.getProperty("user.name") + "\nkey-file: " + clientKey() + "\nknown-hosts: "
                + knownHosts();
    }

    @Override
    public void close() {
        server.close();
    }
}
