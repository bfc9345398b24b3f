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
    private final Budget budget;
    private final boolean outside;

    /** @param budget the most bytes that may be read from all connections together */
    public Dialer(Lifetime lifetime, Route route, Resolver resolver, long budget) {
        this(lifetime, route, resolver, new Budget(budget), false);
    }

    private Dialer(Lifetime lifetime, Route route, Resolver resolver, Budget budget, boolean outside) {
        this.lifetime = lifetime;
        this.route = route;
        this.resolver = resolver;
        this.budget = budget;
        this.outside = outside;
    }

    public Lifetime lifetime() {
        return lifetime;
    }

    public Route route() {
        return route;
    }

    /** The same means along another route. */
    public Dialer along(Route other) {
        return new Dialer(lifetime, other, resolver, budget, outside);
    }

    /** The same means for a shorter time. */
    public Dialer within(Lifetime shorter) {
        return new Dialer(shorter, route, resolver, budget, outside);
    }

    /** The same means for addresses that strangers wrote: no way leads to what {@link #isInternal} tells. */
    public Dialer outside() {
        return new Dialer(lifetime, route, resolver, budget, true);
    }

    /**
     * Whether a host is reached at an address of this machine, of a link or of private use (RFC 6890). Names are not
     * looked up here where a proxy does that, and are then taken for somebody outside.
     */
    public boolean isInternal(String host) throws IOException {
        return (route instanceof Route.Direct || SystemResolver.isLiteral(host))
                && resolver.resolve(host, lifetime).stream().anyMatch(Dialer::isInternal);
    }

    private static boolean isInternal(InetAddress address) {
        byte[] bytes = address.getAddress();
        int first = bytes[0] & 0xff;
        int second = bytes[1] & 0xff;
        return address.isLoopbackAddress()
                || address.isAnyLocalAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()
                // Shared by a provider's customers (RFC 6598), "this network", and unique local IPv6 (RFC 4193).
                || bytes.length == 4 && (first == 100 && second >= 64 && second < 128 || first == 0)
                || bytes.length == 16 && (first & 0xfe) == 0xfc;
    }

    /**
     * Connects by TCP. Every address of a name is tried, each with its share of the time that is left.
     *
     * @throws ConnectFault if the other side cannot be reached, also if the deadline passes on the way there
     * @throws ProxyFault if the proxy cannot
     */
    public Socket tcp(HostPort target) throws IOException {
        if (route instanceof Route.Socks5 socks) {
            if (outside && isInternal(target.host())) {
                throw internal(target);
            }
            Socket socket;
            try {
                socket = connected(socks.proxy(), resolver.resolve(socks.proxy().host(), lifetime));
            } catch (ConnectFault | DeadlineExceeded e) {
                throw new ProxyFault("the SOCKS proxy does not answer: " + e.getMessage(), e);
            }
            Socks5.connect(socket, target, lifetime);
            return socket;
        }
        return connected(target, addresses(target));
    }

    private List<InetAddress> addresses(HostPort target) throws IOException {
        List<InetAddress> addresses = resolver.resolve(target.host(), lifetime);
        if (outside && addresses.stream().anyMatch(Dialer::isInternal)) {
            throw internal(target);
        }
        return addresses;
    }

    private static ConnectFault internal(HostPort target) {
        return new ConnectFault(target + " is in an internal network");
    }

    private Socket connected(HostPort target, List<InetAddress> addresses) throws IOException {
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
                socket.close();
                last = e;
                if (lifetime.expired()) {
                    break;
                }
            }
        }
        throw explained(target, addresses, last);
    }

    private IOException explained(HostPort target, List<InetAddress> addresses, IOException e) {
        String where = target.toString();
        if (addresses.size() > 1) {
            where += " (" + addresses.size() + " addresses tried)";
        } else if (!addresses.get(0).getHostAddress().equals(target.host())) {
            where += " (" + addresses.get(0).getHostAddress() + ")";
        }
        if (e instanceof SocketTimeoutException || lifetime.expired()) {
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
        InetAddress address = addresses(target).get(0);
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
                budget.take(packet.getLength());
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
    public long budgetLeft() {
        return budget.left();
    }

    /** The bytes that all connections of an attempt may read together. */
    private static final class Budget {
        private final long most;
        private long taken;

        Budget(long most) {
            this.most = most;
        }

        synchronized long left() {
            return Math.max(0, most - taken);
        }

        synchronized void take(long bytes) throws LimitExceeded {
            taken += bytes;
            if (taken > most) {
                throw new LimitExceeded("more than " + most + " bytes received");
            }
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
                    budget.take(read < 0 ? 0 : 1);
                    return read;
                }

                @Override
                public int read(byte[] buffer, int offset, int length) throws IOException {
                    int read = super.read(buffer, offset, length);
                    budget.take(Math.max(0, read));
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
