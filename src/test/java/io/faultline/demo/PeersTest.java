package io.faultline.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.jcraft.jsch.ChannelSftp;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.Session;
import io.faultline.net.HostPort;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.Properties;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Lookup;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

/** The servers of the demo, seen by clients that are not ours. */
class PeersTest {
    private final Instant now = Instant.now();
    private final CertificateAuthority authority =
            CertificateAuthority.create("Test CA", now.minusSeconds(60), now.plus(Duration.ofDays(30)));
    private final Identity identity =
            authority.issue(now.minusSeconds(60), now.plus(Duration.ofDays(9)), "127.0.0.1", "localhost");

    @TempDir
    Path folder;

    @Test
    void http_pages_logins_and_failures() throws Exception {
        try (HttpPeer peer = HttpPeer.start()) {
            peer.page("/", "text/plain", "hello").protectedPage("/inside", "ada", "lovelace", "secret page");
            assertThat(get(peer.uri("/"), "")).isEqualTo("200 hello");
            assertThat(get(peer.uri("/inside"), "")).startsWith("401");
            String login =
                    "Basic " + Base64.getEncoder().encodeToString("ada:lovelace".getBytes(StandardCharsets.UTF_8));
            assertThat(get(peer.uri("/inside"), login)).isEqualTo("200 secret page");
            peer.failWith(500);
            assertThat(get(peer.uri("/"), "")).startsWith("500");
            peer.failWith(0);
            peer.stop();
            assertRefused(peer.address());
            peer.resume();
            assertThat(get(peer.uri("/"), "")).isEqualTo("200 hello");
        }
    }

    @Test
    void https_with_a_certificate_of_its_authority() throws Exception {
        try (HttpPeer peer = HttpPeer.start(Optional.of(identity))) {
            peer.page("/", "text/plain", "hello");
            assertThat(get(peer.uri("/"), "")).isEqualTo("200 hello");
        }
    }

    @Test
    void ssh_lets_the_one_key_read_and_write_files() throws Exception {
        Files.writeString(folder.resolve("probe"), "here");
        try (SshPeer peer = SshPeer.start(folder)) {
            Session session = login(peer, peer.clientKey());
            ChannelSftp sftp = (ChannelSftp) session.openChannel("sftp");
            sftp.connect(5000);
            assertThat(new String(sftp.get("/probe").readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo("here");
            sftp.put(new ByteArrayInputStream(new byte[] {'x'}), "/new");
            session.disconnect();
            assertThat(folder.resolve("new")).hasContent("x");
            assertThatThrownBy(() -> login(peer, SshPeer.strangersKey())).hasMessageContaining("Auth fail");
            String before = peer.hostKeyEntry();
            peer.changeHostKey();
            assertThat(peer.hostKeyEntry()).isNotEqualTo(before);
            peer.stop();
            assertRefused(peer.address());
        }
    }

    @Test
    void mail_is_kept_and_refused_on_request() throws Exception {
        try (SmtpPeer peer = SmtpPeer.start(SmtpPeer.Security.STARTTLS, identity)) {
            peer.requireLogin("ada", "lovelace");
            send(peer);
            assertThat(peer.await(1, Duration.ofSeconds(10))).isTrue();
            assertThat(peer.mails()).singleElement().satisfies(mail -> {
                assertThat(mail.from()).isEqualTo("a@example.org");
                assertThat(mail.to()).containsExactly("b@example.org");
                assertThat(mail.data()).contains("Subject: probe\r\n").contains("body");
            });
            peer.rejectWith(451);
            assertThatThrownBy(() -> send(peer)).hasStackTraceContaining("451");
            peer.stop();
            assertRefused(peer.address());
            peer.resume();
            peer.rejectWith(0);
            send(peer);
            assertThat(peer.await(2, Duration.ofSeconds(10))).isTrue();
        }
    }

    @Test
    void dns_answers_for_its_zone_by_udp_and_tcp() throws Exception {
        try (DnsPeer peer = DnsPeer.start("example.org.")) {
            peer.serial(7);
            for (boolean tcp : new boolean[] {false, true}) {
                assertThat(lookup(peer, "blog.example.org.", Type.A, tcp)).isEqualTo("192.0.2.20");
                assertThat(lookup(peer, "nothing.example.org.", Type.A, tcp)).isEqualTo("host not found");
                SimpleResolver resolver = resolver(peer, tcp);
                Lookup lookup = new Lookup("example.org.", Type.SOA);
                lookup.setResolver(resolver);
                lookup.setCache(null);
                assertThat(((SOARecord) lookup.run()[0]).getSerial()).isEqualTo(7);
            }
            peer.truncate(true);
            assertThat(lookup(peer, "www.example.org.", Type.A, false)).isEqualTo("192.0.2.20");
        }
    }

    private String get(URI uri, String login) throws Exception {
        KeyStore anchors = KeyStore.getInstance(KeyStore.getDefaultType());
        anchors.load(null, null);
        anchors.setCertificateEntry("ca", authority.certificate());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(anchors);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10));
        if (!login.isEmpty()) {
            request.header("Authorization", login);
        }
        var response = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(context)
                .build()
                .send(request.build(), BodyHandlers.ofString());
        return response.statusCode() + " " + response.body();
    }

    private static Session login(SshPeer peer, String key) throws Exception {
        JSch jsch = new JSch();
        jsch.addIdentity("client", key.getBytes(StandardCharsets.US_ASCII), null, null);
        jsch.setKnownHosts(new ByteArrayInputStream(peer.knownHostsLine().getBytes(StandardCharsets.US_ASCII)));
        Session session = jsch.getSession("probe", "127.0.0.1", peer.address().port());
        session.connect(10_000);
        return session;
    }

    private void send(SmtpPeer peer) throws Exception {
        Properties properties = new Properties();
        properties.put("mail.smtp.host", "127.0.0.1");
        properties.put("mail.smtp.port", peer.address().port());
        properties.put("mail.smtp.starttls.required", "true");
        properties.put("mail.smtp.ssl.trust", "*");
        properties.put("mail.smtp.auth", "true");
        properties.put("mail.smtp.timeout", "10000");
        jakarta.mail.internet.MimeMessage mail =
                new jakarta.mail.internet.MimeMessage(jakarta.mail.Session.getInstance(properties));
        mail.setFrom("a@example.org");
        mail.setRecipients(jakarta.mail.Message.RecipientType.TO, "b@example.org");
        mail.setSubject("probe");
        mail.setText("body");
        jakarta.mail.Transport.send(mail, "ada", "lovelace");
    }

    private static SimpleResolver resolver(DnsPeer peer, boolean tcp) throws IOException {
        SimpleResolver resolver = new SimpleResolver("127.0.0.1");
        resolver.setPort(peer.address().port());
        resolver.setTCP(tcp);
        resolver.setTimeout(Duration.ofSeconds(10));
        return resolver;
    }

    private static String lookup(DnsPeer peer, String name, int type, boolean tcp) throws Exception {
        Lookup lookup = new Lookup(name, type);
        lookup.setResolver(resolver(peer, tcp));
        lookup.setCache(null);
        var records = lookup.run();
        return records == null ? lookup.getErrorString() : records[0].rdataToString();
    }

    private static void assertRefused(HostPort address) {
        assertThatThrownBy(() -> new Socket(address.host(), address.port()).close())
                .isInstanceOf(ConnectException.class);
    }
}
