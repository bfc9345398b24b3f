package io.faultline.alert;

import io.faultline.catalog.PublicKey;
import io.faultline.catalog.Team;
import io.faultline.config.Problem;
import io.faultline.history.QueuedMail;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.InternetHeaders;
import jakarta.mail.internet.MimeUtility;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPublicKey;

/**
 * Encrypts and signs mails as PGP/MIME (RFC 3156). Whoever has a key in the catalogue gets nothing in clear: no text, no
 * subject, no names; and if the key cannot be used, a notice without content. Others get the mail as it is, signed if
 * there is a key to sign with.
 *
 * <p>The mail is encrypted before it is stored. Thread-safe.
 */
public final class OpenPgpEnvelope implements Envelope {
    private static final String NEUTRAL = "[faultline] encrypted message";
    private static final List<String> OF_THE_ROUTE =
            List.of("From", "List-Id", "Auto-Submitted", "Date", "Message-ID", "In-Reply-To", "References");
    private static final String END = "\r\n";

    /** Each address' keys, the newest first. */
    private final Map<String, List<PublicKey>> keys = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    private final Optional<OpenPgpSigner> signer;

    public OpenPgpEnvelope(Collection<Team> teams, Optional<OpenPgpSigner> signer) {
        teams.forEach(team -> team.encrypted()
                .forEach((address, named) ->
                        keys.computeIfAbsent(address, a -> new ArrayList<>()).addAll(named)));
        keys.values()
                .forEach(
                        all -> all.sort(Comparator.comparing(PublicKey::created).reversed()));
        this.signer = signer;
    }

    /** Who named a key that nothing can be encrypted to at that moment, and so gets notices without content. */
    public static List<Problem> unusable(Collection<Team> teams, Instant now) {
        List<Problem> found = new ArrayList<>();
        for (Team team : teams) {
            team.encrypted().forEach((address, named) -> {
                try {
                    if (!named.isEmpty()) {
                        newestUsable(named, now);
                    }
                } catch (PublicKey.Unusable e) {
                    found.add(new Problem(team.place(), "the OpenPGP key of " + address + " " + e.getMessage()));
                }
            });
        }
        return found;
    }

