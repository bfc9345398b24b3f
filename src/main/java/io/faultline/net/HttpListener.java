package io.faultline.net;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A small HTTP/1.1 server (RFC 9112) for short requests of a size that is told beforehand, such as reports and triggers:
 * one request a connection, which is cut off when its time is over, whatever it has sent by then. Without TLS: for
 * loopback, or behind a server that has it.
 *
 * <p>Thread-safe. The handler is called by several threads.
 */
public final class HttpListener implements Closeable {
    private static final int MOST_HEAD_BYTES = 8192;
    private static final int BACKLOG = 64;

    /**
     * @param atOnce connections that are served at the same time; further ones are turned away
     * @param time how long one may last
     * @param mostBytes the largest body
     */
    public record Limits(int atOnce, Duration time, int mostBytes) {}

    /** What was asked for; nothing of it is to be trusted. Header names are in lower case, the first of each counts. */
    @SuppressWarnings("ArrayRecordComponent") // read once, and never compared
    public record Request(String method, String path, Map<String, String> headers, byte[] body) {}

    /**
     * What is answered, as one line of plain text.
     *
     * @param retryAfter when to come again, told in whole seconds
     */
    public record Answer(int status, String text, Optional<Duration> retryAfter) {
        public Answer(int status, String text) {
            this(status, text, Optional.empty());
        }
    }

    /** Answers requests. */
    public interface Handler {
        Answer answer(Request request);
    }

    /** A request that is no good, with what is answered. */
    private static final class Bad extends IOException {
        private static final long serialVersionUID = 1L;
        final int status;

        Bad(int status, String message) {
            super(message);
            this.status = status;
        }
    }

    private final ServerSocket server;
    private final Limits limits;
    private final Handler handler;
    private final Consumer<String> troubles;
    private final ThreadPoolExecutor threads;
    private long toldAt;
    private int untold;

    private HttpListener(ServerSocket server, Limits limits, Handler handler, Consumer<String> troubles) {
        this.server = server;
        this.limits = limits;
        this.handler = handler;
        this.troubles = troubles;
        this.threads = new ThreadPoolExecutor(
                0, limits.atOnce(), 30, TimeUnit.SECONDS, new SynchronousQueue<>(), HttpListener::thread);
    }

    /**
     * Listens until it is closed.
     *
     * @param troubles told in one sentence of each request that came to nothing
     * @throws LocalFault if the address cannot be listened on
     */
    public static HttpListener start(HostPort at, Limits limits, Handler handler, Consumer<String> troubles)
            throws LocalFault {
        return start(at.host(), at.port(), limits, handler, troubles);
    }

    /** On any free port of this machine's own address. */
    public static HttpListener onLoopback(Limits limits, Handler handler, Consumer<String> troubles) throws LocalFault {
        return start(InetAddress.getLoopbackAddress().getHostAddress(), 0, limits, handler, troubles);
    }

