package io.faultline.peers;

import io.faultline.check.Status;
import io.faultline.checks.Trial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** OpenSSH: its host key, who may log in, and Gitolite behind it. */
@RealPeers
class SshPeersTest {
    @TempDir
    static Path folder;

    private static Sshd sshd;
    private static Sshd gitolite;

    @BeforeAll
    static void start() throws IOException {
        sshd = Sshd.start(Files.createDirectory(folder.resolve("ssh")), "");
        Sshd.key(folder.resolve("stranger"));
        Sshd.key(folder.resolve("other_host"));
        String host = "[127.0.0.1]:" + sshd.address().port() + " ";
        Files.writeString(folder.resolve("others"), host + Files.readString(folder.resolve("other_host.pub")));
        Files.writeString(
                folder.resolve("nobody"), "[127.0.0.1]:1 " + Files.readString(folder.resolve("other_host.pub")));
        Files.writeString(folder.resolve("revoked"), "@revoked " + Files.readString(sshd.knownHosts()));
        Path hashed = Files.copy(sshd.knownHosts(), folder.resolve("hashed"));
        RealServer.run("ssh-keygen", "-q", "-H", "-f", hashed.toString());
        gitolite();
    }

    /** Its shell finds its repositories in the home directory of the user that keys belong to. */
    private static void gitolite() throws IOException {
        Path home = Files.createDirectory(folder.resolve("gitolite"));
        gitolite = Sshd.start(Files.createDirectory(folder.resolve("gitolite_ssh")), "SetEnv HOME=" + home);
        Path admin = Files.copy(gitolite.folder().resolve("client_key.pub"), folder.resolve("admin.pub"));
        Map<String, String> as = Map.of(
                "HOME", home.toString(),
                "USER", System.getProperty("user.name"),
                "GIT_CONFIG_COUNT", "2",
                "GIT_CONFIG_KEY_0", "user.name",
                "GIT_CONFIG_VALUE_0", "Ada",
                "GIT_CONFIG_KEY_1", "user.email",
                "GIT_CONFIG_VALUE_1", "ada@example.org");
        RealServer.run(as, "gitolite", "setup", "-pk", admin.toString());
        Path work = folder.resolve("work");
        RealServer.run(as, "git", "init", "-q", "-b", "main", work.toString());
        RealServer.run(as, "git", "-C", work.toString(), "commit", "-q", "--allow-empty", "-m", "First");
        // Gitolite's hook would want to know who pushes; a fetch asks no hook.
        RealServer.run(
                as, "git", "-C", home + "/repositories/testing.git", "fetch", "-q", work.toString(), "main:main");
        // What it allows the keys to do, in place of a shell.
        Files.copy(
                home.resolve(".ssh/authorized_keys"),
                gitolite.folder().resolve("authorized_keys"),
                StandardCopyOption.REPLACE_EXISTING);
    }

    @AfterAll
    static void stop() {
        sshd.close();
        gitolite.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "                                            | OK       | banner: SSH-2.0-OpenSSH_",
                "banner: OpenSSH                             | OK       | the SSH server greets",
                "banner: Dropbear                            | CRITICAL | another banner",
                "known-hosts: KNOWN                          | OK       | the SSH server has the known host key",
                "known-hosts: HERE/hashed                    | OK       | the SSH server has the known host key",
                "known-hosts: HERE/others                    | CRITICAL | host key",
                "known-hosts: HERE/nobody                    | CRITICAL | the host key is not known",
                "known-hosts: HERE/revoked                   | CRITICAL | revoked",
                "LOGIN;key-file: KEY                         | OK       | the login works",
                "LOGIN;key-file: HERE/stranger               | CRITICAL | the login is refused",
                "LOGIN;key-file: HERE/stranger;login: refused | OK      | refused, as it should be",
                "LOGIN;key-file: KEY;login: refused          | CRITICAL | the login works, though it must not",
                "LOGIN;key-file: HERE/admin.pub              | UNKNOWN  | key",
            })
    void servers_are_judged(String lines, Status status, String shown) {
        ssh(lines).expect(status, shown);
    }

    private static Trial ssh(String lines) {
        return Trial.of(
                "ssh",
                "server: '" + sshd.address() + "'",
                lines == null
                        ? ""
                        : lines.replace(';', '\n')
                                .replace("LOGIN", "known-hosts: KNOWN\nuser: " + System.getProperty("user.name"))
                                .replace("KNOWN", sshd.knownHosts().toString())
                                .replace("KEY", sshd.clientKey().toString())
                                .replace("HERE", folder.toString()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "testing         | branch: main    | OK       | committed: ",
                "testing         | branch: stable  | CRITICAL | the branch stable cannot be fetched",
                "testing         | access: refused | CRITICAL | can be read, though it must not",
                "secret          |                 | CRITICAL | the repository cannot be read",
                "secret          | access: refused | OK       | refused, as it should be",
            })
    void repositories_of_gitolite_are_judged(String name, String lines, Status status, String shown) {
        git(name, lines == null ? "" : lines).expect(status, shown);
    }

    private static Trial git(String name, String lines) {
        return Trial.of("git", "url: ssh://" + gitolite.address() + "/" + name, gitolite.login(), lines);
    }

    @Test
    void servers_that_stand_still_end_in_time() throws IOException {
        for (Sshd server : new Sshd[] {sshd, gitolite}) {
            server.server().freeze();
        }
        try {
            for (Trial trial : new Trial[] {ssh(""), ssh("known-hosts: KNOWN"), git("testing", "")}) {
                trial.expectNoEnd();
            }
        } finally {
            sshd.server().thaw();
            gitolite.server().thaw();
        }
    }
}
