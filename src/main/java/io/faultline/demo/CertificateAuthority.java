package io.faultline.demo;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A certificate authority of our own, for servers on loopback. It issues whatever it is asked to: any names, any dates.
 *
 * <p>Thread-safe.
 */
public final class CertificateAuthority {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final KeyPair keys;
    private final X509Certificate certificate;
    private final List<X509Certificate> intermediates;

    private CertificateAuthority(KeyPair keys, X509Certificate certificate, List<X509Certificate> intermediates) {
        this.keys = keys;
        this.certificate = certificate;
        this.intermediates = intermediates;
    }

    /** A root. */
    public static CertificateAuthority create(String name, Instant from, Instant until) {
        KeyPair keys = newKeys();
        X500Name subject = named(name);
        return new CertificateAuthority(
                keys, signed(subject, keys, subject, keys.getPublic(), from, until, true, List.of()), List.of());
    }

    /** An authority below this one; what it issues is sent along with its own certificate. */
    public CertificateAuthority subordinate(String name, Instant from, Instant until) {
        KeyPair below = newKeys();
        X509Certificate issued = sign(named(name), below.getPublic(), from, until, true, List.of());
        List<X509Certificate> chain = new ArrayList<>(List.of(issued));
        chain.addAll(intermediates);
        return new CertificateAuthority(below, issued, chain);
    }

    /**
     * A server's certificate, with a new key.
     *
     * @param names host names or addresses, also such as no authority would issue; the first is the common name too
     */
    public Identity issue(Instant from, Instant until, String... names) {
        List<GeneralName> alternatives = Arrays.stream(names)
                .map(name -> new GeneralName(isAddress(name) ? GeneralName.iPAddress : GeneralName.dNSName, name))
                .toList();
        KeyPair server = newKeys();
        List<X509Certificate> chain = new ArrayList<>();
        chain.add(sign(named(names[0]), server.getPublic(), from, until, false, alternatives));
        chain.addAll(intermediates);
        return new Identity(server.getPrivate(), chain);
    }

    public X509Certificate certificate() {
        return certificate;
    }

    /** Writes the certificate as a PEM file, as {@code ca-file} wants it. */
    public Path writePem(Path file) throws IOException {
        byte[] der;
        try {
            der = certificate.getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        String body = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(der);
        return Files.writeString(file, "-----BEGIN CERTIFICATE-----\n" + body + "\n-----END CERTIFICATE-----\n");
    }

    private X509Certificate sign(
            X500Name subject,
            PublicKey key,
            Instant from,
            Instant until,
            boolean authority,
            List<GeneralName> alternatives) {
        X500Name issuer =
                X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
        return signed(issuer, keys, subject, key, from, until, authority, alternatives);
    }

    private static X509Certificate signed(
            X500Name issuer,
            KeyPair issuerKeys,
            X500Name subject,
            PublicKey key,
            Instant from,
            Instant until,
            boolean authority,
            List<GeneralName> alternatives) {
        try {
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    issuer, new BigInteger(120, RANDOM), Date.from(from), Date.from(until), subject, key);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            if (!alternatives.isEmpty()) {
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(alternatives.toArray(new GeneralName[0])));
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(
                            new JcaContentSignerBuilder("SHA256withECDSA").build(issuerKeys.getPrivate())));
        } catch (OperatorCreationException | CertIOException | GeneralSecurityException e) {
            throw new IllegalStateException("this certificate cannot be made", e);
        }
    }

    private static X500Name named(String commonName) {
        // RFC 5280 allows 64 characters here; what counts are the alternative names.
        String shortened = commonName.isEmpty() ? "?" : commonName.substring(0, Math.min(64, commonName.length()));
        return new X500NameBuilder().addRDN(BCStyle.CN, shortened).build();
    }

    private static boolean isAddress(String name) {
        return name.matches("[0-9a-fA-F]*:[0-9a-fA-F:.]+|[0-9]+(\\.[0-9]+){3}");
    }

    private static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no elliptic curves", e);
        }
    }
}
