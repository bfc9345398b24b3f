package io.faultline.net;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A host name or address, and a TCP or UDP port. The name is kept as written: who resolves it (we, or a SOCKS proxy) is
 * decided when it is dialled.
 *
 * @param host a name, an IPv4 address, or an IPv6 address without brackets
 * @param port 1 to 65535
 */
public record HostPort(String host, int port) {
    private static final Pattern FORM =
            Pattern.compile("(?:\\[([0-9A-Fa-f:.%a-z]+)]|([^:\\[\\]\\s/@]+))(?::(\\d{1,5}))?");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9_.-]{0,252})");

    public HostPort {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("expected a port from 1 to 65535, found " + port);
        }
        if (host.indexOf(':') < 0 && !NAME.matcher(host).matches()) {
            throw new IllegalArgumentException("expected a host name or address");
        }
    }

    /**
     * Reads {@code host}, {@code host:port}, {@code [v6]} or {@code [v6]:port}.
     *
     * @throws IllegalArgumentException saying what was expected
     */
    public static HostPort parse(String text, int defaultPort) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches() || text.length() > 300) {
            throw new IllegalArgumentException("expected host or host:port ([address]:port for IPv6)");
        }
        if (matcher.group(3) == null && defaultPort <= 0) {
            throw new IllegalArgumentException("expected host:port, the port is missing");
        }
        String host = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
        return new HostPort(host, matcher.group(3) == null ? defaultPort : Integer.parseInt(matcher.group(3)));
    }

    @Override
    public String toString() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
