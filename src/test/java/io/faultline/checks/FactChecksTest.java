package io.faultline.checks;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.check.FactsSource;
import io.faultline.check.Result;
import io.faultline.check.Status;
import io.faultline.machine.Facts;
import io.faultline.machine.FactsReader;
import io.faultline.net.ConnectFault;
import io.faultline.net.ProtocolFault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each check over facts, with facts that are good and bad for each of its reasons. */
class FactChecksTest {
    private static final Instant NOW = Instant.parse("2026-11-22T06:00:00Z");

    /** The lines, with NOW-1h for times, as the agent would have sent them at NOW. */
    static Facts facts(String lines) {
        StringBuilder text = new StringBuilder("faultline-facts 1\nmachine name=web1\n");
        String all = lines.replace(';', '\n').replaceAll("\n +", "\n");
        if (!all.startsWith("time seconds=")) {
            text.append("time seconds=").append(NOW.getEpochSecond()).append('\n');
        }
        text.append(ago(all));
        if (!all.isEmpty()) {
            text.append('\n');
        }
        text.append("end lines=")
                .append(text.chars().filter(c -> c == '\n').count())
                .append('\n');
        try {
            return FactsReader.read(
                    text.toString().getBytes(StandardCharsets.UTF_8), Optional.of(NOW.minusSeconds(1)), NOW);
        } catch (ProtocolFault e) {
            throw new AssertionError(e);
        }
    }

    private static String ago(String text) {
        java.util.regex.Matcher matcher =
                java.util.regex.Pattern.compile("@(-?\\d+)").matcher(text);
        return matcher.replaceAll(found -> String.valueOf(NOW.getEpochSecond() - Long.parseLong(found.group(1))));
    }

