package io.faultline.checks;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.check.Result;
import io.faultline.check.Status;
import io.faultline.demo.CertificateAuthority;
import io.faultline.demo.Identity;
import io.faultline.demo.SmtpPeer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SmtpCheckTest {
    @TempDir
    static Path folder;

    private static Path caFile;
    private static SmtpPeer plain;
    private static SmtpPeer upgrading;
    private static SmtpPeer encrypted;

    @BeforeAll
    static void start() throws IOException {
        Instant from = Instant.now().minus(Duration.ofDays(1));
        CertificateAuthority authority = CertificateAuthority.create("Test CA", from, from.plus(Duration.ofDays(365)));
        caFile = authority.writePem(folder.resolve("ca.pem"));
        Identity identity = authority.issue(from, from.plus(Duration.ofDays(11)), "127.0.0.1");
        plain = SmtpPeer.start();
        upgrading = SmtpPeer.start(SmtpPeer.Security.STARTTLS, identity);
        encrypted = SmtpPeer.start(SmtpPeer.Security.TLS, identity);
    }

    @AfterAll
    static void stop() {
        plain.close();
        upgrading.close();
        encrypted.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "PLAIN     |                                    | OK       | banner: mail.example.org ESMTP",
                "PLAIN     | banner: mail.example.org           | OK       | the mail server greets",
                "PLAIN     | banner: Postfix                    | CRITICAL | expected: … Postfix …",
                "PLAIN     | starttls: true                     | CRITICAL | the mail server does not offer STARTTLS",
                "UPGRADING | {starttls: true, warning-days: 5}  | OK       | TLS: TLSv1.3",
                "UPGRADING | starttls: true                     | WARNING  | the certificate expires in 9 days",
                "UPGRADING |                                    | OK       | the mail server greets",
                "ENCRYPTED | {tls: true, warning-days: 5}       | OK       | banner: mail.example.org ESMTP",
                "ENCRYPTED | {tls: true, critical-days: 10}     | CRITICAL | expected: at least 10 days left",
            })
    void servers_are_judged(String server, String more, Status status, String shown) {
        String address = (server.equals("PLAIN") ? plain : server.equals("UPGRADING") ? upgrading : encrypted)
                .address()
                .toString();
        String rest = more == null
                ? ""
                : more.startsWith("{") ? more.substring(1, more.length() - 1).replace(", ", "\n") : more;
        Result result = Trial.of("smtp", "server: '" + address + "'", "ca-file: " + caFile, rest)
                .run();
        assertThat(Trial.shown(result)).contains(shown);
        assertThat(result.status()).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "421 too busy~                              | CRITICAL | but was: 421 too busy",
                "220-one~220-two~220 three~                 | CRITICAL | refuses EHLO",
                "SSH-2.0-OpenSSH_9.2~                       | CRITICAL | does not speak SMTP, it says: SSH-2.0-OpenSSH_9.2",
                "220 ok~250-STARTTLS~250 HELP~220 go~250 injected~ | CRITICAL | an attack?",
                "220 ok~250-STARTTLS~250 HELP~454 later~    | CRITICAL | but was: 454 later",
                "220 ok~550 no~                             | CRITICAL | but was: 550 no",
            })
    void strange_replies_are_explained(String said, Status status, String shown) throws IOException {
        String text = said.replace("~", "\r\n");
        try (ScriptedServer server = new ScriptedServer((client, in, out) -> {
            // One reply a command; the last two lines go out together, as injected ones would.
            BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII));
            String[] replies = text.split("(?<=\r\n)(?=250-|250 injected|220 go|454|550)");
            for (int i = 0; i < replies.length; i++) {
                boolean together = i + 1 < replies.length && replies[i + 1].contains("injected");
                String reply = together ? replies[i] + replies[++i] : replies[i];
                out.write(reply.getBytes(StandardCharsets.US_ASCII));
                if (reader.readLine() == null) {
                    return;
                }
            }
            out.write("500 what?\r\n".getBytes(StandardCharsets.US_ASCII));
        })) {
            Trial.of("smtp", "server: '" + server.address() + "'", "starttls: true")
                    .expect(status, shown);
        }
    }

    @Test
    void the_port_follows_the_way_of_encrypting() {
        assertThat(Trial.of("smtp", "{server: m.example.org, tls: true, starttls: true}")
                        .problems())
                .singleElement()
                .asString()
                .contains("expected either 'starttls' or 'tls'");
    }
}
