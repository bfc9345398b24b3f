package io.faultline.alert;

import io.faultline.catalog.Settings.Signing;
import io.faultline.check.Secrets;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import org.bouncycastle.bcpg.ArmoredOutputStream;
import org.bouncycastle.bcpg.BCPGOutputStream;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPKeyPair;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureGenerator;
import org.bouncycastle.openpgp.PGPSignatureSubpacketGenerator;
import org.bouncycastle.openpgp.api.OpenPGPCertificate.OpenPGPComponentKey;
import org.bouncycastle.openpgp.api.OpenPGPKey;
import org.bouncycastle.openpgp.api.OpenPGPKey.OpenPGPSecretKey;
import org.bouncycastle.openpgp.api.bc.BcOpenPGPApi;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentSignerBuilder;

/** Signs with a secret key, which is read and unlocked each time that it is needed. Thread-safe. */
public final class OpenPgpSigner {
    private final Signing settings;
    private final Secrets secrets;

    public OpenPgpSigner(Signing settings, Secrets secrets) {
        this.settings = settings;
        this.secrets = secrets;
    }

    /** Why nothing can be signed now, in words for people; mails go out unsigned then. */
    public Optional<String> trouble(Instant now) {
        try {
            generator(now);
            return Optional.empty();
        } catch (IOException | PGPException | RuntimeException e) {
            return Optional.of("mails are not signed: " + e.getMessage());
        }
    }

    /**
     * A signature of these bytes, armoured.
     *
     * @throws IOException if the secret is missing or no key
     * @throws PGPException if the passphrase is wrong
     */
    String detached(byte[] content, Instant now) throws IOException, PGPException {
        PGPSignatureGenerator generator = generator(now);
        generator.update(content);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ArmoredOutputStream armour = armour(bytes);
                BCPGOutputStream out = new BCPGOutputStream(armour)) {
            generator.generate().encode(out);
        }
        return bytes.toString(StandardCharsets.US_ASCII);
    }

    /** Ready to be given what is to be signed. */
    PGPSignatureGenerator generator(Instant now) throws IOException, PGPException {
        OpenPGPKey key = new BcOpenPGPApi().readKeyOrCertificate().parseKey(secrets.value(settings.key()));
        char[] passphrase = settings.passphrase().isPresent()
                ? secrets.value(settings.passphrase().get()).toCharArray()
                : null;
        for (OpenPGPComponentKey component : key.getSigningKeys(Date.from(now))) {
            OpenPGPSecretKey secret = key.getSecretKey(component);
            if (secret != null && !secret.getPGPSecretKey().isPrivateKeyEmpty()) {
                PGPKeyPair pair = (secret.isLocked() ? secret.unlock(passphrase) : secret.unlock()).getKeyPair();
                PGPSignatureGenerator generator = new PGPSignatureGenerator(
                        new BcPGPContentSignerBuilder(pair.getPublicKey().getAlgorithm(), HashAlgorithmTags.SHA512),
                        pair.getPublicKey());
                generator.init(PGPSignature.BINARY_DOCUMENT, pair.getPrivateKey());
                PGPSignatureSubpacketGenerator packets = new PGPSignatureSubpacketGenerator();
                packets.setSignatureCreationTime(false, Date.from(now));
                packets.setIssuerFingerprint(false, pair.getPublicKey());
                generator.setHashedSubpackets(packets.generate());
                return generator;
            }
        }
        throw new IOException("the OpenPGP key cannot sign now: it is expired, revoked, or made for something else");
    }

    static ArmoredOutputStream armour(ByteArrayOutputStream bytes) {
        return ArmoredOutputStream.builder().clearHeaders().build(bytes);
    }
}
