package io.faultline.peers;

import io.faultline.check.Status;
import io.faultline.checks.Trial;
import io.faultline.demo.HttpPeer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.bouncycastle.openpgp.bc.BcPGPPublicKeyRing;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Signatures and keys as GnuPG makes them: only a key that its owner stands by counts. */
@RealPeers
class SigningKeysPeersTest {
    @TempDir
    static Path folder;

    private static HttpPeer server;
    private static Map<String, String> gpg;

    @BeforeAll
    static void start() throws IOException, PGPException {
        Path home = Files.createDirectory(folder.resolve("gnupg"));
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx------"));
        gpg = Map.of("GNUPGHOME", home.toString());
        server = HttpPeer.start();
        String date = DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'UTC'", Locale.ENGLISH)
                .withZone(ZoneOffset.UTC)
                .format(Instant.now());
        Files.writeString(folder.resolve("Release"), "Suite: stable\nCodename: dashing\nDate: " + date + "\nSHA256:\n");

        owner("primary", "sign", "never");
        sign("primary", fingerprint("primary", 0));
        export("primary");

        owner("subkey", "cert", "never");
        subkey("subkey", "never");
        sign("subkey", fingerprint("subkey", 1) + "!");
        export("subkey");

        // Somebody else's subkey, put below the key of an owner who is trusted.
        PGPPublicKeyRing mine = new BcPGPPublicKeyRing(Files.readAllBytes(folder.resolve("primary.gpg")));
        PGPPublicKeyRing theirs = new BcPGPPublicKeyRing(Files.readAllBytes(folder.resolve("subkey.gpg")));
        long stranger = Long.parseUnsignedLong(fingerprint("subkey", 1).substring(24), 16);
        Files.write(
                folder.resolve("stranger.gpg"),
                PGPPublicKeyRing.insertPublicKey(mine, theirs.getPublicKey(stranger))
                        .getEncoded());
        Files.copy(folder.resolve("subkey.signed"), folder.resolve("stranger.signed"));

        owner("short-subkey", "cert", "never");
        subkey("short-subkey", "30d");
        sign("short-subkey", fingerprint("short-subkey", 1) + "!");
        export("short-subkey");

        owner("short-owner", "cert", "30d");
        subkey("short-owner", "never");
        sign("short-owner", fingerprint("short-owner", 1) + "!");
        export("short-owner");

        owner("revoked-subkey", "cert", "never");
        subkey("revoked-subkey", "never");
        sign("revoked-subkey", fingerprint("revoked-subkey", 1) + "!");
        shell("printf 'key 1\\nrevkey\\ny\\n1\\n\\ny\\nsave\\n' | gpg --no-tty --yes --command-fd 0 --status-fd 2"
                + " --edit-key " + fingerprint("revoked-subkey", 0));
        export("revoked-subkey");

        owner("revoked-owner", "cert", "never");
        subkey("revoked-owner", "never");
        sign("revoked-owner", fingerprint("revoked-owner", 1) + "!");
        shell("sed 's/^:-----/-----/' " + home + "/openpgp-revocs.d/" + fingerprint("revoked-owner", 0)
                + ".rev | gpg --batch --import");
        export("revoked-owner");
    }

    private static void owner(String name, String usage, String expiry) throws IOException {
        run("--passphrase", "", "--quick-gen-key", name + "@example.org", "ed25519", usage, expiry);
    }

    private static void subkey(String name, String expiry) throws IOException {
        run("--passphrase", "", "--quick-add-key", fingerprint(name, 0), "ed25519", "sign", expiry);
    }

    private static void sign(String name, String key) throws IOException {
        run("--local-user", key, "--output", folder + "/" + name + ".signed", "--clear-sign", folder + "/Release");
        server.page(
                "/" + name + "/dists/dashing/InRelease",
                "text/plain",
                Files.readString(folder.resolve(name + ".signed")));
    }

    private static void export(String name) throws IOException {
        run("--output", folder + "/" + name + ".gpg", "--export", name + "@example.org");
    }

    /** Of the primary key (0) or a subkey. */
    private static String fingerprint(String name, int number) throws IOException {
        return RealServer.run(gpg, "gpg", "--batch", "--with-colons", "--list-keys", name + "@example.org")
                .lines()
                .filter(line -> line.startsWith("fpr:"))
                .map(line -> line.split(":")[9])
                .toList()
                .get(number);
    }

    private static void run(String... arguments) throws IOException {
        String[] command = new String[arguments.length + 2];
        command[0] = "gpg";
        command[1] = "--batch";
        System.arraycopy(arguments, 0, command, 2, arguments.length);
        RealServer.run(gpg, command);
    }

    private static void shell(String line) throws IOException {
        RealServer.run(gpg, "sh", "-c", line);
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
        RealServer.run(gpg, "gpgconf", "--kill", "all");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "primary        | primary        |  0 | OK       | the repository is signed and fresh",
                "subkey         | subkey         |  0 | OK       | the repository is signed and fresh",
                "subkey         | primary        |  0 | CRITICAL | is not in the keyring",
                "subkey         | stranger       |  0 | CRITICAL | not bound to its owner",
                "primary        | stranger       |  0 | OK       | the repository is signed and fresh",
                "short-subkey   | short-subkey   | 20 | OK       | the repository is signed and fresh",
                "short-subkey   | short-subkey   | 40 | CRITICAL | the key has expired",
                "short-owner    | short-owner    | 20 | OK       | the repository is signed and fresh",
                "short-owner    | short-owner    | 40 | CRITICAL | the key has expired",
                "revoked-subkey | revoked-subkey |  0 | CRITICAL | the key is revoked",
                "revoked-owner  | revoked-owner  |  0 | CRITICAL | the key is revoked",
            })
    void only_keys_that_their_owner_stands_by_count(
            String signedBy, String keyring, int daysLater, Status status, String shown) {
        Trial.of(
                        "apt-repository",
                        "url: " + server.uri("/" + signedBy),
                        "distribution: dashing",
                        "files: inrelease",
                        "keyring: " + folder + "/" + keyring + ".gpg")
                .at(Instant.now().plus(Duration.ofDays(daysLater)))
                .expect(status, shown);
    }
}
