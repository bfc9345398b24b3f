package io.faultline.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.check.Status;
import io.faultline.checks.Trial;
import io.faultline.demo.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Postfix takes mail and puts it where Dovecot shows it, encrypted both; a list of Schleuder's answers through it. Needs
 * root, as Postfix does.
 */
@RealPeers
class MailPeersTest {
    @TempDir
    static Path folder;

    private static Postfix postfix;
    private static RealServer dovecot;
    private static int imap;
    private static int startTlsImap;
    private static Path maildir;

    @BeforeAll
    static void start() throws IOException {
        postfix = Postfix.in(folder);
        postfix.start();
        maildir = postfix.maildir();
        imap = Ports.free();
        startTlsImap = Ports.free();
        schleuder();
        dovecot();
    }

    /** A list that was made as its own command does, with a key of its own. */
    private static void schleuder() throws IOException {
        Path home = Files.createDirectory(folder.resolve("schleuder"));
        Files.writeString(folder.resolve("schleuder.yml"), """
                lists_dir: %1$s/lists
                listlogs_dir: %1$s/logs
                keyword_handlers_dir: %1$s/handlers
                filters_dir: %1$s/filters
                superadmin: root@example.org
                smtp_settings: {address: 127.0.0.1, port: %2$d}
                database:
                  production: {adapter: sqlite3, database: %1$s/db.sqlite, timeout: 5000}
                """.formatted(home, postfix.plainPort()));
        Map<String, String> environment =
                Map.of("SCHLEUDER_CONFIG", folder + "/schleuder.yml", "HOME", home.toString());
        RealServer.run(environment, "schleuder", "install");
        RealServer.run(
                environment,
                "ruby",
                "-I/usr/lib/ruby/vendor_ruby",
                "-rschleuder",
                "-e",
                "Schleuder::ListBuilder.new({email: 'team@lists.example.org'}, 'ada@example.org').run");
        RealServer.run("gpgconf", "--homedir", home + "/lists/lists.example.org/team", "--kill", "all");
        RealServer.run("chown", "-R", "mail:mail", home.toString());
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
                    port = %3$d
                  }
                  inet_listener imaps {
                    port = %2$d
                    ssl = yes
                  }
                }
                """.formatted(folder, imap, startTlsImap));
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
                        "server: 127.0.0.1:" + postfix.port(),
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
                .within(Duration.ofMinutes(5));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "mail-relay   | probe@example.net         | IMAP    | wait: 2m | OK       | the message arrived after",
                "mail-relay   | probe@example.net         | MAILDIR | wait: 2m | OK       | delay=",
                "mail-relay   | lost@lists.example.org    | IMAP    | wait: 1s  | CRITICAL | no message arrives",
                "mail-relay   | nobody@example.net        | IMAP    |           | CRITICAL | refuses the recipient: 550",
                "mail-relay   | later@lists.example.org   | IMAP    |           | WARNING  | try again later",
                "mailing-list | sendkey@lists.example.org | IMAP    | wait: 2m;answer-from: list@example.org;answer-contains: BEGIN PGP | OK | subject: Your key",
                "mailing-list | sendkey@lists.example.org | IMAP    | wait: 2m;answer-from: list@example.org;answer-contains: nothing of the kind | CRITICAL | the answer lacks",
                "mailing-list | team-sendkey@lists.example.org | IMAP | wait: 4m;answer-from: team@lists.example.org;answer-contains: BEGIN PGP PUBLIC KEY BLOCK | OK | subject: RE: help",
                "mailing-list | lost@lists.example.org    | IMAP    | wait: 1s;answer-from: list@example.org | CRITICAL | the list does not answer",
            })
    void mail_is_followed(String type, String to, String box, String more, Status status, String shown)
            throws IOException {
        List<Path> before = mail();
        trial(type, to, box, more).expect(status, shown);
        assertThat(mail())
                .as("it cleans up, but for the newest token")
                .hasSize(before.size() + (type.equals("mail-relay") && status == Status.OK ? 1 : 0));
    }

    private static List<Path> mail() throws IOException {
        try (Stream<Path> seen = Files.list(maildir.resolve("cur"));
                Stream<Path> unseen = Files.list(maildir.resolve("new"))) {
            return Stream.concat(seen, unseen).toList();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "smtp | server: SMTP                                            | OK       | banner: mail.example.org ESMTP Postfix",
                "smtp | server: SMTP;banner: Postfix;starttls: true;ca-file: CA   | OK       | TLS: TLSv1.3",
                "smtp | server: SMTP;banner: Exim                               | CRITICAL | another banner",
                "smtp | server: SMTP;starttls: true                             | CRITICAL | self-signed",
                "smtp | server: SMTP;starttls: true;ca-file: CA;warning-days: 200 | WARNING | expires in 89 days",
                "smtp | server: SMTP;tls: true;ca-file: CA                      | CRITICAL | TLS",
                "smtp | server: IMAPS;tls: true;ca-file: CA                     | CRITICAL | does not speak SMTP",
                "smtp | server: PLAIN                                           | OK       | the mail server greets",
                "smtp | server: PLAIN;starttls: true                            | CRITICAL | does not offer STARTTLS",
                "tls  | server: SMTP;starttls: smtp;ca-file: CA                 | OK       | the certificate is valid",
                "tls  | server: PLAIN;starttls: smtp;ca-file: CA                | CRITICAL | does not offer STARTTLS",
                "tls  | server: IMAPS;ca-file: CA                               | OK       | the certificate is valid",
                "tls  | server: IMAP;starttls: imap;ca-file: CA                 | OK       | the certificate is valid",
                "tls  | server: SMTP;starttls: imap;ca-file: CA                 | CRITICAL | does not greet as IMAP does",
            })
    void servers_are_judged(String type, String lines, Status status, String shown) {
        Trial.of(
                        type,
                        lines.replace(';', '\n')
                                .replace("IMAPS", "127.0.0.1:" + imap)
                                .replace("IMAP\n", "127.0.0.1:" + startTlsImap + "\n")
                                .replace("SMTP", "127.0.0.1:" + postfix.port())
                                .replace("PLAIN", "127.0.0.1:" + postfix.plainPort())
                                .replace("CA", folder + "/cert.pem"))
                .expect(status, shown);
    }

    @Test
    void a_server_that_has_enough_of_us_is_named() {
        Trial trial = Trial.of("smtp", "server: 127.0.0.1:" + postfix.limitedPort());
        assertThat(Trial.shown(trial.run())).startsWith("OK the mail server greets");
        assertThat(Trial.shown(trial.run())).startsWith("CRITICAL").contains("but was: 421");
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
                                "server: 127.0.0.1:" + postfix.port(),
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
                trial("mail-relay", "probe@example.net", "IMAP", "").expectNoEnd();
            } finally {
                server.thaw();
            }
        }
    }
}
