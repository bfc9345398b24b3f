package io.faultline.checks;

import io.faultline.net.ProtocolFault;
import io.faultline.net.TextChannel;
import java.io.IOException;
import java.net.Socket;

/** How a protocol gets from plain text to the point where the TLS handshake begins. */
enum StartTls {
    NONE {
        @Override
        void ask(Socket socket, String name) {
            // TLS from the first byte.
        }
    },
    /** RFC 3207. */
    SMTP {
        @Override
        void ask(Socket socket, String name) throws IOException {
            SmtpDialog dialog = new SmtpDialog(socket);
            expect(220, dialog.reply(), "does not greet");
            SmtpDialog.Reply hello = dialog.hello();
            expect(250, hello, "refuses EHLO");
            if (!hello.offers("STARTTLS")) {
                throw new ProtocolFault("the server does not offer STARTTLS");
            }
            expect(220, dialog.command("STARTTLS"), "refuses STARTTLS");
            dialog.nothingInjected();
        }

        private void expect(int code, SmtpDialog.Reply reply, String otherwise) throws ProtocolFault {
            if (reply.code() != code) {
                throw new ProtocolFault("the mail server " + otherwise + ": " + reply);
            }
        }
    },
    /** RFC 3501 6.2.1. */
    IMAP {
        @Override
        void ask(Socket socket, String name) throws IOException {
            TextChannel channel = new TextChannel(socket, LONGEST_LINE);
            String greeting = channel.readLine();
            if (!greeting.startsWith("* OK")) {
                throw new ProtocolFault("the server does not greet as IMAP does, it says: " + greeting);
            }
            channel.writeLine("a1 STARTTLS");
            for (int i = 0; i < MOST_LINES; i++) {
                String line = channel.readLine();
                if (line.startsWith("a1 OK")) {
                    nothingInjected(channel);
                    return;
                }
                if (!line.startsWith("* ")) {
                    throw new ProtocolFault("the server refuses STARTTLS: " + line);
                }
            }
            throw new ProtocolFault("the server does not answer STARTTLS within " + MOST_LINES + " lines");
        }
    },
    /** RFC 6120 5. */
    XMPP {
        @Override
        void ask(Socket socket, String name) throws IOException {
            TextChannel channel = new TextChannel(socket, LONGEST_STANZA);
            channel.write("<?xml version='1.0'?><stream:stream to='" + name
                    + "' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>");
            // A server greets for any domain; only what follows tells whether it serves this one.
            String features = channel.readUntil("</stream:features>", "<stream:features/>", "</stream:error>");
            if (features.contains("<stream:error")) {
                throw new ProtocolFault(
                        features.contains("host-unknown")
                                ? "the XMPP server does not serve " + name
                                : "the XMPP server refuses: " + features);
            }
            if (!features.contains("urn:ietf:params:xml:ns:xmpp-tls")) {
                throw new ProtocolFault("the XMPP server does not offer STARTTLS");
            }
            channel.write("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
            String answer = channel.readUntil(">");
            if (!answer.contains("<proceed")) {
                throw new ProtocolFault("the XMPP server refuses STARTTLS: " + answer);
            }
            nothingInjected(channel);
        }
    };

    private static final int LONGEST_LINE = 8192;
    private static final int LONGEST_STANZA = 65_536;
    private static final int MOST_LINES = 100;

    /**
     * Speaks until the handshake can begin.
     *
     * @param name the domain that is asked for, a host name
     * @throws ProtocolFault if the server does not take part
     */
    abstract void ask(Socket socket, String name) throws IOException;

    private static void nothingInjected(TextChannel channel) throws IOException {
        if (channel.unread() > 0) {
            throw new ProtocolFault("the server sent data between STARTTLS and TLS (an attack?)");
        }
    }
}
