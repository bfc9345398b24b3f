package io.faultline.catalog;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.api.OpenPGPCertificate;
import org.bouncycastle.openpgp.api.OpenPGPCertificate.OpenPGPComponentKey;
import org.bouncycastle.openpgp.api.OpenPGPCertificate.OpenPGPComponentSignature;
import org.bouncycastle.openpgp.api.bc.BcOpenPGPApi;

/**
 * An OpenPGP certificate (RFC 9580) that mails are encrypted to.
 *
 * @param fingerprint of the primary key, in capitals
 * @param created when its owner made it
 * @param armoured the whole certificate
 */
public record PublicKey(String fingerprint, Instant created, String armoured) {
    /** A key that nothing can be encrypted to; the message says why. */
    public static final class Unusable extends Exception {
        private static final long serialVersionUID = 1L;

        public Unusable(String message) {
            super(message);
        }
    }

    /** Stands for a key that somebody wants to be used, and that cannot be read. */
    static PublicKey unreadable() {
        return new PublicKey("", Instant.EPOCH, "");
    }

    /**
     * @param text one certificate, ASCII-armoured
     * @throws IllegalArgumentException if it is something else
     */
    public static PublicKey parse(String text) {
        if (!text.contains("-----BEGIN PGP PUBLIC KEY BLOCK-----")) {
            throw new IllegalArgumentException(
                    text.contains("PRIVATE KEY BLOCK")
                            ? "this is a secret key; it must not be in a catalogue, and counts as known to everybody now"
                            : "expected '-----BEGIN PGP PUBLIC KEY BLOCK-----', as 'gpg --armor --export' writes it");
        }
        List<OpenPGPCertificate> all;
        try {
            all = new BcOpenPGPApi().readKeyOrCertificate().parseCertificates(text);
        } catch (IOException | RuntimeException e) {
            throw new IllegalArgumentException("expected an OpenPGP public key: " + e.getMessage(), e);
        }
        if (all.size() != 1) {
            throw new IllegalArgumentException("expected one OpenPGP public key, found " + all.size());
        }
        OpenPGPCertificate only = all.get(0);
        return new PublicKey(
                HexFormat.of().formatHex(only.getFingerprint()).toUpperCase(Locale.ROOT),
                only.getPrimaryKey().getCreationTime().toInstant(),
                text);
    }

    /**
     * The keys to encrypt to at that moment: those that their owner made for it, signed, and neither revoked nor let
     * expire.
     *
     * @throws Unusable if there is none
     */
    public List<PGPPublicKey> forEncryption(Instant now) throws Unusable {
        try {
            OpenPGPCertificate certificate =
                    new BcOpenPGPApi().readKeyOrCertificate().parseCertificate(armoured);
            Date at = Date.from(now);
            List<PGPPublicKey> keys = new ArrayList<>();
            for (OpenPGPComponentKey key : certificate.getEncryptionKeys(at)) {
                keys.add(key.getPGPPublicKey());
            }
            if (keys.isEmpty()) {
                throw new Unusable(why(certificate, at));
            }
            return keys;
        } catch (IOException | RuntimeException e) {
            throw new Unusable("cannot be read");
        }
    }

    @SuppressWarnings("JavaUtilDate") // the library speaks it
    private static String why(OpenPGPCertificate certificate, Date at) {
        OpenPGPComponentSignature revocation = certificate.getRevocation(at);
        if (revocation != null) {
            return "is revoked";
        }
        Date expired = certificate.getExpirationTime(at);
        if (expired != null && expired.before(at)) {
            return "expired on " + day(expired);
        }
        for (OpenPGPComponentKey subkey : certificate.getSubkeys().values()) {
            Date ofSubkey = subkey.getKeyExpirationDateAt(at);
            if (ofSubkey != null && ofSubkey.before(at)) {
                return "has no key for encryption that is valid: one expired on " + day(ofSubkey);
            }
        }
        return "has no key for encryption that is valid";
    }

    private static String day(Date date) {
        return date.toInstant().toString().substring(0, "2026-01-01".length());
    }
}
