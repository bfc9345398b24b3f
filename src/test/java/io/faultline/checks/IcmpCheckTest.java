package io.faultline.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.check.Status;
import io.faultline.net.HostPort;
import io.faultline.net.LocalFault;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What ping says; ping itself is run with the real peers. */
class IcmpCheckTest {
    private final IcmpCheck check = new IcmpCheck(new HostPort("stone.example.org", 7), 3, 1, Optional.empty());

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "3 packets transmitted, 3 received, 0% packet loss, time 402ms   | OK       | the machine answers pings",
                "3 packets transmitted, 1 received, 66% packet loss, time 402ms  | CRITICAL | 2 of 3 pings got lost",
                "ping: stone.example.org: Name or service not known              | CRITICAL | the machine cannot be pinged",
            })
    void what_ping_says_is_judged(String said, Status status, String shown) throws LocalFault {
        assertThat(check.judged(said).status()).isEqualTo(status);
        assertThat(check.judged(said).summary()).isEqualTo(shown);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ping: socktype: SOCK_RAW\nping: socket: Operation not permitted\n",
                "ping: => missing cap_net_raw+p capability or setuid?",
            })
    void a_ping_that_may_not_be_sent_says_nothing_of_the_machine(String said) {
        assertThatThrownBy(() -> check.judged(said))
                .isInstanceOf(LocalFault.class)
                .hasMessageContaining("this machine may not send pings");
    }

    @Test
    void more_pings_than_there_is_time_for_are_refused() {
        Trial.of("icmp", "server: 127.0.0.1", "count: 100")
                .within(Duration.ofSeconds(10))
                .expect(Status.UNKNOWN, "100 pings take 20 s");
    }
}
