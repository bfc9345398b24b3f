package io.faultline.checks;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.check.Status;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The types udp and mumble. */
class DatagramChecksTest {
    /** Answers every datagram, also in a way that leaves some without an answer (null). */
    private static DatagramSocket answering(UnaryOperator<byte[]> answer) throws IOException {
        DatagramSocket server = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(() -> {
            try {
                while (true) {
                    DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
                    server.receive(packet);
                    byte[] said = answer.apply(java.util.Arrays.copyOf(packet.getData(), packet.getLength()));
                    if (said != null) {
                        server.send(new DatagramPacket(said, said.length, packet.getSocketAddress()));
                    }
                }
            } catch (IOException e) {
                // The test is over.
            }
        });
        thread.setDaemon(true);
        thread.start();
        return server;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "send: hello                    | OK       | answer: got hello",
                "send-hex: '68 65 6c 6c 6f'     | OK       | answer: got hello",
                "send-hex: '00ff';expect: got   | OK       | answer: 676f742000ff",
                "send: hello;expect: hello      | OK       | the port answers",
                "send: hello;matches: 'h.*o$'   | OK       | the port answers",
                "send: hello;expect: goodbye    | CRITICAL | but was: got hello",
            })
    void answers_to_datagrams_are_judged(String more, Status status, String shown) throws IOException {
        try (DatagramSocket server = answering(asked -> {
            byte[] said = new byte[asked.length + 4];
            System.arraycopy("got ".getBytes(StandardCharsets.US_ASCII), 0, said, 0, 4);
            System.arraycopy(asked, 0, said, 4, asked.length);
            return said;
        })) {
            Trial.of("udp", "server: 127.0.0.1:" + server.getLocalPort(), more.replace(';', '\n'))
                    .expect(status, shown);
        }
    }

    @Test
    void a_datagram_that_gets_lost_is_sent_again() throws IOException {
        int[] count = {0};
        try (DatagramSocket server = answering(asked -> ++count[0] < 2 ? null : asked)) {
            assertThat(Trial.of("udp", "server: 127.0.0.1:" + server.getLocalPort(), "send: x")
                            .run()
                            .status())
                    .isEqualTo(Status.OK);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "3  | 100 | OK       | version: 1.3.4",
                "3  | 100 | OK       | the server answers, with 3 of 100 users",
                "100 | 100 | WARNING | the server is full, with 100 users",
                "-1 | 100 | CRITICAL | does not answer its ping",
            })
    void mumble_servers_are_judged(int users, int most, Status status, String shown) throws IOException {
        try (DatagramSocket server = answering(asked -> ByteBuffer.allocate(24)
                .putInt(0x010304)
                // Somebody else's ping, if there are fewer than none.
                .putLong(users < 0 ? 0 : ByteBuffer.wrap(asked).getLong(4))
                .putInt(users)
                .putInt(most)
                .putInt(72_000)
                .array())) {
            Trial.of("mumble", "server: 127.0.0.1:" + server.getLocalPort())
                    .within(Duration.ofSeconds(status == Status.CRITICAL ? 3 : 20))
                    .expect(status, shown);
        }
    }
}
