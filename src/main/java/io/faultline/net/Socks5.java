package io.faultline.net;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * The client's side of SOCKS version 5 (RFC 1928), with names left to the proxy to resolve, and Tor's extended error
 * codes (tor's socks-extensions, proposal 304). The JDK's own client falls back to version 4 and hides the codes.
 */
final class Socks5 {
    private static final int NO_AUTHENTICATION = 0;
    private static final int CONNECT = 1;
    private static final int IPV4 = 1;
    private static final int DOMAIN = 3;
    private static final int IPV6 = 4;

    private Socks5() {}

    /**
     * Asks the proxy on a fresh connection to connect to {@code target}; afterwards the socket is the target's.
     *
     * @throws ProxyFault if the proxy itself does not do its part, also if it just stays silent as Tor does before it is
     *     ready
     * @throws ConnectFault if it says that the target cannot be reached
     */
    static void connect(Socket proxy, HostPort target, Lifetime lifetime) throws IOException {
        try {
            connect(proxy, target);
        } catch (ProxyFault | ConnectFault e) {
            throw e;
        } catch (IOException e) {
            throw new ProxyFault(
                    lifetime.expired()
                            ? "the SOCKS proxy did not connect to " + target + " in time (is it ready?)"
                            : "the SOCKS proxy broke the connection off before it had answered",
                    e);
        }
    }

    private static void connect(Socket proxy, HostPort target) throws IOException {
        OutputStream out = proxy.getOutputStream();
        DataInputStream in = new DataInputStream(proxy.getInputStream());
        out.write(new byte[] {5, 1, NO_AUTHENTICATION});
        out.flush();
        int version = in.readUnsignedByte();
        int method = in.readUnsignedByte();
        if (version != 5) {
            throw new ProxyFault("the proxy does not speak SOCKS5");
        }
        if (method != NO_AUTHENTICATION) {
            throw new ProxyFault("the SOCKS proxy asks for a login");
        }
        out.write(request(target));
        out.flush();
        in.readUnsignedByte();
        int reply = in.readUnsignedByte();
        in.readUnsignedByte();
        if (reply != 0) {
            throw fault(reply, target);
        }
        int bound = in.readUnsignedByte();
        int length = switch (bound) {
            case IPV4 -> 4;
            case IPV6 -> 16;
            case DOMAIN -> in.readUnsignedByte();
            default -> throw new ProxyFault("the SOCKS proxy answers with an unknown address type " + bound);
        };
        in.readFully(new byte[length + 2]);
    }

    private static byte[] request(HostPort target) throws IOException {
        byte[] address;
        int type;
        int lead = 0;
        if (SystemResolver.isLiteral(target.host())) {
            address = InetAddress.getByName(target.host()).getAddress();
            type = address.length == 4 ? IPV4 : IPV6;
        } else {
            address = target.host().getBytes(StandardCharsets.US_ASCII);
            type = DOMAIN;
            lead = 1;
        }
        byte[] request = new byte[4 + lead + address.length + 2];
        request[0] = 5;
        request[1] = CONNECT;
        request[3] = (byte) type;
        if (lead == 1) {
            request[4] = (byte) address.length;
        }
        System.arraycopy(address, 0, request, 4 + lead, address.length);
        request[request.length - 2] = (byte) (target.port() >> 8);
        request[request.length - 1] = (byte) target.port();
        return request;
    }

    private static IOException fault(int reply, HostPort target) {
        String why = switch (reply) {
            case 1 -> "general failure";
            case 2 -> "not allowed by the proxy's rules";
            case 3 -> "network unreachable";
            case 4 -> "host unreachable";
            case 5 -> "connection refused";
            case 6 -> "timed out";
            case 7 -> "command not supported";
            case 8 -> "address type not supported";
            case 0xF0 -> "onion service descriptor not found";
            case 0xF1 -> "onion service descriptor invalid";
            case 0xF2 -> "onion service introduction failed";
            case 0xF3 -> "onion service rendezvous failed";
            case 0xF4 -> "onion service needs client authorisation";
            case 0xF5 -> "onion service refused the client authorisation";
            case 0xF6 -> "onion address invalid";
            case 0xF7 -> "onion service introduction timed out";
            default -> "error " + reply;
        };
        return new ConnectFault(target + " not reached through the proxy: " + why);
    }
}
