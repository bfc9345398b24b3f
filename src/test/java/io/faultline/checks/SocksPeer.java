package io.faultline.checks;

import io.faultline.net.HostPort;
import io.faultline.net.Route;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A SOCKS5 proxy (RFC 1928) on 127.0.0.1 that notes what it is asked for, and sends everything to servers that were
 * registered under a name; no name is ever looked up.
 */
final class SocksPeer implements Closeable {
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final ConcurrentHashMap<String, HostPort> targets = new ConcurrentHashMap<>();
    private volatile int reply;

    SocksPeer() throws IOException {
        thread(this::accept);
    }

    SocksPeer knows(String name, HostPort target) {
        targets.put(name, target);
        return this;
    }

    /** From now on every request is answered with this code. */
    SocksPeer replyWith(int code) {
        this.reply = code;
        return this;
    }

    Route route() {
        return new Route.Socks5(address());
    }

    HostPort address() {
        return new HostPort("127.0.0.1", server.getLocalPort());
    }

    /** What was asked for: {@code name:host:port}, or {@code address:…} if somebody had looked it up already. */
    List<String> asked() {
        return List.copyOf(asked);
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                thread(() -> serve(client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            DataInputStream in = new DataInputStream(client.getInputStream());
            OutputStream out = client.getOutputStream();
            in.readUnsignedByte();
            in.skipBytes(in.readUnsignedByte());
            out.write(new byte[] {5, 0});
            in.readFully(new byte[3]);
            int type = in.readUnsignedByte();
            String host;
            if (type == 3) {
                byte[] name = new byte[in.readUnsignedByte()];
                in.readFully(name);
                host = new String(name, StandardCharsets.US_ASCII);
            } else {
                byte[] address = new byte[type == 1 ? 4 : 16];
                in.readFully(address);
                host = InetAddress.getByAddress(address).getHostAddress();
            }
            int port = in.readUnsignedShort();
            asked.add((type == 3 ? "name:" : "address:") + host + ":" + port);
            HostPort target = targets.get(host);
            int code = reply != 0 ? reply : target == null ? 4 : 0;
            out.write(new byte[] {5, (byte) code, 0, 1, 0, 0, 0, 0, 0, 0});
            if (code == 0) {
                try (Socket far = new Socket(InetAddress.getLoopbackAddress(), target.port())) {
                    thread(() -> pump(far, client));
                    pump(client, far);
                }
            }
        } catch (IOException e) {
            // One side is done.
        }
    }

    private static void pump(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException e) {
            // One side is done.
        }
    }

    private static void thread(Runnable task) {
        Thread thread = new Thread(task, "socks-peer");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
