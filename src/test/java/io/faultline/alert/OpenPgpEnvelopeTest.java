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
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.openpgp.api.OpenPGPKey;
import org.bouncycastle.openpgp.api.OpenPGPMessageInputStream;
import org.bouncycastle.openpgp.api.bc.BcOpenPGPApi;
import org.junit.jupiter.api.Test;

/** What is encrypted, for whom, and what is left to see. GnuPG's opinion is in {@code OpenPgpPeersTest}. */
class OpenPgpEnvelopeTest {
    private static final OpenPGPKey ANA = key("ana@example.org");

    private final World world = World.example();

    private static OpenPGPKey key(String address) {
        try {
            return new BcOpenPGPApi().generateKey(4).classicKey(address).build();
        } catch (org.bouncycastle.openpgp.PGPException e) {
            throw new IllegalStateException(e);
        }
    }

    private OpenPgpEnvelope envelope(Optional<OpenPgpSigner> signer) throws Exception {
        PublicKey key = PublicKey.parse(ANA.toCertificate().toAsciiArmoredString());
        Team team = new Team(
                "infra",
                Optional.empty(),
                List.of("infra@example.org"),
                List.of(
                        new Contact(
                                "ana",
                                Optional.of("ana@example.org"),
                                Optional.empty(),
                                Optional.of(key),
                                DigestEvery.NEVER),
                        new Contact("ben", Optional.of("ben@example.org"), Optional.of("B".repeat(40)))),
                Place.of("teams.yaml"));
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
        String content =
                thread(envelope(Optional.empty()), "ana@example.org").get(0).content();
        String armour = content.substring(content.indexOf("-----BEGIN"), content.indexOf("-----END"))
                + "-----END PGP MESSAGE-----\n";
        ByteArrayOutputStream clear = new ByteArrayOutputStream();
        try (OpenPGPMessageInputStream in = new BcOpenPGPApi()
                .decryptAndOrVerifyMessage()
                .addDecryptionKey(ANA)
                .process(new java.io.ByteArrayInputStream(armour.getBytes(StandardCharsets.US_ASCII)))) {
            in.transferTo(clear);
        }
        assertThat(clear.toString(StandardCharsets.UTF_8))
                .contains("Subject: [faultline] PROBLEM dns", "soa: CRITICAL - no answer");
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
        PublicKey good = PublicKey.parse(ANA.toCertificate().toAsciiArmoredString());
        PublicKey odd = new PublicKey("C".repeat(40), good.armoured().replace("a", "b"));
        Team team = new Team(
                "infra",
                Optional.empty(),
                List.of("infra@example.org"),
                List.of(
                        new Contact(
                                "ana",
                                Optional.of("ana@example.org"),
                                Optional.empty(),
                                Optional.of(good),
                                DigestEvery.NEVER),
                        new Contact(
                                "odd",
                                Optional.of("odd@example.org"),
                                Optional.empty(),
                                Optional.of(odd),
                                DigestEvery.NEVER)),
                Place.of("teams.yaml"));
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
