package io.faultline.checks;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.check.Status;
import io.faultline.demo.SshPeer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files over SSH; shells and refusals of every kind are seen with the real server. */
class SftpCheckTest {
    @TempDir
    Path folder;

    @Test
    void files_are_listed_written_and_deleted() throws IOException {
        try (SshPeer server = SshPeer.start(folder)) {
            Files.writeString(folder.resolve("known_hosts"), server.knownHostsLine());
            Files.writeString(folder.resolve("key"), server.clientKey());
            assertThat(Trial.shown(trial(server, "write: true").run())).startsWith("OK files can be listed, written");
            assertThat(folder).isDirectoryNotContaining("glob:**faultline-probe*");
            assertThat(trial(server, "names: [known_hosts]").run().status()).isEqualTo(Status.OK);
            assertThat(trial(server, "names: [gone]").run().summary()).isEqualTo("there is no gone in .");
            assertThat(trial(server, "folder: gone").run().summary()).contains("cannot be listed: No such file");
            server.refuseLogins(true);
            assertThat(trial(server, "").run().summary()).isEqualTo("the login is refused");
            Files.writeString(folder.resolve("known_hosts"), "");
            assertThat(trial(server, "").run().summary()).isEqualTo("the host key is not known");
        }
    }

    private Trial trial(SshPeer server, String more) {
        return Trial.of(
                "sftp",
                "server: '" + server.address() + "'",
                "user: ada",
                "key-file: " + folder.resolve("key"),
                "known-hosts: " + folder.resolve("known_hosts"),
                more);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "known-hosts: k                                        | 'user'",
                "{known-hosts: k, user: ada}                           | expected a key",
                "{known-hosts: k, user: ada, key-file: f, key: {secret: s}} | expected either 'key' or 'key-file'",
                "{known-hosts: k, user: ada, key-file: f, shell: never} | expected one of any, refused, works",
            })
    void mistakes_are_told(String more, String problem) {
        String lines =
                more.startsWith("{") ? more.substring(1, more.length() - 1).replace(", ", "\n") : more;
        assertThat(Trial.of("sftp", "server: sftp.example.org", lines)
                        .problems()
                        .toString())
                .contains(problem);
    }
}
