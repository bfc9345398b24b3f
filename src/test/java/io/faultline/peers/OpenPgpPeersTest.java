package io.faultline.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.alert.OpenPgpEnvelope;
import io.faultline.alert.OpenPgpSigner;
import io.faultline.alert.PlainMail;
import io.faultline.alert.Sender;
import io.faultline.catalog.DigestEvery;
import io.faultline.catalog.PublicKey;
import io.faultline.catalog.Settings.Signing;
import io.faultline.catalog.Team;
import io.faultline.catalog.Team.Contact;
import io.faultline.check.Secrets;
import io.faultline.config.Place;
import io.faultline.config.SecretName;
import io.faultline.history.QueuedMail;
import jakarta.mail.BodyPart;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Mails that GnuPG decrypts and verifies, to keys that GnuPG made. */
@RealPeers
class OpenPgpPeersTest {
    private static final Sender SENDER = new Sender("faultline@monitor.example.org", "alerts.example.org");
    private static final String SECRET_TEXT =
            "mirror is broken – größer \nFrom here on it is worse\ntrailing  \n.\n" + "long ".repeat(60) + "\n";

    @TempDir
    static Path folder;

    private static Map<String, String> environment;

    @BeforeAll
    static void keys() throws IOException {
        Path home = Files.createDirectory(folder.resolve("gnupg"));
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx------"));
        environment = Map.of("GNUPGHOME", home.toString());
        make("", "rsa@example.org", "default", "default", "never");
        make("", "curve@example.org", "future-default", "default", "never");
        make("", "signs-only@example.org", "ed25519", "sign", "never");
        make("20200101T000000", "old@example.org", "future-default", "default", "1y");
        make("20200101T000000", "subkey-expired@example.org", "ed25519", "sign", "never");
        gpg(
                "--faked-system-time",
                "20200101T000000",
                "--quick-add-key",
                fingerprint("subkey-expired@example.org"),
                "cv25519",
                "encr",
                "1y");
        make("", "two@example.org", "future-default", "default", "never");
        gpg("--quick-add-key", fingerprint("two@example.org"), "rsa3072", "encr", "never");
        make("20200101T000000", "renewed@example.org", "ed25519", "sign", "never");
        gpg(
                "--faked-system-time",
                "20200101T000000",
                "--quick-add-key",
                fingerprint("renewed@example.org"),
                "cv25519",
                "encr",
                "1y");
        gpg("--quick-add-key", fingerprint("renewed@example.org"), "cv25519", "encr", "never");
        make("", "revoked@example.org", "future-default", "default", "never");
        Path revocation = home.resolve("openpgp-revocs.d/" + fingerprint("revoked@example.org") + ".rev");
        Files.writeString(
                folder.resolve("revocation"), Files.readString(revocation).replace(":-----BEGIN", "-----BEGIN"));
        gpg("--import", folder.resolve("revocation").toString());
        make("", "faultline@monitor.example.org", "ed25519", "sign", "never");
        RealServer.run(
                environment,
                "gpg",
                "--batch",
                "--pinentry-mode",
                "loopback",
                "--passphrase",
                "locked",
                "--quick-gen-key",
                "locked@monitor.example.org",
                "ed25519",
                "sign",
                "never");
    }

    @AfterAll
    static void stop() throws IOException {
        RealServer.run(environment, "gpgconf", "--kill", "gpg-agent");
    }

    private static void make(String time, String... key) throws IOException {
        List<String> words = new ArrayList<>();
        if (!time.isEmpty()) {
            words.addAll(List.of("--faked-system-time", time));
        }
        words.add("--quick-gen-key");
        words.addAll(List.of(key));
        gpg(words.toArray(new String[0]));
    }

    private static String gpg(String... words) throws IOException {
        List<String> command =
                new ArrayList<>(List.of("gpg", "--batch", "--yes", "--passphrase", "", "--trust-model", "always"));
        command.addAll(List.of(words));
        return RealServer.run(environment, command.toArray(new String[0]));
    }

