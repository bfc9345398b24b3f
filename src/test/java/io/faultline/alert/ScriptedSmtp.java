package io.faultline.alert;

import io.faultline.net.HostPort;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A mail server on loopback that misbehaves as told. It speaks just enough SMTP, in clear, and writes down what it
 * heard.
 */
final class ScriptedSmtp implements Closeable {
    /** What to do with the next mails, once each. */
    enum Trick {
        /** Takes the mail, and dies before it says so. */
        TAKE_AND_DIE,
        /** Dies when the mail is announced. */
        DIE_AT_MAIL,
        /** Says 451 after the mail. */
        LATER,
        /** Says 554 after the mail. */
        REFUSE
    }

    private final ServerSocket listening;
    private final List<String> heard = new ArrayList<>();
    private final List<String> taken = new ArrayList<>();
    private final List<Trick> tricks = new ArrayList<>();
    private final Map<String, Integer> recipients = new ConcurrentHashMap<>();
    private int connections;

    ScriptedSmtp() throws IOException {
        listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(this::serve, "scripted-smtp");
        thread.setDaemon(true);
        thread.start();
    }

    HostPort address() {
        return new HostPort("127.0.0.1", listening.getLocalPort());
    }

    synchronized ScriptedSmtp then(Trick trick) {
        tricks.add(trick);
        return this;
    }

    /** This recipient is answered with this code; 250 ends that. */
    ScriptedSmtp recipient(String address, int code) {
        recipients.put(address, code);
        return this;
    }

    /** Every line that came in clear. */
    synchronized List<String> heard() {
        return List.copyOf(heard);
    }

    /** Bodies and heads that came whole, whatever was answered. */
    synchronized List<String> taken() {
        return List.copyOf(taken);
    }

    synchronized int connections() {
        return connections;
    }

    private void serve() {
        while (!listening.isClosed()) {
            try (Socket socket = listening.accept()) {
                synchronized (this) {
                    connections++;
                }
                talk(socket);
            } catch (IOException e) {
                // A connection that broke; the next one is another.
            }
        }
    }

    private synchronized boolean now(Trick trick) {
        return !tricks.isEmpty() && tricks.get(0) == trick && tricks.remove(0) != null;
    }

    private void talk(Socket socket) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        OutputStream out = socket.getOutputStream();
        say(out, "220 scripted.example.org");
        for (String line = hear(in); line != null; line = hear(in)) {
            String verb = line.split("[ :]")[0].toUpperCase(java.util.Locale.ROOT);
            switch (verb) {
                case "MAIL" -> {
                    if (now(Trick.DIE_AT_MAIL)) {
                        return;
                    }
                    say(out, "250 fine");
                }
                case "RCPT" -> {
                    String address = line.substring(line.indexOf('<') + 1, line.indexOf('>'));
                    int code = recipients.getOrDefault(address, 250);
                    say(out, code + (code == 250 ? " fine" : " no <b>mail</b> for " + address));
                }
                case "DATA" -> {
                    say(out, "354 go on");
                    StringBuilder mail = new StringBuilder();
                    for (String text = in.readLine(); text != null && !text.equals("."); text = in.readLine()) {
                        mail.append(text).append("\r\n");
                    }
                    synchronized (this) {
                        taken.add(mail.toString());
                    }
                    if (now(Trick.TAKE_AND_DIE)) {
                        return;
                    }
                    say(
                            out,
                            now(Trick.LATER)
                                    ? "451 disk full"
                                    : now(Trick.REFUSE) ? "554 looks like spam" : "250 taken");
                }
                case "QUIT" -> {
                    say(out, "221 bye");
                    return;
                }
                default -> say(out, "250 fine");
            }
        }
    }

    private String hear(BufferedReader in) throws IOException {
        String line = in.readLine();
        if (line != null) {
            synchronized (this) {
                heard.add(line);
            }
        }
        return line;
    }

    private static void say(OutputStream out, String line) throws IOException {
        out.write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
