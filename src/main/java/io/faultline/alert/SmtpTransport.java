package io.faultline.alert;

import io.faultline.catalog.Settings;
import io.faultline.catalog.Settings.Security;
import io.faultline.check.Secrets;
import io.faultline.config.Shown;
import io.faultline.history.QueuedMail;
import io.faultline.net.Dialer;
import io.faultline.net.HostPort;
import io.faultline.net.Lifetime;
import io.faultline.net.Resolver;
import io.faultline.net.Route;
import io.faultline.net.Tls;
import jakarta.mail.Address;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.URLName;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPSenderFailedException;
import org.eclipse.angus.mail.smtp.SMTPTransport;

/**
 * Hands mails to a mail server (RFC 5321). With STARTTLS (RFC 3207) or TLS nothing of a mail and no password is sent
 * before the server has proved its name.
 */
public final class SmtpTransport implements MailTransport {
    /** A connection with all its mails lasts at most so many times the time-out of one step. */
    private static final int STEPS = 4;

    /** What a server may say in one connection, in bytes; its replies are short. */
    private static final long MOST_BYTES = 1 << 20;

    private final Settings.Mail settings;
    private final Secrets secrets;
    private final Resolver resolver;

    public SmtpTransport(Settings.Mail settings, Secrets secrets, Resolver resolver) {
        this.settings = settings;
        this.secrets = secrets;
        this.resolver = resolver;
    }

    /** With the second server, if there is one. */
    public static MailTransport of(Settings.Mail settings, Secrets secrets, Resolver resolver) {
        MailTransport first = new SmtpTransport(settings, secrets, resolver);
        return settings.second()
                .<MailTransport>map(
                        second -> new FallbackTransport(first, new SmtpTransport(second, secrets, resolver)))
                .orElse(first);
    }

    @Override
    public Connection connect() throws IOException {
        HostPort server = settings.server();
        if (settings.security() == Security.NONE && settings.login().isPresent()) {
            throw new IOException(
                    "a password is sent over TLS only; set security to starttls or tls, or drop the login");
        }
        Tls tls = settings.caFile().isPresent() ? Tls.trusting(settings.caFile().get()) : Tls.system();
        SSLSocketFactory factory = tls.verifyingFactory(server.host());
        Duration timeout = settings.timeout();
        Lifetime lifetime = Lifetime.of(timeout.multipliedBy(STEPS));
        try {
            Dialer dialer = new Dialer(lifetime, Route.DIRECT, this::named, MOST_BYTES);
            Socket socket = dialer.tcp(server);
            socket.setSoTimeout((int) timeout.toMillis());
            if (settings.security() == Security.TLS) {
                SSLSocket secure = (SSLSocket) factory.createSocket(socket, server.host(), server.port(), true);
                secure.startHandshake();
                socket = secure;
            }
            Session session = Session.getInstance(properties(socket, factory));
            SMTPTransport transport = new SMTPTransport(session, url());
            transport.connect(socket);
            return new Open(session, transport, lifetime);
        } catch (MessagingException e) {
            lifetime.close();
            throw new IOException(explained(e), e);
        } catch (IOException e) {
            lifetime.close();
            throw new IOException(explained(e), e);
        }
    }

    /**
     * The addresses, each with the name that it was asked for by: the mail library would otherwise look it up
     * backwards, which can hang.
     */
    private List<InetAddress> named(String host, Lifetime lifetime) throws IOException {
        List<InetAddress> named = new ArrayList<>();
        for (InetAddress address : resolver.resolve(host, lifetime)) {
            named.add(
                    address instanceof Inet6Address v6
                            ? Inet6Address.getByAddress(host, v6.getAddress(), v6.getScopeId())
                            : InetAddress.getByAddress(host, address.getAddress()));
        }
        return named;
    }

    private URLName url() throws IOException {
        String password = settings.password().isPresent()
                ? secrets.value(settings.password().get())
                : null;
        return new URLName(
                "smtp",
                settings.server().host(),
                settings.server().port(),
                null,
                settings.login().orElse(null),
                password);
    }

    private Properties properties(Socket socket, SSLSocketFactory factory) {
        Properties properties = new Properties();
        properties.put("mail.smtp.localhost", literal(socket.getLocalAddress()));
        properties.put("mail.smtp.from", settings.from());
        properties.put("mail.smtp.starttls.enable", Boolean.toString(settings.security() == Security.STARTTLS));
        properties.put("mail.smtp.starttls.required", Boolean.toString(settings.security() == Security.STARTTLS));
        properties.put("mail.smtp.ssl.socketFactory", factory);
        properties.put("mail.smtp.auth", Boolean.toString(settings.login().isPresent()));
        properties.put("mail.smtp.auth.mechanisms", "PLAIN LOGIN");
        properties.put("mail.smtp.sendpartial", "false");
        properties.put("mail.smtp.quitwait", "false");
        return properties;
    }

