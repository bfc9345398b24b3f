package io.faultline.verdict;

/** A signature file that cannot be used; the message says where, what was expected and what was found. */
public final class SignatureException extends Exception {
    public SignatureException(String message) {
        super(message);
    }
}
