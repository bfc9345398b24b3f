package io.faultline.checks;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.check.Result;
import io.faultline.check.Status;
import io.faultline.demo.DnsPeer;
import io.faultline.net.HostPort;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

class DnsCheckTest {
    private static DnsPeer first;
    private static DnsPeer second;

    @BeforeAll
    static void start() throws IOException {
        first = DnsPeer.start("example.org.");
        second = DnsPeer.start("example.org.");
    }

    @AfterAll
    static void stop() throws IOException {
        first.close();
        second.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "query: www.example.org                                        | OK       | A 192.0.2.20",
                "{query: www.example.org, values: 192.0.2.20}                  | OK       | A 192.0.2.20",
                "{query: WWW.Example.org, values: 192.0.2.21}                  | CRITICAL | expected: 192.0.2.21",
                "{query: blog.example.org, values: 192.0.2.20}                 | OK       | A 192.0.2.20",
                "{query: blog.example.org, record: cname, values: www.example.org} | OK     | CNAME www.example.org.",
                "{query: example.org, record: aaaa, values: '2001:DB8:0::10'}    | OK       | AAAA 2001:db8:0:0:0:0:0:10",
                "{query: example.org, record: mx, values: [10 mail.example.org, 20 Mail.example.net.]} | OK | MX 10 mail",
                "{query: example.org, record: mx, values: 10 mail.example.org, exactly: true} | CRITICAL | and nothing else",
                "{query: example.org, record: mx, values: 30 mail.example.org}   | CRITICAL | a record is missing or wrong",
                "{query: example.org, record: txt, values: v=spf1 mx -all}       | OK       | TXT v=spf1 mx -all",
                "{query: example.org, record: ns, values: [ns1.example.org, ns2.example.org], exactly: true} | OK | NS ns1",
                "{query: example.org, record: soa}                               | OK       | SOA serial 2026112201",
                "{query: www.example.org, record: mx}                            | CRITICAL | no MX record for www.example.org",
                "{query: no.example.org}                                       | CRITICAL | but was: NXDOMAIN",
                "{query: example.com}                                          | CRITICAL | does not serve this zone",
                "{query: www.example.org, authoritative: true}                 | OK       | A 192.0.2.20",
            })
    void answers_are_judged(String yaml, Status status, String shown) {
        Result result = check(yaml);
        assertThat(Trial.shown(result)).contains(shown);
        assertThat(result.status()).isEqualTo(status);
    }

    @Test
    void an_answer_that_does_not_fit_is_asked_for_by_tcp() {
        first.truncate(true);
        try {
            assertThat(Trial.shown(check("{query: www.example.org, values: 192.0.2.20}")))
                    .startsWith("OK");
        } finally {
            first.truncate(false);
        }
    }

    @Test
    void a_zone_that_cannot_be_answered_for_is_critical() {
        first.failWith(Rcode.SERVFAIL);
        try {
            assertThat(Trial.shown(check("query: www.example.org")))
                    .startsWith("CRITICAL the server cannot answer")
                    .contains("but was: SERVFAIL");
        } finally {
            first.failWith(0);
        }
    }

    @Test
    void an_answer_without_authority_is_critical_where_authority_is_asked_for() {
        first.authoritative(false);
        try {
            assertThat(check("{query: www.example.org}").status()).isEqualTo(Status.OK);
            assertThat(Trial.shown(check("{query: www.example.org, authoritative: true}")))
                    .startsWith("CRITICAL the server does not answer with authority");
        } finally {
            first.authoritative(true);
        }
    }

    @Test
    void serials_of_all_servers_must_be_the_same() throws IOException {
        String yaml =
                "{query: example.org, record: soa, authoritative: true, same-serial-on: '" + second.address() + "'}";
        first.serial(7);
        second.serial(7);
        assertThat(Trial.shown(check(yaml)))
                .startsWith("OK SOA serial 7 on all servers")
                .contains("serial=7.0");
        second.serial(6);
        assertThat(Trial.shown(check(yaml)))
                .startsWith("CRITICAL the name servers have different versions of the zone")
                .contains("expected: serial 7 as on " + first.address())
                .contains("but was: 6 on " + second.address());
        second.stop();
        try {
            assertThat(Trial.shown(check(yaml))).startsWith("CRITICAL connection refused by " + second.address());
        } finally {
            second.resume();
            first.serial(2026112201);
        }
    }

    /** What somebody who does not see the question might send, and what a confused server might. */
    @ParameterizedTest
    @ValueSource(strings = {"wrong id", "other name", "other type", "no answer flag", "garbage", "no question"})
    void answers_to_another_question_are_passed_over(String forgery) throws Exception {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            Thread server = new Thread(() -> serve(socket, forgery));
            server.setDaemon(true);
            server.start();
            HostPort address = new HostPort("127.0.0.1", socket.getLocalPort());
            Result result = Trial.of("dns", "server: '" + address + "'", "query: www.example.org")
                    .run();
            assertThat(Trial.shown(result)).startsWith("OK A 192.0.2.99");
        }
    }

    /** Sends a forgery, and then the true answer. */
    private static void serve(DatagramSocket socket, String forgery) {
        try {
            byte[] buffer = new byte[512];
            DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
            socket.receive(packet);
            Message query = new Message(Arrays.copyOf(buffer, packet.getLength()));
            int id = query.getHeader().getID();
            Record asked = query.getQuestion();
            byte[] false1 = switch (forgery) {
                case "wrong id" -> answer(id ^ 1, asked, true, "192.0.2.66");
                case "other name" -> answer(id, question("evil.example.org.", Type.A), true, "192.0.2.66");
                case "other type" -> answer(id, question("www.example.org.", Type.MX), true, "192.0.2.66");
                case "no answer flag" -> answer(id, asked, false, "192.0.2.66");
                case "garbage" -> new byte[] {1, 2, 3};
                default -> answer(id, null, true, "192.0.2.66");
            };
            socket.send(new DatagramPacket(false1, false1.length, packet.getSocketAddress()));
            byte[] right = answer(id, asked, true, "192.0.2.99");
            socket.send(new DatagramPacket(right, right.length, packet.getSocketAddress()));
        } catch (IOException e) {
            // The check is done.
        }
    }

    private static Record question(String name, int type) throws IOException {
        return Record.newRecord(Name.fromString(name), type, DClass.IN);
    }

    private static byte[] answer(int id, Record question, boolean isAnswer, String address) throws IOException {
        Message message = new Message(id);
        if (isAnswer) {
            message.getHeader().setFlag(Flags.QR);
        }
        if (question != null) {
            message.addRecord(question, Section.QUESTION);
        }
        message.addRecord(
                new ARecord(Name.fromString("www.example.org."), DClass.IN, 60, InetAddress.getByName(address)),
                Section.ANSWER);
        return message.toWire();
    }

    @Test
    void a_silent_server_is_critical_at_the_deadline() throws IOException {
        try (DatagramSocket silent = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            Result result = Trial.of("dns", "server: '127.0.0.1:" + silent.getLocalPort() + "'", "query: example.org")
                    .within(Duration.ofMillis(300))
                    .run();
            assertThat(result.status()).isEqualTo(Status.CRITICAL);
            assertThat(result.summary()).containsPattern("no answer from|no end within 300ms");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{query: 'a..b'}                                   | expected a domain name",
                "{query: a.example.org, values: 1.2.3}             | expected A records as in a zone file, found '1.2.3'",
                "{query: a.example.org, exactly: true}             | expected 'values' too",
                "{query: a.example.org, same-serial-on: b}         | expected 'record: soa' too",
                "{query: a.example.org, record: soa, same-serial-on: 'b:c'} | expected host or host:port",
                "{query: a.example.org, record: hinfo}               | expected one of a, aaaa, mx",
            })
    void mistakes_are_told(String yaml, String problem) {
        assertThat(Trial.of("dns", yaml.replace("{", "{server: ns.example.org, "))
                        .problems())
                .singleElement()
                .asString()
                .contains(problem);
    }

    private static Result check(String yaml) {
        String server = "server: '" + first.address() + "'";
        return Trial.of("dns", yaml.startsWith("{") ? "{" + server + ", " + yaml.substring(1) : server + "\n" + yaml)
                .run();
    }
}
