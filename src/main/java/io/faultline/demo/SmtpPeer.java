package io.faultline.demo;

import io.faultline.net.HostPort;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.subethamail.smtp.MessageHandler;
import org.subethamail.smtp.RejectException;
import org.subethamail.smtp.auth.EasyAuthenticationHandlerFactory;
import org.subethamail.smtp.auth.LoginFailedException;
import org.subethamail.smtp.server.SMTPServer;

/**
 * A mail server on 127.0.0.1 that keeps what it gets. With an identity it offers STARTTLS, or speaks TLS from the
 * first byte.
 *
 * <p>Thread-safe.
 */
public final class SmtpPeer implements Closeable {
    /** How TLS starts. */
    public enum Security {
        NONE,
        STARTTLS,
        TLS
    }

    /**
     * A mail as it was handed over.
     *
     * @param data head and body as sent, with CRLF
     */
    public record Mail(String from, List<String> to, String data) {
        public Mail {
            to = List.copyOf(to);
        }
    }

    private record Login(String user, String password) {}

    private final Security security;
    private final Optional<SwitchingIdentity> identity;
    /** Guarded by itself: a session that keeps a mail must not wait for whoever waits for the sessions in stop(). */
    private final List<Mail> mails = new ArrayList<>();

    private SMTPServer server;
    private ExecutorService threads;
    private final int port = Ports.free();
    private Optional<Login> login = Optional.empty();
    private volatile int rejecting;

    private SmtpPeer(Security security, Optional<SwitchingIdentity> identity) throws IOException {
        this.security = security;
        this.identity = identity;
    }

    /** Without TLS. */
    public static SmtpPeer start() throws IOException {
        return started(new SmtpPeer(Security.NONE, Optional.empty()));
    }

    public static SmtpPeer start(Security security, Identity identity) throws IOException {
        return started(new SmtpPeer(security, Optional.of(new SwitchingIdentity(identity))));
    }

    private static SmtpPeer started(SmtpPeer peer) throws IOException {
        peer.resume();
        return peer;
    }

    /** From now on (after {@link #stop} and {@link #resume}) mail is taken only from who logs in so. */
    public synchronized SmtpPeer requireLogin(String user, String password) throws IOException {
        login = Optional.of(new Login(user, password));
        stop();
        resume();
        return this;
    }

    /** From now on every recipient is refused with this code, such as 451; 0 ends that. */
    public void rejectWith(int code) {
        this.rejecting = code;
    }

    /** From now on new connections see this certificate. */
    public void switchTo(Identity next) {
        identity.orElseThrow().switchTo(next);
    }

    /** What came so far, oldest first. */
    public List<Mail> mails() {
        synchronized (mails) {
            return List.copyOf(mails);
        }
    }

    /** Waits until that many mails are there. */
    public boolean await(int count, Duration atMost) throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        synchronized (mails) {
            while (mails.size() < count) {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                TimeUnit.NANOSECONDS.timedWait(mails, left);
            }
        }
        return true;
    }

    public HostPort address() {
        return new HostPort("127.0.0.1", port);
    }

    /** Stops listening: connections are refused. */
    public synchronized void stop() {
        if (server != null) {
            server.stop();
            threads.shutdownNow();
            server = null;
        }
    }

    /** Listens again, on the same port. */
    public synchronized void resume() throws IOException {
        if (server != null) {
            return;
        }
        threads = Executors.newCachedThreadPool(Daemons.named("demo-smtp"));
        SMTPServer.Builder builder = SMTPServer.port(port)
                .bindAddress(InetAddress.getLoopbackAddress())
                .hostName("mail.example.org")
                .softwareName("Faultline demo")
                .executorService(threads)
                .messageHandlerFactory(context -> new Keeping());
        if (security == Security.STARTTLS) {
            builder.enableTLS().startTlsSocketFactory(identity.orElseThrow().context());
        } else if (security == Security.TLS) {
            builder.serverSocketFactory(identity.orElseThrow().context());
        }
        login.ifPresent(known -> builder.requireAuth()
                .authenticationHandlerFactory(new EasyAuthenticationHandlerFactory((user, password, context) -> {
                    if (!known.user.equals(user) || !known.password.equals(password)) {
                        throw new LoginFailedException();
                    }
                })));
        server = builder.build();
        server.start();
    }

    @Override
    public void close() {
        stop();
    }

    private void keep(Mail mail) {
        synchronized (mails) {
            mails.add(mail);
            mails.notifyAll();
        }
    }

    private final class Keeping implements MessageHandler {
        private String from = "";
        private final List<String> to = new ArrayList<>();

        @Override
        public void from(String sender) {
            from = sender;
        }

        @Override
        public void recipient(String recipient) throws RejectException {
            if (rejecting != 0) {
                throw new RejectException(rejecting, "not now");
            }
            to.add(recipient);
        }

        @Override
        public String data(InputStream data) throws IOException {
            keep(new Mail(from, to, new String(data.readAllBytes(), StandardCharsets.UTF_8)));
            return "kept";
        }

        @Override
        public void done() {
            // Everything was done when the data came.
        }
    }
}
