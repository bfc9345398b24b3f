package io.faultline.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One good request a connection, and no patience with anything else. */
class HttpListenerTest {
    private final List<HttpListener.Request> asked = Collections.synchronizedList(new ArrayList<>());
    private final BlockingQueue<String> troubles = new LinkedBlockingQueue<>();
    private HttpListener listener;

    private void listen(int atOnce, Duration time) throws IOException {
        listener = HttpListener.onLoopback(
                new HttpListener.Limits(atOnce, time, 10),
                request -> {
                    asked.add(request);
                    return new HttpListener.Answer(200, "got " + new String(request.body(), StandardCharsets.UTF_8));
                },
                troubles::add);
    }

    @AfterEach
    void close() {
        listener.close();
    }

    private Socket connect() throws IOException {
        return new Socket(listener.address().host(), listener.address().port());
    }

    /** All that comes back until the other side hangs up. */
    private static String rest(Socket socket) throws IOException {
        try {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (SocketException e) {
            return "reset";
        }
    }

    private String say(String text) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
            socket.shutdownOutput();
            return rest(socket);
        } catch (SocketException e) {
            return "reset";
        }
    }

    @Test
    void a_request_is_answered_and_the_connection_ends() throws IOException {
        listen(2, Duration.ofSeconds(20));
        assertThat(say("POST /report?x=1 HTTP/1.1\r\nHost: h\r\nX-A:  b \r\nContent-Length: 5\r\n\r\nhello"))
                .startsWith("HTTP/1.1 200 \r\n")
                .contains("Connection: close")
                .endsWith("\r\n\r\ngot hello\n");
        assertThat(asked.get(0).method()).isEqualTo("POST");
        assertThat(asked.get(0).path()).isEqualTo("/report?x=1");
        assertThat(asked.get(0).headers()).containsEntry("x-a", "b");
    }

    @Test
    void a_client_that_asks_first_is_told_to_go_on() throws IOException {
        listen(2, Duration.ofSeconds(20));
        assertThat(say("POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nok"))
                .startsWith("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET\\r\\n\\r\\n                                         | 400",
                "GET http://h/ HTTP/1.1\\r\\n\\r\\n                      | 400",
                "GET / HTTP/2.0\\r\\n\\r\\n                              | 400",
                "GET / HTTP/1.1\\r\\nno header\\r\\n\\r\\n               | 400",
                "POST / HTTP/1.1\\r\\nContent-Length: x\\r\\n\\r\\n      | 400",
                "POST / HTTP/1.1\\r\\nContent-Length: -1\\r\\n\\r\\n     | 400",
                "POST / HTTP/1.1\\r\\nContent-Length: 1\\r\\ncontent-length: 2\\r\\n\\r\\nab | 400",
                "POST / HTTP/1.1\\r\\nContent-Length: 11\\r\\n\\r\\n     | 413",
                "POST / HTTP/1.1\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n0\\r\\n\\r\\n | 411",
            })
    void what_is_no_good_is_refused(String text, int status) throws IOException {
        listen(2, Duration.ofSeconds(20));
        assertThat(say(text.replace("\\r\\n", "\r\n"))).startsWith("HTTP/1.1 " + status + " ");
        assertThat(asked).isEmpty();
        assertThat(troubles.poll()).startsWith("a request is no good: ");
    }

    @Test
    void headers_without_an_end_are_cut_off() throws IOException {
        listen(2, Duration.ofSeconds(20));
        // Whether the answer arrives, or the end of the connection overtakes it, is not ours to say.
        assertThat(say("GET / HTTP/1.1\r\nX: " + "x".repeat(10_000))).matches("(?s)reset|HTTP/1.1 431 .*");
        assertThat(asked).isEmpty();
    }

    @Test
    void half_a_body_is_no_request() throws Exception {
        listen(2, Duration.ofSeconds(20));
        assertThat(say("POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhel")).isEmpty();
        assertThat(troubles.poll(20, TimeUnit.SECONDS))
                .isEqualTo("a connection broke off: only 3 of 5 bytes were sent");
        assertThat(asked).isEmpty();
    }

    @Test
    void a_slow_client_is_cut_off_when_its_time_is_over() throws Exception {
        listen(2, Duration.ofSeconds(2));
        try (Socket socket = connect()) {
            socket.getOutputStream().write("POST / HTTP/1.1\r\nContent-Le".getBytes(StandardCharsets.US_ASCII));
            assertThat(rest(socket)).isIn("", "reset");
        }
        assertThat(troubles.poll(20, TimeUnit.SECONDS)).startsWith("a connection was cut off: no whole request within");
    }

    @Test
    void more_connections_than_may_be_open_are_turned_away_and_there_is_room_again_later() throws Exception {
        listen(1, Duration.ofSeconds(20));
        try (Socket first = connect()) {
            first.getOutputStream().write("GET / HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII));
            try (Socket second = connect()) {
                assertThat(rest(second)).isIn("", "reset");
            }
            assertThat(troubles.poll(20, TimeUnit.SECONDS))
                    .isEqualTo("a connection was turned away: 1 are open already");
            first.getOutputStream().write("\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(rest(first)).startsWith("HTTP/1.1 200 ");
        }
        assertThat(asked).hasSize(1);
    }
}
