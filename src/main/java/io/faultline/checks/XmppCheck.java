package io.faultline.checks;

import io.faultline.check.Check;
import io.faultline.check.CheckType;
import io.faultline.check.Fact;
import io.faultline.check.Probe;
import io.faultline.check.Result;
import io.faultline.check.Status;
import io.faultline.config.Keys;
import io.faultline.net.HostPort;
import io.faultline.net.ProtocolFault;
import io.faultline.net.TextChannel;
import io.faultline.net.Tls;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Opens a stream with an XMPP server, upgrades it to TLS, and looks what is offered then (RFC 6120, XEP-0368). */
record XmppCheck(HostPort server, String domain, Side side, Security security, CertificateRules certificate)
        implements Check {
    enum Side {
        CLIENT,
        SERVER
    }

    enum Security {
        STARTTLS,
        TLS,
        NONE
    }

    static final CheckType TYPE = CheckType.named("xmpp")
            .summary("An XMPP server serves a domain, encrypted with a valid certificate, and lets people log in.")
            .about("""
                    Opens a stream for `domain` and waits for what the server offers: it greets for any domain, and \
                    only then says whether it serves this one. Upgrades to TLS (or speaks TLS from the first byte with \
                    `security: tls`), checks the certificate for the domain as the type `tls` does, and opens the \
                    stream again: a way to log in must be offered then. With `side: server` it speaks as another \
                    server does (port 5269).""")
            .example("""
                    server: xmpp.example.org
                    domain: example.org""")
            .reads(XmppCheck::read);

    private static final int LONGEST_STANZA = 64 << 10;
    private static final Pattern MECHANISM = Pattern.compile("<mechanism>\\s*([A-Z0-9_-]{1,40})\\s*</mechanism>");
    private static final Pattern CONDITION =
            Pattern.compile("<([a-z-]{1,40})\\s+xmlns=['\"]urn:ietf:params:xml:ns:xmpp-streams['\"]");

    private static XmppCheck read(Keys keys) {
        Side side = keys.oneOf("side", Side.CLIENT, "Whom to speak as: client or server.");
        Security security =
                keys.oneOf("security", Security.STARTTLS, "How the stream is encrypted: starttls, tls or none.");
        int port = side == Side.SERVER ? 5269 : security == Security.TLS ? 5223 : 5222;
        XmppCheck check = new XmppCheck(
                keys.hostPort("server", port, "The server; port 5222, 5223 with tls, 5269 for servers."),
                keys.text("domain", "The domain that it serves."),
                side,
                security,
                CertificateRules.read(keys));
        if (keys.has("domain") && !check.domain.matches("[A-Za-z0-9.-]{1,253}")) {
            keys.problem("domain", "expected a domain such as example.org");
        }
        return check;
    }

    @Override
    public Result run(Probe probe) throws IOException {
        Socket socket = probe.dialer().tcp(server);
        if (security == Security.TLS) {
            return secured(socket, probe);
        }
        TextChannel channel = new TextChannel(socket, LONGEST_STANZA);
        String features = open(channel);
        if (security == Security.NONE) {
            return judge(features, Result.ok("the server serves " + domain));
        }
        if (!features.contains("urn:ietf:params:xml:ns:xmpp-tls")) {
            return Result.critical("the server does not offer STARTTLS");
        }
        channel.write("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
        String answer = channel.readUntil(">");
        if (!answer.contains("<proceed")) {
            return Result.critical("the server refuses STARTTLS", Fact.butWas(answer));
        }
        if (channel.unread() > 0) {
            throw new ProtocolFault("the server sent data between STARTTLS and TLS (an attack?)");
        }
        return secured(socket, probe);
    }

    private Result secured(Socket socket, Probe probe) throws IOException {
        Tls.Connection tls = Tls.trusting(certificate.caFile()).handshake(socket, domain, probe.lifetime());
        Result judged = certificate.judge(tls, probe.now());
        if (judged.status() == Status.CRITICAL) {
            return judged;
        }
        return judge(open(new TextChannel(tls.socket(), LONGEST_STANZA)), judged);
    }

    private String open(TextChannel channel) throws IOException {
        channel.write("<?xml version='1.0'?><stream:stream to='" + domain + "' version='1.0' xmlns='jabber:"
                + (side == Side.CLIENT ? "client" : "server")
                + "' xmlns:stream='http://etherx.jabber.org/streams'>");
        String said =
                channel.readUntil("</stream:features>", "<stream:features/>", "</stream:error>", "</stream:stream>");
        if (!said.contains("<stream:stream")) {
            throw new ProtocolFault("the server does not speak XMPP, it says: " + said);
        }
        Matcher condition = CONDITION.matcher(said);
        if (said.contains("<stream:error")) {
            String why = condition.find() ? condition.group(1) : said;
            throw new ProtocolFault(
                    why.equals("host-unknown")
                            ? "the XMPP server does not serve " + domain
                            : "the XMPP server refuses: " + why);
        }
        return said;
    }

    private Result judge(String features, Result so) {
        List<String> mechanisms = new ArrayList<>();
        Matcher matcher = MECHANISM.matcher(features);
        while (matcher.find()) {
            mechanisms.add(matcher.group(1));
        }
        // Servers log in by dialback too, which is none of these.
        if (side == Side.CLIENT && mechanisms.isEmpty()) {
            return Result.critical("the server offers no way to log in");
        }
        return mechanisms.isEmpty() ? so : so.with(Fact.of("logins", String.join(", ", mechanisms)));
    }
}
