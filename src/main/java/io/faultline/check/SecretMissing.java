package io.faultline.check;

import java.io.IOException;

/** A secret cannot be had, so the check that needs it cannot be carried out. The message never holds its value. */
public final class SecretMissing extends IOException {
    private static final long serialVersionUID = 1L;

    private final boolean there;

    /** There is none of that name. */
    public SecretMissing(String message) {
        super(message);
        this.there = false;
    }

    /**
     * There is one of that name, which cannot be used.
     *
     * @param cause may be null
     */
    public SecretMissing(String message, Throwable cause) {
        super(message, cause);
        this.there = true;
    }

    /** Whether there is one of that name: who would otherwise take another one in its place must not. */
    public boolean isThere() {
        return there;
    }
}
