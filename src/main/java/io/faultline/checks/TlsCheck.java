package io.faultline.checks;

import io.faultline.check.Check;
import io.faultline.check.CheckType;
import io.faultline.check.Fact;
import io.faultline.check.Probe;
import io.faultline.check.Result;
import io.faultline.check.Status;
import io.faultline.config.Keys;
import io.faultline.net.HostPort;
import io.faultline.net.Tls;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import java.util.Optional;

/** Does a TLS handshake and looks at the certificate (RFC 8446, RFC 6125). */
record TlsCheck(
        HostPort server,
        StartTls startTls,
        Optional<String> name,
        List<String> names,
        Optional<String> issuer,
        Optional<String> protocol,
        CertificateRules certificate)
        implements Check {
    static final CheckType TYPE = CheckType.named("tls")
            .summary("A server's certificate leads to a trusted root, is for the right names and is valid long enough.")
            .about("""
                    Does a full handshake, after STARTTLS where a protocol is named, and looks at the chain (a missing \
                    intermediate is a fault, though browsers hide it), the names, the remaining days, and on request \
                    at the issuer and the protocol version. Revocation is not looked up.""")
            .example("""
                    server: xmpp.example.org:5222
                    starttls: xmpp
                    server-name: example.org""")
            .reads(TlsCheck::read);

    private static final List<String> PROTOCOLS = List.of("TLSv1.2", "TLSv1.3");

    TlsCheck {
        names = List.copyOf(names);
    }

    private static TlsCheck read(Keys keys) {
        TlsCheck check = new TlsCheck(
                keys.hostPort("server", 443, "The server."),
                keys.oneOf("starttls", StartTls.NONE, "The protocol that is upgraded to TLS, if any."),
                keys.optionalText(
                        "server-name",
                        "The name to ask for and to find in the certificate; the server's if none is written."),
                keys.texts("names", "Further names that the certificate must be for."),
                keys.optionalText("issuer", "A text that the issuer's name must contain."),
                keys.optionalText("protocol", "The lowest version that is right: TLSv1.2 or TLSv1.3."),
                CertificateRules.read(keys));
        check.name.filter(name -> !isHost(name)).ifPresent(name -> keys.problem("server-name", "expected a host name"));
        if (!check.names.stream().allMatch(TlsCheck::isHost)) {
            keys.problem("names", "expected host names");
        }
        if (check.protocol.isPresent() && !PROTOCOLS.contains(check.protocol.get())) {
            keys.problem("protocol", "expected TLSv1.2 or TLSv1.3, found '" + check.protocol.get() + "'");
        }
        return check;
    }

    private static boolean isHost(String text) {
        try {
            return HostPort.parse(text, 1).host().equals(text);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    @Override
    public Result run(Probe probe) throws IOException {
        String asked = name.orElse(server.host());
        Socket socket = probe.dialer().tcp(server);
        startTls.ask(socket, asked);
        Tls.Connection tls = Tls.trusting(certificate.caFile()).handshake(socket, asked, probe.lifetime());
        Result result = certificate.judge(tls, probe.now()).with(Fact.of("TLS", tls.protocol()));
        if (result.status() == Status.CRITICAL) {
            return result;
        }
        for (String further : names) {
            if (!Tls.isFor(further, tls.certificate())) {
                return Result.critical(
                        "the certificate is not for " + further,
                        Fact.expected(further),
                        Fact.butWas(String.join(", ", CertificateRules.names(tls.certificate()))));
            }
        }
        String issuedBy = tls.certificate().getIssuerX500Principal().getName();
        if (issuer.isPresent() && !issuedBy.contains(issuer.get())) {
            return Result.critical(
                    "the certificate comes from another issuer",
                    Fact.expected("… " + issuer.get() + " …"),
                    Fact.butWas(issuedBy));
        }
        if (protocol.isPresent() && PROTOCOLS.indexOf(tls.protocol()) < PROTOCOLS.indexOf(protocol.get())) {
            return Result.critical(
                    "the server speaks only " + tls.protocol(),
                    Fact.expected(protocol.get() + " or newer"),
                    Fact.butWas(tls.protocol()));
        }
        return result;
    }
}
