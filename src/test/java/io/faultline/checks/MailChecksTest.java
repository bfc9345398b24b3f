package io.faultline.checks;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.check.Status;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The types mail-relay and mailing-list, with a mail server that does with the mail what a test says. */
class MailChecksTest {
    @TempDir
    Path maildir;

    private final Instant now = Instant.parse("2026-11-22T12:00:00Z");
    private final AtomicInteger delivered = new AtomicInteger();

    @BeforeEach
    void folders() throws IOException {
        Files.createDirectory(maildir.resolve("new"));
        Files.createDirectory(maildir.resolve("cur"));
    }

    /** Takes mail, and delivers what becomes of it; null is lost. */
    private ScriptedServer mailServer(String recipient, UnaryOperator<String> delivery) throws IOException {
        return mailServer(() -> recipient, delivery);
    }

    private ScriptedServer mailServer(Supplier<String> recipient, UnaryOperator<String> delivery) throws IOException {
        return new ScriptedServer((client, in, out) -> {
            BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII));
            out.write("220 mail.example.org ESMTP\r\n".getBytes(StandardCharsets.US_ASCII));
            String line = reader.readLine();
            while (line != null && !line.equals("QUIT")) {
                String reply = "250 ok";
                if (line.startsWith("RCPT")) {
                    reply = recipient.get();
                } else if (line.equals("DATA")) {
                    out.write("354 go on\r\n".getBytes(StandardCharsets.US_ASCII));
                    StringBuilder text = new StringBuilder();
                    for (String part = reader.readLine(); !part.equals("."); part = reader.readLine()) {
                        text.append(part).append('\n');
                    }
                    deliver(delivery.apply(text.toString()));
                }
                out.write((reply + "\r\n").getBytes(StandardCharsets.US_ASCII));
                line = reader.readLine();
            }
        });
    }

    private void deliver(String text) {
        try {
            if (text != null) {
                Files.writeString(maildir.resolve("new/" + delivered.incrementAndGet()), text);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> left() throws IOException {
        try (Stream<Path> all = Files.list(maildir.resolve("new"))) {
            return all.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private Trial relay(ScriptedServer server, String... more) {
        return Trial.of(
                        "mail-relay",
                        "server: '" + server.address() + "'",
                        "from: probe@example.org",
                        "to: probe@example.net",
                        "mailbox: {maildir: " + maildir + "}",
                        "wait: 700ms",
                        String.join("\n", more))
                .at(now);
    }

    @Test
    void a_message_that_arrives_is_ok_and_those_before_it_are_deleted() throws IOException {
        Files.writeString(maildir.resolve("new/other"), "Subject: faultline-probe about something else\n\nhello\n");
        try (ScriptedServer server = mailServer("250 ok", text -> "Received: by mail\n" + text)) {
            for (int i = 1; i <= 3; i++) {
                assertThat(Trial.shown(relay(server).at(now.plusSeconds(i)).run()))
                        .startsWith("OK the message arrived after ")
                        .contains("delay=");
                assertThat(left()).containsExactlyInAnyOrder("other", "" + i);
            }
        }
    }

    @Test
    void a_message_that_takes_its_time_is_no_failure_where_one_arrived_a_while_ago() throws IOException {
        boolean[] slow = {false};
        try (ScriptedServer server = mailServer("250 ok", text -> slow[0] ? null : text)) {
            assertThat(relay(server).run().status()).isEqualTo(Status.OK);
            slow[0] = true;
            relay(server).at(now.plusSeconds(300)).expect(Status.OK, "an earlier message has arrived");
            relay(server).at(now.plusSeconds(7200)).expect(Status.CRITICAL, "no message arrives");
        }
    }

    @Test
    void a_message_that_is_lost_is_critical() throws IOException {
        try (ScriptedServer server = mailServer("250 ok", text -> null)) {
            assertThat(Trial.shown(relay(server).run()))
                    .startsWith("CRITICAL no message arrives")
                    .contains("newest that arrived: none");
        }
    }

    @Test
    void a_message_that_takes_its_time_is_found_by_the_next_run() throws IOException {
        String[] late = {null};
        try (ScriptedServer server = mailServer("250 ok", text -> {
            String before = late[0];
            late[0] = text;
            return before;
        })) {
            assertThat(relay(server).run().status()).isEqualTo(Status.CRITICAL);
            assertThat(Trial.shown(relay(server).at(now.plusSeconds(600)).run()))
                    .startsWith("OK an earlier message has arrived, this one is on its way")
                    .contains("10 min ago");
            late[0] = null;
            assertThat(Trial.shown(relay(server).at(now.plusSeconds(7200)).run()))
                    .startsWith("CRITICAL no message arrives")
                    .contains("2 h ago");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "451 4.7.1 Greylisted, try again | WARNING  | the mail server wants us to try again later",
                "550 5.1.1 no such user          | CRITICAL | the mail server refuses the recipient: 550 5.1.1 no such user",
            })
    void refusals_are_told_apart(String reply, Status status, String shown) throws IOException {
        try (ScriptedServer server = mailServer(reply, text -> text)) {
            relay(server).expect(status, shown);
        }
    }

    @Test
    void greylisting_is_no_failure_when_mail_arrived_a_while_ago() throws IOException {
        String[] kept = {null};
        String[] reply = {"250 ok"};
        try (ScriptedServer server = mailServer(() -> reply[0], text -> {
            kept[0] = text;
            return null;
        })) {
            assertThat(relay(server).run().status()).isEqualTo(Status.CRITICAL);
            deliver(kept[0]);
            reply[0] = "451 4.7.1 Greylisted";
            assertThat(Trial.shown(relay(server).at(now.plusSeconds(600)).run()))
                    .startsWith("OK an earlier message has arrived")
                    .contains("Greylisted");
        }
    }

    @Test
    void what_somebody_else_made_up_does_not_count_and_is_left_alone() throws IOException {
        try (ScriptedServer server = mailServer("250 ok", text -> null)) {
            Files.writeString(
                    maildir.resolve("new/forged"),
                    "Subject: faultline-probe " + now.toEpochMilli() + " " + "0".repeat(32) + " " + "1".repeat(32)
                            + "\n\nx\n");
            assertThat(relay(server).run().status()).isEqualTo(Status.CRITICAL);
        }
        assertThat(left()).containsExactly("forged");
    }

    @Test
    void a_mailbox_that_is_none_is_unknown() throws IOException {
        Files.delete(maildir.resolve("cur"));
        try (ScriptedServer server = mailServer("250 ok", text -> text)) {
            assertThat(Trial.shown(relay(server).run())).startsWith("UNKNOWN").contains("is no Maildir");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "From: list@example.org~Subject: Your key~~-----BEGIN PGP-----~ | OK       | subject: Your key",
                "From: list@example.org~Subject: Help~~hello~                  | CRITICAL | the answer lacks 'BEGIN PGP'",
                "From: list@example.org~Content-Transfer-Encoding: base64~~LS0tLS1CRUdJTiBQR1AtLS0tLQo=~ | OK | the list answers",
                "From: list@example.org~MIME-Version: 1.0~Content-Type: multipart/mixed; boundary=x~~--x~~see below~--x~Content-Type: application/pgp-keys~Content-Transfer-Encoding: base64~~LS0tLS1CRUdJTiBQR1AtLS0tLQo=~--x | OK | the list answers",
                "From: list@example.org~MIME-Version: 1.0~Content-Type: multipart/mixed~~no boundary~ | CRITICAL | the answer lacks 'BEGIN PGP'",
                "From: other@example.org~~-----BEGIN PGP-----~                 | CRITICAL | the list does not answer",
                "                                                              | CRITICAL | the list does not answer",
            })
    void answers_of_lists_are_judged(String answer, Status status, String shown) throws IOException {
        Files.writeString(maildir.resolve("new/before"), "From: list@example.org\n\n-----BEGIN PGP-----\n");
        try (ScriptedServer server = mailServer("250 ok", text -> answer == null ? null : answer.replace('~', '\n'))) {
            Trial.of(
                            "mailing-list",
                            "server: '" + server.address() + "'",
                            "from: probe@example.org",
                            "to: list-sendkey@example.org",
                            "answer-from: list@example.org",
                            "answer-contains: BEGIN PGP",
                            "mailbox: {maildir: " + maildir + "}",
                            "wait: 600ms")
                    .expect(status, shown);
        }
        assertThat(left()).contains("before");
    }

    /**
     * Just enough of an IMAP server for one client: what lies in {@code new}, numbered in the order of the names. It
     * finds everything, whatever is searched for.
     */
    private ScriptedServer imapServer(Queue<String> asked) throws IOException {
        return new ScriptedServer((client, in, out) -> {
            BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII));
            out.write("* OK hello\r\n".getBytes(StandardCharsets.ISO_8859_1));
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                String[] words = line.split(" ", 4);
                asked.add(String.join(" ", List.of(words).subList(1, words.length)));
                List<String> names = left();
                String said = "";
                if (words[1].equals("UID") && words[2].equals("SEARCH")) {
                    said = "* SEARCH" + names.stream().map(name -> " " + name).collect(Collectors.joining()) + "\r\n";
                } else if (words[1].equals("UID") && words[2].equals("FETCH")) {
                    String number = words[3].split(" ")[0];
                    String text =
                            Files.readString(maildir.resolve("new/" + number)).replace("\n", "\r\n");
                    String shown = words[3].contains("HEADER") ? text.split("\r\n\r\n", 2)[0] + "\r\n\r\n" : text;
                    said = "* 1 FETCH (UID " + number + " BODY[]<0> {" + shown.length() + "}\r\n" + shown + ")\r\n";
                } else if (words[1].equals("UID") && words[2].equals("STORE")) {
                    Files.delete(maildir.resolve("new/" + words[3].split(" ")[0]));
                }
                out.write((said + words[0] + " OK done\r\n").getBytes(StandardCharsets.ISO_8859_1));
            }
        });
    }

    private static String mailbox(ScriptedServer imap) {
        return "mailbox: {imap: '" + imap.address() + "', security: none, user: u, password: {secret: it}}";
    }

    @Test
    void mail_in_an_imap_folder_is_read_by_its_length_and_only_what_is_new() throws IOException {
        Queue<String> asked = new ConcurrentLinkedQueue<>();
        delivered.set(100);
        Files.writeString(maildir.resolve("new/100"), "From: list@example.org\n\nold\n");
        StringBuilder steering = new StringBuilder("From: list@example.org\nSubject: Help\n\n");
        for (int i = 1; i < 30; i++) {
            steering.append("f").append(i).append(" OK done\n* SEARCH 100\nx{3}\n");
        }
        steering.append("y".repeat(50_000)).append("\n");
        try (ScriptedServer server = mailServer("250 ok", text -> steering.toString());
                ScriptedServer imap = imapServer(asked)) {
            Trial.of(
                            "mailing-list",
                            "server: '" + server.address() + "'",
                            "from: probe@example.org",
                            "to: list-request@example.org",
                            "answer-from: list@example.org",
                            "answer-contains: yyyyyyyyyy",
                            mailbox(imap))
                    .secret("it", "correct horse")
                    .expect(Status.OK, "subject: Help");
        }
        assertThat(left()).containsExactly("100");
        assertThat(asked).noneMatch(command -> command.startsWith("UID FETCH 100"));
    }

    @Test
    void tokens_in_an_imap_folder_are_found_by_their_subject_alone() throws IOException {
        Queue<String> asked = new ConcurrentLinkedQueue<>();
        delivered.set(100);
        Files.writeString(maildir.resolve("new/100"), "Subject: faultline-probe of my own\n\nold\n");
        try (ScriptedServer server = mailServer("250 ok", text -> text + "x".repeat(100_000));
                ScriptedServer imap = imapServer(asked)) {
            for (int i = 1; i <= 2; i++) {
                Trial.of(
                                "mail-relay",
                                "server: '" + server.address() + "'",
                                "from: probe@example.org",
                                "to: probe@example.net",
                                mailbox(imap))
                        .secret("it", "correct horse")
                        .expect(Status.OK, "the message arrived after");
            }
        }
        assertThat(left()).containsExactly("100", "102");
        assertThat(asked)
                .filteredOn(command -> command.startsWith("UID FETCH"))
                .allMatch(command -> command.contains("HEADER.FIELDS"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "mailbox: {}                                              | expected either 'imap' or 'maildir'",
                "mailbox: {imap: imap.example.org}                        | expected 'user' and 'password' too",
                "mailbox: {imap: imap.example.org, security: none, user: u, password: {secret: p}} | would be sent unencrypted",
                "{user: u, password: {secret: p}, mailbox: {maildir: m}}  | would be sent unencrypted",
            })
    void mistakes_are_told(String more, String problem) {
        String lines = more.startsWith("{") ? "user: u\npassword: {secret: p}\nmailbox: {maildir: m}" : more;
        assertThat(Trial.of("mail-relay", "server: m.example.org\nfrom: a@example.org\nto: b@example.org\n" + lines)
                        .problems())
                .singleElement()
                .asString()
                .contains(problem);
    }
}