    /** The same facts for everybody, or none. */
    static FactsSource source(Map<String, Facts> machines) {
        return new FactsSource() {
            @Override
            public Facts own() throws IOException {
                return of("own");
            }

            @Override
            public Facts of(String machine) throws IOException {
                if (!machines.containsKey(machine)) {
                    throw new ConnectFault("connection refused by " + machine + ":22", null);
                }
                return machines.get(machine);
            }
        };
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "facts | '' | uptime seconds=90061 | OK | up for: 1 d 1 h",
                "facts | '' | error source=puppet reason=not%20there | OK | cannot tell: puppet: not there",
                "facts | complete: true | error source=puppet reason=gone | WARNING | the machine cannot tell puppet: gone",
                "disk | '' | disk mount=/ size=100 free=50 available=40 inodes=100 inodes-free=90 | OK | there is room on 1 disk",
                "disk | '' | disk mount=/ size=100 free=20 available=10 inodes=100 inodes-free=90 | WARNING | / is nearly full: 10 B left (88.9%)",
                "disk | '' | disk mount=/ size=100 free=1 available=0 inodes=100 inodes-free=90 | CRITICAL | / is nearly full: 0 B left (100.0%)",
                "disk | '' | disk mount=/ size=100 free=90 available=90 inodes=100 inodes-free=10 | WARNING | / has hardly any room for more files: 10 inodes left (90.0%)",
                "disk | inodes-critical: 90% | disk mount=/ size=100 free=90 available=90 inodes=100 inodes-free=10 | CRITICAL | inodes left",
                "disk | '' | disk mount=/ size=100 free=90 available=90 inodes=0 inodes-free=0 | OK | /=10.0%",
                "disk | ignore: [/] | disk mount=/ size=100 free=0 available=0 inodes=0 inodes-free=0 | OK | room",
                "disk | mounts: [/srv] | disk mount=/ size=100 free=90 available=90 inodes=0 inodes-free=0 | CRITICAL | /srv is not mounted",
                "disk | '' | disk mount=/ size=9 free=9 available=9 inodes=0 inodes-free=0;error source=disk reason=/x%20hangs | WARNING | cannot tell: /x hangs",
                "disk | '' | error source=disk reason=gone | UNKNOWN | the machine cannot tell: gone",
                "disk | '' | '' | UNKNOWN | the machine says nothing about this",
                "memory | '' | memory total=1000 available=500 swap=100 swap-free=100 | OK | memory=50.0%",
                "memory | '' | memory total=1000 available=100 | WARNING | memory is nearly used up: 100 B of 1000 B left (90.0%)",
                "memory | '' | memory total=1000 available=20 | CRITICAL | (98.0%)",
                "memory | '' | memory total=1000 available=900 swap=100 swap-free=10 | WARNING | swap is nearly used up",
                "memory | '' | memory total=0 available=0 | UNKNOWN | says nothing",
                "load | '' | load one=9 five=9 fifteen=7.9 cores=4 | OK | load 7.9 on 4 cores",
                "load | '' | load one=0 five=0 fifteen=8 cores=4 | WARNING | the machine does not keep up",
                "load | critical: 3 | load one=0 five=0 fifteen=3 cores=1 | CRITICAL | load 3.0 on 1 core",
                "load | '' | error source=load reason=gone | UNKNOWN | gone",
                "puppet | '' | puppet last-run=@1800 failed=0 failed-to-restart=0 event-failures=0 | OK | Puppet ran 30 min ago",
                "puppet | '' | puppet last-run=@6000 failed=0 | WARNING | Puppet ran 1 h 40 min ago for the last time",
                "puppet | '' | puppet last-run=@90000 failed=0 | CRITICAL | Puppet ran 1 d 1 h ago for the last time",
                "puppet | '' | puppet last-run=@60 failed=2 failed-to-restart=0 event-failures=2 | CRITICAL | in Puppet's last run 2 resources failed",
                "puppet | '' | puppet last-run=@60 failed=0 failed-to-restart=1 | CRITICAL | 1 resource could not be restarted",
                "puppet | '' | puppet last-run=@60 failed=0 event-failures=1 | CRITICAL | 1 resource had an event that failed",
                "puppet | '' | puppet last-run=@60 | CRITICAL | no catalog that could be used",
                "puppet | '' | puppet last-run=@60 failed=0;puppet-disabled reason=moving%20disks | WARNING | Puppet is disabled: moving disks",
                "puppet | '' | error source=puppet reason=gone | UNKNOWN | gone",
                "apt-indices | '' | apt-source uri=u suite=trixie fetched=@3600 | OK | the oldest of 1 sources was fetched 1 h ago",
                "apt-indices | '' | apt-source uri=u suite=trixie fetched=@3600;apt-source uri=v suite=old fetched=@200000 | WARNING | old from v was fetched 2 d 7 h ago",
                "apt-indices | '' | apt-source uri=u suite=trixie fetched=@900000 | CRITICAL | trixie from u was fetched 10 d 10 h ago",
                "apt-indices | '' | apt-source uri=u suite=trixie | CRITICAL | trixie from u was never fetched",
                "apt-indices | '' | error source=apt-indices reason=gone | UNKNOWN | gone",
                "systemd | '' | systemd state=running | OK | the system is running",
                "systemd | '' | systemd state=degraded;failed-unit name=a.service;failed-unit name=b.service | CRITICAL | wrong: b.service has failed",
                "systemd | ignore: [a.service] | systemd state=degraded;failed-unit name=a.service | OK | the system is degraded",
                "systemd | '' | systemd state=degraded | CRITICAL | the system is degraded",
                "systemd | '' | systemd state=maintenance | CRITICAL | the system is in the state maintenance",
                "systemd | '' | systemd state=starting;uptime seconds=60 | OK | starting",
                "systemd | '' | systemd state=starting;uptime seconds=6000 | WARNING | the system is still starting",
                "systemd | '' | systemd state=offline | UNKNOWN | systemd is not in charge of this system: offline",
                "upgrades | '' | upgrades all=3 security=0 | OK | 3 upgrades wait to be made, none urgent",
                "upgrades | '' | upgrades all=0 security=0 | OK | nothing waits to be upgraded",
                "upgrades | '' | upgrades all=3 security=1;upgrade name=openssl security=yes | WARNING | security upgrades: openssl",
                "upgrades | security-critical: 5 | upgrades all=9 security=5 | CRITICAL | 5 security upgrades wait to be made",
                "upgrades | critical: 9 | upgrades all=9 security=0 | CRITICAL | 9 upgrades wait to be made",
                "upgrades | '' | error source=upgrades reason=gone | UNKNOWN | gone",
                "reboot | '' | reboot required=no;kernel running=6.1-amd64 installed=6.1-amd64 since=@9 | OK | no reboot is due",
                "reboot | '' | reboot required=no;kernel running=6.1-amd64 installed=6.2-amd64 since=@9 | WARNING | another kernel is installed than runs",
                "reboot | '' | reboot required=no;kernel running=6.1-amd64 installed=6.2-amd64 since=@9999999 | CRITICAL | (for 115 d 17 h)",
                "reboot | '' | reboot required=yes since=@60;reboot-package name=libc6 | WARNING | a reboot is required by libc6",
                "reboot | critical: 1h | reboot required=yes since=@7200 | CRITICAL | a reboot is required (for 2 h)",
                "reboot | '' | reboot required=no;error source=kernel reason=no%20kernel | UNKNOWN | no kernel",
                "clock | '' | clock source=chrony synchronised=yes offset=-0.001 | OK | the clock is right",
                "clock | '' | clock source=chrony synchronised=yes offset=-2.5 | WARNING | the clock is wrong by -2.5s, says chrony",
                "clock | '' | clock source=chrony synchronised=yes offset=99 | CRITICAL | wrong by 99.0s",
                "clock | '' | clock source=timesyncd synchronised=no | WARNING | the clock is not synchronised (timesyncd)",
                "clock | '' | time seconds=@-100;clock source=chrony synchronised=yes | CRITICAL | the clock is 1 min 40 s ahead of ours",
                "clock | '' | time seconds=@12;clock source=chrony synchronised=yes | WARNING | the clock is 10 s behind ours",
                "clock | '' | time seconds=@-100;error source=clock reason=gone | CRITICAL | ahead of ours",
                "clock | '' | error source=clock reason=gone | UNKNOWN | gone",
            })
    void facts_are_judged(String type, String yaml, String lines, Status status, String shown) {
        Result result = Trial.of(type, yaml.isEmpty() ? "{}" : yaml)
                .facts(source(Map.of("own", facts(lines))))
                .at(NOW)
                .run();
        assertThat(Trial.shown(result)).contains(shown);
        assertThat(result.status()).as(Trial.shown(result)).isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"disk", "memory", "load", "puppet", "apt-indices", "systemd", "upgrades", "reboot", "clock"})
    void without_facts_only_the_check_of_the_facts_themselves_is_critical(String type) {
        Result result = Trial.of(type, "{}").facts(source(Map.of())).run();
        assertThat(Trial.shown(result))
                .startsWith("UNKNOWN there are no facts of the machine\nwhy: connection refused by own:22\n");
        assertThat(Trial.shown(Trial.of("facts", "{}").facts(source(Map.of())).run()))
                .startsWith("CRITICAL connection refused by own:22");
    }

    @Test
    void limits_in_the_wrong_order_are_refused() {
        for (String type : List.of("disk", "memory")) {
            assertThat(Trial.of(type, "warning: 90%\ncritical: 80%").problems())
                    .singleElement()
                    .asString()
                    .contains("expected 'warning' not above 'critical'");
        }
    }
}
