package io.faultline.peers;

import io.faultline.demo.Ports;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A Postfix that puts mail for probe@example.net into a Maildir, and hands that for lists to what answers it. It can be
 * stopped and started. Needs root.
 */
final class Postfix implements Closeable {
    private final Path folder;
    private final Path home;
    private final int port = Ports.free();
    private final int plainPort = Ports.free();
    private final int limitedPort = Ports.free();
    private RealServer running;

    private Postfix(Path folder, Path home) throws IOException {
        this.folder = folder;
        this.home = home;
    }

    /** With a certificate of its own in cert.pem and key.pem. */
    static Postfix in(Path folder) throws IOException {
        RealServer.run("chmod", "a+rx", folder.toString());
        PeerCertificate.make(folder);
        Path maildir = folder.resolve("mail/probe");
        for (String name : new String[] {"new", "cur", "tmp"}) {
            Files.createDirectories(maildir.resolve(name));
        }
        RealServer.run("chown", "-R", "mail:mail", folder.resolve("mail").toString());
        Path home = Files.createDirectory(folder.resolve("postfix"));
        Postfix postfix = new Postfix(folder, home);
        postfix.configure();
        return postfix;
    }

    private void configure() throws IOException {
        Path queue = Files.createDirectory(folder.resolve("queue"));
        Path data = Files.createDirectory(folder.resolve("data"));
        RealServer.run("chown", "postfix", data.toString());
        // The autoresponder of a list, in the smallest form: a program that gets the mail and answers it.
        Path answer = Files.writeString(folder.resolve("answer"), """
                #!/bin/sh
                cat >/dev/null
                umask 0
                printf 'From: list@example.org\\nSubject: Your key\\n\\n-----BEGIN PGP PUBLIC KEY BLOCK-----\\n' >%1$s/tmp/answer.$$
                mv %1$s/tmp/answer.$$ %1$s/new/answer.$$
                """.formatted(maildir()));
        Path work = Files.writeString(folder.resolve("work"), """
                #!/bin/sh
                export SCHLEUDER_CONFIG=%1$s/schleuder.yml HOME=%1$s/schleuder
                exec /usr/bin/schleuder work "$1"
                """.formatted(folder));
        RealServer.run("chmod", "a+rx", answer.toString(), work.toString());
        Files.writeString(home.resolve("transport"), "");
        Files.writeString(home.resolve("main.cf"), """
                compatibility_level = 3.6
                queue_directory = %1$s
                data_directory = %2$s
                maillog_file = /dev/stdout
                myhostname = mail.example.org
                mydestination =
                inet_interfaces = 127.0.0.1
                inet_protocols = ipv4
                virtual_mailbox_domains = example.net
                virtual_mailbox_base = %3$s/mail
                virtual_mailbox_maps = inline:{ probe@example.net=probe/ }
                virtual_minimum_uid = 1
                virtual_uid_maps = static:8
                virtual_gid_maps = static:8
                transport_maps = inline:{ sendkey@lists.example.org=answer: , lost@lists.example.org=discard: , team-sendkey@lists.example.org=schleuder: }
                relay_domains = lists.example.org
                smtpd_recipient_restrictions = reject_unlisted_recipient, check_recipient_access inline:{ { later@lists.example.org = 450 4.7.1 Greylisted } }, permit_mynetworks, reject
                mynetworks = 127.0.0.0/8
                smtpd_tls_security_level = may
                smtpd_tls_cert_file = %3$s/cert.pem
                smtpd_tls_key_file = %3$s/key.pem
                """.formatted(queue, data, folder));
        Files.writeString(home.resolve("master.cf"), """
                127.0.0.1:%1$d inet n - n - - smtpd
                127.0.0.1:%3$d inet n - n - - smtpd -o smtpd_tls_security_level=none
                127.0.0.1:%4$d inet n - n - - smtpd -o smtpd_client_connection_count_limit=0 -o smtpd_client_connection_rate_limit=1 -o smtpd_client_event_limit_exceptions=
                cleanup unix n - n - 0 cleanup
                qmgr unix n - n 300 1 qmgr
                proxymap unix - - n - - proxymap
                tlsmgr unix - - n 1000? 1 tlsmgr
                rewrite unix - - n - - trivial-rewrite
                bounce unix - - n - 0 bounce
                defer unix - - n - 0 bounce
                trace unix - - n - 0 bounce
                error unix - - n - - error
                discard unix - - n - - discard
                virtual unix - n n - - virtual
                anvil unix - - n - 1 anvil
                postlog unix-dgram n - n - 1 postlogd
                answer unix - n n - - pipe flags= user=mail argv=%2$s/answer
                schleuder unix - n n - - pipe flags= user=mail argv=%2$s/work ${recipient}
                """.formatted(port, folder, plainPort, limitedPort));
    }

    int port() {
        return port;
    }

    /** Without TLS. */
    int plainPort() {
        return plainPort;
    }

    /** Takes one connection a minute from the same client. */
    int limitedPort() {
        return limitedPort;
    }

    Path maildir() {
        return folder.resolve("mail/probe");
    }

    void start() throws IOException {
        if (running == null) {
            running = RealServer.start(folder, "/usr/sbin/postfix", "-c", home.toString(), "start-fg")
                    .listening(port);
        }
    }

    /** The one that runs now. */
    RealServer server() {
        return running;
    }

    /** Where it stands; what it has taken is in its queue. */
    void stop() {
        if (running != null) {
            running.close();
            running = null;
        }
    }

    @Override
    public void close() {
        stop();
    }
}
