package io.faultline.machine;

import io.faultline.net.ProtocolFault;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/**
 * A signature as {@code ssh-keygen -Y sign} makes it (OpenSSH's PROTOCOL.sshsig): made by Ed25519, ECDSA on NIST's
 * curves, or RSA with SHA-2. It tells the key that made it; whether that key may sign is for the caller.
 */
public final class SshSignature {
    static final String BEGIN = "-----BEGIN SSH SIGNATURE-----\n";
    private static final String END = "-----END SSH SIGNATURE-----";
    private static final byte[] MAGIC = "SSHSIG".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 1;
    private static final int SHORTEST_RSA = 2048;

    /** What stands before the 32 bytes of an Ed25519 key in X.509's form (RFC 8410). */
    private static final byte[] ED25519_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

    private final byte[] key;
    private final String namespace;
    private final String hash;
    private final String format;
    private final byte[] signature;

    private SshSignature(byte[] key, String namespace, String hash, String format, byte[] signature) {
        this.key = key;
        this.namespace = namespace;
        this.hash = hash;
        this.format = format;
        this.signature = signature;
    }

    /**
     * Reads the armoured form.
     *
     * @throws ProtocolFault if it is no such signature
     */
    public static SshSignature parse(String armoured) throws ProtocolFault {
        String text = armoured.strip();
        if (!armoured.startsWith(BEGIN) || !text.endsWith(END)) {
            throw new ProtocolFault("the signature is not whole");
        }
        byte[] blob;
        try {
            blob = Base64.getDecoder()
                    .decode(text.substring(BEGIN.length(), text.length() - END.length())
                            .replace("\n", ""));
        } catch (IllegalArgumentException e) {
            throw new ProtocolFault("the signature is no Base64", e);
        }
        ByteBuffer in = ByteBuffer.wrap(blob);
        in.position(Math.min(MAGIC.length, blob.length));
        if (in.remaining() < Integer.BYTES
                || !Arrays.equals(blob, 0, MAGIC.length, MAGIC, 0, MAGIC.length)
                || in.getInt() != VERSION) {
            throw new ProtocolFault("the signature is none of SSH, version " + VERSION);
        }
        byte[] key = string(in);
        String namespace = text(in);
        string(in);
        String hash = text(in);
        ByteBuffer signed = ByteBuffer.wrap(string(in));
        String format = text(signed);
        byte[] signature = string(signed);
        if (in.hasRemaining() || signed.hasRemaining()) {
            throw new ProtocolFault("the signature has something behind its end");
        }
        return new SshSignature(key, namespace, hash, format, signature);
    }

