package io.faultline.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.check.Status;
import io.faultline.checks.Trial;
import io.faultline.demo.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** PowerDNS with authority for a zone, a second one that has the same, and a third that is a version behind. */
@RealPeers
class DnsPeersTest {
    @TempDir
    static Path folder;

    private static final String TOO_LONG_FOR_UDP = IntStream.range(0, 9)
            .mapToObj(i -> "long IN TXT \"" + i + "x".repeat(250) + "\"\n")
            .collect(Collectors.joining());

    private static RealServer first;
    private static RealServer same;
    private static RealServer behind;
    private static int firstPort;
    private static int samePort;
    private static int behindPort;

    @BeforeAll
    static void start() throws IOException {
        firstPort = Ports.free();
        samePort = Ports.free();
        behindPort = Ports.free();
        first = powerDns("first", firstPort, "2026112203");
        same = powerDns("same", samePort, "2026112203");
        behind = powerDns("behind", behindPort, "2026112202");
    }

    private static RealServer powerDns(String name, int port, String serial) throws IOException {
        Path home = Files.createDirectory(folder.resolve(name));
        Files.writeString(home.resolve("zone"), """
                $ORIGIN example.org.
                $TTL 300
                @ IN SOA ns1.example.org. admin.example.org. %s 3600 600 604800 300
                @ IN NS ns1.example.org.
                @ IN NS ns2.example.net.
                @ IN MX 10 mail.example.org.
                @ IN TXT "v=spf1 mx -all"
                ns1 IN A 192.0.2.53
                www IN A 192.0.2.80
                www IN AAAA 2001:db8::80
                web IN CNAME www.example.org.
                elsewhere IN NS ns.example.net.
                %s
                """.formatted(serial, TOO_LONG_FOR_UDP));
        Files.writeString(home.resolve("named.conf"), """
                zone "example.org" { type master; file "%1$s/zone"; };
                zone "example.com" { type slave; masters { 127.0.0.1; }; file "%1$s/nothing-yet"; };
                """.formatted(home));
        return RealServer.start(
                        home,
                        "/usr/sbin/pdns_server",
                        "--config-dir=" + home,
                        "--socket-dir=" + home,
                        "--launch=bind",
                        "--bind-config=" + home + "/named.conf",
                        "--local-address=127.0.0.1",
                        "--local-port=" + port,
                        "--cache-ttl=0",
                        "--daemon=no",
                        "--guardian=no")
                .saying("ready to distribute questions");
    }

    @AfterAll
    static void stop() {
        for (RealServer server : new RealServer[] {first, same, behind}) {
            server.close();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "query: www.example.org;values: [192.0.2.80];authoritative: true       | OK       | A 192.0.2.80",
                "query: www.example.org;record: aaaa;values: ['2001:DB8:0::80']        | OK       | AAAA 2001:db8",
                "query: example.org;record: mx;values: ['10 mail.example.org']         | OK       | MX 10 mail.example.org.",
                "query: example.org;record: txt;values: [v=spf1 mx -all];exactly: true | OK       | TXT v=spf1",
                "query: example.org;record: ns;values: [ns1.example.org];exactly: true | CRITICAL | a record that should not be there",
                "query: www.example.org;values: [192.0.2.81]                           | CRITICAL | a record is missing or wrong",
                "query: www.example.org;record: mx                                     | CRITICAL | no MX record for www.example.org",
                "query: gone.example.org                                               | CRITICAL | the name does not exist",
                "query: www.example.net;authoritative: true                            | CRITICAL | does not serve this zone, or not us",
                "query: www.example.com;authoritative: true                            | CRITICAL | the zone is broken there",
                "query: elsewhere.example.org;authoritative: true                      | CRITICAL | does not answer with authority",
                "query: long.example.org;record: txt;values: [8LONG];authoritative: true | OK     | TXT 0xxx",
                "query: example.org;record: soa;authoritative: true;same-serial-on: [SAME] | OK   | SOA serial 2026112203 on all servers",
                "query: example.org;record: soa;same-serial-on: [SAME, BEHIND]         | CRITICAL | 2026112202 on 127.0.0.1",
            })
    void zones_are_judged(String lines, Status status, String shown) {
        trial(lines).expect(status, shown);
    }

    private static Trial trial(String lines) {
        return Trial.of(
                "dns",
                "server: 127.0.0.1:" + firstPort,
                lines.replace(';', '\n')
                        .replace("LONG", "x".repeat(250))
                        .replace("SAME", "127.0.0.1:" + samePort)
                        .replace("BEHIND", "127.0.0.1:" + behindPort));
    }

    @Test
    void servers_that_stand_still_end_in_time() throws IOException {
        for (RealServer server : new RealServer[] {first, same}) {
            server.freeze();
            try {
                assertThat(trial("query: example.org;record: soa;same-serial-on: [SAME]")
                                .within(Duration.ofMillis(600))
                                .run()
                                .summary())
                        .isEqualTo("no end within 600ms");
            } finally {
                server.thaw();
            }
        }
    }
}