    private static HttpListener start(String host, int port, Limits limits, Handler handler, Consumer<String> troubles)
            throws LocalFault {
        ServerSocket server;
        try {
            server = new ServerSocket(port, BACKLOG, InetAddress.getByName(host));
        } catch (IOException e) {
            throw new LocalFault("cannot listen on " + host + ":" + port + ": " + e.getMessage(), e);
        }
        HttpListener listener = new HttpListener(server, limits, handler, troubles);
        thread(listener::accept).start();
        return listener;
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "faultline-listener");
        thread.setDaemon(true);
        return thread;
    }

    public HostPort address() {
        return new HostPort(server.getInetAddress().getHostAddress(), server.getLocalPort());
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                try {
                    threads.execute(() -> serve(socket));
                } catch (RejectedExecutionException e) {
                    socket.close();
                    tell("a connection was turned away: " + limits.atOnce() + " are open already");
                }
            } catch (IOException | OutOfMemoryError e) {
                if (!server.isClosed()) {
                    tell("a connection could not be taken: " + e.getMessage());
                    pause();
                }
            }
        }
    }

    /** Whatever made it fail, such as too many open files, is not over at once. */
    private void pause() {
        try {
            if (threads.awaitTermination(200, TimeUnit.MILLISECONDS)) {
                troubles.accept("listening has ended");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** At most one line a second, or a stranger could fill the log. */
    private void tell(String trouble) {
        String told;
        synchronized (this) {
            long now = System.nanoTime();
            if (toldAt != 0 && now - toldAt < TimeUnit.SECONDS.toNanos(1)) {
                untold++;
                return;
            }
            told = untold == 0 ? trouble : trouble + " (and " + untold + " more troubles since the last)";
            toldAt = now;
            untold = 0;
        }
        troubles.accept(told);
    }

    private void serve(Socket socket) {
        try (Lifetime lifetime = Lifetime.of(limits.time())) {
            lifetime.own(socket);
            socket.setTcpNoDelay(true);
            try {
                Answer answer = handler.answer(request(socket));
                write(socket.getOutputStream(), answer);
            } catch (Bad e) {
                tell("a request is no good: " + e.getMessage());
                write(socket.getOutputStream(), new Answer(e.status, e.getMessage()));
            } catch (IOException e) {
                tell(
                        lifetime.expired()
                                ? "a connection was cut off: no whole request within "
                                        + limits.time().toSeconds() + " s"
                                : "a connection broke off: " + e.getMessage());
            }
        } catch (IOException | RuntimeException e) {
            tell("a connection ended badly: " + e.getMessage());
        }
    }

    private Request request(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        String[] lines = head(in).split("\r\n", -1);
        String[] first = lines[0].split(" ", -1);
        if (first.length != 3
                || !(first[2].equals("HTTP/1.1") || first[2].equals("HTTP/1.0"))
                || !first[1].startsWith("/")) {
            throw new Bad(400, "expected a request of HTTP/1.1");
        }
        Map<String, String> headers = new HashMap<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            if (colon < 1) {
                throw new Bad(400, "expected a header");
            }
            String name = lines[i].substring(0, colon).toLowerCase(Locale.ROOT);
            if (headers.putIfAbsent(name, lines[i].substring(colon + 1).strip()) != null
                    && name.equals("content-length")) {
                throw new Bad(400, "expected one Content-Length");
            }
        }
        return new Request(first[0], first[1], Map.copyOf(headers), body(socket, in, headers));
    }

    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int ends = 0;
        while (ends < 4) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("no whole request was sent");
            }
            if (head.size() == MOST_HEAD_BYTES) {
                throw new Bad(431, "expected at most " + MOST_HEAD_BYTES + " bytes of headers");
            }
            head.write(next);
            ends = next == (ends % 2 == 0 ? '\r' : '\n') ? ends + 1 : next == '\r' ? 1 : 0;
        }
        String text = head.toString(StandardCharsets.ISO_8859_1);
        return text.substring(0, text.length() - 4);
    }

    private byte[] body(Socket socket, InputStream in, Map<String, String> headers) throws IOException {
        if (headers.containsKey("transfer-encoding")) {
            throw new Bad(411, "expected a Content-Length, no Transfer-Encoding");
        }
        String length = headers.getOrDefault("content-length", "0");
        if (length.isEmpty() || length.length() > 12 || !length.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new Bad(400, "expected a number as Content-Length");
        }
        if (Long.parseLong(length) > limits.mostBytes()) {
            throw new Bad(413, "expected at most " + limits.mostBytes() + " bytes");
        }
        if (headers.getOrDefault("expect", "").equalsIgnoreCase("100-continue")) {
            socket.getOutputStream().write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        byte[] body = in.readNBytes(Integer.parseInt(length));
        if (body.length < Integer.parseInt(length)) {
            throw new EOFException("only " + body.length + " of " + length + " bytes were sent");
        }
        return body;
    }

    private static void write(OutputStream out, Answer answer) throws IOException {
        byte[] body = (answer.text() + "\n").getBytes(StandardCharsets.UTF_8);
        String retry = answer.retryAfter()
                .map(pause -> "Retry-After: " + (pause.toSeconds() + 1) + "\r\n")
                .orElse("");
        out.write(("HTTP/1.1 " + answer.status() + " \r\n" + retry
                        + "Content-Type: text/plain; charset=utf-8\r\nContent-Length: " + body.length
                        + "\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        out.write(body);
        out.flush();
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            troubles.accept("listening could not be ended: " + e.getMessage());
        }
        threads.shutdownNow();
    }
}
