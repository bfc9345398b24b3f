package io.faultline.catalog.nagios;

/** Says in one sentence why a part of an object cannot be taken over. */
final class NotUnderstood extends Exception {
    private static final long serialVersionUID = 1;

    NotUnderstood(String message) {
        super(message);
    }
}
