package io.faultline.checks;

import io.faultline.check.Probe;
import io.faultline.config.Keys;
import io.faultline.config.SecretName;
import io.faultline.net.HostPort;
import io.faultline.net.LocalFault;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Where mail arrives: a folder on an IMAP server (RFC 3501), or a Maildir on this machine. */
record Mailbox(
        Optional<HostPort> imap,
        Security security,
        Optional<String> user,
        Optional<SecretName> password,
        String folder,
        Optional<Path> maildir,
        Optional<Path> caFile) {
    enum Security {
        TLS,
        STARTTLS,
        NONE
    }

    /** So many of the newest messages are looked at. */
    static final int MOST_MESSAGES = 100;

    /** So many bytes of one are read. */
    static final int MOST_READ = 64 << 10;

    /** Reads the nested mapping {@code mailbox}. */
    static Optional<Mailbox> read(Keys owner) {
        Optional<Keys> keys = owner.mapping("mailbox", "Where the mail arrives: 'imap' with a login, or 'maildir'.");
        if (keys.isEmpty()) {
            owner.problem("mailbox", "expected a mapping with 'imap' and a login, or with 'maildir'");
            return Optional.empty();
        }
        return Optional.of(nested(keys.get()));
    }

    private static Mailbox nested(Keys keys) {
        Security security = keys.oneOf("security", Security.TLS, "How IMAP is encrypted: tls, starttls or none.");
        Mailbox box = new Mailbox(
                keys.optionalHostPort(
                        "imap", security == Security.TLS ? 993 : 143, "The IMAP server; port 993, or 143 without tls."),
                security,
                keys.optionalText("user", "The user to log in as."),
                keys.optionalSecret("password", "The password to log in with."),
                keys.text("folder", "INBOX", "The folder to look in, by IMAP."),
                keys.optionalFile("maildir", "The Maildir on this machine, with its folders new and cur."),
                keys.optionalFile("ca-file", "Trust the certificates in this PEM file, and not those of the system."));
        if (box.imap.isPresent() == box.maildir.isPresent()) {
            keys.problem("imap", "expected either 'imap' or 'maildir'");
        }
        if (box.imap.isPresent() && (box.user.isEmpty() || box.password.isEmpty())) {
            keys.problem("imap", "expected 'user' and 'password' too");
        }
        if (security == Security.NONE
                && !box.imap
                        .map(at -> at.host().matches("localhost|127\\.0\\.0\\.1|::1|.*\\.onion"))
                        .orElse(true)) {
            keys.problem("security", "the password would be sent unencrypted; expected tls or starttls");
        }
        return box;
    }

    /** A message as it stands in the mailbox: its beginning, as ISO 8859-1. */
    record Message(String name, String text) {
        /** A header field, unfolded; empty if it is missing. */
        String field(String name) {
            String head = text.split("\r?\n\r?\n", 2)[0].replaceAll("\r?\n[ \t]+", " ");
            return head.lines()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":"))
                    .map(line -> line.substring(name.length() + 1).strip())
                    .findFirst()
                    .orElse("");
        }
    }

    /** Looks into the mailbox and cleans up there. */
    interface Session {
        /**
         * The messages whose field ({@code Subject} or {@code From}) contains a text, oldest first, by names that stay
         * the same when somebody reads them.
         */
        List<String> find(String field, String part) throws IOException;

        /** Those two fields of a message; nothing if it has gone. */
        Optional<Message> head(String name) throws IOException;

        /** A message, as much of it as is read; nothing if it has gone. */
        Optional<Message> beginning(String name) throws IOException;

        void delete(Collection<String> names) throws IOException;
    }

    Session open(Probe probe) throws IOException {
        return maildir.isPresent() ? new Maildir(maildir.get()) : new Imap(probe, this);
    }

    /** A folder of files; D. J. Bernstein's maildir(5). Not thread-safe. */
    private static final class Maildir implements Session {
        private final Path folder;
        private Map<String, Path> files = new TreeMap<>();

        Maildir(Path folder) {
            this.folder = folder;
        }

        @Override
        public List<String> find(String field, String part) throws IOException {
            files = files();
            List<String> newest = new ArrayList<>(files.keySet());
            List<String> found = new ArrayList<>();
            for (String name : newest.subList(Math.max(0, newest.size() - MOST_MESSAGES), newest.size())) {
                if (head(name).filter(head -> head.field(field).contains(part)).isPresent()) {
                    found.add(name);
                }
            }
            return found;
        }

        /** By what stands before the flags, which change when a message is moved from new to cur. */
        private Map<String, Path> files() throws IOException {
            Map<String, Path> found = new TreeMap<>();
            for (String name : new String[] {"cur", "new"}) {
                try (Stream<Path> all = Files.list(folder.resolve(name))) {
                    all.filter(Files::isRegularFile)
                            .forEach(file ->
                                    found.put(file.getFileName().toString().split(":2,", 2)[0], file));
                } catch (NoSuchFileException | NotDirectoryException e) {
                    throw new LocalFault(folder + " is no Maildir: there is no folder " + name + " in it", e);
                } catch (IOException e) {
                    throw new LocalFault(folder + " cannot be read: " + e.getMessage(), e);
                }
            }
            return found;
        }

        @Override
        public Optional<Message> head(String name) throws IOException {
            return beginning(name);
        }

        @Override
        public Optional<Message> beginning(String name) throws IOException {
            try (InputStream in = Files.newInputStream(files.get(name))) {
                return Optional.of(
                        new Message(name, new String(in.readNBytes(MOST_READ), StandardCharsets.ISO_8859_1)));
            } catch (NoSuchFileException e) {
                // Somebody reads this mailbox: it was moved from new to cur.
                return Optional.empty();
            } catch (IOException e) {
                throw new LocalFault("mail in " + folder + " cannot be read: " + e.getMessage(), e);
            }
        }

        @Override
        public void delete(Collection<String> names) throws IOException {
            for (String name : names) {
                try {
                    Files.deleteIfExists(files.get(name));
                } catch (IOException e) {
                    throw new LocalFault("mail in " + folder + " cannot be deleted: " + e.getMessage(), e);
                }
            }
        }
    }
}
