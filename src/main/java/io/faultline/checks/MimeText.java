package io.faultline.checks;

import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

/** What a mail says when it is opened: its parts with their transfer encodings undone (RFC 2045). */
final class MimeText {
    /** Parts within parts; what lies deeper is left out. */
    private static final int MOST_LEVELS = 8;

    private MimeText() {}

    /**
     * The message as it stands and after it its parts, attachments too, each octet a character. What cannot be decoded,
     * such as the part where a message was cut off, is left out there.
     *
     * @param message as it stands in the mailbox, each octet a character
     */
    static String of(String message) {
        StringBuilder text = new StringBuilder(message).append('\n');
        byte[] octets = message.getBytes(StandardCharsets.ISO_8859_1);
        try {
            Session session = Session.getInstance(new Properties());
            append(new MimeMessage(session, new ByteArrayInputStream(octets)), MOST_LEVELS, text);
        } catch (IOException | MessagingException e) {
            // The rest is not to be had.
        }
        return text.toString();
    }

    private static void append(Part part, int levels, StringBuilder text) throws IOException, MessagingException {
        if (part.isMimeType("multipart/*") && part.getContent() instanceof Multipart parts) {
            for (int i = 0; i < parts.getCount() && levels > 0; i++) {
                append(parts.getBodyPart(i), levels - 1, text);
            }
            return;
        }
        try (InputStream in = part.getInputStream()) {
            // One at a time, so that what comes before a fault is kept.
            for (int octet = in.read(); octet >= 0; octet = in.read()) {
                text.append((char) octet);
            }
            text.append('\n');
        }
    }
}
