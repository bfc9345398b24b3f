package io.faultline.net;

import java.io.IOException;

/** Something on our own side is missing, such as a file that a check names: nothing is known about the other side. */
public final class LocalFault extends IOException {
    private static final long serialVersionUID = 1L;

    public LocalFault(String message) {
        super(message);
    }

    public LocalFault(String message, Throwable cause) {
        super(message, cause);
    }
}
