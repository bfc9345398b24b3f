package io.faultline.demo;

import com.sun.net.httpserver.BasicAuthenticator;
import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.faultline.net.HostPort;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An HTTP or HTTPS server on 127.0.0.1. Paths are prefixes; the longest that fits answers.
 *
 * <p>Thread-safe.
 */
public final class HttpPeer implements Closeable {
    private record Area(HttpHandler handler, Optional<BasicAuthenticator> login) {}

    private final Map<String, Area> areas = new TreeMap<>();
    private final Optional<SwitchingIdentity> identity;
    private final AtomicLong requests = new AtomicLong();
    private HttpServer server;
    private ExecutorService threads;
    private final int port = Ports.free();
    private volatile int failing;

    private HttpPeer(Optional<SwitchingIdentity> identity) throws IOException {
        this.identity = identity;
    }

    public static HttpPeer start() throws IOException {
        return start(Optional.empty());
    }

    /** With TLS if there is an identity. */
    public static HttpPeer start(Optional<Identity> identity) throws IOException {
        HttpPeer peer = new HttpPeer(identity.map(SwitchingIdentity::new));
        peer.resume();
        return peer;
    }

    /** A fixed page. */
    public HttpPeer page(String path, String type, String text) {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        return handle(path, exchange -> answer(exchange, 200, type, body));
    }

    /** A page that is shown to one user only; everybody else gets 401. */
    public HttpPeer protectedPage(String path, String user, String password, String text) {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        BasicAuthenticator login = new BasicAuthenticator("demo") {
            @Override
            public boolean checkCredentials(String triedUser, String triedPassword) {
                return user.equals(triedUser) && password.equals(triedPassword);
            }
        };
        return add(
                path,
                new Area(exchange -> answer(exchange, 200, "text/plain; charset=utf-8", body), Optional.of(login)));
    }

    public HttpPeer redirect(String path, int status, String location) {
        return handle(path, exchange -> {
            exchange.getResponseHeaders().set("Location", location);
            answer(exchange, status, "text/plain", new byte[0]);
        });
    }

    /** Any behaviour. */
    public HttpPeer handle(String path, HttpHandler handler) {
        return add(path, new Area(handler, Optional.empty()));
    }

    /** From now on every request is answered with this status; 0 ends that. */
    public void failWith(int status) {
        this.failing = status;
    }

    /** From now on new connections see this certificate. */
    public void switchTo(Identity next) {
        identity.orElseThrow().switchTo(next);
    }

    /** How many requests came so far. */
    public long requests() {
        return requests.get();
    }

    public HostPort address() {
        return new HostPort("127.0.0.1", port);
    }

    /** The address of a page, by the IP address of the server. */
    public URI uri(String path) {
        return URI.create((identity.isPresent() ? "https://" : "http://") + address() + path);
    }

    /** Stops listening: connections are refused. */
    public synchronized void stop() {
        if (server != null) {
            server.stop(0);
            threads.shutdownNow();
            server = null;
        }
    }

    /** Listens again, on the same port. */
    public synchronized void resume() throws IOException {
        if (server != null) {
            return;
        }
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        if (identity.isPresent()) {
            HttpsServer https = HttpsServer.create(address, 128);
            https.setHttpsConfigurator(new HttpsConfigurator(identity.get().context()));
            server = https;
        } else {
            server = HttpServer.create(address, 128);
        }
        threads = Executors.newCachedThreadPool(Daemons.named("demo-http"));
        server.setExecutor(threads);
        areas.forEach(this::mount);
        server.start();
    }

    @Override
    public void close() {
        stop();
    }

    private synchronized HttpPeer add(String path, Area area) {
        if (areas.put(path, area) != null) {
            server.removeContext(path);
        }
        if (server != null) {
            mount(path, area);
        }
        return this;
    }

    private void mount(String path, Area area) {
        HttpContext context = server.createContext(path, exchange -> {
            requests.incrementAndGet();
            try (exchange) {
                if (failing != 0) {
                    answer(exchange, failing, "text/plain", "out of order\n".getBytes(StandardCharsets.US_ASCII));
                } else {
                    area.handler.handle(exchange);
                }
            }
        });
        area.login.ifPresent(context::setAuthenticator);
    }

    private static void answer(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, head || body.length == 0 ? -1 : body.length);
        if (!head && body.length > 0) {
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        }
    }
}
