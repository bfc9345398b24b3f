package io.faultline.net;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathValidatorException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateParsingException;
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
import javax.net.ssl.SSLSocketFactory;
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
    private static final TrustManager[] INSPECTION = {new AcceptForInspection()};
    private static final Map<Path, FromFile> BY_CA_FILE = new ConcurrentHashMap<>();

    private final X509ExtendedTrustManager trust;

    /** What was read from a file that then had this time and size. */
    private record FromFile(FileTime modified, long size, Tls tls) {
        boolean isCurrent(Path pem) {
            try {
                BasicFileAttributes file = Files.readAttributes(pem, BasicFileAttributes.class);
                return modified.equals(file.lastModifiedTime()) && size == file.size();
            } catch (IOException e) {
                return false;
            }
        }
    }

    private Tls(KeyStore anchors) {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(anchors);
            trust = (X509ExtendedTrustManager) factory.getTrustManagers()[0];
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no TLS", e);
        }
    }

    /** Trusts what the operating system trusts. */
    public static Tls system() {
        return OfTheSystem.TLS;
    }

    /** Loaded when first asked for: reading some hundred certificates takes its time. */
    private static final class OfTheSystem {
        static final Tls TLS = new Tls(null);
    }

    /** Trusts what a file says, or without one what the operating system does. */
    public static Tls trusting(Optional<Path> pem) throws IOException {
        return pem.isPresent() ? trusting(pem.get()) : system();
    }

    /**
     * Trusts the certificates in a PEM file, and nothing else.
     *
     * @throws LocalFault if the file cannot be read or holds no certificate
     */
    public static Tls trusting(Path pem) throws IOException {
        FromFile known = BY_CA_FILE.get(pem);
        if (known != null && known.isCurrent(pem)) {
            return known.tls;
        }
        byte[] content = LocalFile.read(pem);
        try {
            KeyStore anchors = KeyStore.getInstance(KeyStore.getDefaultType());
            anchors.load(null, null);
            int count = 0;
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(content))) {
                anchors.setCertificateEntry("ca-" + count++, certificate);
            }
            if (count == 0) {
                throw new LocalFault(pem + " holds no certificate in PEM form");
            }
            Tls tls = new Tls(anchors);
            BY_CA_FILE.put(pem, new FromFile(Files.getLastModifiedTime(pem), content.length, tls));
            return tls;
        } catch (GeneralSecurityException e) {
            throw new LocalFault(pem + " holds no certificate in PEM form: " + e.getMessage(), e);
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

        /** The version, such as {@code TLSv1.3}. */
        public String protocol() {
            return socket.getSession().getProtocol();
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
     * Does the handshake over a connected socket, which goes on to belong to its lifetime.
     *
     * @param name the name to ask for (SNI) and to find in the certificate
     */
    public Connection handshake(Socket connected, String name, Lifetime lifetime) throws IOException {
        // Not owned by the lifetime: closing TLS waits for a peer that does not read; closing what is under it does
        // not.
        SSLSocket socket =
                (SSLSocket) context().getSocketFactory().createSocket(connected, name, connected.getPort(), true);
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
        try {
            socket.startHandshake();
        } catch (SSLException e) {
            lifetime.left();
            throw e.getCause() instanceof LimitExceeded limit ? limit : e;
        }
        List<X509Certificate> chain = new ArrayList<>();
        for (Certificate certificate : socket.getSession().getPeerCertificates()) {
            chain.add((X509Certificate) certificate);
        }
        return new Connection(socket, chain, chainFault(chain), nameFault(name, chain.get(0)));
    }

    /**
     * For libraries that lay TLS over a connection themselves: its sockets refuse, in the handshake, every server that
     * is not {@code name}. It opens no connections.
     */
    public SSLSocketFactory verifyingFactory(String name) {
        try {
            SSLContext verifying = SSLContext.getInstance("TLS");
            verifying.init(null, new TrustManager[] {new RefuseWhatIsWrong(name)}, null);
            return new OverConnected(verifying.getSocketFactory(), name);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no TLS", e);
        }
    }

    /** A new one each time: sessions are resumed within a context, and then the certificate would not be seen. */
    private static SSLContext context() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, INSPECTION, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no TLS", e);
        }
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
        return isFor(name, certificate) ? Optional.empty() : Optional.of("the certificate is not for " + name);
    }

    /** Whether a certificate is for a host, by its alternative names only as browsers do it (RFC 9525). */
    public static boolean isFor(String host, X509Certificate certificate) {
        try {
            if (certificate.getSubjectAlternativeNames() == null) {
                return false;
            }
            new DefaultHostnameVerifier().verify(host, certificate);
            return true;
        } catch (SSLException | CertificateParsingException e) {
            return false;
        }
    }

    /** Ends the handshake with the explanation that {@link Connection#fault} would give. */
    private final class RefuseWhatIsWrong extends Inspecting {
        private final String name;

        RefuseWhatIsWrong(String name) {
            this.name = name;
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            Optional<String> fault = chainFault(List.of(chain)).or(() -> nameFault(name, chain[0]));
            if (fault.isPresent()) {
                throw new CertificateException(fault.get());
            }
        }
    }

    /** Lets the handshake finish; nothing is trusted by it. */
    private static final class AcceptForInspection extends Inspecting {
        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}
    }

    /** Looks at servers only, and always in the same way. */
    private abstract static class Inspecting extends X509ExtendedTrustManager {
        @Override
        public final void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            checkServerTrusted(chain, authType);
        }

        @Override
        public final void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            checkServerTrusted(chain, authType);
        }

        @Override
        public final void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            throw new CertificateException("only servers are inspected");
        }

        @Override
        public final void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            checkClientTrusted(chain, authType);
        }

        @Override
        public final void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            checkClientTrusted(chain, authType);
        }

        @Override
        public final X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    /** Makes TLS sockets out of connected ones, whatever name it is told. */
    private static final class OverConnected extends SSLSocketFactory {
        private final SSLSocketFactory factory;
        private final String name;

        OverConnected(SSLSocketFactory factory, String name) {
            this.factory = factory;
            this.name = name;
        }

        @Override
        public Socket createSocket(Socket connected, String host, int port, boolean autoClose) throws IOException {
            return factory.createSocket(connected, name, port, autoClose);
        }

        @Override
        public String[] getDefaultCipherSuites() {
            return factory.getDefaultCipherSuites();
        }

        @Override
        public String[] getSupportedCipherSuites() {
            return factory.getSupportedCipherSuites();
        }

        @Override
        public Socket createSocket(String host, int port) {
            throw opensNothing();
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress local, int localPort) {
            throw opensNothing();
        }

        @Override
        public Socket createSocket(InetAddress host, int port) {
            throw opensNothing();
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
            throw opensNothing();
        }

        private static UnsupportedOperationException opensNothing() {
            return new UnsupportedOperationException("connections come from a Dialer");
        }
    }
}
