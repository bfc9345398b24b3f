package io.faultline.checks;

import io.faultline.check.Probe;
import io.faultline.config.Keys;
import io.faultline.config.SecretName;
import io.faultline.net.HostPort;
import io.faultline.net.LocalFault;
import io.faultline.net.ProtocolFault;
import io.faultline.net.TextChannel;
import io.faultline.net.Tls;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
    private static final int MOST_MESSAGES = 100;

    private static final int MOST_READ = 64 << 10;
    private static final int LONGEST_LINE = 16 << 10;
    private static final int MOST_LINES = 20_000;
    private static final Pattern NUMBER = Pattern.compile("\\d{1,10}");

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
    record Message(String id, String text) {
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
        /** The messages whose field ({@code Subject} or {@code From}) contains a text, oldest first. */
        List<Message> find(String field, String part) throws IOException;

        void delete(List<Message> messages) throws IOException;
    }

    Session open(Probe probe) throws IOException {
        return maildir.isPresent() ? new Maildir(maildir.get()) : new Imap(probe, this);
    }

    /** A folder of files; D. J. Bernstein's maildir(5). */
    private record Maildir(Path folder) implements Session {
        @Override
        public List<Message> find(String field, String part) throws IOException {
            List<Path> files = new ArrayList<>();
            for (String name : new String[] {"cur", "new"}) {
                try (Stream<Path> all = Files.list(folder.resolve(name))) {
                    all.filter(Files::isRegularFile).forEach(files::add);
                } catch (NoSuchFileException | NotDirectoryException e) {
                    throw new LocalFault(folder + " is no Maildir: there is no folder " + name + " in it", e);
                } catch (IOException e) {
                    throw new LocalFault(folder + " cannot be read: " + e.getMessage(), e);
                }
            }
            files.sort(Comparator.comparing(file -> file.getFileName().toString()));
            List<Message> found = new ArrayList<>();
            for (Path file : files.subList(Math.max(0, files.size() - MOST_MESSAGES), files.size())) {
                try (InputStream in = Files.newInputStream(file)) {
                    Message message = new Message(
                            file.toString(), new String(in.readNBytes(MOST_READ), StandardCharsets.ISO_8859_1));
                    if (message.field(field).contains(part)) {
                        found.add(message);
                    }
                } catch (NoSuchFileException e) {
                    // Somebody reads this mailbox: it was moved from new to cur.
                }
            }
            return found;
        }

        @Override
        public void delete(List<Message> messages) throws IOException {
            for (Message message : messages) {
                Files.deleteIfExists(Path.of(message.id()));
            }
        }
    }

    private static final class Imap implements Session {
        private final TextChannel channel;
        private int tag;

        Imap(Probe probe, Mailbox box) throws IOException {
            HostPort server = box.imap.orElseThrow();
            String secret = probe.secret(box.password.orElseThrow());
            Socket socket = probe.dialer().tcp(server);
            if (box.security != Security.NONE) {
                if (box.security == Security.STARTTLS) {
                    StartTls.IMAP.ask(socket, server.host());
                }
                socket = Tls.trusting(box.caFile)
                        .handshake(socket, server.host(), probe.lifetime())
                        .verified()
                        .socket();
            }
            channel = new TextChannel(socket, LONGEST_LINE);
            if (box.security != Security.STARTTLS) {
                String greeting = channel.readLine();
                if (!greeting.startsWith("* OK")) {
                    throw new ProtocolFault("the mailbox's server does not greet as IMAP does, it says: " + greeting);
                }
            }
            String login = quoted(secret);
            probe.conceal(login);
            command("LOGIN " + quoted(box.user.orElseThrow()) + " " + login, "refuses the login");
            command("SELECT " + quoted(box.folder), "does not open the folder " + box.folder);
        }

        private static String quoted(String text) throws ProtocolFault {
            if (!text.chars().allMatch(c -> c >= ' ' && c != 0x7f)) {
                throw new ProtocolFault("a name or password for IMAP holds a control character");
            }
            return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
        }

        /** The lines before the server's OK. */
        private List<String> command(String text, String otherwise) throws IOException {
            String name = "f" + ++tag;
            channel.writeLine(name + " " + text);
            List<String> lines = new ArrayList<>();
            while (lines.size() < MOST_LINES) {
                String line = channel.readLine();
                if (line.startsWith(name + " ")) {
                    if (line.startsWith(name + " OK")) {
                        return lines;
                    }
                    throw new ProtocolFault(
                            "the mailbox's server " + otherwise + ": " + line.substring(name.length() + 1));
                }
                lines.add(line);
            }
            throw new ProtocolFault("the mailbox's server sends more than " + MOST_LINES + " lines");
        }

        @Override
        public List<Message> find(String field, String part) throws IOException {
            // What arrived meanwhile is told with the answer to any command.
            command("NOOP", "breaks off");
            List<String> ids = new ArrayList<>();
            for (String line :
                    command("UID SEARCH " + field.toUpperCase(Locale.ROOT) + " " + quoted(part), "does not search")) {
                if (line.startsWith("* SEARCH")) {
                    Matcher matcher = NUMBER.matcher(line);
                    while (matcher.find()) {
                        ids.add(matcher.group());
                    }
                }
            }
            List<Message> found = new ArrayList<>();
            for (String id : ids.subList(Math.max(0, ids.size() - MOST_MESSAGES), ids.size())) {
                List<String> lines =
                        command("UID FETCH " + id + " (BODY.PEEK[]<0." + MOST_READ + ">)", "does not show mail");
                int start = 0;
                while (start < lines.size() && !lines.get(start).contains("FETCH (")) {
                    start++;
                }
                if (start + 1 < lines.size()) {
                    found.add(new Message(id, String.join("\n", lines.subList(start + 1, lines.size()))));
                }
            }
            return found;
        }

        @Override
        public void delete(List<Message> messages) throws IOException {
            for (Message message : messages) {
                command("UID STORE " + message.id() + " +FLAGS.SILENT (\\Deleted)", "does not delete");
            }
            if (!messages.isEmpty()) {
                command("EXPUNGE", "does not delete");
            }
        }
    }
}
