package io.faultline.checks;

import io.faultline.demo.Ports;
import io.faultline.net.HostPort;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A TCP server on 127.0.0.1 that behaves as a script says, and counts: what it could send before the client hung up,
 * and whether every client did hang up.
 */
final class ScriptedServer implements Closeable {
    /** What is done with one connection. An IOException ends it. */
    interface Script {
        void play(Socket client, InputStream in, OutputStream out) throws IOException, InterruptedException;
    }

    private final ServerSocket server;
    private final Script script;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicInteger accepted = new AtomicInteger();
    private final Phaser open = new Phaser(1);
    private final Queue<Socket> clients = new ConcurrentLinkedQueue<>();

    ScriptedServer(Script script) throws IOException {
        this.server = new ServerSocket(Ports.free(), 50, InetAddress.getLoopbackAddress());
        this.script = script;
        thread(this::accept);
    }

    /** Sends this to everybody, and then waits until they hang up. */
    static ScriptedServer saying(String text) throws IOException {
        return new ScriptedServer((client, in, out) -> {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
        });
    }

    HostPort address() {
        return new HostPort("127.0.0.1", server.getLocalPort());
    }

    /** Bytes that went out to all clients; what lies in socket buffers included. */
    long sent() {
        return sent.get();
    }

    int accepted() {
        return accepted.get();
    }

    /** Waits until every client so far has closed its end; false if one still has not after some seconds. */
    boolean everybodyHungUp() throws InterruptedException {
        try {
            open.awaitAdvanceInterruptibly(open.arrive(), 10, java.util.concurrent.TimeUnit.SECONDS);
            return true;
        } catch (java.util.concurrent.TimeoutException e) {
            return false;
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                accepted.incrementAndGet();
                clients.add(client);
                open.register();
                thread(() -> serve(client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            OutputStream counting = new OutputStream() {
                private final OutputStream out = client.getOutputStream();

                @Override
                public void write(int b) throws IOException {
                    out.write(b);
                    sent.incrementAndGet();
                }

                @Override
                public void write(byte[] buffer, int offset, int length) throws IOException {
                    out.write(buffer, offset, length);
                    sent.addAndGet(length);
                }
            };
            InputStream in = client.getInputStream();
            script.play(client, in, counting);
            // The client's end of file is what tells that it closed.
            in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            // A reset says the same.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.arriveAndDeregister();
        }
    }

    private static void thread(Runnable task) {
        Thread thread = new Thread(task, "scripted-server");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket client : clients) {
            client.close();
        }
    }
}
