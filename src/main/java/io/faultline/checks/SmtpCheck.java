package io.faultline.checks;

import io.faultline.check.Check;
import io.faultline.check.CheckType;
import io.faultline.check.Fact;
import io.faultline.check.Probe;
import io.faultline.check.Result;
import io.faultline.net.HostPort;
import io.faultline.net.TextChannel;
import io.faultline.net.Tls;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads the SMTP banner, greets, upgrades to TLS when asked to, and says QUIT (RFC 5321, RFC 3207). */
record SmtpCheck(HostPort server, boolean startTls) implements Check {
    static final CheckType TYPE = CheckType.named("smtp")
            .summary("A mail server greets, and offers STARTTLS with a valid certificate when that is asked for.")
            .example("server: mail.example.org\nstarttls: true")
            .reads(keys -> new SmtpCheck(
                    keys.hostPort("server", 25, "The mail server."),
                    keys.flag("starttls", false, "Upgrade to TLS and verify the certificate.")));

    /** RFC 5321 4.5.3.1.5 has 512 octets; real servers are sometimes chattier. */
    private static final int LONGEST_LINE = 2048;

    private static final int MOST_LINES = 100;

    @Override
    public Result run(Probe probe) throws IOException {
        Socket socket = probe.dialer().tcp(server);
        TextChannel channel = new TextChannel(socket, LONGEST_LINE);
        Reply banner = reply(channel);
        if (banner.code() != 220) {
            return refused("the mail server does not greet", "220", banner);
        }
        Reply hello = hello(channel);
        if (hello.code() != 250) {
            return refused("the mail server refuses EHLO", "250", hello);
        }
        Fact greeting = Fact.of("banner", banner.text());
        if (!startTls) {
            quit(channel);
            return Result.ok("the mail server greets", greeting);
        }
        if (!hello.offers("STARTTLS")) {
            return Result.critical("the mail server does not offer STARTTLS", greeting);
        }
        channel.writeLine("STARTTLS");
        Reply ready = reply(channel);
        if (ready.code() != 220) {
            return refused("the mail server refuses STARTTLS", "220", ready);
        }
        if (channel.unread() > 0) {
            // RFC 3207 section 6: somebody in the middle injects replies that would be taken for encrypted ones.
            return Result.critical("the mail server sent data before TLS was up (an attack?)", greeting);
        }
        Tls.Connection tls =
                Tls.system().handshake(socket, server.host(), probe.lifetime()).verified();
        TextChannel secure = new TextChannel(tls.socket(), LONGEST_LINE);
        Reply again = hello(secure);
        if (again.code() != 250) {
            return refused("the mail server refuses EHLO after STARTTLS", "250", again);
        }
        quit(secure);
        return Result.ok(
                "the mail server greets and upgrades to TLS",
                greeting,
                Fact.of("TLS", tls.socket().getSession().getProtocol()));
    }

    private static Reply hello(TextChannel channel) throws IOException {
        channel.writeLine("EHLO faultline.invalid");
        return reply(channel);
    }

    private static void quit(TextChannel channel) throws IOException {
        channel.writeLine("QUIT");
    }

    private static Result refused(String summary, String expected, Reply reply) {
        return Result.critical(summary, Fact.expected(expected), Fact.butWas(reply.code() + " " + reply.text()));
    }

    /** A reply of one or more lines; the code is 0 if it is none that RFC 5321 4.2 allows. */
    private record Reply(int code, List<String> lines) {
        String text() {
            return lines.get(0);
        }

        boolean offers(String extension) {
            return lines.stream()
                    .anyMatch(
                            line -> line.toUpperCase(Locale.ROOT).split(" ")[0].equals(extension));
        }
    }

    private static Reply reply(TextChannel channel) throws IOException {
        List<String> lines = new ArrayList<>();
        int code = 0;
        while (lines.size() < MOST_LINES) {
            String line = channel.readLine();
            if (!line.matches("[2-5]\\d\\d([ -].*)?")) {
                return new Reply(0, List.of(line));
            }
            code = Integer.parseInt(line.substring(0, 3));
            lines.add(line.length() > 4 ? line.substring(4) : "");
            if (line.length() == 3 || line.charAt(3) == ' ') {
                return new Reply(code, lines);
            }
        }
        return new Reply(0, List.of("a reply of more than " + MOST_LINES + " lines"));
    }
}
