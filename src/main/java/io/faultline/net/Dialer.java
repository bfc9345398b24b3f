package io.faultline.net;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.List;

/**
 * Opens connections for one attempt of one check: along its route, within its lifetime, and with one budget of bytes
 * for all that is read. Sockets need no closing: they go with the lifetime.
 *
 * <p>Thread-safe.
 */
public final class Dialer {
    private final Lifetime lifetime;
    private final Route route;
    private final Resolver resolver;
    private final long budget;
    private long taken;

    /** @param budget the most bytes that may be read from all connections together */
    public Dialer(Lifetime lifetime, Route route, Resolver resolver, long budget) {
        this.lifetime = lifetime;
        this.route = route;
        this.resolver = resolver;
        this.budget = budget;
    }

    public Lifetime lifetime() {
        return lifetime;
    }

    public Route route() {
        return route;
    }

    /** The same means along another route; what is read is counted anew. */
    public Dialer along(Route other) {
        return new Dialer(lifetime, other, resolver, budgetLeft());
    }

    /**
     * Connects by TCP. Every address of a name is tried, each with its share of the time that is left.
     *
     * @throws ConnectFault if the other side cannot be reached
     * @throws ProxyFault if the proxy cannot
     */
    public Socket tcp(HostPort target) throws IOException {
        if (route instanceof Route.Socks5 socks) {
            Socket socket;
            try {
                socket = direct(socks.proxy());
            } catch (ConnectFault e) {
                throw new ProxyFault("the SOCKS proxy does not answer: " + e.getMessage(), e);
            }
            Socks5.connect(socket, target, lifetime);
            return socket;
        }
        return direct(target);
    }

    private Socket direct(HostPort target) throws IOException {
        List<InetAddress> addresses = resolver.resolve(target.host(), lifetime);
        IOException last = null;
        for (int i = 0; i < addresses.size(); i++) {
            int share = Math.max(1, lifetime.leftMillis() / (addresses.size() - i));
            Socket socket = lifetime.own(new BudgetedSocket());
            try {
                socket.setTcpNoDelay(true);
                socket.connect(new InetSocketAddress(addresses.get(i), target.port()), share);
                if (socket.getLocalPort() == socket.getPort()
                        && socket.getLocalAddress().equals(socket.getInetAddress())) {
                    // Nobody listens there, and the system gave us that very port: we speak to ourselves (RFC 9293
                    // 3.5).
                    throw new ConnectException("Connection refused");
                }
                return socket;
            } catch (IOException e) {
                lifetime.left();
                socket.close();
                last = e;
            }
        }
        throw explained(target, addresses, last);
    }

    private static IOException explained(HostPort target, List<InetAddress> addresses, IOException e) {
        String where = target.toString();
        if (addresses.size() > 1) {
            where += " (" + addresses.size() + " addresses tried)";
        } else if (!addresses.get(0).getHostAddress().equals(target.host())) {
            where += " (" + addresses.get(0).getHostAddress() + ")";
        }
        if (e instanceof SocketTimeoutException) {
            return new ConnectFault("no connection to " + where + " in time", e);
        }
        if (e instanceof NoRouteToHostException) {
            return new ConnectFault("no route to " + where, e);
        }
        if (e instanceof ConnectException && String.valueOf(e.getMessage()).contains("refused")) {
            return new ConnectFault("connection refused by " + where, e);
        }
        return new ConnectFault("no connection to " + where + ": " + e.getMessage(), e);
    }

    /**
     * Sends one UDP datagram and waits for answers until one is accepted or time is over. Only datagrams from the
     * address that was asked are looked at.
     *
     * @param atMost how long to wait for this one, in milliseconds
     * @return the answer, or null if none came within {@code atMost}
     * @throws ConnectFault if the port is closed
     */
    public byte[] udp(HostPort target, byte[] request, int atMost, java.util.function.Predicate<byte[]> accepted)
            throws IOException {
        if (route instanceof Route.Socks5) {
            throw new ProxyFault("UDP cannot go through a SOCKS proxy here");
        }
        InetAddress address = resolver.resolve(target.host(), lifetime).get(0);
        DatagramSocket socket = lifetime.own(new DatagramSocket());
        try (socket) {
            socket.connect(address, target.port());
            socket.send(new DatagramPacket(request, request.length));
            long end = System.nanoTime() + atMost * 1_000_000L;
            byte[] buffer = new byte[65_535];
            while (true) {
                long left = Math.min((end - System.nanoTime()) / 1_000_000, lifetime.leftMillis());
                if (left <= 0) {
                    return null;
                }
                socket.setSoTimeout((int) left);
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                take(packet.getLength());
                byte[] answer = Arrays.copyOf(buffer, packet.getLength());
                if (accepted.test(answer)) {
                    return answer;
                }
            }
        } catch (SocketTimeoutException e) {
            lifetime.left();
            return null;
        } catch (PortUnreachableException e) {
            throw new ConnectFault("connection refused by " + target + " (UDP)", e);
        }
    }

    /** How many bytes may still be read. */
    public synchronized long budgetLeft() {
        return Math.max(0, budget - taken);
    }

    private synchronized void take(long bytes) throws LimitExceeded {
        taken += bytes;
        if (taken > budget) {
            throw new LimitExceeded("more than " + budget + " bytes received");
        }
    }

    /** A socket whose reading counts against the budget, also when TLS is laid over it. */
    private final class BudgetedSocket extends Socket {
        BudgetedSocket() {
            // The route alone decides about proxies. Without this each connection also asks the JVM's proxy settings.
            super(Proxy.NO_PROXY);
        }

        @Override
        public InputStream getInputStream() throws IOException {
            return new FilterInputStream(super.getInputStream()) {
                @Override
                public int read() throws IOException {
                    int read = super.read();
                    take(read < 0 ? 0 : 1);
                    return read;
                }

                @Override
                public int read(byte[] buffer, int offset, int length) throws IOException {
                    int read = super.read(buffer, offset, length);
                    take(Math.max(0, read));
                    return read;
                }

                /** By reading, because skipping costs as much: JSSE skips whatever comes after a failed handshake. */
                @Override
                public long skip(long wanted) throws IOException {
                    byte[] skipped = new byte[(int) Math.max(0, Math.min(wanted, 8192))];
                    return skipped.length == 0 ? 0 : Math.max(0, read(skipped, 0, skipped.length));
                }
            };
        }
    }
}
