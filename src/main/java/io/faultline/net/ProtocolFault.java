package io.faultline.net;

import java.io.IOException;

/** The other side answers, but not in the protocol that it should speak; the message is one sentence for people. */
public final class ProtocolFault extends IOException {
    private static final long serialVersionUID = 1L;

    public ProtocolFault(String message) {
        super(message);
    }

    public ProtocolFault(String message, Throwable cause) {
        super(message, cause);
    }
}
