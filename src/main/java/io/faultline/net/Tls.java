package io.faultline.net;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathValidatorException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.apache.hc.client5.http.ssl.DefaultHostnameVerifier;

/**
 * Client-side TLS that explains. The handshake is finished whatever the certificate says, and what is wrong with it is
 * told in {@link Connection#fault}; a caller that is going to send or believe anything asks {@link
 * Connection#verified()} first.
 *
 * <p>Thread-safe.
 */
public final class Tls {
    private static final Tls SYSTEM = new Tls(null);
    private static final Map<Path, Tls> BY_CA_FILE = new ConcurrentHashMap<>();

    private final SSLContext context;
    private final X509ExtendedTrustManager trust;

    private Tls(KeyStore anchors) {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(anchors);
            trust = (X509ExtendedTrustManager) factory.getTrustManagers()[0];
            context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new AcceptForInspection()}, null);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no TLS", e);
        }
    }

    /** Trusts what the operating system trusts. */
    public static Tls system() {
        return SYSTEM;
    }

    /**
     * Trusts the certificates in a PEM file, and nothing else.
     *
     * @throws IOException if the file cannot be read or holds no certificate
     */
    public static Tls trusting(Path pem) throws IOException {
        Tls known = BY_CA_FILE.get(pem);
        if (known != null) {
            return known;
        }
        try (InputStream in = Files.newInputStream(pem)) {
            KeyStore anchors = KeyStore.getInstance(KeyStore.getDefaultType());
            anchors.load(null, null);
            int count = 0;
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                anchors.setCertificateEntry("ca-" + count++, certificate);
            }
            if (count == 0) {
                throw new IOException(pem + " holds no certificate in PEM form");
            }
            Tls tls = new Tls(anchors);
            BY_CA_FILE.put(pem, tls);
            return tls;
        } catch (GeneralSecurityException e) {
            throw new IOException(pem + " holds no certificate in PEM form: " + e.getMessage(), e);
        }
    }

    /**
     * A TLS connection with what is known about the other side.
     *
     * @param chain as the server sent it, its own certificate first
     * @param chainFault why the chain does not lead to a trusted root, if so
     * @param nameFault why the certificate is not one for the name, if so
     */
    public record Connection(
            SSLSocket socket, List<X509Certificate> chain, Optional<String> chainFault, Optional<String> nameFault) {

        public Connection {
            chain = List.copyOf(chain);
        }

        public X509Certificate certificate() {
            return chain.get(0);
        }

        public Optional<String> fault() {
            return chainFault.or(() -> nameFault);
        }

        /**
         * This connection, if the other side is who it should be.
         *
         * @throws TlsFault otherwise
         */
        public Connection verified() throws TlsFault {
            if (fault().isPresent()) {
                throw new TlsFault(fault().get());
            }
            return this;
        }
    }

    /** The other side is not who it should be. */
    public static final class TlsFault extends IOException {
        private static final long serialVersionUID = 1L;

        public TlsFault(String message) {
            super(message);
        }
    }

    /**
     * Does the handshake over a connected socket.
     *
     * @param name the name to ask for (SNI) and to find in the certificate
     */
    public Connection handshake(Socket connected, String name, Lifetime lifetime) throws IOException {
        SSLSocket socket = lifetime.own(
                (SSLSocket) context.getSocketFactory().createSocket(connected, name, connected.getPort(), true));
        SSLParameters parameters = socket.getSSLParameters();
        if (!SystemResolver.isLiteral(name)) {
            try {
                parameters.setServerNames(List.of(new SNIHostName(name)));
            } catch (IllegalArgumentException e) {
                // Names that DNS allows and SNI does not, such as a_b.example.org: go without.
                parameters.setServerNames(List.of());
            }
        }
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        List<X509Certificate> chain = new ArrayList<>();
        for (Certificate certificate : socket.getSession().getPeerCertificates()) {
            chain.add((X509Certificate) certificate);
        }
        return new Connection(socket, chain, chainFault(chain), nameFault(name, chain.get(0)));
    }

    private Optional<String> chainFault(List<X509Certificate> chain) {
        try {
            // "UNKNOWN" is what JSSE itself passes for TLS 1.3, where the key exchange does not tell the type.
            trust.checkServerTrusted(chain.toArray(new X509Certificate[0]), "UNKNOWN");
            return Optional.empty();
        } catch (CertificateException e) {
            return Optional.of(explained(e, chain));
        }
    }

    private static String explained(CertificateException e, List<X509Certificate> chain) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateExpiredException) {
                return "the certificate has expired";
            }
            if (cause instanceof CertificateNotYetValidException) {
                return "the certificate is not valid yet";
            }
            if (cause instanceof CertPathValidatorException path
                    && path.getReason() == CertPathValidatorException.BasicReason.ALGORITHM_CONSTRAINED) {
                return "the certificate uses an algorithm that is too weak: " + path.getMessage();
            }
        }
        X509Certificate first = chain.get(0);
        if (first.getIssuerX500Principal().equals(first.getSubjectX500Principal())) {
            return "the certificate is self-signed and not trusted";
        }
        if (String.valueOf(e.getMessage()).contains("unable to find valid certification path")) {
            return "the certificate chain does not lead to a trusted root (missing intermediate, or unknown issuer)";
        }
        return "the certificate chain is not valid: " + e.getMessage();
    }

    private static Optional<String> nameFault(String name, X509Certificate certificate) {
        try {
            new DefaultHostnameVerifier().verify(name, certificate);
            return Optional.empty();
        } catch (SSLException e) {
            return Optional.of("the certificate is not for " + name);
        }
    }

    /** Lets the handshake finish; nothing is trusted by it. */
    private static final class AcceptForInspection extends X509ExtendedTrustManager {
        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            throw new CertificateException("only servers are inspected");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            checkClientTrusted(chain, authType);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            checkClientTrusted(chain, authType);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
