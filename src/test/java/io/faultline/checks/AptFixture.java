package io.faultline.checks;

import io.faultline.demo.HttpPeer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Date;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.bouncycastle.bcpg.ArmoredOutputStream;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyAlgorithmTags;
import org.bouncycastle.crypto.generators.Ed25519KeyPairGenerator;
import org.bouncycastle.crypto.params.Ed25519KeyGenerationParameters;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPKeyPair;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureGenerator;
import org.bouncycastle.openpgp.PGPSignatureSubpacketGenerator;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentSignerBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPKeyPair;

/** An APT repository in memory, made and signed as its owner would, and then spoilt as a test needs it. */
final class AptFixture {
    static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    /** A signing key. */
    static final class Signer {
        private final PGPKeyPair pair;

        Signer(Instant made) {
            try {
                Ed25519KeyPairGenerator generator = new Ed25519KeyPairGenerator();
                generator.init(new Ed25519KeyGenerationParameters(new SecureRandom()));
                pair = new BcPGPKeyPair(
                        org.bouncycastle.bcpg.PublicKeyPacket.VERSION_4,
                        PublicKeyAlgorithmTags.EDDSA_LEGACY,
                        generator.generateKeyPair(),
                        Date.from(made));
            } catch (PGPException e) {
                throw new IllegalStateException(e);
            }
        }

        /** The public key with a user and the lifetime it was given, as a keyring holds it. */
        byte[] keyring(long validSeconds, boolean armoured, boolean revoked) {
            try {
                // As old as the key: the tests' clock stands still, the machine's does not.
                Date made = pair.getPublicKey().getCreationTime();
                PGPSignatureSubpacketGenerator packets = new PGPSignatureSubpacketGenerator();
                packets.setSignatureCreationTime(true, made);
                if (validSeconds > 0) {
                    packets.setKeyExpirationTime(true, validSeconds);
                }
                PGPSignatureGenerator generator =
                        generator(PGPSignature.POSITIVE_CERTIFICATION, HashAlgorithmTags.SHA512);
                generator.setHashedSubpackets(packets.generate());
                PGPPublicKey key = PGPPublicKey.addCertification(
                        pair.getPublicKey(),
                        "Archive <archive@example.org>",
                        generator.generateCertification("Archive <archive@example.org>", pair.getPublicKey()));
                if (revoked) {
                    PGPSignatureGenerator revocation = generator(PGPSignature.KEY_REVOCATION, HashAlgorithmTags.SHA512);
                    PGPSignatureSubpacketGenerator then = new PGPSignatureSubpacketGenerator();
                    then.setSignatureCreationTime(true, made);
                    revocation.setHashedSubpackets(then.generate());
                    key = PGPPublicKey.addCertification(key, revocation.generateCertification(key));
                }
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                if (armoured) {
                    try (ArmoredOutputStream armour =
                            ArmoredOutputStream.builder().build(out)) {
                        key.encode(armour);
                    }
                } else {
                    key.encode(out);
                }
                return out.toByteArray();
            } catch (IOException | PGPException e) {
                throw new IllegalStateException(e);
            }
        }

        private PGPSignatureGenerator generator(int type, int hash) throws PGPException {
            PGPSignatureGenerator generator = new PGPSignatureGenerator(
                    new BcPGPContentSignerBuilder(PublicKeyAlgorithmTags.EDDSA_LEGACY, hash), pair.getPublicKey());
            generator.init(type, pair.getPrivateKey());
            return generator;
        }

        byte[] detached(String text, int hash, Instant at) {
            try {
                PGPSignatureGenerator generator = generator(PGPSignature.BINARY_DOCUMENT, hash);
                PGPSignatureSubpacketGenerator packets = new PGPSignatureSubpacketGenerator();
                packets.setSignatureCreationTime(true, Date.from(at));
                generator.setHashedSubpackets(packets.generate());
                generator.update(text.getBytes(StandardCharsets.UTF_8));
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                try (ArmoredOutputStream armour = ArmoredOutputStream.builder().build(out)) {
                    generator.generate().encode(armour);
                }
                return out.toByteArray();
            } catch (IOException | PGPException e) {
                throw new IllegalStateException(e);
            }
        }

