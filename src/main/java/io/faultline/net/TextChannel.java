package io.faultline.net;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * Lines over a socket, for SMTP, IMAP, SSH banners and the like. Lines end with LF or CRLF and are bounded. Bytes are
 * read as ISO 8859-1, so nothing a server sends can fail to decode.
 *
 * <p>Not thread-safe.
 */
public final class TextChannel {
    private final InputStream in;
    private final OutputStream out;
    private final int longest;

    /** @param longest the most bytes of a line */
    public TextChannel(Socket socket, int longest) throws IOException {
        this.in = new BufferedInputStream(socket.getInputStream(), 4096);
        this.out = socket.getOutputStream();
        this.longest = longest;
    }

    /**
     * The next line without its end.
     *
     * @throws EOFException if the other side closed before a whole line
     * @throws LimitExceeded if the line does not end
     */
    public String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            int c = in.read();
            if (c < 0) {
                throw new EOFException("the connection was closed");
            }
            if (c == '\n') {
                int length = line.length();
                if (length > 0 && line.charAt(length - 1) == '\r') {
                    line.setLength(length - 1);
                }
                return line.toString();
            }
            if (line.length() >= longest) {
                throw new LimitExceeded("a line of more than " + longest + " bytes received");
            }
            line.append((char) c);
        }
    }

    /**
     * Everything up to and with the first of the endings that comes.
     *
     * @throws EOFException if the other side closed before
     * @throws LimitExceeded if none comes within the most bytes of a line
     */
    public String readUntil(String... endings) throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.length() < longest) {
            int c = in.read();
            if (c < 0) {
                throw new EOFException("the connection was closed");
            }
            text.append((char) c);
            for (String ending : endings) {
                int start = text.length() - ending.length();
                if (start >= 0 && text.indexOf(ending, start) == start) {
                    return text.toString();
                }
            }
        }
        throw new LimitExceeded("more than " + longest + " bytes received without the end that was awaited");
    }

    /**
     * The next bytes, so many of them.
     *
     * @param length which the caller bounds
     * @throws EOFException if the other side closed before
     */
    public String read(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the connection was closed");
        }
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** Sends a line and its CRLF. A line that holds a line end itself is a mistake of ours. */
    public void writeLine(String line) throws IOException {
        if (line.indexOf('\r') >= 0 || line.indexOf('\n') >= 0) {
            throw new IllegalArgumentException("a line to send holds a line end");
        }
        write(line + "\r\n");
    }

    public void write(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    /** Bytes that have arrived and were not read: what a server sent without being asked. */
    public int unread() throws IOException {
        return in.available();
    }
}
