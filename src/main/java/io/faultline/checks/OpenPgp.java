package io.faultline.checks;

import io.faultline.net.LocalFault;
import io.faultline.net.LocalFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.bouncycastle.bcpg.ArmoredInputStream;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.bouncycastle.openpgp.PGPPublicKeyRingCollection;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureList;
import org.bouncycastle.openpgp.PGPUtil;
import org.bouncycastle.openpgp.api.OpenPGPCertificate;
import org.bouncycastle.openpgp.api.OpenPGPCertificate.OpenPGPComponentKey;
import org.bouncycastle.openpgp.api.bc.BcOpenPGPImplementation;
import org.bouncycastle.openpgp.bc.BcPGPObjectFactory;
import org.bouncycastle.openpgp.bc.BcPGPPublicKeyRingCollection;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentVerifierBuilderProvider;

/**
 * OpenPGP signatures (RFC 9580) against a keyring: one good signature by a key of the ring is enough, and every owner of
 * the ring is trusted. A key counts as long as its owner says so: it is bound to the owner's primary key by signatures
 * that are good (a signing subkey agrees by one of its own), not revoked and not expired, now. Only what was signed is
 * ever given back.
 */
final class OpenPgp {
    private static final Set<Integer> GOOD_HASHES = Set.of(
            HashAlgorithmTags.SHA256,
            HashAlgorithmTags.SHA384,
            HashAlgorithmTags.SHA512,
            HashAlgorithmTags.SHA3_256,
            HashAlgorithmTags.SHA3_512);
    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(10);
    private static final int MOST_SIGNATURES = 20;

    private final PGPPublicKeyRingCollection keyring;
    private final Instant now;

    private OpenPgp(PGPPublicKeyRingCollection keyring, Instant now) {
        this.keyring = keyring;
        this.now = now;
    }

    /** There is no good signature; the message says why. */
    static final class SignatureFault extends Exception {
        private static final long serialVersionUID = 1L;

        SignatureFault(String message) {
            super(message);
        }
    }

    /** What was signed, in lines that end with LF, and by whom. */
    record Signed(String text, String signer) {}

    /**
     * @param keyring public keys, armoured or not
     * @throws LocalFault if the file cannot be read or holds no key
     */
    static OpenPgp with(Path keyring, Instant now) throws LocalFault {
        byte[] content = LocalFile.read(keyring);
        try (InputStream in = PGPUtil.getDecoderStream(new ByteArrayInputStream(content))) {
            PGPPublicKeyRingCollection keys = new BcPGPPublicKeyRingCollection(in);
            if (keys.size() > 0) {
                return new OpenPgp(keys, now);
            }
        } catch (IOException | PGPException | RuntimeException e) {
            throw new LocalFault(keyring + " holds no OpenPGP public keys: " + e.getMessage(), e);
        }
        throw new LocalFault(keyring + " holds no OpenPGP public keys");
    }

    /** Text that is signed within the file (RFC 9580 7). What stands outside of the signed part is dropped. */
    Signed clearSigned(byte[] file) throws SignatureFault {
        try {
            ArmoredInputStream in = new ArmoredInputStream(new ByteArrayInputStream(file));
            if (!in.isClearText()) {
                throw new SignatureFault("it is not a signed text");
            }
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            for (int c = in.read(); c >= 0 && in.isClearText(); c = in.read()) {
                content.write(c);
            }
            List<String> lines = lines(content.toByteArray());
            byte[] canonical = String.join("\r\n", lines).getBytes(StandardCharsets.UTF_8);
            String signer = verified(in, canonical, Set.of(PGPSignature.CANONICAL_TEXT_DOCUMENT));
            return new Signed(String.join("\n", lines), signer);
        } catch (IOException | RuntimeException e) {
            throw new SignatureFault("it cannot be read as a signed text: " + e.getMessage());
        }
    }

    /** A file with its signature beside it. */
    Signed detached(byte[] file, byte[] signature) throws SignatureFault {
        try (InputStream in = PGPUtil.getDecoderStream(new ByteArrayInputStream(signature))) {
            String signer =
                    verified(in, file, Set.of(PGPSignature.BINARY_DOCUMENT, PGPSignature.CANONICAL_TEXT_DOCUMENT));
            return new Signed(String.join("\n", lines(file)), signer);
        } catch (IOException | RuntimeException e) {
            throw new SignatureFault("its signature cannot be read: " + e.getMessage());
        }
    }