        String clearSigned(String text, int hash, Instant at) {
            try {
                PGPSignatureGenerator generator = generator(PGPSignature.CANONICAL_TEXT_DOCUMENT, hash);
                PGPSignatureSubpacketGenerator packets = new PGPSignatureSubpacketGenerator();
                packets.setSignatureCreationTime(true, Date.from(at));
                generator.setHashedSubpackets(packets.generate());
                StringBuilder canonical = new StringBuilder();
                for (String line : text.strip().split("\n")) {
                    canonical.append(canonical.isEmpty() ? "" : "\r\n").append(line.stripTrailing());
                }
                generator.update(canonical.toString().getBytes(StandardCharsets.UTF_8));
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                try (ArmoredOutputStream armour = ArmoredOutputStream.builder().build(out)) {
                    armour.beginClearText(hash);
                    armour.write((text.strip() + "\n").getBytes(StandardCharsets.UTF_8));
                    armour.endClearText();
                    generator.generate().encode(armour);
                }
                return out.toString(StandardCharsets.UTF_8);
            } catch (IOException | PGPException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    final Instant now;
    final Signer signer;
    final Map<String, String> fields = new LinkedHashMap<>();
    final Map<String, byte[]> indices = new LinkedHashMap<>();
    int hash = HashAlgorithmTags.SHA512;

    AptFixture(Instant now) {
        this.now = now;
        this.signer = new Signer(now.minusSeconds(86_400L * 100));
        fields.put("Origin", "Example");
        fields.put("Suite", "stable");
        fields.put("Codename", "dashing");
        fields.put("Date", DATE.format(now.minusSeconds(3600)));
        fields.put("Acquire-By-Hash", "yes");
        indices.put("main/binary-amd64/Packages", "Package: hello\nVersion: 1\n".getBytes(StandardCharsets.UTF_8));
        indices.put("main/binary-amd64/Packages.xz", new byte[] {(byte) 0xfd, '7', 'z', 'X', 'Z', 0, 1, 2, 3});
    }

    /** A keyring for tests that need just one. */
    static byte[] keyring() {
        return new Signer(Instant.parse("2026-01-01T00:00:00Z")).keyring(0, false, false);
    }

    String release() {
        StringBuilder text = new StringBuilder();
        fields.forEach(
                (name, value) -> text.append(name).append(": ").append(value).append('\n'));
        text.append("MD5Sum:\n 0123456789abcdef0123456789abcdef 1 main/binary-amd64/Packages\nSHA256:\n");
        indices.forEach((name, content) -> text.append(' ')
                .append(sha256(content))
                .append("        ")
                .append(content.length)
                .append(' ')
                .append(name)
                .append('\n'));
        return text.toString();
    }

    /** Puts everything on a server, as it is now. */
    AptFixture publish(HttpPeer server) {
        return publish(server, "/debian/dists/stable/");
    }

    AptFixture publish(HttpPeer server, String base) {
        String release = release();
        server.page(base + "InRelease", "text/plain", signer.clearSigned(release, hash, now.minusSeconds(3600)));
        server.page(base + "Release", "text/plain", release);
        put(server, base + "Release.gpg", signer.detached(release, hash, now.minusSeconds(3600)));
        indices.forEach((name, content) -> {
            put(server, base + name, content);
            put(
                    server,
                    base + name.substring(0, name.lastIndexOf('/')) + "/by-hash/SHA256/" + sha256(content),
                    content);
        });
        return this;
    }

    static void put(HttpPeer server, String path, byte[] content) {
        server.handle(path, exchange -> {
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content);
        });
    }

    static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
