package io.faultline.net;

import java.io.IOException;

/** The other side could not be connected to; the message is one sentence for people. */
public final class ConnectFault extends IOException {
    private static final long serialVersionUID = 1L;

    public ConnectFault(String message) {
        super(message);
    }

    public ConnectFault(String message, Throwable cause) {
        super(message, cause);
    }
}
