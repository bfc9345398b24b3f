package io.faultline.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.check.Status;
import io.faultline.checks.Trial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** OpenSSH with a shell, for files only, and read-only. */
@RealPeers
class SftpPeersTest {
    @TempDir
    static Path folder;

    private static Sshd shell;
    private static Sshd files;
    private static Sshd readOnly;
    private static Sshd chatty;
    private static Sshd none;

    @BeforeAll
    static void start() throws IOException {
        Files.createDirectories(folder.resolve("up*load/sub"));
        shell = Sshd.start(Files.createDirectory(folder.resolve("shell")), "");
        // With one try for each connection, OpenSSH hangs up where it refuses a login.
        files = Sshd.start(
                Files.createDirectory(folder.resolve("files")), "MaxAuthTries 1\nForceCommand internal-sftp");
        readOnly = Sshd.start(Files.createDirectory(folder.resolve("readonly")), "ForceCommand internal-sftp -R");
        // Its login script is chatty, and it has one channel for each connection.
        Path script = Files.writeString(folder.resolve("login"), """
                #!/bin/sh
                case $SSH_ORIGINAL_COMMAND in
                *sftp*) exec /usr/lib/openssh/sftp-server ;;
                esac
                head -c 5000 /dev/zero | tr '\\0' x
                exec sh -c "$SSH_ORIGINAL_COMMAND"
                """);
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        chatty = Sshd.start(Files.createDirectory(folder.resolve("chatty")), "MaxSessions 1\nForceCommand " + script);
        none = Sshd.start(Files.createDirectory(folder.resolve("none")), "ForceCommand /bin/false");
    }

    @AfterAll
    static void stop() {
        shell.close();
        files.close();
        readOnly.close();
        chatty.close();
        none.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SHELL     | folder: HERE/up*load;names: [sub];write: true  | OK       | files can be listed, written and read",
                "SHELL     | folder: HERE/up*load;names: [gone]             | CRITICAL | there is no gone in",
                "SHELL     | folder: HERE/gone                              | CRITICAL | cannot be listed: No such file",
                "SHELL     | shell: works                                   | OK       | files can be listed",
                "SHELL     | shell: refused                                 | CRITICAL | there must be no shell",
                "CHATTY    | shell: works                                   | OK       | files can be listed",
                "CHATTY    | shell: refused                                 | CRITICAL | there must be no shell",
                "FILES     | folder: HERE/up*load;write: true;shell: refused | OK      | names=1.0",
                "FILES     | shell: works                                   | CRITICAL | commands cannot be run",
                "READ_ONLY | folder: HERE/up*load                           | OK       | names=1.0",
                "READ_ONLY | folder: HERE/up*load;write: true               | CRITICAL | cannot be written: Permission denied",
                "NONE      | folder: HERE                                   | CRITICAL | does not offer SFTP",
            })
    void servers_are_judged(String server, String lines, Status status, String shown) throws IOException {
        Sshd sshd = switch (server) {
            case "SHELL" -> shell;
            case "FILES" -> files;
            case "READ_ONLY" -> readOnly;
            case "CHATTY" -> chatty;
            default -> none;
        };
        trial(sshd, lines).expect(status, shown);
        try (var left = Files.list(folder.resolve("up*load"))) {
            assertThat(left.map(file -> file.getFileName().toString())).containsExactly("sub");
        }
    }

    @Test
    void what_a_run_left_behind_is_deleted_by_a_later_one() throws IOException {
        Path home = Files.createDirectories(folder.resolve("cleaned"));
        Path old = Files.writeString(home.resolve(".faultline-probe-0123456789abcdef"), "x");
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
        Path young = Files.writeString(home.resolve(".faultline-probe-0123456789abcde0"), "x");
        Path other = Files.writeString(home.resolve(".faultline-probe-of-mine"), "x");
        Files.setLastModifiedTime(other, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
        trial(shell, "folder: HERE/cleaned;write: true").expect(Status.OK, "written");
        try (var left = Files.list(home)) {
            assertThat(left).containsExactlyInAnyOrder(young, other);
        }
    }

    @Test
    void a_strange_key_and_a_strange_server_are_named() throws IOException {
        Sshd.key(folder.resolve("stranger"));
        Path empty = Files.writeString(folder.resolve("hosts"), "");
        String login = files.login();
        assertThat(Trial.shown(Trial.of(
                                "sftp",
                                "server: '" + files.address() + "'",
                                login.replace(files.clientKey().toString(), folder + "/stranger"))
                        .run()))
                .startsWith("CRITICAL the login is refused");
        assertThat(Trial.shown(Trial.of(
                                "sftp",
                                "server: '" + files.address() + "'",
                                login.replace(files.knownHosts().toString(), empty.toString()))
                        .run()))
                .startsWith("CRITICAL the host key is not known");
    }

    private static Trial trial(Sshd sshd, String lines) {
        return Trial.of(
                "sftp",
                "server: '" + sshd.address() + "'",
                sshd.login(),
                lines.replace(';', '\n').replace("HERE", folder.toString()));
    }

    @Test
    void a_server_that_stands_still_ends_in_time() throws IOException {
        files.server().freeze();
        try {
            trial(files, "write: true").expectNoEnd();
        } finally {
            files.server().thaw();
        }
    }
}
