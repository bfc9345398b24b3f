package io.faultline.checks;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.check.Result;
import io.faultline.check.Status;
import io.faultline.demo.HttpPeer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AptRepositoryCheckTest {
    private static final String INDICES = "indices: [main/binary-amd64/Packages, main/binary-amd64/Packages.xz]";
    private static final String BASE = "/debian/dists/stable/";

    @TempDir
    Path folder;

    private final Instant now = Instant.parse("2026-11-22T12:00:00Z");
    private final AptFixture repository = new AptFixture(now);
    private HttpPeer server;
    private Path keyring;

    @BeforeEach
    void start() throws IOException {
        server = HttpPeer.start();
        keyring = Files.write(folder.resolve("keyring.gpg"), repository.signer.keyring(0, false, false));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void a_good_repository_is_ok() {
        repository.publish(server);
        assertThat(Trial.shown(check(INDICES, "max-age: 2h", "suite: stable", "codename: dashing")))
                .startsWith("OK the repository is signed, fresh and consistent\nsigned by: ")
                .contains("date: 2026-11-22T11:00:00Z", "age=3600.0s");
        assertThat(server.requests()).isEqualTo(7);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "max-age: 30m       | Release is 1 h old, expected at most 30m",
                "suite: testing     | Release has Suite 'stable', expected 'testing'",
                "codename: bookworm | Release has Codename 'dashing', expected 'bookworm'",
                "indices: main/binary-arm64/Packages | main/binary-arm64/Packages is not listed in Release with a SHA256",
            })
    void what_is_expected_and_differs_is_named(String more, String problem) {
        repository.publish(server);
        Result result = check(more);
        assertThat(result.summary()).isEqualTo(problem);
        assertThat(result.status()).isEqualTo(Status.CRITICAL);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Sun, 22 Nov 2026 10:00:00 UTC   | OK       | age=7200.0s",
                "Sun, 22 Nov 2026 10:00:00 GMT   | OK       | age=7200.0s",
                "Sun, 22 Nov 2026 10:00:00 +0000 | OK       | age=7200.0s",
                "Sun, 22 Nov 2026 10:00:00 Z     | OK       | age=7200.0s",
                "Sun,  1 Nov 2026  9:00:00 UTC   | OK       | age=1825200.0s",
                "Sun, 1 Nov 2026 9:00:00 UTC     | OK       | age=1825200.0s",
                "Sun, 22 Nov 2026 13:00:00 UTC   | CRITICAL | Release is dated 1 h in the future",
                "yesterday                       | CRITICAL | Release has a Date that cannot be read: yesterday",
            })
    void dates_are_read_as_apt_reads_them(String date, Status status, String shown) {
        repository.fields.put("Date", date);
        repository.publish(server);
        Result result = check();
        assertThat(Trial.shown(result)).contains(shown);
        assertThat(result.status()).isEqualTo(status);
    }

    @Test
    void a_date_must_be_there() {
        repository.fields.remove("Date");
        repository.publish(server);
        assertThat(check().summary()).isEqualTo("Release has no Date");
    }

    @Test
    void valid_until_counts() {
        repository.fields.put("Valid-Until", AptFixture.DATE.format(now.plus(Duration.ofDays(1))));
        repository.publish(server);
        assertThat(Trial.shown(check())).startsWith("OK").contains("valid_left=86400.0s");
        repository.fields.put("Valid-Until", AptFixture.DATE.format(now.minus(Duration.ofDays(1))));
        repository.publish(server);
        assertThat(Trial.shown(check())).startsWith("CRITICAL Release was valid until 2026-11-21T12:00:00Z, 1 d ago");
    }

    @ParameterizedTest
    @ValueSource(strings = {"InRelease", "Release", "Release.gpg"})
    void a_file_that_is_missing_is_named(String file) {
        repository.publish(server);
        server.handle(BASE + file, exchange -> exchange.sendResponseHeaders(404, -1));
        assertThat(Trial.shown(check())).startsWith("CRITICAL " + file + ": expected 200, but was 404");
    }

    @Test
    void only_one_kind_of_signature_may_be_asked_for() {
        repository.publish(server);
        server.handle(BASE + "Release", exchange -> exchange.sendResponseHeaders(404, -1));
        assertThat(check("files: inrelease").status()).isEqualTo(Status.OK);
        server.handle(BASE + "InRelease", exchange -> exchange.sendResponseHeaders(404, -1));
        repository.publish(server);
        server.handle(BASE + "InRelease", exchange -> exchange.sendResponseHeaders(404, -1));
        assertThat(check("files: release").status()).isEqualTo(Status.OK);
    }

    @Test
    void a_text_that_was_changed_after_signing_is_found() {
        repository.publish(server);
        String signed = repository.signer.clearSigned(repository.release(), HashAlgorithmTags.SHA512, now);
        server.page(BASE + "InRelease", "text/plain", signed.replace("Codename: dashing", "Codename: evil"));
        server.page(BASE + "Release", "text/plain", repository.release().replace("dashing", "evil"));
        assertThat(Trial.shown(check()))
                .startsWith("CRITICAL 2 things are wrong with the repository")
                .contains("wrong: InRelease: no good signature: key ", "it does not fit the content")
                .contains("wrong: Release: no good signature: key ");
    }

    @Test
    void what_stands_around_the_signed_text_is_not_believed() {
        repository.publish(server);
        String signed = repository.signer.clearSigned(repository.release(), HashAlgorithmTags.SHA512, now);
        server.page(BASE + "InRelease", "text/plain", "Codename: evil\n\n" + signed + "\nCodename: evil\n");
        assertThat(Trial.shown(check("codename: dashing"))).startsWith("OK");
    }

    @Test
    void another_key_a_weak_hash_and_an_unsigned_file_are_refused() throws IOException {
        repository.hash = HashAlgorithmTags.SHA1;
        repository.publish(server);
        assertThat(Trial.shown(check())).contains("its hash is too weak");
        repository.hash = HashAlgorithmTags.SHA256;
        repository.publish(server);
        assertThat(check().status()).isEqualTo(Status.OK);
        server.page(BASE + "InRelease", "text/plain", repository.release());
        assertThat(Trial.shown(check())).contains("InRelease: it ");
        repository.publish(server);
        Files.write(keyring, AptFixture.keyring());
        assertThat(Trial.shown(check()))
                .startsWith("CRITICAL 2 things are wrong")
                .contains("is not in the keyring");
    }

    @Test
    void a_key_that_expired_or_was_revoked_is_refused_and_an_armoured_one_is_read() throws IOException {
        repository.publish(server);
        Files.write(keyring, repository.signer.keyring(0, true, false));
        assertThat(check().status()).isEqualTo(Status.OK);
        Files.write(keyring, repository.signer.keyring(86_400L * 99, false, false));
        assertThat(Trial.shown(check())).contains("the key has expired");
        Files.write(keyring, repository.signer.keyring(0, false, true));
        assertThat(Trial.shown(check())).contains("the key is revoked");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no keys in here", "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nxx\n"})
    void a_keyring_without_keys_is_unknown(String content) throws IOException {
        Files.writeString(keyring, content);
        assertThat(Trial.shown(check())).startsWith("UNKNOWN").contains("holds no OpenPGP public keys");
    }

    @Test
    void an_index_that_does_not_fit_is_named() {
        repository.publish(server);
        AptFixture.put(
                server,
                BASE + "main/binary-amd64/Packages",
                "Package: hello\nVersion: 2\n".getBytes(StandardCharsets.UTF_8));
        assertThat(Trial.shown(check(INDICES)))
                .startsWith("CRITICAL main/binary-amd64/Packages: expected SHA256 ")
                .contains(" as in Release, but was ");
        AptFixture.put(server, BASE + "main/binary-amd64/Packages", new byte[7]);
        assertThat(Trial.shown(check(INDICES)))
                .startsWith("CRITICAL main/binary-amd64/Packages: expected 26 bytes as in Release, but was 7");
        AptFixture.put(server, BASE + "main/binary-amd64/Packages", new byte[70_000]);
        assertThat(Trial.shown(check(INDICES))).contains("expected 26 bytes as in Release, but was more");
    }

    @Test
    void an_index_must_be_there_by_hash_too_where_that_is_offered() {
        repository.publish(server);
        String byHash = BASE + "main/binary-amd64/by-hash/SHA256/"
                + AptFixture.sha256(repository.indices.get("main/binary-amd64/Packages"));
        server.handle(byHash, exchange -> exchange.sendResponseHeaders(404, -1));
        assertThat(Trial.shown(check(INDICES)))
                .startsWith("CRITICAL main/binary-amd64/Packages by hash: expected 200, but was 404");
        assertThat(check(INDICES, "by-hash: false").status()).isEqualTo(Status.OK);
        repository.fields.put("Acquire-By-Hash", "no");
        repository.publish(server);
        server.handle(byHash, exchange -> exchange.sendResponseHeaders(404, -1));
        assertThat(check(INDICES).status()).isEqualTo(Status.OK);
    }

    @Test
    void inrelease_and_release_must_say_the_same() {
        repository.publish(server);
        repository.fields.put("Date", AptFixture.DATE.format(now.minusSeconds(60)));
        repository.indices.put("main/binary-amd64/Packages", new byte[] {1});
        server.page(
                BASE + "InRelease",
                "text/plain",
                repository.signer.clearSigned(repository.release(), HashAlgorithmTags.SHA512, now));
        assertThat(Trial.shown(check()))
                .contains(
                        "InRelease and Release differ: Date is 'Sun, 22 Nov 2026 11:59:00 UTC' and 'Sun, 22 Nov 2026 11:00:00 UTC'")
                .contains("InRelease and Release differ: the SHA256 list, first at main/binary-amd64/Packages");
    }

    @Test
    void a_signature_of_the_future_is_refused() {
        repository.publish(server);
        server.page(
                BASE + "InRelease",
                "text/plain",
                repository.signer.clearSigned(repository.release(), HashAlgorithmTags.SHA512, now.plusSeconds(7200)));
        assertThat(Trial.shown(check("files: inrelease"))).contains("it was made in the future");
    }

    @Test
    void an_index_larger_than_the_byte_limit_is_unknown_with_advice() {
        repository.indices.put("main/binary-amd64/Packages", new byte[300_000]);
        repository.publish(server);
        assertThat(Trial.shown(trial(INDICES).budget(200_000).run()))
                .startsWith("UNKNOWN main/binary-amd64/Packages is too large for this check")
                .contains("what to do: raise the check's byte limit");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "snapshots: [debian]           | OK       | snapshot debian is signed and consistent",
                "snapshots: [debian, gone]     | CRITICAL | snapshot gone: ",
                "newest-snapshot-from: SERIAL  | OK       | newest snapshot: 2026112203",
                "newest-snapshot-from: LISTING | OK       | newest snapshot: 2026112203",
                "newest-snapshot-from: NOTHING | CRITICAL | no snapshot is named at",
                "newest-snapshot-from: SERIAL;newest-snapshot-max-age: 1h | CRITICAL | the newest snapshot is 2026112203, 12 h old",
                "newest-snapshot-from: SERIAL;snapshots: [debian] | OK | 2 snapshots are signed and consistent",
                "newest-snapshot-from: SERIAL;max-age: 30m | CRITICAL | snapshot 2026112203: Release is 1 h old",
                "newest-snapshot-from: BROKEN  | CRITICAL | the newest snapshot has a serial that is no date",
            })
    void snapshots_are_looked_at_one_by_one(String more, Status status, String shown) {
        repository.publish(server);
        for (String file : new String[] {"InRelease", "Release", "Release.gpg"}) {
            server.redirect("/2026999901/dists/stable/" + file, 302, "x");
        }
        repository.publish(server, "/2026112203/dists/stable/");
        server.page("/serial", "text/plain", "Sun Nov 22\nArchive serial: 2026112203\n");
        server.page("/listing/", "text/html", "<a href='2026112102/'>x</a><a href=2026112203/>y</a><a href=zzz/>z</a>");
        server.page("/nothing", "text/html", "<a href=zzz/>z</a>");
        server.page("/broken", "text/plain", "Archive serial: 2026999901\n");
        Trial.of(
                        "apt-repository",
                        "url: " + server.uri("/SNAPSHOT"),
                        "distribution: stable",
                        "keyring: " + keyring,
                        more.replace(';', '\n')
                                .replace("SERIAL", server.uri("/serial").toString())
                                .replace("LISTING", server.uri("/listing/").toString())
                                .replace("NOTHING", server.uri("/nothing").toString())
                                .replace("BROKEN", server.uri("/broken").toString()))
                .at(now)
                .expect(status, shown);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "snapshots: [x]                        | expected the word SNAPSHOT in it",
                "newest-snapshot-max-age: 1d           | expected 'newest-snapshot-from' too",
                "distribution: ../stable              | expected a path such as stable",
                "indices: [/etc/passwd]               | expected paths below the distribution",
                "indices: [main/../../x]              | expected paths below the distribution",
            })
    void mistakes_are_told(String more, String problem) {
        String distribution = more.startsWith("distribution") ? "" : "distribution: stable\n";
        assertThat(Trial.of("apt-repository", "url: https://deb.example.org/debian\nkeyring: k\n" + distribution + more)
                        .problems())
                .singleElement()
                .asString()
                .contains(problem);
    }

    private Result check(String... more) {
        return trial(more).run();
    }

    private Trial trial(String... more) {
        return Trial.of(
                        "apt-repository",
                        "url: " + server.uri("/debian"),
                        "distribution: stable",
                        "keyring: " + keyring,
                        String.join("\n", more))
                .at(now);
    }
}