    /** RFC 5321 4.1.3: who has no name that the other side could look up says its address. */
    private static String literal(InetAddress address) {
        String text = address.getHostAddress();
        int scope = text.indexOf('%');
        String bare = scope < 0 ? text : text.substring(0, scope);
        return address instanceof Inet6Address ? "[IPv6:" + bare + "]" : "[" + bare + "]";
    }

    private static String explained(Exception e) {
        String message = String.valueOf(e.getMessage());
        if (e instanceof AuthenticationFailedException) {
            return Shown.oneLine("the mail server refuses the login: " + message, 300);
        }
        if (message.contains("STARTTLS is required")) {
            return "the mail server does not offer STARTTLS, which is required; nothing was sent";
        }
        for (Throwable cause = e; cause != null; cause = next(cause)) {
            if (cause instanceof CertificateException) {
                return Shown.oneLine(String.valueOf(cause.getMessage()), 300);
            }
        }
        Throwable last = e;
        for (Throwable cause = e; cause != null; cause = next(cause)) {
            last = cause;
        }
        return Shown.oneLine(last == e ? message : message + ": " + last.getMessage(), 300);
    }

    private static Throwable next(Throwable e) {
        return e instanceof MessagingException mail && mail.getNextException() != null
                ? mail.getNextException()
                : e.getCause();
    }

    private static final class Open implements Connection {
        private final Session session;
        private final SMTPTransport transport;
        private final Lifetime lifetime;

        Open(Session session, SMTPTransport transport, Lifetime lifetime) {
            this.session = session;
            this.transport = transport;
            this.lifetime = lifetime;
        }

        @Override
        public Outcome send(QueuedMail mail, boolean anyRecipient) throws IOException {
            List<Address> recipients = new ArrayList<>();
            List<String> without = new ArrayList<>();
            for (String address : mail.recipients()) {
                try {
                    recipients.add(new InternetAddress(address, true));
                } catch (AddressException e) {
                    without.add(Shown.oneLine(address + ": this is no mail address", 300));
                }
            }
            while (!recipients.isEmpty()) {
                try {
                    byte[] content = mail.content().getBytes(StandardCharsets.UTF_8);
                    MimeMessage message = new MimeMessage(session, new ByteArrayInputStream(content));
                    transport.sendMessage(message, recipients.toArray(new Address[0]));
                    return new Outcome.Taken(without);
                } catch (MessagingException e) {
                    List<SMTPAddressFailedException> failed = failedAddresses(e);
                    if (failed.isEmpty()) {
                        return outcome(e);
                    }
                    boolean later = failed.stream().anyMatch(f -> f.getReturnCode() < 500);
                    failed.forEach(f -> without.add(said(f.getAddress() + ": ", f)));
                    boolean all = !recipients.removeAll(failed.stream()
                                    .map(SMTPAddressFailedException::getAddress)
                                    .toList())
                            || recipients.isEmpty();
                    if (later && (all || !anyRecipient)) {
                        return new Outcome.Later(String.join("; ", without));
                    }
                    if (all) {
                        break;
                    }
                }
            }
            return new Outcome.Refused(without.isEmpty() ? "the mail has no recipient" : String.join("; ", without));
        }

        private static List<SMTPAddressFailedException> failedAddresses(MessagingException e) {
            List<SMTPAddressFailedException> failed = new ArrayList<>();
            for (Exception next = e;
                    next instanceof MessagingException mail && failed.size() < 1000;
                    next = mail.getNextException()) {
                if (next instanceof SMTPAddressFailedException address) {
                    failed.add(address);
                }
            }
            return failed;
        }

        private static Outcome outcome(MessagingException e) throws IOException {
            int code = 0;
            if (e instanceof SMTPSendFailedException failed) {
                code = failed.getReturnCode();
            } else if (e instanceof SMTPSenderFailedException failed) {
                code = failed.getReturnCode();
            }
            if (code >= 400 && code < 500) {
                return new Outcome.Later(said("", e));
            }
            if (code >= 500 && code < 600) {
                return new Outcome.Refused(said("", e));
            }
            throw new IOException(explained(e), e);
        }

        private static String said(String before, MessagingException e) {
            return Shown.oneLine(before + String.valueOf(e.getMessage()).strip(), 300);
        }

        @Override
        public void close() {
            try {
                transport.close();
            } catch (MessagingException e) {
                // Everything that counts was answered before.
            }
            lifetime.close();
        }
    }
}
