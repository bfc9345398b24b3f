package io.faultline.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.catalog.DigestEvery;
import io.faultline.catalog.PublicKey;
import io.faultline.catalog.Settings.Signing;
import io.faultline.catalog.Team;
import io.faultline.catalog.Team.Contact;
import io.faultline.check.Result;
import io.faultline.check.Secrets;
import io.faultline.config.Place;
import io.faultline.config.SecretName;
import io.faultline.history.QueuedMail;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.bouncycastle.openpgp.api.OpenPGPApi;
import org.bouncycastle.openpgp.api.OpenPGPCertificate;
import org.bouncycastle.openpgp.api.OpenPGPKey;
import org.bouncycastle.openpgp.api.OpenPGPMessageInputStream;
import org.bouncycastle.openpgp.api.bc.BcOpenPGPApi;
import org.junit.jupiter.api.Test;

/** What is encrypted, for whom, and what is left to see. GnuPG's opinion is in {@code OpenPgpPeersTest}. */
class OpenPgpEnvelopeTest {
    private static final OpenPGPApi OPENPGP = new BcOpenPGPApi();
    private static final OpenPGPKey ANA = key("ana@example.org", "2026-01-01");

    private final World world = World.example();

    @SuppressWarnings("JavaUtilDate") // the library speaks it
    private static OpenPGPKey key(String address, String day) {
        try {
            Date made = Date.from(Instant.parse(day + "T00:00:00Z"));
            return OPENPGP.generateKey(4, made).classicKey(address).build();
        } catch (PGPException e) {
            throw new IllegalStateException(e);
        }
    }

    private static PublicKey published(OpenPGPKey key) throws IOException {
        return PublicKey.parse(key.toCertificate().toAsciiArmoredString());
    }

    private static Contact contact(String address, PublicKey key) {
        return new Contact(address, Optional.of(address), Optional.empty(), Optional.of(key), DigestEvery.NEVER);
    }

    private static Team team(Contact... contacts) {
        return new Team(
                "infra", Optional.empty(), List.of("infra@example.org"), List.of(contacts), Place.of("teams.yaml"));
    }

    private OpenPgpEnvelope envelope(Optional<OpenPgpSigner> signer) throws Exception {
        Team team = team(
                contact("ana@example.org", published(ANA)),
                new Contact("ben", Optional.of("ben@example.org"), Optional.of("B".repeat(40))));
        return new OpenPgpEnvelope(List.of(team), signer);
    }

    /** The mails of an incident's beginning and end. */
    private List<QueuedMail> thread(OpenPgpEnvelope envelope, String... to) {
        world.team("infra", to);
        List<QueuedMail> mails = new ArrayList<>(
                world.certainly("dns/soa", Result.critical("no answer")).mails());
        world.pass(Duration.ofMinutes(5));
        mails.addAll(world.results("dns/soa", Result.ok("fine")).mails());
        return mails.stream()
                .flatMap(mail -> envelope.of(mail, world.now()).stream())
                .toList();
    }

    @Test
    void whoHasAKeySeesNothingInClear() throws Exception {
        List<QueuedMail> mails = thread(envelope(Optional.empty()), "ana@example.org");
        assertThat(mails).hasSize(2).allSatisfy(mail -> {
            assertThat(mail.messageId()).startsWith("sealed.faultline.1.");
            assertThat(mail.content())
                    .contains("Subject: [faultline] encrypted message", "multipart/encrypted", "List-Id: ")
                    .doesNotContain("dns", "soa", "PROBLEM", "RECOVERED", "X-Faultline", "Importance", "no answer");
        });
        assertThat(mails.get(1).content())
                .contains("In-Reply-To: <" + mails.get(0).messageId() + ">");
    }

    @Test
    void theSecretKeyOpensItAgain() throws Exception {
        QueuedMail mail = thread(envelope(Optional.empty()), "ana@example.org").get(0);
        assertThat(opened(ANA, mail)).contains("Subject: [faultline] PROBLEM dns", "soa: CRITICAL - no answer");
    }

    private static String opened(OpenPGPKey key, QueuedMail mail) throws IOException, PGPException {
        String content = mail.content();
        String armour = content.substring(content.indexOf("-----BEGIN"), content.indexOf("-----END"))
                + "-----END PGP MESSAGE-----\n";
        ByteArrayOutputStream clear = new ByteArrayOutputStream();
        try (OpenPGPMessageInputStream in = new BcOpenPGPApi()
                .decryptAndOrVerifyMessage()
                .addDecryptionKey(key)
                .process(new ByteArrayInputStream(armour.getBytes(StandardCharsets.US_ASCII)))) {
            in.transferTo(clear);
        }
        return clear.toString(StandardCharsets.UTF_8);
    }

