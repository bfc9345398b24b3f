package io.faultline.checks;

import io.faultline.net.ProtocolFault;
import io.faultline.net.TextChannel;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The client's side of SMTP commands and replies (RFC 5321 4.2). */
final class SmtpDialog {
    /** RFC 5321 4.5.3.1.5 has 512 octets; real servers are sometimes chattier. */
    private static final int LONGEST_LINE = 2048;

    private static final int MOST_LINES = 100;

    private final TextChannel channel;
    private final InetAddress own;

    SmtpDialog(Socket socket) throws IOException {
        this.channel = new TextChannel(socket, LONGEST_LINE);
        this.own = socket.getLocalAddress();
    }

    /** A reply of one or more lines. */
    record Reply(int code, List<String> lines) {
        Reply {
            lines = List.copyOf(lines);
        }

        String text() {
            return lines.get(0);
        }

        boolean offers(String extension) {
            return lines.stream()
                    .anyMatch(
                            line -> line.toUpperCase(Locale.ROOT).split(" ")[0].equals(extension));
        }

        @Override
        public String toString() {
            return code + " " + text();
        }
    }

    /** Sends a command and reads the reply to it. */
    Reply command(String line) throws IOException {
        channel.writeLine(line);
        return reply();
    }

    /** Sends several lines at once and reads the one reply to them. */
    Reply command(String[] lines) throws IOException {
        for (String line : lines) {
            channel.writeLine(line);
        }
        return reply();
    }

    /** By our address (RFC 5321 4.1.3): a name is looked up by some servers, and refused if it is not there. */
    Reply hello() throws IOException {
        return command("EHLO [" + (own instanceof Inet6Address ? "IPv6:" : "")
                + own.getHostAddress().split("%", 2)[0] + "]");
    }

    /** Says goodbye and does not wait for the answer. */
    void quit() {
        try {
            channel.writeLine("QUIT");
        } catch (IOException e) {
            // The server was faster; all had been said.
        }
    }

    /** @throws ProtocolFault if what comes is no reply */
    Reply reply() throws IOException {
        List<String> lines = new ArrayList<>();
        while (lines.size() < MOST_LINES) {
            String line = channel.readLine();
            if (!line.matches("[2-5]\\d\\d([ -].*)?")) {
                throw new ProtocolFault("the server does not speak SMTP, it says: " + line);
            }
            lines.add(line.length() > 4 ? line.substring(4) : "");
            if (line.length() == 3 || line.charAt(3) == ' ') {
                return new Reply(Integer.parseInt(line.substring(0, 3)), lines);
            }
        }
        throw new ProtocolFault("the mail server sends a reply of more than " + MOST_LINES + " lines");
    }

    /**
     * To be asked between the reply to STARTTLS and the handshake: bytes that came in between were sent by somebody in
     * the middle, to be taken for encrypted ones later (RFC 3207 6).
     *
     * @throws ProtocolFault if there are any
     */
    void nothingInjected() throws IOException {
        if (channel.unread() > 0) {
            throw new ProtocolFault("the mail server sent data between STARTTLS and TLS (an attack?)");
        }
    }
}
