package io.faultline.checks;

import io.faultline.check.Probe;
import io.faultline.config.Keys;
import io.faultline.config.SecretName;
import io.faultline.net.HostPort;
import io.faultline.net.Tls;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** How a check hands a message to a mail server (RFC 5321, RFC 4954). */
record MailSubmission(
        HostPort server,
        boolean startTls,
        boolean tls,
        Optional<String> user,
        Optional<SecretName> password,
        String from,
        String to,
        Optional<Path> caFile) {
    /** A reply that is not the expected one: of the kind 4xx, try later, or 5xx, never. */
    static final class Refused extends IOException {
        private static final long serialVersionUID = 1L;
        private final boolean forNow;

        Refused(String message, boolean forNow) {
            super(message);
            this.forNow = forNow;
        }

        boolean isForNow() {
            return forNow;
        }
    }

    static MailSubmission read(Keys keys) {
        boolean startTls = keys.flag("starttls", false, "Upgrade to TLS before the mail is handed over.");
        boolean tls = keys.flag("tls", false, "Speak TLS from the first byte.");
        MailSubmission read = new MailSubmission(
                keys.hostPort("server", tls ? 465 : 25, "The mail server that takes it; port 25, or 465 with tls."),
                startTls,
                tls,
                keys.optionalText("user", "The user to log in as, where the server asks for that."),
                keys.optionalSecret("password", "The password to log in with."),
                keys.mail("from", "The sender's address."),
                keys.mail("to", "The recipient's address."),
                keys.optionalFile("ca-file", "Trust the certificates in this PEM file, and not those of the system."));
        if (startTls && tls) {
            keys.problem("tls", "expected either 'starttls' or 'tls'");
        }
        if (read.user.isPresent() != read.password.isPresent()) {
            keys.problem(
                    read.user.isPresent() ? "user" : "password", "expected both 'user' and 'password', or neither");
        }
        if (read.password.isPresent() && !startTls && !tls) {
            keys.problem("password", "it would be sent unencrypted; expected starttls: true or tls: true");
        }
        return read;
    }

    /**
     * Hands a message over.
     *
     * @param fields more header lines
     * @param body plain lines of ASCII
     * @throws Refused if the server does not take it
     */
    void send(Probe probe, List<String> fields, List<String> body) throws IOException {
        String secret = password.isPresent() ? probe.secret(password.get()) : "";
        Socket socket = probe.dialer().tcp(server);
        if (tls) {
            socket = secured(socket, probe);
        }
        SmtpDialog dialog = new SmtpDialog(socket);
        expect(220, dialog.reply(), "does not greet");
        SmtpDialog.Reply hello = expect(250, dialog.hello(), "refuses EHLO");
        if (startTls) {
            if (!hello.offers("STARTTLS")) {
                throw new Refused("the mail server does not offer STARTTLS", false);
            }
            expect(220, dialog.command("STARTTLS"), "refuses STARTTLS");
            dialog.nothingInjected();
            dialog = new SmtpDialog(secured(socket, probe));
            expect(250, dialog.hello(), "refuses EHLO after STARTTLS");
        }
        if (user.isPresent()) {
            String login = Base64.getEncoder()
                    .encodeToString(("\0" + user.get() + "\0" + secret).getBytes(StandardCharsets.UTF_8));
            probe.conceal(login);
            expect(235, dialog.command("AUTH PLAIN " + login), "refuses the login");
        }
        expect(250, dialog.command("MAIL FROM:<" + from + ">"), "refuses the sender");
        expect(250, dialog.command("RCPT TO:<" + to + ">"), "refuses the recipient");
        expect(354, dialog.command("DATA"), "refuses the message");
        StringBuilder text = new StringBuilder();
        text.append("From: <").append(from).append(">\r\nTo: <").append(to).append(">\r\nDate: ");
        text.append(date(probe.now())).append("\r\nAuto-Submitted: auto-generated\r\n");
        fields.forEach(line -> text.append(line).append("\r\n"));
        text.append("\r\n");
        body.forEach(line ->
                text.append(line.startsWith(".") ? "." : "").append(line).append("\r\n"));
        // The dot that ends the message is the command; its reply is what counts.
        expect(
                250,
                dialog.command(text.append(".").toString().replace("\r\n", "\n").split("\n")),
                "refuses the message");
        dialog.quit();
    }

    private Socket secured(Socket socket, Probe probe) throws IOException {
        return Tls.trusting(caFile)
                .handshake(socket, server.host(), probe.lifetime())
                .verified()
                .socket();
    }

    private static String date(Instant now) {
        return DateTimeFormatter.RFC_1123_DATE_TIME
                .format(now.atOffset(ZoneOffset.UTC))
                .replace("GMT", "+0000");
    }

    private static SmtpDialog.Reply expect(int code, SmtpDialog.Reply reply, String otherwise) throws Refused {
        if (reply.code() != code) {
            throw new Refused("the mail server " + otherwise + ": " + reply, reply.code() / 100 == 4);
        }
        return reply;
    }
}
