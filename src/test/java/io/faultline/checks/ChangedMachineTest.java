package io.faultline.checks;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.check.Result;
import io.faultline.check.Status;
import io.faultline.machine.Facts;
import io.faultline.machine.FactsReader;
import io.faultline.net.ProtocolFault;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChangedMachineTest {
    private static Facts facts(String lines) throws ProtocolFault {
        String text = "faultline-facts 1\nmachine name=web1\ntime seconds=1\n"
                + (lines == null ? "" : lines.replace("; ", "\n") + "\n");
        return FactsReader.read(
                (text + "end lines=" + text.lines().count() + "\n").getBytes(StandardCharsets.US_ASCII),
                Optional.empty(),
                Instant.EPOCH);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "boot id=1 | boot id=1 | OK | rebooted: no, it is still the same boot",
                "boot id=1 | boot id=2 | OK | rebooted: yes",
                "disk mount=/srv size=1 free=1 available=1 inodes=0 inodes-free=0 | | CRITICAL | nothing is mounted on /srv",
                "unit name=a.service active=active | unit name=a.service active=inactive | WARNING | unit a.service was active and is inactive",
                "unit name=a.service active=active | unit name=b.service active=active | WARNING | unit a.service was active and is gone",
                "unit name=a.mount active=active | unit name=b.mount active=active | OK | what was there",
                "unit name=a.service active=inactive | unit name=a.service active=active | OK | what was there",
                "failed-unit name=a.service | failed-unit name=a.service | OK | what was there",
                " | failed-unit name=a.service | CRITICAL | unit a.service fails",
                "broken-package name=a state=unpacked | broken-package name=a state=unpacked; package name=b version=1 | OK | packages: not compared; before: its agent does not say",
                "package name=a version=1; broken-package name=a state=unpacked | package name=a version=1; broken-package name=a state=half-configured | CRITICAL | package a is half-configured",
                "port number=22 protocol=tcp address=[::] | port number=22 protocol=tcp address=127.0.0.1 | OK | changed: port tcp 22 was listening on [::], is listening on 127.0.0.1",
                "error source=ports reason=no%20ss | port number=22 protocol=tcp address=[::] | OK | ports: not compared; before: no ss",
                "file path=/a sha256=aa | | OK | what was there",
            })
    void whatChangedIsJudged(String before, String after, Status status, String shown) throws ProtocolFault {
        String hash = "a".repeat(64);
        Result result = new ChangedMachine(facts(before == null ? null : before.replace("sha256=aa", "sha256=" + hash)))
                .judge(facts(after), Instant.EPOCH);

        assertThat(Trial.shown(result)).contains(shown);
        assertThat(result.status()).as(Trial.shown(result)).isEqualTo(status);
    }
}
