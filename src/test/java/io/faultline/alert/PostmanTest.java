package io.faultline.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.alert.ScriptedSmtp.Trick;
import io.faultline.catalog.Settings;
import io.faultline.catalog.Settings.Security;
import io.faultline.check.Result;
import io.faultline.check.Secrets;
import io.faultline.config.SecretName;
import io.faultline.demo.CertificateAuthority;
import io.faultline.demo.Identity;
import io.faultline.demo.SmtpPeer;
import io.faultline.history.Event;
import io.faultline.history.QueuedMail;
import io.faultline.history.SqliteHistory;
import io.faultline.net.HostPort;
import io.faultline.net.SystemResolver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PostmanTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Instant FROM = Instant.parse("2020-01-01T00:00:00Z");
    private static final Instant UNTIL = Instant.parse("2090-01-01T00:00:00Z");
    private static final CertificateAuthority CA = CertificateAuthority.create("test root", FROM, UNTIL);

    @TempDir
    Path folder;

    private final World world = World.example();
    private final Secrets secrets = name -> "s3cret-" + name;
    private Stream<AutoCloseable> open = Stream.empty();

    @AfterEach
    void closeAll() {
        open.forEach(closeable -> {
            try {
                closeable.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private <T extends AutoCloseable> T open(T closeable) {
        open = Stream.concat(open, Stream.of(closeable));
        return closeable;
    }

    private Settings.Mail settings(HostPort server, Security security, boolean login) throws IOException {
        return new Settings.Mail(
                server,
                security,
                login ? Optional.of("faultline") : Optional.empty(),
                login ? Optional.of(new SecretName("smtp")) : Optional.empty(),
                "faultline@monitor.example.org",
                "alerts.example.org",
                Optional.of(CA.writePem(folder.resolve("ca.pem"))),
                TIMEOUT);
    }

    private Postman postman(HostPort server, Security security) throws IOException {
        return postman(settings(server, security, false));
    }

    private Postman postman(Settings.Mail settings) {
        return new Postman(world.history(), new SmtpTransport(settings, secrets, new SystemResolver()));
    }

    private static Identity identity(String... names) {
        return CA.issue(FROM, UNTIL, names);
    }

    private void problem(String check) {
        world.certainly(check, Result.critical("it does not work"));
        world.pass(Duration.ofSeconds(1));
    }

    private List<String> waiting() {
        return world.mails().stream().map(QueuedMail::messageId).toList();
    }

    private String error() {
        return world.mails().get(0).lastError().orElseThrow();
    }

    private static String messageId(String mail) {
        return mail.lines()
                .filter(line -> line.startsWith("Message-ID: "))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @EnumSource(SmtpPeer.Security.class)
    void mails_arrive_as_they_were_composed_oldest_first(SmtpPeer.Security security) throws Exception {
        SmtpPeer server = open(SmtpPeer.start(security, identity("127.0.0.1")));
        problem("dns/soa");
        problem("apt-vm/ping");
        world.results("dns/soa", Result.ok("fine"));
        List<String> contents = world.mails().stream().map(QueuedMail::content).toList();
        Postman.Report report =
                postman(server.address(), Security.valueOf(security.name())).pass(world.now());
        assertThat(report).isEqualTo(new Postman.Report(3, 0, 0, ""));
        assertThat(server.mails()).hasSize(3);
        for (int i = 0; i < 3; i++) {
            // The server puts its Received header before it.
            assertThat(server.mails().get(i).data()).endsWith(contents.get(i));
        }
        assertThat(server.mails().get(0).from()).isEqualTo("faultline@monitor.example.org");
        assertThat(server.mails().get(0).to()).containsExactly("infra@example.org", "oncall@example.net");
    }

    @Test
    void a_mail_is_sent_once() throws Exception {
        SmtpPeer server = open(SmtpPeer.start());
        problem("dns/soa");
        Postman postman = postman(server.address(), Security.NONE);
        postman.pass(world.now());
        postman.pass(world.now());
        assertThat(server.mails()).hasSize(1);
    }

    @Test
    void logs_in_over_tls() throws Exception {
        SmtpPeer server = open(SmtpPeer.start(SmtpPeer.Security.STARTTLS, identity("127.0.0.1")));
        server.requireLogin("faultline", "s3cret-smtp");
        problem("dns/soa");
        assertThat(postman(settings(server.address(), Security.STARTTLS, true))
                        .pass(world.now())
                        .sent())
                .isEqualTo(1);
    }

    @Test
    void a_refused_login_is_explained_without_the_password() throws Exception {
        SmtpPeer server = open(SmtpPeer.start(SmtpPeer.Security.STARTTLS, identity("127.0.0.1")));
        server.requireLogin("faultline", "another");
        problem("dns/soa");
        Postman.Report report =
                postman(settings(server.address(), Security.STARTTLS, true)).pass(world.now());
        assertThat(report.sent()).isZero();
        assertThat(error()).contains("the mail server refuses the login").doesNotContain("s3cret");
        assertThat(server.mails()).isEmpty();
    }

    @Test
    void no_password_goes_over_a_connection_in_clear() throws Exception {
        ScriptedSmtp server = open(new ScriptedSmtp());
        problem("dns/soa");
        postman(settings(server.address(), Security.NONE, true)).pass(world.now());
        assertThat(error()).contains("a password is sent over TLS only");
        assertThat(server.connections()).isZero();
    }

    @Test
    void starttls_that_is_missing_stops_everything() throws Exception {
        ScriptedSmtp server = open(new ScriptedSmtp());
        problem("dns/soa");
        Postman.Report report =
                postman(settings(server.address(), Security.STARTTLS, true)).pass(world.now());
        assertThat(report.sent()).isZero();
        assertThat(error()).contains("does not offer STARTTLS, which is required; nothing was sent");
        assertThat(server.heard()).allMatch(line -> line.startsWith("EHLO [") || line.equals("QUIT"));
        assertThat(server.taken()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"STARTTLS", "TLS"})
    void a_server_with_another_name_gets_nothing(Security security) throws Exception {
        SmtpPeer server =
                open(SmtpPeer.start(SmtpPeer.Security.valueOf(security.name()), identity("other.example.org")));
        problem("dns/soa");
        postman(server.address(), security).pass(world.now());
        assertThat(error()).contains("the certificate is not for 127.0.0.1");
        assertThat(server.mails()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"STARTTLS", "TLS"})
    void a_server_that_nobody_vouches_for_gets_nothing(Security security) throws Exception {
        CertificateAuthority stranger = CertificateAuthority.create("stranger", FROM, UNTIL);
        SmtpPeer server = open(
                SmtpPeer.start(SmtpPeer.Security.valueOf(security.name()), stranger.issue(FROM, UNTIL, "127.0.0.1")));
        problem("dns/soa");
        postman(server.address(), security).pass(world.now());
        assertThat(error()).contains("does not lead to a trusted root");
        assertThat(server.mails()).isEmpty();
    }

    @Test
    void mails_wait_for_a_server_that_is_down_and_then_arrive_once_and_in_order() throws Exception {
        SmtpPeer server = open(SmtpPeer.start());
        Postman postman = postman(server.address(), Security.NONE);
        server.stop();
        problem("dns/soa");
        Postman.Report down = postman.pass(world.now());
        assertThat(down.waiting()).isEqualTo(1);
        assertThat(down.error()).contains("connection refused by 127.0.0.1:");
        assertThat(postman.pass(world.now().plusSeconds(59)).failed()).isZero();
        for (Duration wait :
                List.of(Duration.ofMinutes(1), Duration.ofMinutes(2), Duration.ofMinutes(5), Duration.ofMinutes(15))) {
            Instant last = world.now();
            world.pass(wait);
            assertThat(postman.pass(world.now()).failed())
                    .as("after %s from %s", wait, last)
                    .isEqualTo(1);
        }
        server.resume();
        world.results("dns/soa", Result.ok("fine"));
        assertThat(postman.pass(world.now()).sent())
                .as("the new mail takes the old one along")
                .isEqualTo(2);
        assertThat(server.mails().get(0).data()).contains("PROBLEM");
        assertThat(server.mails().get(1).data()).contains("RECOVERED");
        assertThat(postman.pass(world.now().plus(Duration.ofDays(1))).sent()).isZero();
        assertThat(server.mails()).hasSize(2);
    }

    @Test
    void not_now_means_later() throws Exception {
        ScriptedSmtp server = open(new ScriptedSmtp()).then(Trick.LATER);
        problem("dns/soa");
        problem("apt-vm/ping");
        Postman postman = postman(server.address(), Security.NONE);
        Postman.Report report = postman.pass(world.now());
        assertThat(report.sent()).as("the other mail goes on").isEqualTo(1);
        assertThat(error()).contains("451 disk full");
        QueuedMail put = world.mails().get(0);
        assertThat(Postman.cannotLeave(put, put.queued().plus(Duration.ofMinutes(29))))
                .as("greylisting is over sooner")
                .isFalse();
        assertThat(Postman.cannotLeave(put, put.queued().plus(Duration.ofMinutes(30))))
                .isTrue();
        assertThat(server.connections()).isEqualTo(1);
        assertThat(postman.pass(world.now().plus(Duration.ofMinutes(1))).sent()).isEqualTo(1);
    }

    @Test
    void a_refused_mail_stays_visible_and_stops_no_other() throws Exception {
        ScriptedSmtp server = open(new ScriptedSmtp()).then(Trick.REFUSE);
        problem("dns/soa");
        problem("apt-vm/ping");
        Postman postman = postman(server.address(), Security.NONE);
        assertThat(postman.pass(world.now()).sent()).isEqualTo(1);
        assertThat(error()).contains("554 looks like spam");
        assertThat(postman.pass(world.now().plus(Duration.ofHours(1))).failed()).isZero();
        assertThat(postman.pass(world.now().plus(Duration.ofHours(6))).sent()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"550, 24", "450, 120"})
    void what_is_not_taken_for_long_is_given_up_and_the_log_says_so(int code, int hours) throws Exception {
        ScriptedSmtp server =
                open(new ScriptedSmtp()).recipient("infra@example.org", code).recipient("oncall@example.net", code);
        problem("dns/soa");
        Postman postman = postman(server.address(), Security.NONE);
        Instant queued = world.mails().get(0).queued();
        for (int hour = 0; hour < hours; hour += 6) {
            assertThat(postman.pass(queued.plus(Duration.ofHours(hour))).waiting())
                    .as("after %d hours", hour)
                    .isOne();
        }
        assertThat(postman.pass(queued.plus(Duration.ofHours(hours))))
                .returns(1, Postman.Report::failed)
                .returns(0, Postman.Report::waiting);
        assertThat(world.events("dns"))
                .extracting(Event::what)
                .last()
                .asString()
                .contains("did not reach infra@example.org, oncall@example.net and is given up")
                .contains(code + " no <b>mail</b>");
        server.recipient("infra@example.org", 250).recipient("oncall@example.net", 250);
        assertThat(postman.pass(queued.plus(Duration.ofDays(9))).sent()).isZero();
    }

    @Test
    void what_no_server_can_be_reached_for_is_never_given_up() throws Exception {
        // Nobody listens there.
        Postman postman = postman(new HostPort("127.0.0.1", 1), Security.NONE);
        problem("dns/soa");
        assertThat(postman.pass(world.now().plus(Duration.ofDays(99))).waiting())
                .isOne();
    }

    @Test
    void one_recipient_that_is_refused_does_not_cost_the_others_their_mail() throws Exception {
        ScriptedSmtp server = open(new ScriptedSmtp()).recipient("infra@example.org", 550);
        problem("dns/soa");
        assertThat(postman(server.address(), Security.NONE).pass(world.now()).sent())
                .isEqualTo(1);
        assertThat(server.taken()).hasSize(1);
        assertThat(world.events("dns"))
                .extracting(Event::what)
                .last()
                .asString()
                .contains("a mail of incident 1 did not reach infra@example.org: 550 no <b>mail</b>");
    }

    @Test
    void all_recipients_wait_a_while_for_one_that_is_refused_for_now() throws Exception {
        ScriptedSmtp server = open(new ScriptedSmtp()).recipient("oncall@example.net", 450);
        problem("dns/soa");
        Postman postman = postman(server.address(), Security.NONE);
        for (int i = 0; i < 3; i++) {
            assertThat(postman.pass(world.now()).sent()).isZero();
            world.pass(Duration.ofHours(1));
        }
        assertThat(server.taken()).isEmpty();
        assertThat(postman.pass(world.now()).sent()).isEqualTo(1);
        assertThat(server.taken()).hasSize(1);
    }

    @Test
    void a_mail_whose_fate_is_unknown_is_sent_again_with_the_same_message_id() throws Exception {
        ScriptedSmtp server = open(new ScriptedSmtp()).then(Trick.TAKE_AND_DIE);
        problem("dns/soa");
        Postman postman = postman(server.address(), Security.NONE);
        assertThat(postman.pass(world.now()).sent()).isZero();
        assertThat(error()).contains("the connection broke before the mail was taken");
        assertThat(postman.pass(world.now().plus(Duration.ofMinutes(1))).sent()).isEqualTo(1);
        assertThat(server.taken()).hasSize(2);
        assertThat(messageId(server.taken().get(0)))
                .isEqualTo(messageId(server.taken().get(1)));
        assertThat(waiting()).isEmpty();
    }

    @Test
    void a_mail_that_breaks_the_connection_does_not_hold_up_the_others() throws Exception {
        ScriptedSmtp server = open(new ScriptedSmtp()).then(Trick.DIE_AT_MAIL);
        problem("dns/soa");
        problem("apt-vm/ping");
        assertThat(postman(server.address(), Security.NONE).pass(world.now()).sent())
                .isEqualTo(1);
        assertThat(server.connections()).isEqualTo(2);
        assertThat(waiting()).hasSize(1);
    }

    @Test
    void a_server_that_says_nothing_is_given_up() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            problem("dns/soa");
            Settings.Mail patient = settings(new HostPort("127.0.0.1", silent.getLocalPort()), Security.NONE, false);
            Settings.Mail settings = new Settings.Mail(
                    patient.server(),
                    patient.security(),
                    patient.login(),
                    patient.password(),
                    patient.from(),
                    patient.listId(),
                    patient.caFile(),
                    Duration.ofMillis(200));
            assertThat(postman(settings).pass(world.now()).failed()).isEqualTo(1);
            assertThat(error()).contains("the mail server cannot be used");
        }
    }

    @Test
    void goes_on_from_disk_after_every_restart() throws Exception {
        ScriptedSmtp server = open(new ScriptedSmtp()).then(Trick.TAKE_AND_DIE);
        Path file = folder.resolve("state.sqlite");
        World known = World.example();
        for (Object[] results : new Object[][] {
            {"dns/soa", Result.critical("no answer")},
            {"dns/soa", Result.critical("no answer")},
            {"dns/soa", Result.critical("no answer")},
            {"dns/soa", Result.ok("answers")},
            {"dns/soa", Result.ok("answers")}
        }) {
            try (SqliteHistory history = SqliteHistory.open(file, Optional.empty())) {
                World world = known.with(history);
                world.results(results);
                Settings.Mail mail = settings(server.address(), Security.NONE, false);
                new Postman(history, new SmtpTransport(mail, secrets, new SystemResolver())).pass(world.now());
                known.pass(Duration.ofMinutes(2));
            }
        }
        assertThat(server.taken().stream().map(PostmanTest::messageId).toList())
                .hasSize(3)
                .satisfies(ids -> assertThat(ids.get(0)).isEqualTo(ids.get(1)))
                .satisfies(ids -> assertThat(ids.get(2)).contains("faultline.1.2."));
        try (SqliteHistory history = SqliteHistory.open(file, Optional.empty())) {
            assertThat(history.queuedMails()).isEmpty();
            assertThat(history.openIncidents()).isEmpty();
            assertThat(history.incidents(10)).hasSize(1);
        }
    }

    @Test
    void files_instead_of_a_server() throws Exception {
        problem("dns/soa");
        String content = world.mails().get(0).content();
        Postman postman = new Postman(world.history(), new FileTransport(folder.resolve("mail")));
        assertThat(postman.pass(world.now()).sent()).isEqualTo(1);
        try (Stream<Path> files = Files.list(folder.resolve("mail"))) {
            List<Path> all = files.toList();
            assertThat(all).hasSize(1);
            assertThat(all.get(0).getFileName().toString()).matches("faultline\\.1\\.1\\.[a-z0-9]+\\.eml");
            assertThat(all.get(0)).content().isEqualTo(content);
        }
    }
}
