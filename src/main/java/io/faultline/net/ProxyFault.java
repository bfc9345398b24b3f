package io.faultline.net;

import java.io.IOException;

/** The proxy on the way does not work, so nothing is known about the other side. */
public final class ProxyFault extends IOException {
    private static final long serialVersionUID = 1L;

    public ProxyFault(String message) {
        super(message);
    }

    public ProxyFault(String message, Throwable cause) {
        super(message, cause);
    }
}
