package io.faultline.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.catalog.CatalogReader;
import io.faultline.checks.CheckTypes;
import io.faultline.checks.PushedFacts;
import io.faultline.history.Report;
import io.faultline.history.Reports;
import io.faultline.history.SqliteReports;
import io.faultline.machine.HostKey;
import io.faultline.machine.SignedReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Nothing but what a machine signed itself, for this, just now and once, changes what is known of it. */
class ReportGateTest {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final HostKey ONE = new HostKey();
    private static final HostKey TWO = new HostKey();
    private static final HostKey LOST = new HostKey();
    private static final HostKey STRANGER = new HostKey();

    @TempDir
    Path folder;

    private Instant now = NOON;
    private Reports reports;
    private ReportGate gate;

    @BeforeEach
    void open() throws IOException {
        Files.writeString(
                folder.resolve("known_hosts"),
                ONE.knownHostsLine("one.example.org")
                        + TWO.knownHostsLine("two.example.org")
                        + LOST.knownHostsLine("two.example.org")
                        + "@revoked " + LOST.knownHostsLine("*"));
        Files.writeString(folder.resolve("machines.yaml"), """
                machines:
                  one:
                    address: one.example.org
                    facts: {reports: {known-hosts: known_hosts}}
                    checks: [{type: facts}]
                  two:
                    address: two.example.org
                    facts: {reports: {known-hosts: known_hosts, host: deux}}
                    checks: [{type: facts}]
                  three:
                    address: three.example.org
                    checks: [{type: tcp, server: three.example.org:22}]
                """);
        reports = SqliteReports.open(folder.resolve("state.db"), Optional.empty());
        var catalog = CatalogReader.read(List.of(folder), CheckTypes.ALL, folder.resolve("state.db"));
        assertThat(catalog.problems()).isEmpty();
        gate = new ReportGate(catalog, reports, () -> now);
    }

    @AfterEach
    void close() {
        reports.close();
    }

    private static String facts(String host, Instant at) {
        return "faultline-facts 1\nmachine name=" + host + "\ntime seconds=" + at.getEpochSecond() + "\nend lines=3\n";
    }

    private static byte[] report(HostKey key, String host, Instant at) {
        return key.signed(facts(host, at), PushedFacts.NAMESPACE);
    }

    @Test
    void a_machine_s_own_reports_are_taken_one_after_the_other() throws Exception {
        assertThat(gate.take(report(ONE, "one", NOON.minusSeconds(9)))).isEqualTo("one");
        assertThat(gate.take(report(ONE, "one", NOON.minusSeconds(8)))).isEqualTo("one");
        assertThat(gate.take(report(TWO, "deux", NOON))).isEqualTo("two");
        assertThat(reports.newest("one"))
                .contains(new Report("one", NOON.minusSeconds(8), NOON, facts("one", NOON.minusSeconds(8))));
    }

    private record Attack(String name, String reason, List<byte[]> contents) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Attack> attacks() {
        byte[] good = report(ONE, "one", NOON);
        List<byte[]> cuts = new ArrayList<>();
        for (int length = 0; length < good.length - 1; length += 7) {
            cuts.add(Arrays.copyOf(good, length));
        }
        List<byte[]> changed = new ArrayList<>();
        for (int at = 0; at < good.length; at += 5) {
            byte[] other = good.clone();
            other[at] ^= 1;
            changed.add(other);
        }
        byte[] more = (facts("one", NOON) + "-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n")
                .getBytes(StandardCharsets.US_ASCII);
        return Stream.of(
                new Attack(
                        "forged by a key that nobody knows",
                        "it was not signed by one",
                        List.of(report(STRANGER, "one", NOON))),
                new Attack("forged without a key", "the signature is", List.of(more)),
                new Attack("of another machine", "it was not signed by one", List.of(report(TWO, "one", NOON))),
                new Attack("by a revoked key", "the host key is revoked", List.of(report(LOST, "deux", NOON))),
                new Attack(
                        "of a machine that does not report",
                        "no machine of the catalogue reports as 'three'",
                        List.of(report(ONE, "three", NOON))),
                new Attack(
                        "under the catalogue's name, not its own",
                        "no machine of the catalogue reports as 'two'",
                        List.of(report(TWO, "two", NOON))),
                new Attack(
                        "signed for something else",
                        "it was signed for another purpose: 'file'",
                        List.of(ONE.signed(facts("one", NOON), "file"))),
                new Attack(
                        "sent before",
                        "it is not later than the newest report of one",
                        List.of(report(ONE, "one", NOON.minusSeconds(60)))),
                new Attack(
                        "overtaken",
                        "it is not later than the newest report of one",
                        List.of(report(ONE, "one", NOON.minusSeconds(61)))),
                new Attack(
                        "kept back", "it was made 5 min 1 s ago", List.of(report(ONE, "one", NOON.minusSeconds(301)))),
                new Attack("made ahead", "ahead of our clock", List.of(report(ONE, "one", NOON.plusSeconds(301)))),
                new Attack(
                        "signed by an empty key",
                        "the signature is cut off",
                        List.of(ONE.signedAs(new byte[0], facts("one", NOON)))),
                new Attack(
                        "signed by half a key",
                        "the signature is cut off",
                        List.of(ONE.signedAs(new byte[] {0, 0, 1}, facts("one", NOON)))),
                new Attack(
                        "signed by a key without a type",
                        "the signature names no key",
                        List.of(ONE.signedAs(new byte[] {0, 0, 0, 0}, facts("one", NOON)))),
                new Attack(
                        "unsigned",
                        "the report has no signature",
                        List.of(facts("one", NOON).getBytes(StandardCharsets.US_ASCII))),
                new Attack("too large", "more than", List.of(new byte[SignedReport.MOST_BYTES + 1])),
                new Attack("nonsense", "no facts", List.of(ONE.signed("nonsense\n", PushedFacts.NAMESPACE))),
                new Attack("cut off", "", cuts),
                new Attack("changed on the way", "", changed));
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void what_is_not_right_is_refused_with_its_reason_and_changes_nothing(Attack attack) throws Exception {
        gate.take(report(ONE, "one", NOON.minusSeconds(60)));
        gate.take(report(TWO, "deux", NOON.minusSeconds(60)));
        List<Optional<Report>> before = List.of(reports.newest("one"), reports.newest("two"), reports.newest("three"));
        for (byte[] content : attack.contents()) {
            assertThatThrownBy(() -> gate.take(content))
                    .isInstanceOf(ReportGate.Refused.class)
                    .hasMessageContaining(attack.reason());
        }
        assertThat(List.of(reports.newest("one"), reports.newest("two"), reports.newest("three")))
                .isEqualTo(before);
    }