    private static String fingerprint(String address) throws IOException {
        return gpg("--with-colons", "--list-keys", address)
                .lines()
                .filter(line -> line.startsWith("fpr:"))
                .map(line -> line.split(":")[9])
                .findFirst()
                .orElseThrow();
    }

    private static PublicKey key(String address) throws IOException {
        return PublicKey.parse(gpg("--armor", "--export", address));
    }

    private static OpenPgpEnvelope envelope(Optional<String> signer, String... addresses) throws IOException {
        List<Contact> contacts = new ArrayList<>();
        for (String address : addresses) {
            contacts.add(new Contact(
                    address, Optional.of(address), Optional.empty(), Optional.of(key(address)), DigestEvery.NEVER));
        }
        contacts.add(new Contact("lost", Optional.of("lost@example.org"), Optional.of("A".repeat(40))));
        Team team = new Team("t", Optional.empty(), List.of("t@example.org"), contacts, Place.of("teams.yaml"));
        String secretKey = signer.isPresent()
                ? RealServer.run(
                        environment,
                        "gpg",
                        "--batch",
                        "--pinentry-mode",
                        "loopback",
                        "--passphrase",
                        signer.get().startsWith("locked") ? "locked" : "",
                        "--armor",
                        "--export-secret-keys",
                        signer.get())
                : "";
        Secrets secrets = name -> name.toString().equals("key") ? secretKey : "locked";
        return new OpenPgpEnvelope(
                List.of(team),
                signer.map(s -> new OpenPgpSigner(
                        new Signing(
                                new SecretName("key"),
                                s.startsWith("locked") ? Optional.of(new SecretName("word")) : Optional.empty()),
                        secrets)));
    }

    private static QueuedMail plain(String... to) {
        return PlainMail.compose(
                SENDER,
                "x",
                List.of(to),
                "[faultline] PROBLEM mirror",
                SECRET_TEXT,
                Instant.now().atZone(ZoneOffset.UTC));
    }

    private static MimeMessage parsed(QueuedMail mail) throws Exception {
        return new MimeMessage(
                Session.getInstance(new Properties()),
                new ByteArrayInputStream(mail.content().getBytes(StandardCharsets.US_ASCII)));
    }

    private static MimeMultipart parts(QueuedMail mail) throws Exception {
        return (MimeMultipart) parsed(mail).getContent();
    }

