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

    private static RealServer postfix;
    private static RealServer dovecot;
    private static int smtp;
    private static int imap;
    private static Path maildir;

    @BeforeAll
    static void start() throws IOException {
        RealServer.run("chmod", "a+rx", folder.toString());
        PeerCertificate.make(folder);
        maildir = folder.resolve("mail/probe");
        for (String name : new String[] {"new", "cur", "tmp"}) {
            Files.createDirectories(maildir.resolve(name));
        }
        RealServer.run("chown", "-R", "mail:mail", folder.resolve("mail").toString());
        smtp = Ports.free();
        imap = Ports.free();
        postfix();
        dovecot();
    }

    private static void postfix() throws IOException {
        Path home = Files.createDirectory(folder.resolve("postfix"));
        Path queue = Files.createDirectory(folder.resolve("queue"));
        Path data = Files.createDirectory(folder.resolve("data"));
        RealServer.run("chown", "postfix", data.toString());
        // The autoresponder of a list, in the smallest form: a program that gets the mail and answers it.
        Path answer = Files.writeString(folder.resolve("answer"), """
                #!/bin/sh
                cat >/dev/null
                umask 0
                printf 'From: list@example.org\\nSubject: Your key\\n\\n-----BEGIN PGP PUBLIC KEY BLOCK-----\\n' >%s/new/answer.$$
                """.formatted(maildir));
        RealServer.run("chmod", "a+rx", answer.toString());
        Files.writeString(home.resolve("transport"), "");
        Files.writeString(home.resolve("main.cf"), """
                compatibility_level = 3.6
                queue_directory = %1$s
                data_directory = %2$s
                maillog_file = /dev/stdout
                myhostname = mail.example.org
                mydestination =
                inet_interfaces = 127.0.0.1
                inet_protocols = ipv4
                virtual_mailbox_domains = example.net
                virtual_mailbox_base = %3$s/mail
                virtual_mailbox_maps = inline:{ probe@example.net=probe/ }
                virtual_uid_maps = static:8
                virtual_gid_maps = static:8
                transport_maps = inline:{ sendkey@lists.example.org=answer: , lost@lists.example.org=discard: }
                relay_domains = lists.example.org
                smtpd_recipient_restrictions = reject_unlisted_recipient, check_recipient_access inline:{ later@lists.example.org=450 }, permit_mynetworks, reject
                mynetworks = 127.0.0.0/8
                smtpd_tls_security_level = may
                smtpd_tls_cert_file = %3$s/cert.pem
                smtpd_tls_key_file = %3$s/key.pem
                """.formatted(queue, data, folder));
        Files.writeString(home.resolve("master.cf"), """
                127.0.0.1:%1$d inet n - n - - smtpd
                cleanup unix n - n - 0 cleanup
                qmgr unix n - n 300 1 qmgr
                proxymap unix - - n - - proxymap
                tlsmgr unix - - n 1000? 1 tlsmgr
                rewrite unix - - n - - trivial-rewrite
                bounce unix - - n - 0 bounce
                defer unix - - n - 0 bounce
                trace unix - - n - 0 bounce
                error unix - - n - - error
                discard unix - - n - - discard
                virtual unix - n n - - virtual
                anvil unix - - n - 1 anvil
                postlog unix-dgram n - n - 1 postlogd
                answer unix - n n - - pipe flags= user=mail argv=%2$s/answer
                """.formatted(smtp, folder));
        postfix = RealServer.start(folder, "/usr/sbin/postfix", "-c", home.toString(), "start-fg")
                .listening(smtp);
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
        assertThat(Trial.shown(result)).as(postfix.log()).contains(shown);
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
        for (RealServer server : new RealServer[] {postfix, dovecot}) {
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
