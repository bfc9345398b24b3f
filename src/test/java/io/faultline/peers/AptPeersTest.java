package io.faultline.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.check.Status;
import io.faultline.checks.Trial;
import io.faultline.demo.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
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
                ValidFor: 10d
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
        for (String copy : new String[] {
            "2026112203", "broken", "short", "lost", "unsigned", "no-inrelease", "changed", "other", "mixed"
        }) {
            RealServer.run("cp", "-r", root.toString(), folder + "/www/" + copy);
        }
        spoil(gpg);
        Files.writeString(folder.resolve("www/serial"), "Archive serial: 2026112203\n");
        Files.writeString(folder.resolve("www/no-serial"), "Archive serial: none\n");
        Files.writeString(folder.resolve("www/no-date"), "Archive serial: 2026139901\n");
        port = Ports.free();
        nginx = Nginx.start(
                        folder,
                        "server { listen 127.0.0.1:%d; root %s/www; location / { autoindex on; } }"
                                .formatted(port, folder))
                .listening(port);
    }

    /** What goes wrong in real ones: half-finished uploads, and files of two states side by side. */
    private static void spoil(Map<String, String> gpg) throws IOException {
        Path evil = packages("broken");
        // As long as it was, so that only its hash tells.
        Files.writeString(evil, Files.readString(evil).replace("says hello", "says hullo"));
        Files.writeString(packages("short"), "Package: hello\n");
        Files.delete(packages("lost"));
        Files.delete(folder.resolve("www/unsigned/dists/dashing/Release.gpg"));
        Files.delete(folder.resolve("www/no-inrelease/dists/dashing/InRelease"));
        Path changed = folder.resolve("www/changed/dists/dashing/InRelease");
        Files.writeString(changed, Files.readString(changed).replace("Suite: stable", "Suite: unstable"));
        RealServer.run(
                gpg, "gpg", "--batch", "--passphrase", "", "--quick-gen-key", "other@example.org", "rsa2048", "sign");
        Path other = folder.resolve("www/other/dists/dashing");
        Files.delete(other.resolve("InRelease"));
        RealServer.run(
                gpg,
                "gpg",
                "--batch",
                "-u",
                "other@example.org",
                "-o",
                other + "/InRelease",
                "--clearsign",
                other + "/Release");
        Path mixed = folder.resolve("www/mixed/dists/dashing");
        Files.writeString(
                mixed.resolve("Release"),
                Files.readString(mixed.resolve("Release")).replace("Codename: dashing", "Codename: daring"));
        Files.delete(mixed.resolve("Release.gpg"));
        RealServer.run(
                gpg,
                "gpg",
                "--batch",
                "-u",
                "archive@example.org",
                "-o",
                mixed + "/Release.gpg",
                "-ab",
                mixed + "/Release");
    }

    private static Path packages(String copy) {
        return folder.resolve("www/" + copy + "/dists/dashing/main/binary-amd64/Packages");
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
                "url: AT/debian;codename: bullseye        | CRITICAL | Release has Codename 'dashing', expected 'bullseye'",
                "url: AT/debian;distribution: gone        | CRITICAL | InRelease: expected 200, but was 404",
                "url: AT/debian;indices: [main/binary-arm64/Packages] | CRITICAL | is not listed in Release with a SHA256",
                "url: AT/broken;indices: [main/binary-amd64/Packages] | CRITICAL | main/binary-amd64/Packages: expected SHA256",
                "url: AT/short;indices: [main/binary-amd64/Packages] | CRITICAL | bytes as in Release, but was 15",
                "url: AT/lost;indices: [main/binary-amd64/Packages] | CRITICAL | main/binary-amd64/Packages: expected 200, but was 404",
                "url: AT/unsigned                         | CRITICAL | Release.gpg: expected 200, but was 404",
                "url: AT/unsigned;files: inrelease        | OK       | signed by",
                "url: AT/no-inrelease                     | CRITICAL | InRelease: expected 200, but was 404",
                "url: AT/no-inrelease;files: release      | OK       | signed by",
                "url: AT/changed                          | CRITICAL | it does not fit the content",
                "url: AT/other                            | CRITICAL | is not in the keyring",
                "url: AT/mixed                            | CRITICAL | InRelease and Release differ: Codename is 'dashing' and 'daring'",
                "url: AT/SNAPSHOT;newest-snapshot-from: AT/no-serial | CRITICAL | no snapshot is named at",
                "url: AT/SNAPSHOT;newest-snapshot-from: AT/no-date;newest-snapshot-max-age: 1d | CRITICAL | a serial that is no date: 2026139901",
                "url: AT/SNAPSHOT;newest-snapshot-from: AT/serial;newest-snapshot-max-age: 1h | CRITICAL | the newest snapshot is 2026112203, ",
                "url: AT/SNAPSHOT;newest-snapshot-from: AT/serial;indices: [main/binary-amd64/Packages] | OK | snapshot 2026112203 is signed and consistent",
                "url: AT/SNAPSHOT;newest-snapshot-from: AT/;indices: [main/binary-amd64/Packages] | OK | newest snapshot: 2026112203",
                "url: AT/SNAPSHOT;snapshots: [debian, broken];indices: [main/binary-amd64/Packages] | CRITICAL | snapshot broken: main/binary-amd64/Packages: expected",
                "url: AT/SNAPSHOT;snapshots: [gone]       | CRITICAL | snapshot gone:",
            })
    void repositories_and_snapshots_are_judged(String lines, Status status, String shown) {
        trial(lines).expect(status, shown);
    }

    private static Trial trial(String lines) {
        return Trial.of(
                "apt-repository",
                lines.replace(';', '\n').replace("AT/", "http://127.0.0.1:" + port + "/"),
                lines.contains("distribution:") ? "" : "distribution: dashing",
                "keyring: " + folder + "/keyring.gpg");
    }

    @Test
    void a_repository_grows_old() {
        Instant now = Instant.now();
        assertThat(Trial.shown(trial("url: AT/debian;max-age: 5d")
                        .at(now.plus(Duration.ofDays(4)))
                        .run()))
                .startsWith("OK");
        assertThat(Trial.shown(trial("url: AT/debian;max-age: 5d")
                        .at(now.plus(Duration.ofDays(6)))
                        .run()))
                .startsWith("CRITICAL Release is 6 d old, expected at most 5d");
        assertThat(Trial.shown(trial("url: AT/debian")
                        .at(now.plus(Duration.ofDays(11)))
                        .run()))
                .startsWith("CRITICAL Release was valid until");
        assertThat(Trial.shown(trial("url: AT/debian")
                        .at(now.minus(Duration.ofDays(1)))
                        .run()))
                .startsWith("CRITICAL")
                .contains("in the future");
    }

    @Test
    void a_server_that_stands_still_ends_in_time() throws IOException {
        nginx.freeze();
        try {
            trial("url: AT/debian").expectNoEnd();
        } finally {
            nginx.thaw();
        }
    }
}
