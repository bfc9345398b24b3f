package io.faultline.checks;

import io.faultline.check.Status;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Before TLS; what comes after it is seen with the real server. */
class XmppCheckTest {
    private static final String HEADER =
            "<?xml version='1.0'?><stream:stream xmlns:stream='http://etherx.jabber.org/streams'>";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "HEADER<stream:features><mechanisms><mechanism>SCRAM-SHA-1</mechanism></mechanisms></stream:features> | none | OK | logins: SCRAM-SHA-1",
                "HEADER<stream:features></stream:features>  | none     | CRITICAL | no way to log in",
                "HEADER<stream:features/>                   | starttls | CRITICAL | does not offer STARTTLS",
                "HEADER<stream:error><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error> | starttls | CRITICAL | does not serve example.org",
                "HEADER<stream:error><resource-constraint xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error> | none | CRITICAL | refuses: resource-constraint",
                "HTTP/1.1 400 Bad</stream:stream>           | none     | CRITICAL | does not speak XMPP",
                "HEADER                                     | none     | CRITICAL | closed by the other side",
            })
    void streams_are_judged(String said, String security, Status status, String shown) throws IOException {
        try (ScriptedServer server = new ScriptedServer((client, in, out) -> {
            in.read();
            out.write(said.replace("HEADER", HEADER).getBytes(StandardCharsets.UTF_8));
            client.shutdownOutput();
        })) {
            Trial.of("xmpp", "server: '" + server.address() + "'", "domain: example.org", "security: " + security)
                    .expect(status, shown);
        }
    }
}
