package io.faultline.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LifetimeTest {

    /** Libraries take a time-out in milliseconds, and say "Read timed out" when it is the deadline that passed. */
    @Test
    void whoever_waits_for_what_is_left_waits_until_the_deadline() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            for (int i = 0; i < 100; i++) {
                try (Socket socket = new Socket(silent.getInetAddress(), silent.getLocalPort());
                        Socket accepted = silent.accept();
                        Lifetime lifetime = Lifetime.of(Duration.ofNanos(5_500_000))) {
                    assertThat(accepted.isConnected()).isTrue();
                    socket.setSoTimeout(lifetime.leftMillis());
                    assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
                    assertThat(lifetime.expired()).as("round %s", i).isTrue();
                    assertThatThrownBy(lifetime::leftMillis).isInstanceOf(DeadlineExceeded.class);
                } catch (DeadlineExceeded e) {
                    // The machine was so busy that nothing was left before the waiting began.
                }
            }
        }
    }

    @Test
    void a_lifetime_that_was_closed_in_time_did_not_expire() {
        Lifetime lifetime = Lifetime.of(Duration.ofDays(1));
        lifetime.close();
        assertThat(lifetime.expired()).isFalse();
    }
}