    @Test
    void a_machine_that_reports_all_the_time_is_told_to_wait_and_others_are_not() throws Exception {
        for (int i = 0; i < 10; i++) {
            gate.take(report(ONE, "one", NOON.plusSeconds(i)));
        }
        assertThatThrownBy(() -> gate.take(report(ONE, "one", NOON.plusSeconds(10))))
                .hasMessage("one reports too often; the next one is taken in 30 s");
        gate.take(report(TWO, "deux", NOON));
        now = NOON.plus(Duration.ofSeconds(30));
        gate.take(report(ONE, "one", NOON.plusSeconds(11)));
    }

    @Test
    void reports_that_are_sent_again_do_not_use_up_the_machine_s_allowance() throws Exception {
        byte[] seen = report(ONE, "one", NOON);
        gate.take(seen);
        for (int i = 0; i < 20; i++) {
            assertThatThrownBy(() -> gate.take(seen)).hasMessageContaining("it was sent before");
        }
        gate.take(report(ONE, "one", NOON.plusSeconds(1)));
    }

    @Test
    void replays_are_refused_after_a_restart_too() throws Exception {
        byte[] content = report(ONE, "one", NOON);
        gate.take(content);
        reports.close();
        open();
        assertThatThrownBy(() -> gate.take(content)).hasMessageContaining("it was sent before, or comes too late");
    }

    @Test
    void a_folder_is_emptied_into_what_was_taken_and_what_was_refused() throws Exception {
        Path spool = Files.createDirectory(folder.resolve("spool"));
        String longName = "0".repeat(248) + ".report";
        Files.writeString(spool.resolve(longName), "nonsense");
        Files.write(spool.resolve("1.report"), report(ONE, "one", NOON));
        Files.write(spool.resolve("2.report"), report(STRANGER, "one", NOON.plusSeconds(1)));
        Files.write(spool.resolve("half.new"), report(TWO, "deux", NOON));
        Files.createSymbolicLink(spool.resolve("link.report"), folder.resolve("known_hosts"));
        List<String> log = new ArrayList<>();
        new ReportSpool(spool, gate, (file, became) -> log.add(file + ": " + became)).pass();
        assertThat(log).hasSize(3);
        assertThat(log.get(0)).endsWith(": the report has no signature");
        assertThat(spool.resolve("refused").resolve(longName)).exists();
        assertThat(log.get(1)).isEqualTo("1.report: taken from one");
        assertThat(log.get(2))
                .startsWith(
                        "2.report: it was not signed by one.example.org: the host key is another one than the known");
        assertThat(spool.resolve("done/1.report")).exists();
        assertThat(Files.readString(spool.resolve("refused/2.report.reason"))).startsWith("it was not signed by one");
        assertThat(spool.resolve("half.new")).exists();
        assertThat(spool.resolve("link.report")).isSymbolicLink();
        assertThat(reports.newest("two")).isEmpty();
    }
}