    /** Lines without what is not signed: white space at their ends, and the end of the last one. */
    private static List<String> lines(byte[] content) {
        List<String> lines = new ArrayList<>();
        for (String line : new String(content, StandardCharsets.UTF_8).split("\n", -1)) {
            int end = line.length();
            while (end > 0 && " \t\r".indexOf(line.charAt(end - 1)) >= 0) {
                end--;
            }
            lines.add(line.substring(0, end));
        }
        if (lines.get(lines.size() - 1).isEmpty()) {
            lines.remove(lines.size() - 1);
        }
        return lines;
    }

    /** Who made the first good signature. */
    private String verified(InputStream signatures, byte[] content, Set<Integer> types)
            throws IOException, SignatureFault {
        if (!(new BcPGPObjectFactory(signatures).nextObject() instanceof PGPSignatureList list) || list.isEmpty()) {
            throw new SignatureFault("it has no signature");
        }
        List<String> faults = new ArrayList<>();
        for (int i = 0; i < Math.min(list.size(), MOST_SIGNATURES); i++) {
            PGPSignature signature = list.get(i);
            String id = String.format("%016X", signature.getKeyID());
            PGPPublicKeyRing ring = keyring.getPublicKeyRing(signature.getKeyID());
            if (ring == null) {
                faults.add("the key " + id + " is not in the keyring");
                continue;
            }
            OpenPGPCertificate owner = new OpenPGPCertificate(ring, new BcOpenPGPImplementation());
            OpenPGPComponentKey key =
                    owner.getKey(ring.getPublicKey(signature.getKeyID()).getKeyIdentifier());
            String fault = fault(signature, types);
            if (fault.isEmpty()) {
                fault = fault(key, signature.getCreationTime().toInstant());
            }
            if (fault.isEmpty()) {
                fault = fault(signature, key.getPGPPublicKey(), content);
            }
            if (fault.isEmpty()) {
                return HexFormat.of()
                        .withUpperCase()
                        .formatHex(ring.getPublicKey().getFingerprint());
            }
            faults.add("key " + id + ": " + fault);
        }
        throw new SignatureFault("no good signature: " + String.join("; ", faults));
    }

    /** What is wrong with a signature, whoever made it. */
    private String fault(PGPSignature signature, Set<Integer> types) {
        if (!types.contains(signature.getSignatureType())) {
            return "it is a signature for something else";
        }
        if (!GOOD_HASHES.contains(signature.getHashAlgorithm())) {
            return "its hash is too weak";
        }
        Instant made = signature.getCreationTime().toInstant();
        if (made.isAfter(now.plus(CLOCKS_DIFFER))) {
            return "it was made in the future";
        }
        if (signature.getHashedSubPackets() != null
                && isOver(made, signature.getHashedSubPackets().getSignatureExpirationTime())) {
            return "it has expired";
        }
        return "";
    }

    /** Why a key must not sign now, if that is so. */
    private String fault(OpenPGPComponentKey key, Instant made) {
        Date at = Date.from(now);
        OpenPGPComponentKey primary = key.getCertificate().getPrimaryKey();
        if (key.getRevocation(at) != null || primary.getRevocation(at) != null) {
            return "the key is revoked";
        }
        for (OpenPGPComponentKey one : List.of(key, primary)) {
            Date end = one.getKeyExpirationDateAt(at);
            if (end != null && now.isAfter(end.toInstant())) {
                return "the key has expired";
            }
        }
        if (!key.isBoundAt(at)) {
            return "the key is not bound to its owner by good signatures";
        }
        if (key.getKeyFlags(at) != null && !key.isSigningKey(at)) {
            return "the key is not for signing";
        }
        return made.isBefore(key.getCreationTime().toInstant()) ? "it is older than the key" : "";
    }

    private static String fault(PGPSignature signature, PGPPublicKey key, byte[] content) {
        try {
            signature.init(new BcPGPContentVerifierBuilderProvider(), key);
            signature.update(content);
            return signature.verify() ? "" : "it does not fit the content";
        } catch (PGPException e) {
            return "it cannot be verified: " + e.getMessage();
        }
    }

    /** @param seconds after the start; 0 means for ever */
    private boolean isOver(Instant start, long seconds) {
        return seconds > 0 && now.isAfter(start.plusSeconds(seconds));
    }
}
