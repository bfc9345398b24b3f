package io.faultline.alert;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeUtility;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.UnsupportedEncodingException;
import java.nio.charset.StandardCharsets;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.stream.Collectors;

/**
 * Builds one message of plain text (RFC 5322, 2045, 2047), pure ASCII with CRLF. No value can end its header: line
 * ends are dropped and what is not ASCII is encoded.
 */
final class Mime {
    /** RFC 5322 2.1.1: lines should not be longer, without their end. */
    private static final int LINE = 78;

    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss Z", Locale.ROOT);

    /** Looks for providers on the whole class path when it is made; has nothing that a message could change. */
    private static final Session SESSION = Session.getInstance(new Properties());

    private static final class Message extends MimeMessage {
        Message() {
            super(SESSION);
        }

        @Override
        protected void updateMessageID() {
            // Ours is set, and has to stay the same however often the mail is written.
        }
    }

    private final MimeMessage message = new Message();

    Mime(Sender sender) {
        header("From", address(sender.from(), "Faultline"));
        header("List-Id", "Faultline alerts <" + sender.listId().replaceAll("[^A-Za-z0-9._-]", "") + ">");
        header("Auto-Submitted", "auto-generated");
    }

    Mime to(List<String> recipients) {
        return header("To", recipients.stream().map(a -> address(a, null)).collect(Collectors.joining(", ")));
    }

    Mime date(ZonedDateTime date) {
        return header("Date", DATE.format(date));
    }

    Mime messageId(String id) {
        return header("Message-ID", "<" + id + ">");
    }

    Mime inReplyTo(String previous, String root) {
        header("In-Reply-To", "<" + previous + ">");
        return header("References", "<" + root + ">" + (previous.equals(root) ? "" : " <" + previous + ">"));
    }

    Mime subject(String text) {
        try {
            // What looks like an encoded word would be decoded by the reader's program.
            String harmless = withoutLineEnds(text).replace("=?", "= ?");
            return header("Subject", MimeUtility.encodeText(harmless, "UTF-8", "Q"));
        } catch (UnsupportedEncodingException e) {
            throw new IllegalStateException("every Java has UTF-8", e);
        }
    }

    /** @param value ASCII; folded here */
    Mime header(String name, String value) {
        try {
            message.setHeader(name, MimeUtility.fold(name.length() + 2, withoutLineEnds(value)));
            return this;
        } catch (MessagingException e) {
            throw new IllegalStateException("a header that cannot be set: " + name, e);
        }
    }

    /** The whole message with this text; its lines end with LF. */
    String message(String text) {
        try {
            message.setText(text.replace("\n", "\r\n"), "UTF-8");
            boolean plain = text.chars().allMatch(c -> c < 0x7f) && text.lines().allMatch(l -> l.length() <= LINE);
            message.setHeader("Content-Transfer-Encoding", plain ? "7bit" : "quoted-printable");
            message.saveChanges();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            message.writeTo(out);
            return out.toString(StandardCharsets.US_ASCII);
        } catch (MessagingException e) {
            throw new IllegalStateException("a mail that cannot be composed", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String address(String address, String name) {
        try {
            InternetAddress parsed = new InternetAddress(withoutLineEnds(address), true);
            parsed.setPersonal(name);
            return parsed.toString();
        } catch (AddressException | UnsupportedEncodingException e) {
            // The catalogue's reader refuses such addresses; the envelope, not this header, decides who gets the mail.
            return "undisclosed-recipients:;";
        }
    }

    private static String withoutLineEnds(String text) {
        return text.replace('\r', ' ').replace('\n', ' ');
    }
}
