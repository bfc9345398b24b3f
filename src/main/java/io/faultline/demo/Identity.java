package io.faultline.demo;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/** What a TLS server proves itself with: its key, and the chain that it sends, its own certificate first. */
public record Identity(PrivateKey key, List<X509Certificate> chain) {
    public Identity {
        chain = List.copyOf(chain);
    }

    @Override
    public String toString() {
        return "identity of " + chain.get(0).getSubjectX500Principal();
    }
}
