package io.faultline.alert;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.bcpg.SymmetricKeyAlgorithmTags;
import org.bouncycastle.openpgp.PGPEncryptedDataGenerator;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPLiteralData;
import org.bouncycastle.openpgp.PGPLiteralDataGenerator;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPSignatureGenerator;
import org.bouncycastle.openpgp.operator.bc.BcPGPDataEncryptorBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPublicKeyKeyEncryptionMethodGenerator;

/** Encrypts bytes as every OpenPGP program of today can read them: AES-256 with integrity protection, no compression. */
final class OpenPgpMessage {
    private static final int BUFFER = 1 << 12;

    private OpenPgpMessage() {}

    /** Armoured. Signed inside if there is a key for it that can be used. */
    static String encrypted(byte[] content, List<PGPPublicKey> keys, Optional<OpenPgpSigner> signer, Instant now)
            throws IOException, PGPException {
        PGPEncryptedDataGenerator generator =
                new PGPEncryptedDataGenerator(new BcPGPDataEncryptorBuilder(SymmetricKeyAlgorithmTags.AES_256)
                        .setWithIntegrityPacket(true)
                        .setSecureRandom(new SecureRandom()));
        keys.forEach(key -> generator.addMethod(new BcPublicKeyKeyEncryptionMethodGenerator(key)));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream armour = OpenPgpSigner.armour(bytes);
                OutputStream secret = generator.open(armour, new byte[BUFFER])) {
            Optional<PGPSignatureGenerator> signature = ready(signer, now);
            if (signature.isPresent()) {
                signature.get().generateOnePassVersion(false).encode(secret);
                signature.get().update(content);
            }
            try (OutputStream literal = new PGPLiteralDataGenerator()
                    .open(secret, PGPLiteralData.BINARY, "", content.length, Date.from(now))) {
                literal.write(content);
            }
            if (signature.isPresent()) {
                signature.get().generate().encode(secret);
            }
        }
        return bytes.toString(StandardCharsets.US_ASCII);
    }

    private static Optional<PGPSignatureGenerator> ready(Optional<OpenPgpSigner> signer, Instant now) {
        try {
            return signer.isPresent() ? Optional.of(signer.get().generator(now)) : Optional.empty();
        } catch (IOException | PGPException | RuntimeException e) {
            // Better unsigned than not at all.
            return Optional.empty();
        }
    }
}