    private static Path file(String name, BodyPart part) throws Exception {
        return Files.write(folder.resolve(name), part.getInputStream().readAllBytes());
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa@example.org", "curve@example.org", "two@example.org", "renewed@example.org"})
    void gnupgDecryptsWhatNobodyElseCanRead(String address) throws Exception {
        List<QueuedMail> mails = envelope(Optional.empty(), address).of(plain(address), Instant.now());
        assertThat(mails).hasSize(1);
        QueuedMail mail = mails.get(0);
        assertThat(mail.content()).doesNotContain("mirror").doesNotContain("PROBLEM");
        assertThat(parsed(mail).getSubject()).isEqualTo("[faultline] encrypted message");
        assertThat(parsed(mail).getContentType())
                .startsWith("multipart/encrypted")
                .contains("protocol=\"application/pgp-encrypted\"");
        assertThat(parts(mail).getBodyPart(0).getContentType()).isEqualTo("application/pgp-encrypted");
        assertThat(parts(mail).getBodyPart(0).getInputStream()).hasContent("Version: 1");
        Path encrypted = file("encrypted.asc", parts(mail).getBodyPart(1));
        assertThat(gpg("--list-packets", encrypted.toString()))
                .contains(":pubkey enc packet:")
                .contains("mdc_method: 2")
                .contains(":literal data packet:")
                .doesNotContain(":signature packet:");
        String clear = gpg("--quiet", "--decrypt", encrypted.toString());
        MimeMessage inner = new MimeMessage(
                Session.getInstance(new Properties()),
                new ByteArrayInputStream(clear.getBytes(StandardCharsets.UTF_8)));
        assertThat(inner.getSubject()).isEqualTo("[faultline] PROBLEM mirror");
        assertThat(((String) inner.getContent()).replace("\r\n", "\n")).isEqualTo(SECRET_TEXT);
    }

    @Test
    void oneMailForAllWhoCanReadItAndAnotherForTheRest() throws Exception {
        List<QueuedMail> mails = envelope(Optional.empty(), "rsa@example.org", "curve@example.org")
                .of(plain("rsa@example.org", "open@example.org", "curve@example.org"), Instant.now());
        assertThat(mails)
                .extracting(QueuedMail::recipients)
                .containsExactly(List.of("open@example.org"), List.of("rsa@example.org", "curve@example.org"));
        assertThat(mails.get(0).content()).contains("Subject: [faultline] PROBLEM mirror");
        assertThat(mails).extracting(QueuedMail::messageId).doesNotHaveDuplicates();
        String packets = gpg(
                "--list-packets",
                file("both.asc", parts(mails.get(1)).getBodyPart(1)).toString());
        assertThat(packets.split(":pubkey enc packet:", -1)).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource({
        "old@example.org, expired on 2020-12-31",
        "subkey-expired@example.org, no key for encryption that is valid: one expired on 2020-12-31",
        "signs-only@example.org, no key for encryption that is valid",
        "revoked@example.org, is revoked",
        "lost@example.org, is not in the catalogue"
    })
    void whoHasNoUsableKeyGetsANoticeWithoutContent(String address, String why) throws Exception {
        OpenPgpEnvelope envelope =
                address.startsWith("lost") ? envelope(Optional.empty()) : envelope(Optional.empty(), address);
        List<QueuedMail> mails = envelope.of(plain(address), Instant.now());
        assertThat(mails).singleElement().satisfies(mail -> {
            assertThat(mail.content().replace("\r\n", " "))
                    .contains("OpenPGP key")
                    .contains(why);
            assertThat(mail.content()).doesNotContain("mirror").doesNotContain("PROBLEM");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"faultline@monitor.example.org", "locked@monitor.example.org"})
    void gnupgVerifiesWhatIsSigned(String signer) throws Exception {
        List<QueuedMail> mails = envelope(Optional.of(signer), "curve@example.org")
                .of(plain("open@example.org", "curve@example.org"), Instant.now());
        QueuedMail open = mails.get(0);
        String content = open.content();
        String boundary = "--" + content.split("boundary=\"")[1].split("\"")[0];
        String[] pieces = content.split("(\r\n)?" + boundary + "(--)?\r\n", -1);
        Path signed = Files.write(folder.resolve("signed"), pieces[1].getBytes(StandardCharsets.US_ASCII));
        Path signature = file("signature.asc", parts(open).getBodyPart(1));
        assertThat(gpg("--status-fd", "1", "--verify", signature.toString(), signed.toString()))
                .contains("GOODSIG")
                .contains(fingerprint(signer));
        assertThat(parsed(open).getContentType()).contains("micalg=pgp-sha512");
        assertThat(((String) parts(open).getBodyPart(0).getContent()).replace("\r\n", "\n"))
                .isEqualTo(SECRET_TEXT);
        assertThat(parsed(open).getSubject()).isEqualTo("[faultline] PROBLEM mirror");
        assertThat(gpg(
                        "--status-fd",
                        "1",
                        "--decrypt",
                        file("sealed.asc", parts(mails.get(1)).getBodyPart(1)).toString()))
                .contains("GOODSIG")
                .contains("DECRYPTION_OKAY");
    }

    @Test
    void aSecretKeyIsRefusedInACatalogue() throws IOException {
        String secret = gpg("--armor", "--export-secret-keys", "rsa@example.org");
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> PublicKey.parse(secret)))
                .hasMessageContaining("this is a secret key");
    }
}
