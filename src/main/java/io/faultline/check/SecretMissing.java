package io.faultline.check;

import java.io.IOException;

/** A secret cannot be had, so the check that needs it cannot be carried out. The message never holds its value. */
public final class SecretMissing extends IOException {
    private static final long serialVersionUID = 1L;

    public SecretMissing(String message) {
        super(message);
    }

    public SecretMissing(String message, Throwable cause) {
        super(message, cause);
    }
}
