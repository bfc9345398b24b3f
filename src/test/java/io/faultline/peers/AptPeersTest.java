package io.faultline.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.check.Result;
import io.faultline.check.Status;
import io.faultline.checks.Trial;
import io.faultline.demo.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A repository and its snapshots made by reprepro, signed by GnuPG, served by nginx. */
@RealPeers
class AptPeersTest {
    @TempDir
    static Path folder;

    private static RealServer nginx;
    private static int port;

    @BeforeAll
    static void start() throws IOException {
        Path home = Files.createDirectory(folder.resolve("gnupg"));
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx------"));
        Map<String, String> gpg = Map.of("GNUPGHOME", home.toString());
        RealServer.run(
                gpg,
                "gpg",
                "--batch",
                "--passphrase",
                "",
                "--quick-gen-key",
                "archive@example.org",
                "rsa2048",
                "sign",
                "never");
        RealServer.run(gpg, "gpg", "--batch", "--output", folder + "/keyring.gpg", "--export", "archive@example.org");
        Path root = Files.createDirectories(folder.resolve("www/debian"));
        Files.createDirectory(root.resolve("conf"));
        Files.writeString(root.resolve("conf/distributions"), """
                Suite: stable
                Codename: dashing
                Architectures: amd64
                Components: main
                DebIndices: Packages Release . .gz .xz
                SignWith: yes
                """);
        Path tree = Files.createDirectories(folder.resolve("hello/DEBIAN"));
        Files.writeString(tree.resolve("control"), """
                Package: hello
                Version: 1.0
                Architecture: all
                Section: misc
                Priority: optional
                Maintainer: Ada <ada@example.org>
                Description: says hello
                """);
        RealServer.run("dpkg-deb", "--root-owner-group", "--build", folder + "/hello", folder + "/hello.deb");
        RealServer.run(gpg, "reprepro", "-b", root.toString(), "includedeb", "dashing", folder + "/hello.deb");
        for (String copy : new String[] {"2026112203", "broken"}) {
            RealServer.run("cp", "-r", root.toString(), folder + "/www/" + copy);
        }
        Files.writeString(folder.resolve("www/broken/dists/dashing/main/binary-amd64/Packages"), "Package: evil\n");
        Files.writeString(folder.resolve("www/serial"), "Archive serial: 2026112203\n");
        port = Ports.free();
        nginx = Nginx.start(
                        folder,
                        "server { listen 127.0.0.1:%d; root %s/www; location / { autoindex on; } }"
                                .formatted(port, folder))
                .listening(port);
    }

    @AfterAll
    static void stop() throws IOException {
        nginx.close();
        RealServer.run(Map.of("GNUPGHOME", folder + "/gnupg"), "gpgconf", "--kill", "all");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "url: AT/debian;indices: [main/binary-amd64/Packages.xz, main/binary-amd64/Packages];max-age: 1h;suite: stable | OK | signed, fresh and consistent",
                "url: AT/debian;suite: testing            | CRITICAL | Release has Suite 'stable', expected 'testing'",
                "url: AT/broken;indices: [main/binary-amd64/Packages] | CRITICAL | main/binary-amd64/Packages: expected",
                "url: AT/gone                             | CRITICAL | expected 200, but was 404",
                "url: AT/SNAPSHOT;newest-snapshot-from: AT/serial;indices: [main/binary-amd64/Packages] | OK | snapshot 2026112203 is signed and consistent",
                "url: AT/SNAPSHOT;newest-snapshot-from: AT/;indices: [main/binary-amd64/Packages] | OK | newest snapshot: 2026112203",
                "url: AT/SNAPSHOT;snapshots: [debian, broken];indices: [main/binary-amd64/Packages] | CRITICAL | snapshot broken: main/binary-amd64/Packages: expected",
                "url: AT/SNAPSHOT;snapshots: [gone]       | CRITICAL | snapshot gone:",
            })
    void repositories_and_snapshots_are_judged(String lines, Status status, String shown) {
        Result result = trial(lines).run();
        assertThat(Trial.shown(result)).contains(shown);
        assertThat(result.status()).as(Trial.shown(result)).isEqualTo(status);
    }

    private static Trial trial(String lines) {
        return Trial.of(
                "apt-repository",
                lines.replace(';', '\n').replace("AT/", "http://127.0.0.1:" + port + "/"),
                "distribution: dashing",
                "keyring: " + folder + "/keyring.gpg");
    }

    @Test
    void a_server_that_stands_still_ends_in_time() throws IOException {
        nginx.freeze();
        try {
            assertThat(trial("url: AT/debian")
                            .within(Duration.ofMillis(500))
                            .run()
                            .summary())
                    .isEqualTo("no end within 500ms");
        } finally {
            nginx.thaw();
        }
    }
}
