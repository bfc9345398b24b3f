package io.faultline.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SystemResolverTest {
    private final CountDownLatch over = new CountDownLatch(1);

    @AfterEach
    void end() {
        over.countDown();
    }

    /** Looks nothing up, and never answers for names that begin with silent. */
    private SystemResolver resolver(int mostAtOnce) {
        return new SystemResolver(
                host -> {
                    while (host.startsWith("silent") && over.getCount() > 0) {
                        try {
                            over.await();
                        } catch (InterruptedException e) {
                            // The system call goes on too, whoever has given up waiting for it.
                        }
                    }
                    return new InetAddress[] {InetAddress.getLoopbackAddress()};
                },
                mostAtOnce);
    }

    private static Object resolved(SystemResolver resolver, String host, Duration time) throws IOException {
        try (Lifetime lifetime = Lifetime.of(time)) {
            return resolver.resolve(host, lifetime);
        }
    }

    @Test
    void a_name_whose_servers_are_silent_keeps_no_other_waiting() throws IOException {
        SystemResolver resolver = resolver(40);
        for (int i = 0; i < 30; i++) {
            String silent = "silent" + i + ".example.org";
            assertThatThrownBy(() -> resolved(resolver, silent, Duration.ofMillis(5)))
                    .isInstanceOf(DeadlineExceeded.class);
        }
        assertThat(resolved(resolver, "www.example.org", Duration.ofSeconds(20)))
                .asString()
                .contains("127.0.0.1");
    }

    @Test
    void too_many_that_hang_are_this_machines_fault() {
        SystemResolver resolver = resolver(2);
        for (String silent : new String[] {"silent1.example.org", "silent2.example.org"}) {
            assertThatThrownBy(() -> resolved(resolver, silent, Duration.ofMillis(100)))
                    .isInstanceOf(DeadlineExceeded.class);
        }
        assertThatThrownBy(() -> resolved(resolver, "www.example.org", Duration.ofSeconds(20)))
                .isInstanceOf(LocalFault.class)
                .hasMessageContaining("2 look-ups of names do not end, so www.example.org is not looked up");
    }
}
