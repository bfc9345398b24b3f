package io.faultline.peers;

import java.io.IOException;
import java.nio.file.Path;

/** A certificate for 127.0.0.1, localhost and example.org that vouches for itself, in cert.pem and key.pem. */
final class PeerCertificate {
    private PeerCertificate() {}

    static Path make(Path folder) throws IOException {
        RealServer.run(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-days",
                "90",
                "-subj",
                "/CN=127.0.0.1",
                "-addext",
                "subjectAltName=IP:127.0.0.1,DNS:localhost,DNS:example.org",
                "-keyout",
                folder.resolve("key.pem").toString(),
                "-out",
                folder.resolve("cert.pem").toString());
        return folder.resolve("cert.pem");
    }
}
