package io.faultline.machine;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;

/** A machine's SSH host key (Ed25519), and what ssh-keygen would sign with it. */
public final class HostKey {
    private final KeyPair pair;

    public HostKey() {
        try {
            pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private byte[] publicKey() {
        byte[] encoded = pair.getPublic().getEncoded();
        return join(text("ssh-ed25519"), Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
    }

    public String knownHostsLine(String address) {
        return address + " ssh-ed25519 " + Base64.getEncoder().encodeToString(publicKey()) + "\n";
    }

    /** The message with its signature behind it. */
    public byte[] signed(String message, String namespace) {
        byte[] content = message.getBytes(StandardCharsets.ISO_8859_1);
        try {
            byte[] hashed = MessageDigest.getInstance("SHA-512").digest(content);
            byte[] magic = text("SSHSIG");
            Signature signer = Signature.getInstance("Ed25519");
            signer.initSign(pair.getPrivate());
            signer.update(magic);
            signer.update(join(text(namespace), new byte[0], text("sha512"), hashed));
            byte[] signature = join(text("ssh-ed25519"), signer.sign());
            byte[] rest = join(publicKey(), text(namespace), new byte[0], text("sha512"), signature);
            byte[] blob = ByteBuffer.allocate(magic.length + 4 + rest.length)
                    .put(magic)
                    .putInt(1)
                    .put(rest)
                    .array();
            String armoured = "-----BEGIN SSH SIGNATURE-----\n"
                    + Base64.getMimeEncoder(70, new byte[] {'\n'}).encodeToString(blob)
                    + "\n-----END SSH SIGNATURE-----\n";
            return (message + armoured).getBytes(StandardCharsets.ISO_8859_1);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** As SSH has strings: each behind its length. */
    private static byte[] join(byte[]... strings) {
        ByteBuffer all = ByteBuffer.allocate(
                Arrays.stream(strings).mapToInt(part -> 4 + part.length).sum());
        for (byte[] string : strings) {
            all.putInt(string.length).put(string);
        }
        return all.array();
    }
}
