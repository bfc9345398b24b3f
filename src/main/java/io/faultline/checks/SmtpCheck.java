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
import java.util.Optional;

/** Reads the SMTP banner, greets, upgrades to TLS when asked to, and says QUIT (RFC 5321, RFC 3207, RFC 8314). */
record SmtpCheck(HostPort server, Security security, Optional<String> banner, CertificateRules certificate)
        implements Check {
    enum Security {
        NONE,
        STARTTLS,
        TLS
    }

    static final CheckType TYPE = CheckType.named("smtp")
            .summary("A mail server greets, and encrypts with a valid certificate when that is asked for.")
            .about("""
                    Connects, reads the banner, says EHLO and QUIT; no mail is sent. With `starttls: true` the server \
                    must offer STARTTLS, and answer EHLO again under TLS; with `tls: true` it must speak TLS from the \
                    first byte (port 465). The certificate is checked as in the type `tls`.""")
            .example("""
                    server: mail.example.org
                    starttls: true""")
            .reads(SmtpCheck::read);

    private static SmtpCheck read(Keys keys) {
        boolean startTls = keys.flag("starttls", false, "Upgrade to TLS and check the certificate.");
        boolean tls = keys.flag("tls", false, "Speak TLS from the first byte and check the certificate.");
        if (startTls && tls) {
            keys.problem("tls", "expected either 'starttls' or 'tls'");
        }
        return new SmtpCheck(
                keys.hostPort("server", tls ? 465 : 25, "The mail server; port 25, or 465 with tls."),
                tls ? Security.TLS : startTls ? Security.STARTTLS : Security.NONE,
                keys.optionalText("banner", "A text that the banner must contain."),
                CertificateRules.read(keys));
    }

    @Override
    public Result run(Probe probe) throws IOException {
        Socket socket = probe.dialer().tcp(server);
        if (security == Security.TLS) {
            Tls.Connection tls = handshake(socket, probe);
            Result judged = certificate.judge(tls, probe.now());
            return judged.status() == Status.CRITICAL ? judged : talk(tls.socket(), Optional.of(judged), probe);
        }
        return talk(socket, Optional.empty(), probe);
    }

    private Result talk(Socket socket, Optional<Result> judged, Probe probe) throws IOException {
        SmtpDialog dialog = new SmtpDialog(socket);
        SmtpDialog.Reply greeting = dialog.reply();
        if (greeting.code() != 220) {
            return refused("the mail server does not greet", "220", greeting);
        }
        if (banner.isPresent() && !greeting.text().contains(banner.get())) {
            return refused("the mail server has another banner", "… " + banner.get() + " …", greeting);
        }
        SmtpDialog.Reply hello = dialog.hello();
        if (hello.code() != 250) {
            return refused("the mail server refuses EHLO", "250", hello);
        }
        Fact shown = Fact.of("banner", greeting.text());
        if (security != Security.STARTTLS) {
            dialog.quit();
            return judged.orElseGet(() -> Result.ok("the mail server greets")).with(shown);
        }
        if (!hello.offers("STARTTLS")) {
            return Result.critical("the mail server does not offer STARTTLS", shown);
        }
        SmtpDialog.Reply ready = dialog.command("STARTTLS");
        if (ready.code() != 220) {
            return refused("the mail server refuses STARTTLS", "220", ready);
        }
        dialog.nothingInjected();
        Tls.Connection tls = handshake(socket, probe);
        Result result = certificate.judge(tls, probe.now());
        if (result.status() == Status.CRITICAL) {
            return result;
        }
        // What was said before TLS counts no more (RFC 3207 4.2): greet again.
        SmtpDialog secure = new SmtpDialog(tls.socket());
        SmtpDialog.Reply again = secure.hello();
        if (again.code() != 250) {
            return refused("the mail server refuses EHLO after STARTTLS", "250", again);
        }
        secure.quit();
        return result.with(shown).with(Fact.of("TLS", tls.protocol()));
    }

    private Tls.Connection handshake(Socket socket, Probe probe) throws IOException {
        return Tls.trusting(certificate.caFile()).handshake(socket, server.host(), probe.lifetime());
    }

    private static Result refused(String summary, String expected, SmtpDialog.Reply reply) {
        return Result.critical(summary, Fact.expected(expected), Fact.butWas(reply));
    }
}
