package io.faultline.checks;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.faultline.check.Probe;
import io.faultline.net.HostPort;
import io.faultline.net.LimitExceeded;
import io.faultline.net.ProtocolFault;
import io.faultline.net.TextChannel;
import io.faultline.net.Tls;
import java.io.IOException;
import java.net.Socket;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A folder on an IMAP server (RFC 3501). Mail comes as literals, which are read by their length: nothing that stands in
 * them is taken for what the server says. Not thread-safe.
 */
final class Imap implements Mailbox.Session {
    /** Also the longest list of numbers that a search may find. */
    private static final int LONGEST_LINE = 256 << 10;

    private static final int MOST_RESPONSES = 20_000;
    private static final Pattern LITERAL = Pattern.compile("\\{(\\d{1,9})}$");
    private static final Pattern NUMBER = Pattern.compile("\\d{1,10}");

    private final TextChannel channel;
    private final String tag;
    private int commands;

    Imap(Probe probe, Mailbox box) throws IOException {
        HostPort server = box.imap().orElseThrow();
        String secret = probe.secret(box.password().orElseThrow());
        byte[] random = new byte[8];
        new SecureRandom().nextBytes(random);
        tag = "f" + HexFormat.of().formatHex(random);
        Socket socket = probe.dialer().tcp(server);
        if (box.security() != Mailbox.Security.NONE) {
            if (box.security() == Mailbox.Security.STARTTLS) {
                StartTls.IMAP.ask(socket, server.host());
            }
            socket = Tls.trusting(box.caFile())
                    .handshake(socket, server.host(), probe.lifetime())
                    .verified()
                    .socket();
        }
        channel = new TextChannel(socket, LONGEST_LINE);
        if (box.security() != Mailbox.Security.STARTTLS) {
            String greeting = channel.readLine();
            if (!greeting.startsWith("* OK")) {
                throw new ProtocolFault("the mailbox's server does not greet as IMAP does, it says: " + greeting);
            }
        }
        String login = quoted(secret);
        probe.conceal(login);
        command("LOGIN " + quoted(box.user().orElseThrow()) + " " + login, "refuses the login");
        command("SELECT " + quoted(box.folder()), "does not open the folder " + box.folder());
    }

    private static String quoted(String text) throws ProtocolFault {
        if (!text.chars().allMatch(c -> c >= ' ' && c != 0x7f)) {
            throw new ProtocolFault("a name or password for IMAP holds a control character");
        }
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    /** A line of the server's, and the literals that it announced. */
    private record Response(String line, List<String> literals) {}

    /** What comes before the server's OK. */
    private List<Response> command(String text, String otherwise) throws IOException {
        String name = tag + "." + ++commands;
        channel.writeLine(name + " " + text);
        List<Response> responses = new ArrayList<>();
        while (responses.size() < MOST_RESPONSES) {
            Response response = response();
            if (response.line().startsWith(name + " ")) {
                if (response.line().startsWith(name + " OK")) {
                    return responses;
                }
                throw new ProtocolFault("the mailbox's server " + otherwise + ": "
                        + response.line().substring(name.length() + 1));
            }
            responses.add(response);
        }
        throw new ProtocolFault("the mailbox's server sends more than " + MOST_RESPONSES + " lines");
    }

    private Response response() throws IOException {
        String line = channel.readLine();
        StringBuilder whole = new StringBuilder(line);
        List<String> literals = new ArrayList<>();
        for (Matcher literal = LITERAL.matcher(line); literal.find(); literal = LITERAL.matcher(line)) {
            int length = Integer.parseInt(literal.group(1));
            if (length > Mailbox.MOST_READ) {
                throw new LimitExceeded("the mailbox's server sends " + length + " bytes where at most "
                        + Mailbox.MOST_READ + " were asked for");
            }
            literals.add(channel.read(length));
            line = channel.readLine();
            whole.append(line);
        }
        return new Response(whole.toString(), literals);
    }

    @Override
    public List<String> find(String field, String part) throws IOException {
        // What arrived meanwhile is told with the answer to any command.
        command("NOOP", "breaks off");
        List<String> found = new ArrayList<>();
        for (Response response :
                command("UID SEARCH " + field.toUpperCase(Locale.ROOT) + " " + quoted(part), "does not search")) {
            if (response.line().startsWith("* SEARCH")) {
                Matcher matcher = NUMBER.matcher(response.line());
                while (matcher.find()) {
                    found.add(matcher.group());
                }
            }
        }
        return found.subList(Math.max(0, found.size() - Mailbox.MOST_MESSAGES), found.size());
    }

    @Override
    public Optional<Mailbox.Message> head(String name) throws IOException {
        return fetch(name, "HEADER.FIELDS (SUBJECT FROM)");
    }

    @Override
    public Optional<Mailbox.Message> beginning(String name) throws IOException {
        return fetch(name, "");
    }

    private Optional<Mailbox.Message> fetch(String name, String section) throws IOException {
        String item = "BODY.PEEK[" + section + "]<0." + Mailbox.MOST_READ + ">";
        return command("UID FETCH " + name + " (" + item + ")", "does not show mail").stream()
                .filter(response -> response.line().contains(" FETCH ("))
                .flatMap(response -> response.literals().stream())
                .findFirst()
                .map(text -> new Mailbox.Message(name, text));
    }

    @Override
    public void delete(Collection<String> names) throws IOException {
        for (String name : names) {
            command("UID STORE " + name + " +FLAGS.SILENT (\\Deleted)", "does not delete");
        }
        if (!names.isEmpty()) {
            command("EXPUNGE", "does not delete");
        }
    }
}
