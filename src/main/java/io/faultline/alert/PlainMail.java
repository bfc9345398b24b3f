package io.faultline.alert;

import io.faultline.history.QueuedMail;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.ZonedDateTime;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** A mail that belongs to no incident: about one build, or to try the mail server. */
public final class PlainMail {
    private PlainMail() {}

    /**
     * @param about what it is about: two mails about the same have the same Message-ID, so the outbox takes the first only
     * @param text lines that end with LF
     */
    public static QueuedMail compose(
            Sender sender, String about, List<String> to, String subject, String text, ZonedDateTime at) {
        String id = id(sender, about);
        String content =
                new Mime(sender).to(to).date(at).messageId(id).subject(subject).message(text);
        return new QueuedMail(id, Optional.empty(), to, content, at.toInstant(), 0, at.toInstant(), Optional.empty());
    }

    /** The same for the same, and says nothing of it. */
    static String id(Sender sender, String about) {
        return "faultline." + digest(about) + "@" + sender.domain();
    }

    private static String digest(String about) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(about.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
