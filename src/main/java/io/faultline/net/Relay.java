package io.faultline.net;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A port on 127.0.0.1 for a program that a check starts: what the program connects to is opened by the check's own
 * means, so its route, deadline and byte budget hold for the program too. It ends with the lifetime.
 *
 * <p>Thread-safe.
 */
public final class Relay {
    private static final int MOST_CONNECTIONS = 50;

    /** The other end of a connection. */
    public interface Far {
        /** @param program the program's end, before anything was read from it or written to it */
        Ends open(Socket program) throws IOException;
    }

    /** Where to read and where to write. */
    public record Ends(InputStream in, OutputStream out) {}

    /** What a SOCKS5 client asked for cannot be had. */
    private static final class Unreachable extends IOException {
        private static final long serialVersionUID = 1;
        /** Host unreachable (RFC 1928 6). */
        private static final byte[] REPLY = {5, 4, 0, 1, 0, 0, 0, 0, 0, 0};

        private final transient IOException why;

        Unreachable(IOException why) {
            super(why);
            this.why = why;
        }
    }

    private final Lifetime lifetime;
    private final Far far;
    private final ServerSocket server;
    private volatile IOException fault;

    private Relay(Lifetime lifetime, Far far) throws IOException {
        this.lifetime = lifetime;
        this.far = far;
        this.server = lifetime.own(new ServerSocket(0, MOST_CONNECTIONS, InetAddress.getLoopbackAddress()));
    }

    public static Relay to(Lifetime lifetime, Far far) throws IOException {
        Relay relay = new Relay(lifetime, far);
        thread(relay::accept);
        return relay;
    }

    /** Every connection leads to one server. */
    public static Relay to(Dialer dialer, HostPort target) throws IOException {
        return to(dialer.lifetime(), program -> ends(dialer.tcp(target)));
    }

    /** A SOCKS5 proxy without a login (RFC 1928): the program says where each connection leads. */
    public static Relay socks(Dialer dialer) throws IOException {
        return to(dialer.lifetime(), program -> {
            DataInputStream in = new DataInputStream(program.getInputStream());
            OutputStream out = program.getOutputStream();
            in.readUnsignedByte();
            in.readFully(new byte[in.readUnsignedByte()]);
            out.write(new byte[] {5, 0});
            in.readFully(new byte[3]);
            String host = switch (in.readUnsignedByte()) {
                case 1 -> InetAddress.getByAddress(bytes(in, 4)).getHostAddress();
                case 3 -> new String(bytes(in, in.readUnsignedByte()), StandardCharsets.US_ASCII);
                default -> InetAddress.getByAddress(bytes(in, 16)).getHostAddress();
            };
            Ends ends;
            try {
                ends = ends(dialer.tcp(new HostPort(host, in.readUnsignedShort())));
            } catch (IllegalArgumentException e) {
                throw new ProtocolFault("the program asks for an address that cannot be: " + e.getMessage(), e);
            } catch (IOException e) {
                throw new Unreachable(e);
            }
            out.write(new byte[] {5, 0, 0, 1, 0, 0, 0, 0, 0, 0});
            return ends;
        });
    }

    private static byte[] bytes(DataInputStream in, int length) throws IOException {
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return bytes;
    }

    private static Ends ends(Socket socket) throws IOException {
        return new Ends(socket.getInputStream(), socket.getOutputStream());
    }

    /** What the program connects to. */
    public HostPort address() {
        return new HostPort("127.0.0.1", server.getLocalPort());
    }

    /** Why a connection could not be opened, or was cut off, if one was: the program itself cannot know. */
    public Optional<IOException> fault() {
        return Optional.ofNullable(fault);
    }

    private void accept() {
        for (int i = 0; i < MOST_CONNECTIONS; i++) {
            try {
                Socket program = lifetime.own(server.accept());
                thread(() -> serve(program));
            } catch (IOException e) {
                return;
            }
        }
        close(server);
    }

    private void serve(Socket program) {
        try {
            Ends ends = far.open(program);
            Ends near = ends(program);
            Thread there = thread(() -> pump(near.in(), ends.out(), program));
            pump(ends.in(), near.out(), program);
            // The program may still be writing: to close now would break it off before it has read to the end.
            program.shutdownOutput();
            there.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Unreachable e) {
            // Before the program hears of it: when it has ended, we are asked why.
            remember(e.why);
            say(Unreachable.REPLY, program);
        } catch (IOException e) {
            remember(e);
        } finally {
            close(program);
        }
    }

    private static void say(byte[] reply, Socket program) {
        try {
            program.getOutputStream().write(reply);
        } catch (IOException e) {
            // It has gone, and needs no answer.
        }
    }

    private void pump(InputStream from, OutputStream to, Socket program) {
        byte[] buffer = new byte[16_384];
        try {
            for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
                to.write(buffer, 0, read);
                to.flush();
            }
        } catch (LimitExceeded e) {
            remember(e);
            close(program);
        } catch (IOException e) {
            // One end is closed: the other pump sees it too.
        }
    }

    private void remember(IOException e) {
        if (fault == null && !lifetime.expired()) {
            fault = e;
        }
    }

    private static void close(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException e) {
            // It was done with.
        }
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "faultline-relay");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
