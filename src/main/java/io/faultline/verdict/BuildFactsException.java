package io.faultline.verdict;

/** Build facts that cannot be used; the message says where, what was expected and what was found. */
public final class BuildFactsException extends Exception {
    private static final long serialVersionUID = 1L;

    public BuildFactsException(String message) {
        super(message);
    }
}
