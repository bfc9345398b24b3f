package io.faultline.checks;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.check.Status;
import io.faultline.demo.CertificateAuthority;
import io.faultline.demo.HttpPeer;
import io.faultline.demo.Identity;
import io.faultline.demo.SmtpPeer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TlsCheckTest {
    @TempDir
    static Path folder;

    private static Instant from;
    private static CertificateAuthority authority;
    private static Path caFile;
    private static HttpPeer server;
    private static Identity identity;

    @BeforeAll
    static void start() throws IOException {
        from = Instant.now().minus(Duration.ofDays(1));
        authority = CertificateAuthority.create("Test CA", from, from.plus(Duration.ofDays(365)));
        caFile = authority.writePem(folder.resolve("ca.pem"));
        identity =
                authority.issue(from, from.plus(Duration.ofDays(61)), "example.org", "*.wild.example.org", "127.0.0.1");
        server = HttpPeer.start(Optional.of(identity));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "                               | OK       | OK the certificate is valid for 59 days",
                "server-name: example.org              | OK       | TLS: TLSv1.3",
                "server-name: www.example.org          | CRITICAL | the certificate is not for www.example.org",
                "server-name: a.wild.example.org       | OK       | days_left=59.0",
                "server-name: a.b.wild.example.org     | CRITICAL | certificate for: example.org, *.wild.example.org, 127.0.0.1",
                "names: [example.org, other.example.org] | CRITICAL | the certificate is not for other.example.org",
                "names: [example.org, x.wild.example.org] | OK | valid for 59 days",
                "issuer: Test CA                | OK       | issued by: CN=Test CA",
                "issuer: Other CA               | CRITICAL | the certificate comes from another issuer",
                "protocol: TLSv1.3              | OK       | TLS: TLSv1.3",
                "warning-days: 60               | WARNING  | the certificate expires in 59 days",
                "{warning-days: 70, critical-days: 60} | CRITICAL | expected: at least 60 days left",
            })
    void certificates_are_judged(String more, Status status, String shown) {
        Trial.of("tls", lines(server.address().toString(), more)).expect(status, shown);
    }

    @Test
    void a_chain_with_its_intermediate_is_good_and_without_it_is_not() throws IOException {
        CertificateAuthority below = authority.subordinate("Below", from, from.plus(Duration.ofDays(200)));
        Identity whole = below.issue(from, from.plus(Duration.ofDays(90)), "127.0.0.1");
        try (HttpPeer peer = HttpPeer.start(Optional.of(whole))) {
            Trial trial = Trial.of("tls", lines(peer.address().toString(), null));
            assertThat(trial.run().status()).isEqualTo(Status.OK);
            peer.switchTo(new Identity(whole.key(), List.of(whole.chain().get(0))));
            assertThat(Trial.shown(trial.run()))
                    .startsWith("CRITICAL the certificate chain does not lead to a trusted root (missing intermediate")
                    .contains("certificates sent: 1");
        }
    }

    @Test
    void expired_early_and_self_signed_certificates_are_named_as_such() throws IOException {
        try (HttpPeer peer =
                HttpPeer.start(Optional.of(authority.issue(from, from.plus(Duration.ofHours(23)), "127.0.0.1")))) {
            Trial trial = Trial.of("tls", lines(peer.address().toString(), null));
            assertThat(trial.run().summary()).isEqualTo("the certificate has expired");
            peer.switchTo(authority.issue(from.plus(Duration.ofDays(2)), from.plus(Duration.ofDays(20)), "127.0.0.1"));
            assertThat(trial.run().summary()).isEqualTo("the certificate is not valid yet");
            CertificateAuthority alone = CertificateAuthority.create("127.0.0.1", from, from.plus(Duration.ofDays(20)));
            Identity issued = alone.issue(from, from.plus(Duration.ofDays(20)), "127.0.0.1");
            peer.switchTo(issued);
            assertThat(trial.run().summary()).contains("self-signed");
        }
    }

    @Test
    void a_certificate_without_alternative_names_is_for_nobody() throws IOException {
        // What browsers do since 2017: the common name does not count.
        CertificateAuthority root = CertificateAuthority.create("example.org", from, from.plus(Duration.ofDays(20)));
        assertThat(io.faultline.net.Tls.isFor("example.org", root.certificate()))
                .isFalse();
    }

    @Test
    void smtp_is_upgraded() throws IOException {
        try (SmtpPeer peer = SmtpPeer.start(SmtpPeer.Security.STARTTLS, identity);
                SmtpPeer plain = SmtpPeer.start()) {
            assertThat(Trial.of("tls", lines(peer.address().toString(), "starttls: smtp"))
                            .run()
                            .summary())
                    .isEqualTo("the certificate is valid for 59 days");
            assertThat(Trial.of("tls", lines(plain.address().toString(), "starttls: smtp"))
                            .run()
                            .summary())
                    .isEqualTo("the server does not offer STARTTLS");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "* OK IMAP4rev1 ready   | * CAPABILITY IMAP4rev1~a1 OK begin TLS  | OK       | the certificate is valid",
                "* OK IMAP4rev1 ready   | a1 BAD no such command                  | CRITICAL | refuses STARTTLS: a1 BAD",
                "* BYE too busy         | -                                       | CRITICAL | * BYE too busy",
                "+OK POP3 ready         | -                                       | CRITICAL | +OK POP3 ready",
                "* OK IMAP4rev1 ready   | a1 OK begin TLS~* OK injected           | CRITICAL | an attack?",
            })
    void imap_is_upgraded(String greeting, String answer, Status status, String shown) throws IOException {
        try (ScriptedServer imap = new ScriptedServer((client, in, out) -> {
            out.write((greeting + "\r\n").getBytes(StandardCharsets.US_ASCII));
            if (new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))
                    .readLine()
                    .equals("a1 STARTTLS")) {
                out.write((answer.replace("~", "\r\n") + "\r\n").getBytes(StandardCharsets.US_ASCII));
                secure(client);
            }
        })) {
            Trial.of("tls", lines(imap.address().toString(), "starttls: imap")).expect(status, shown);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features> | <proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/> | OK | the certificate is valid",
                "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features> | <failure/> | CRITICAL | refuses STARTTLS: <failure/>",
                "<stream:features><bind/></stream:features> | - | CRITICAL | does not offer STARTTLS",
                "<stream:features/> | - | CRITICAL | does not offer STARTTLS",
                "<stream:error><host-unknown/></stream:error> | - | CRITICAL | the XMPP server does not serve example.org",
            })
    void xmpp_is_upgraded(String features, String answer, Status status, String shown) throws IOException {
        try (ScriptedServer xmpp = new ScriptedServer((client, in, out) -> {
            readUntil(in, "xmlns:stream='http://etherx.jabber.org/streams'>");
            out.write(("<?xml version='1.0'?><stream:stream from='example.org' version='1.0'>" + features)
                    .getBytes(StandardCharsets.UTF_8));
            readUntil(in, "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
            out.write(answer.getBytes(StandardCharsets.UTF_8));
            secure(client);
        })) {
            Trial.of("tls", lines(xmpp.address().toString(), "{starttls: xmpp, server-name: example.org}"))
                    .expect(status, shown);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{server: example.org, protocol: SSLv3}  | expected TLSv1.2 or TLSv1.3",
                "{server: example.org, server-name: \"a' b\"}   | expected a host name",
                "{server: example.org, names: ['a b']}   | expected host names",
                "{server: example.org, starttls: pop3}   | expected one of none, smtp, imap, xmpp",
            })
    void mistakes_are_told(String yaml, String problem) {
        assertThat(Trial.of("tls", yaml).problems()).singleElement().asString().contains(problem);
    }

    /** The server's half of the handshake. */
    static void secure(java.net.Socket client) throws IOException {
        try {
            KeyStore keys = KeyStore.getInstance(KeyStore.getDefaultType());
            keys.load(null, null);
            keys.setKeyEntry(
                    "server",
                    identity.key(),
                    new char[0],
                    identity.chain().toArray(new java.security.cert.Certificate[0]));
            KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(keys, new char[0]);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), null, null);
            SSLSocket socket =
                    (SSLSocket) context.getSocketFactory().createSocket(client, null, client.getPort(), true);
            socket.setUseClientMode(false);
            socket.startHandshake();
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void readUntil(java.io.InputStream in, String end) throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.indexOf(end) < 0) {
            int c = in.read();
            if (c < 0) {
                throw new IOException("closed");
            }
            text.append((char) c);
        }
    }

    private static String[] lines(String address, String more) {
        String common = "server: '" + address + "'\nca-file: " + caFile;
        if (more == null) {
            return new String[] {common};
        }
        return new String[] {
            common, more.startsWith("{") ? more.substring(1, more.length() - 1).replace(", ", "\n") : more
        };
    }
}
