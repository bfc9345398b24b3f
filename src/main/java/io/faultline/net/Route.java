package io.faultline.net;

import java.util.Locale;

/** How connections leave: straight, or through a SOCKS5 proxy that resolves the names itself. */
public sealed interface Route {
    Route DIRECT = new Direct();

    record Direct() implements Route {
        @Override
        public String toString() {
            return "direct";
        }
    }

    /** SOCKS version 5 (RFC 1928) without a password; names go to the proxy unresolved, so {@code .onion} works. */
    record Socks5(HostPort proxy) implements Route {
        @Override
        public String toString() {
            return "socks5://" + proxy;
        }
    }

    /**
     * Reads {@code direct} or {@code socks5://host:port}.
     *
     * @throws IllegalArgumentException saying what was expected
     */
    static Route parse(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.equals("direct")) {
            return DIRECT;
        }
        for (String scheme : new String[] {"socks5://", "socks5h://"}) {
            if (lower.startsWith(scheme)) {
                return new Socks5(HostPort.parse(text.substring(scheme.length()), 1080));
            }
        }
        throw new IllegalArgumentException("expected direct or socks5://host:port");
    }
}
