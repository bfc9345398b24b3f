package io.faultline.peers;

import io.faultline.demo.Ports;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A Postfix that puts mail for probe@example.net into a Maildir. It can be stopped and started. Needs root. */
final class Postfix implements Closeable {
    private final Path folder;
    private final Path home;
    private final int port;
    private RealServer running;

    private Postfix(Path folder, Path home, int port) {
        this.folder = folder;
        this.home = home;
        this.port = port;
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
        int smtp = Ports.free();
        Path home = Files.createDirectory(folder.resolve("postfix"));
        Path queue = Files.createDirectory(folder.resolve("queue"));
        Path data = Files.createDirectory(folder.resolve("data"));
        RealServer.run("chown", "postfix", data.toString());
        // The autoresponder of a list, in the smallest form: a program that gets the mail and answers it.
        Path answer = Files.writeString(folder.resolve("answer"), """
                #!/bin/sh
                cat >/dev/null
                umask 0
                printf 'From: list@example.org\\nSubject: Your key\\n\\n-----BEGIN PGP PUBLIC KEY BLOCK-----\\n' >%s/new/answer.$$
                """.formatted(maildir));
        RealServer.run("chmod", "a+rx", answer.toString());
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
                transport_maps = inline:{ sendkey@lists.example.org=answer: , lost@lists.example.org=discard: }
                relay_domains = lists.example.org
                smtpd_recipient_restrictions = reject_unlisted_recipient, check_recipient_access inline:{ { later@lists.example.org = 450 4.7.1 Greylisted } }, permit_mynetworks, reject
                mynetworks = 127.0.0.0/8
                smtpd_tls_security_level = may
                smtpd_tls_cert_file = %3$s/cert.pem
                smtpd_tls_key_file = %3$s/key.pem
                """.formatted(queue, data, folder));
        Files.writeString(home.resolve("master.cf"), """
                127.0.0.1:%1$d inet n - n - - smtpd
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
                """.formatted(smtp, folder));
        return new Postfix(folder, home, smtp);
    }

    int port() {
        return port;
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