    @Override
    public List<QueuedMail> of(QueuedMail mail, Instant now) {
        List<String> open = new ArrayList<>();
        List<String> sealed = new ArrayList<>();
        List<PGPPublicKey> to = new ArrayList<>();
        Map<String, List<String>> unusable = new LinkedHashMap<>();
        for (String address : mail.recipients()) {
            List<PublicKey> named = keys.get(address);
            if (named == null) {
                open.add(address);
                continue;
            }
            try {
                to.addAll(newestUsable(named, now));
                sealed.add(address);
            } catch (PublicKey.Unusable e) {
                unusable.computeIfAbsent(String.valueOf(e.getMessage()), why -> new ArrayList<>())
                        .add(address);
            }
        }
        if (sealed.isEmpty() && unusable.isEmpty() && signer.isEmpty()) {
            return List.of(mail);
        }
        try {
            Parts parts = Parts.of(mail.content());
            List<QueuedMail> mails = new ArrayList<>();
            if (!open.isEmpty()) {
                mails.add(signer.isEmpty() ? copy(mail, "", open, mail.content()) : signed(mail, parts, open, now));
            }
            if (!sealed.isEmpty()) {
                mails.add(sealed(mail, parts, sealed, to, now));
            }
            int number = 0;
            for (Map.Entry<String, List<String>> why : unusable.entrySet()) {
                mails.add(notice(mail, parts, why.getValue(), why.getKey(), "notice" + ++number + "."));
            }
            return mails;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (MessagingException | PGPException e) {
            throw new IllegalStateException("a mail cannot be put into an OpenPGP envelope: " + e.getMessage(), e);
        }
    }

    /** Of an address with several keys, such as somebody's old one in another team, the newest that can be used. */
    private static List<PGPPublicKey> newestUsable(List<PublicKey> named, Instant now) throws PublicKey.Unusable {
        Optional<PublicKey.Unusable> ofNewest = Optional.empty();
        for (PublicKey key : named) {
            try {
                return usable(key, now);
            } catch (PublicKey.Unusable e) {
                ofNewest = ofNewest.or(() -> Optional.of(e));
            }
        }
        throw ofNewest.orElseGet(() -> new PublicKey.Unusable("is not in the catalogue"));
    }

    /** Keys that really take something: one that does not must not cost the others their mail. */
    private static List<PGPPublicKey> usable(PublicKey key, Instant now) throws PublicKey.Unusable {
        List<PGPPublicKey> found = key.forEncryption(now);
        try {
            OpenPgpMessage.encrypted(new byte[1], found, Optional.empty(), now);
            return found;
        } catch (IOException | PGPException | RuntimeException e) {
            throw new PublicKey.Unusable("is of a kind that nothing can be encrypted to here");
        }
    }

    /** A composed mail, taken apart. */
    private record Parts(InternetHeaders headers, String text) {
        static Parts of(String content) throws MessagingException, IOException {
            ByteArrayInputStream in = new ByteArrayInputStream(content.getBytes(StandardCharsets.US_ASCII));
            InternetHeaders headers = new InternetHeaders(in);
            String encoding = headers.getHeader("Content-Transfer-Encoding", null);
            byte[] text = MimeUtility.decode(in, encoding).readAllBytes();
            return new Parts(headers, new String(text, StandardCharsets.UTF_8));
        }

        String header(String name) {
            return Optional.ofNullable(headers.getHeader(name, null)).orElse("");
        }

        /** The text as a part of its own, which no mail server has a reason to change (RFC 3156 3 and 5). */
        byte[] entity(boolean withSubject) throws MessagingException, IOException {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            try (OutputStream out = MimeUtility.encode(body, "quoted-printable")) {
                out.write(text.getBytes(StandardCharsets.UTF_8));
            }
            String head = withSubject
                    ? "Content-Type: text/plain; charset=UTF-8; protected-headers=\"v1\"" + END + "Subject: "
                            + header("Subject") + END
                    : "Content-Type: text/plain; charset=UTF-8" + END;
            String whole = head + "Content-Transfer-Encoding: quoted-printable" + END + END
                    + body.toString(StandardCharsets.US_ASCII);
            return whole.replace(END + "From ", END + "=46rom ").getBytes(StandardCharsets.US_ASCII);
        }
    }

    private QueuedMail signed(QueuedMail mail, Parts parts, List<String> to, Instant now)
            throws MessagingException, IOException {
        OpenPgpSigner key = signer.orElseThrow();
        byte[] entity = parts.entity(false);
        String signature;
        try {
            signature = key.detached(entity, now);
        } catch (PGPException | IOException | RuntimeException e) {
            // Better unsigned than not at all.
            return copy(mail, "", to, mail.content());
        }
        String boundary = boundary();
        StringBuilder content = new StringBuilder();
        for (String line : Collections.list(parts.headers().getAllHeaderLines())) {
            if (!line.regionMatches(true, 0, "Content-", 0, "Content-".length())) {
                content.append(line).append(END);
            }
        }
        content.append("Content-Type: multipart/signed; micalg=pgp-sha512;" + END
                + "\tprotocol=\"application/pgp-signature\"; boundary=\"" + boundary + "\"" + END + END);
        content.append("--" + boundary + END)
                .append(new String(entity, StandardCharsets.US_ASCII))
                .append(END + "--" + boundary + END)
                .append("Content-Type: application/pgp-signature; name=\"signature.asc\"" + END + END)
                .append(lines(signature))
                .append(END + "--" + boundary + "--" + END);
        return copy(mail, "", to, content.toString());
    }

    private QueuedMail sealed(QueuedMail mail, Parts parts, List<String> to, List<PGPPublicKey> keysOf, Instant now)
            throws MessagingException, IOException, PGPException {
        String message = OpenPgpMessage.encrypted(parts.entity(true), keysOf, signer, now);
        String boundary = boundary();
        String content = head(parts, to, "sealed.")
                + "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\";" + END
                + "\tboundary=\"" + boundary + "\"" + END + END
                + "--" + boundary + END
                + "Content-Type: application/pgp-encrypted" + END + END
                + "Version: 1" + END + END
                + "--" + boundary + END
                + "Content-Type: application/octet-stream; name=\"encrypted.asc\"" + END
                + "Content-Disposition: inline; filename=\"encrypted.asc\"" + END + END
                + lines(message)
                + END + "--" + boundary + "--" + END;
        return copy(mail, "sealed.", to, content);
    }

    private QueuedMail notice(QueuedMail mail, Parts parts, List<String> to, String why, String prefix)
            throws MessagingException {
        Paragraphs text = new Paragraphs();
        text.line("There is something that Faultline wants to tell you. It is not written here, because it cannot be"
                + " encrypted to you: your OpenPGP key " + why + ".");
        text.line("");
        text.line("Please put a key that can be used into the catalogue, and look at what Faultline shows now"
                + mail.incident().map(id -> ", at incident " + id).orElse("") + ".");
        String content = head(parts, to, prefix)
                + "Content-Type: text/plain; charset=us-ascii" + END
                + "Content-Transfer-Encoding: 7bit" + END + END
                + lines(text.text());
        return copy(mail, prefix, to, content);
    }

    /** Headers that say nothing of what it is about. */
    private static String head(Parts parts, List<String> to, String prefix) {
        StringBuilder head = new StringBuilder();
        for (String name : OF_THE_ROUTE) {
            String value = parts.header(name);
            if (name.equals("Message-ID") || name.equals("In-Reply-To") || name.equals("References")) {
                value = value.replace("<", "<" + prefix);
            }
            if (!value.isEmpty()) {
                head.append(name).append(": ").append(value).append(END);
            }
        }
        return head + "To: " + String.join("," + END + " ", to) + END + "Subject: " + NEUTRAL + END
                + "MIME-Version: 1.0" + END;
    }

    private static QueuedMail copy(QueuedMail mail, String prefix, List<String> to, String content) {
        return new QueuedMail(
                prefix + mail.messageId(),
                mail.incident(),
                to,
                content,
                mail.queued(),
                mail.tries(),
                mail.notBefore(),
                mail.lastError());
    }

    private static String boundary() {
        return "faultline-" + UUID.randomUUID();
    }

    private static String lines(String text) {
        return text.replace("\r\n", "\n").replace("\n", END);
    }
}
