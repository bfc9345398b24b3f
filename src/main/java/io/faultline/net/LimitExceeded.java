package io.faultline.net;

import java.io.IOException;

/** The other side sent more than we are ready to take. */
public final class LimitExceeded extends IOException {
    private static final long serialVersionUID = 1L;

    public LimitExceeded(String what) {
        super(what);
    }
}
