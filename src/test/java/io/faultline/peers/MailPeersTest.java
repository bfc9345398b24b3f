package io.faultline.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.check.Result;
import io.faultline.check.Status;
import io.faultline.checks.Trial;
import io.faultline.demo.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Postfix takes mail and puts it where Dovecot shows it, encrypted both. Needs root, as Postfix does. */
@RealPeers
class MailPeersTest {
    @TempDir
    static Path folder;

    private static Postfix postfix;
    private static RealServer dovecot;
    private static int smtp;
    private static int imap;
    private static Path maildir;

    @BeforeAll
    static void start() throws IOException {
        imap = Ports.free();
        postfix = Postfix.in(folder);
        postfix.start();
        smtp = postfix.port();
        maildir = postfix.maildir();
        dovecot();
    }

    private static void dovecot() throws IOException {
        Files.writeString(folder.resolve("dovecot.conf"), """
                base_dir = %1$s/run
                log_path = /dev/stderr
                protocols = imap
                listen = 127.0.0.1
                ssl = required
                ssl_cert = <%1$s/cert.pem
                ssl_key = <%1$s/key.pem
                mail_location = maildir:%1$s/mail/%%u
                first_valid_uid = 1
                passdb {
                  driver = static
                  args = password=correct-horse
                }
                userdb {
                  driver = static
                  args = uid=mail gid=mail home=%1$s/mail/%%u
                }
                service imap-login {
                  inet_listener imap {
                    port = 0
                  }
                  inet_listener imaps {
                    port = %2$d
                    ssl = yes
                  }
                }
                """.formatted(folder, imap));
        dovecot = RealServer.start(folder, "/usr/sbin/dovecot", "-F", "-c", folder + "/dovecot.conf")
                .listening(imap);
    }

    @AfterAll
    static void stop() {
        postfix.close();
        dovecot.close();
    }

    private static Trial trial(String type, String to, String box, String more) {
        return Trial.of(
                        type,
                        "server: 127.0.0.1:" + smtp,
                        "starttls: true",
                        "ca-file: " + folder + "/cert.pem",
                        "from: probe@example.net",
                        "to: " + to,
                        box.equals("IMAP")
                                ? "mailbox: {imap: '127.0.0.1:" + imap
                                        + "', user: probe, password: {secret: it}, ca-file: " + folder + "/cert.pem}"
                                : "mailbox: {maildir: " + maildir + "}",
                        more == null ? "" : more.replace(';', '\n'))
                .secret("it", "correct-horse")
                .within(Duration.ofSeconds(40));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "mail-relay   | probe@example.net         | IMAP    | wait: 20s | OK       | the message arrived after",
                "mail-relay   | probe@example.net         | MAILDIR | wait: 20s | OK       | delay=",
                "mail-relay   | lost@lists.example.org    | IMAP    | wait: 1s  | CRITICAL | no message arrives",
                "mail-relay   | nobody@example.net        | IMAP    |           | CRITICAL | refuses the recipient: 550",
                "mail-relay   | later@lists.example.org   | IMAP    |           | WARNING  | try again later",
                "mailing-list | sendkey@lists.example.org | IMAP    | wait: 20s;answer-from: list@example.org;answer-contains: BEGIN PGP | OK | subject: Your key",
                "mailing-list | sendkey@lists.example.org | IMAP    | wait: 20s;answer-from: list@example.org;answer-contains: nothing of the kind | CRITICAL | the answer lacks",
                "mailing-list | lost@lists.example.org    | IMAP    | wait: 1s;answer-from: list@example.org | CRITICAL | the list does not answer",
            })
    void mail_is_followed(String type, String to, String box, String more, Status status, String shown)
            throws IOException {
        Result result = trial(type, to, box, more).run();
        assertThat(Trial.shown(result)).as(postfix.server().log()).contains(shown);
        assertThat(result.status()).as(Trial.shown(result)).isEqualTo(status);
        for (String name : new String[] {"new", "cur"}) {
            try (Stream<Path> left = Files.list(maildir.resolve(name))) {
                assertThat(left).as("it cleans up").isEmpty();
            }
        }
    }

    @Test
    void a_wrong_password_and_a_wrong_certificate_are_named() {
        assertThat(Trial.shown(trial("mail-relay", "probe@example.net", "IMAP", "")
                        .secret("it", "wrong")
                        .run()))
                .startsWith("CRITICAL the mailbox's server refuses the login")
                .doesNotContain("wrong");
        assertThat(Trial.shown(Trial.of(
                                "mail-relay",
                                "server: 127.0.0.1:" + smtp,
                                "starttls: true",
                                "from: probe@example.net",
                                "to: probe@example.net",
                                "mailbox: {maildir: " + maildir + "}")
                        .run()))
                .startsWith("CRITICAL the certificate is self-signed");
    }

    @Test
    void servers_that_stand_still_end_in_time() throws IOException {
        for (RealServer server : new RealServer[] {postfix.server(), dovecot}) {
            server.freeze();
            try {
                assertThat(trial("mail-relay", "probe@example.net", "IMAP", "")
                                .within(Duration.ofMillis(700))
                                .run()
                                .summary())
                        .isEqualTo("no end within 700ms");
            } finally {
                server.thaw();
            }
        }
    }
}
