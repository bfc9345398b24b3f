package io.faultline.alert;

import io.faultline.catalog.Settings;

/**
 * Who writes the mails.
 *
 * @param from the address; its domain ends every Message-ID
 * @param listId the List-Id (RFC 2919), without angle brackets
 */
public record Sender(String from, String listId) {
    public static Sender of(Settings.Mail mail) {
        return new Sender(mail.from(), mail.listId());
    }

    /** The part of the address behind the @; {@code localhost} if it is none that a header may hold. */
    String domain() {
        String domain = from.substring(from.lastIndexOf('@') + 1);
        return domain.matches("[A-Za-z0-9.-]{1,253}") ? domain : "localhost";
    }
}
