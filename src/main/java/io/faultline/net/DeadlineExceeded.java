package io.faultline.net;

import java.io.IOException;
import java.time.Duration;

/** The time that was given is over. */
public final class DeadlineExceeded extends IOException {
    private static final long serialVersionUID = 1L;

    public DeadlineExceeded(Duration given) {
        super("no end within " + given.toMillis() / 1000.0 + " s");
    }
}