    private static byte[] string(ByteBuffer in) throws ProtocolFault {
        if (in.remaining() < Integer.BYTES) {
            throw new ProtocolFault("the signature is cut off");
        }
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw new ProtocolFault("the signature is cut off");
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    private static String text(ByteBuffer in) throws ProtocolFault {
        return new String(string(in), StandardCharsets.ISO_8859_1);
    }

    /** The public key that made it, in SSH's form, as known_hosts has it in Base64. */
    public byte[] key() {
        return key.clone();
    }

    /** What it was made for. */
    public String namespace() {
        return namespace;
    }

    /**
     * Whether that key made it for this message.
     *
     * @throws ProtocolFault if it is of a kind that is not taken
     */
    public boolean isFor(byte[] message) throws ProtocolFault {
        String digest = switch (hash) {
            case "sha256" -> "SHA-256";
            case "sha512" -> "SHA-512";
            default -> throw new ProtocolFault("the signature hashes with " + hash + ", not sha256 or sha512");
        };
        try {
            byte[] hashed = MessageDigest.getInstance(digest).digest(message);
            byte[] signedData = ByteBuffer.allocate(
                            MAGIC.length + 4 * Integer.BYTES + namespace.length() + hash.length() + hashed.length)
                    .put(MAGIC)
                    .putInt(namespace.length())
                    .put(namespace.getBytes(StandardCharsets.ISO_8859_1))
                    .putInt(0)
                    .putInt(hash.length())
                    .put(hash.getBytes(StandardCharsets.ISO_8859_1))
                    .putInt(hashed.length)
                    .put(hashed)
                    .array();
            return verified(signedData);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new ProtocolFault("the signature or its key is malformed", e);
        }
    }

    private boolean verified(byte[] data) throws GeneralSecurityException, ProtocolFault {
        ByteBuffer in = ByteBuffer.wrap(key);
        String type = text(in);
        switch (type) {
            case "ssh-ed25519" -> {
                expect(format.equals(type));
                byte[] encoded = Arrays.copyOf(ED25519_PREFIX, ED25519_PREFIX.length + 32);
                byte[] point = string(in);
                expect(point.length == 32 && signature.length == 64);
                System.arraycopy(point, 0, encoded, ED25519_PREFIX.length, 32);
                PublicKey made = KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
                return verified("Ed25519", made, data, signature);
            }
            case "ecdsa-sha2-nistp256" -> {
                return ecdsa(type, in, "secp256r1", 32, "SHA256", data);
            }
            case "ecdsa-sha2-nistp384" -> {
                return ecdsa(type, in, "secp384r1", 48, "SHA384", data);
            }
            case "ecdsa-sha2-nistp521" -> {
                return ecdsa(type, in, "secp521r1", 66, "SHA512", data);
            }
            case "ssh-rsa" -> {
                return rsa(in, data);
            }
            default -> throw new ProtocolFault("keys of type " + type + " are not taken");
        }
    }

    private boolean ecdsa(String type, ByteBuffer in, String curve, int size, String digest, byte[] data)
            throws GeneralSecurityException, ProtocolFault {
        expect(format.equals(type) && text(in).equals(type.substring(type.lastIndexOf('-') + 1)));
        byte[] point = string(in);
        expect(point.length == 1 + 2 * size && point[0] == 4);
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec(curve));
        ECPoint at = new ECPoint(new BigInteger(1, point, 1, size), new BigInteger(1, point, 1 + size, size));
        PublicKey made = KeyFactory.getInstance("EC")
                .generatePublic(new ECPublicKeySpec(at, parameters.getParameterSpec(ECParameterSpec.class)));
        ByteBuffer parts = ByteBuffer.wrap(signature);
        byte[] both = new byte[2 * size];
        put(string(parts), both, 0, size);
        put(string(parts), both, size, size);
        expect(!parts.hasRemaining());
        return verified(digest + "withECDSAinP1363Format", made, data, both);
    }

    private boolean rsa(ByteBuffer in, byte[] data) throws GeneralSecurityException, ProtocolFault {
        String algorithm = switch (format) {
            case "rsa-sha2-512" -> "SHA512withRSA";
            case "rsa-sha2-256" -> "SHA256withRSA";
            default -> throw new ProtocolFault("RSA signatures of format " + format + " are not taken");
        };
        BigInteger exponent = new BigInteger(1, string(in));
        BigInteger modulus = new BigInteger(1, string(in));
        expect(modulus.bitLength() >= SHORTEST_RSA && modulus.bitLength() <= 8 * SHORTEST_RSA);
        byte[] whole = new byte[(modulus.bitLength() + 7) / 8];
        put(signature, whole, 0, whole.length);
        PublicKey made = KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus, exponent));
        return verified(algorithm, made, data, whole);
    }

    /** A number of SSH, to the right of a field of fixed size, without the zero of its sign. */
    private static void put(byte[] number, byte[] into, int from, int size) throws ProtocolFault {
        int zeros = number.length > size && number[0] == 0 ? 1 : 0;
        int length = number.length - zeros;
        expect(length <= size);
        System.arraycopy(number, zeros, into, from + size - length, length);
    }

    private static boolean verified(String algorithm, PublicKey key, byte[] data, byte[] signature)
            throws GeneralSecurityException {
        Signature verifier = Signature.getInstance(algorithm);
        verifier.initVerify(key);
        verifier.update(data);
        return verifier.verify(signature);
    }

    private static void expect(boolean condition) throws ProtocolFault {
        if (!condition) {
            throw new ProtocolFault("the signature or its key is malformed");
        }
    }
}