    @Test
    void whoseKeyIsMissingGetsANoticeAndOthersTheMail() throws Exception {
        List<QueuedMail> mails = thread(envelope(Optional.empty()), "ben@example.org", "cleo@example.org");
        assertThat(mails.get(0).recipients()).containsExactly("cleo@example.org");
        assertThat(mails.get(0).content()).contains("no answer");
        assertThat(mails.get(1).recipients()).containsExactly("ben@example.org");
        assertThat(mails.get(1).content())
                .contains("OpenPGP key is", "at incident 1")
                .doesNotContain("dns", "no answer");
    }

    @Test
    void aKeyThatNothingCanBeEncryptedToCostsOnlyItsOwnerTheMail() throws Exception {
        PublicKey good = published(ANA);
        PublicKey odd =
                new PublicKey("C".repeat(40), good.created(), good.armoured().replace("a", "b"));
        Team team = team(contact("ana@example.org", good), contact("odd@example.org", odd));
        List<QueuedMail> mails =
                thread(new OpenPgpEnvelope(List.of(team), Optional.empty()), "ana@example.org", "odd@example.org");
        assertThat(mails)
                .extracting(QueuedMail::recipients)
                .containsExactly(
                        List.of("ana@example.org"), List.of("odd@example.org"),
                        List.of("ana@example.org"), List.of("odd@example.org"));
        assertThat(mails.get(0).content()).contains("multipart/encrypted");
        assertThat(mails.get(1).content()).contains("OpenPGP key cannot be").doesNotContain("dns");
    }

    private static boolean opens(OpenPGPKey key, QueuedMail mail) throws IOException {
        try {
            return opened(key, mail).contains("no answer");
        } catch (PGPException e) {
            return false;
        }
    }

    @Test
    void ofTwoKeysOfOneAddressTheNewestThatCanBeUsedIsTaken() throws Exception {
        OpenPGPKey older = key("ana@example.org", "2026-01-01");
        OpenPGPKey newer = key("ana@example.org", "2026-02-01");
        PublicKey revoked = published(OPENPGP.editKey(newer).revokeKey().done());
        for (QueuedMail mail :
                List.of(toAna(published(older), published(newer)), toAna(published(newer), published(older)))) {
            assertThat(List.of(opens(newer, mail), opens(older, mail))).containsExactly(true, false);
        }
        assertThat(opens(older, toAna(revoked, published(older)))).isTrue();
        assertThat(toAna(revoked).content().replace("\r\n", " "))
                .contains("OpenPGP key is revoked")
                .doesNotContain("no answer");
    }

    /** The first mail of an incident, after whatever was revoked just now; each key stands in a team of its own. */
    private static QueuedMail toAna(PublicKey... keys) {
        World fresh = World.example().team("infra", "ana@example.org");
        QueuedMail mail =
                fresh.certainly("dns/soa", Result.critical("no answer")).mails().get(0);
        List<Team> teams = Stream.of(keys)
                .map(key -> team(contact("ana@example.org", key)))
                .toList();
        return new OpenPgpEnvelope(teams, Optional.empty())
                .of(mail, Instant.now())
                .get(0);
    }

    @Test
    void aSubkeyThatIsRevokedOrWasNeverBoundGetsNothing() throws Exception {
        OpenPGPKey ana = key("ana@example.org", "2026-01-01");
        OpenPGPKey mallory = key("mallory@example.org", "2026-01-01");
        OpenPGPKey without = OPENPGP.editKey(ana)
                .revokeComponentKey(ana.getEncryptionKeys().get(0))
                .done();
        assertThat(toAna(published(without)).content().replace("\r\n", " "))
                .contains("OpenPGP key has no key for encryption that is valid")
                .doesNotContain("no answer");

        PGPPublicKeyRing spliced = PGPPublicKeyRing.insertPublicKey(
                ana.getPGPPublicKeyRing(), mallory.getEncryptionKeys().get(0).getPGPPublicKey());
        PublicKey forged = PublicKey.parse(new OpenPGPCertificate(spliced).toAsciiArmoredString());
        assertThat(forged.armoured()).isNotEqualTo(published(ana).armoured());
        QueuedMail mail = toAna(forged);
        assertThat(List.of(opens(ana, mail), opens(mallory, mail))).containsExactly(true, false);
    }

    @Test
    void withoutKeysAMailStaysAsItIs() throws Exception {
        QueuedMail mail =
                world.certainly("dns/soa", Result.critical("no answer")).mails().get(0);
        assertThat(new OpenPgpEnvelope(List.of(), Optional.empty()).of(mail, world.now()))
                .containsExactly(mail);
    }

    @Test
    void aMissingSigningKeyKeepsNoMailBack() throws Exception {
        OpenPgpSigner lost = new OpenPgpSigner(new Signing(new SecretName("key"), Optional.empty()), Secrets.none());
        assertThat(lost.trouble(world.now()))
                .hasValueSatisfying(why -> assertThat(why).contains("secret 'key'"));
        List<QueuedMail> mails = thread(envelope(Optional.of(lost)), "ana@example.org", "cleo@example.org");
        assertThat(mails).hasSize(4);
        assertThat(mails.get(0).content()).contains("Content-Type: text/plain", "no answer");
        assertThat(mails.get(1).content()).contains("multipart/encrypted");
    }
}
