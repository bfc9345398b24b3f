package io.faultline.checks;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.check.Result;
import io.faultline.check.Status;
import io.faultline.demo.HttpPeer;
import io.faultline.net.SystemResolver;
import java.io.IOException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DomainCheckTest {
    private static final String GOOD = """
            {"objectClassName":"domain","ldhName":"EXAMPLE.ORG","status":["active","client transfer prohibited"],
            "events":[{"eventAction":"registration","eventDate":"1995-08-31T04:00:00Z"},
            {"eventAction":"expiration","eventDate":"2027-08-30T04:00:00Z"}],
            "nameservers":[{"ldhName":"NS2.example.net."},{"ldhName":"ns1.example.org"}]}""";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "x | x | | OK | days_left=280.0",
                "2027-08-30 | 2026-12-10 | | WARNING | the domain expires in 17 days, expected at least 30",
                "2027-08-30 | 2026-11-28 | | CRITICAL | the domain expires in 5 days, expected at least 10",
                "2027-08-30 | 2026-11-20 | | CRITICAL | the domain has expired, 2 d 8 h ago",
                "expiration | other | | WARNING | the registry tells no expiry",
                "2027-08-30T04:00:00Z | soon | | CRITICAL | an expiry that is no date: soon",
                "active | client hold | | CRITICAL | the domain has the status 'client hold'",
                "EXAMPLE.ORG | example.com | | CRITICAL | answers for another domain: example.com",
                "x | x | name-servers: [ns1.example.org, ns2.example.net] | OK | the domain is registered",
                "NS2 | ns3 | name-servers: [ns1.example.org, ns2.example.net] | CRITICAL | but was ns1.example.org, ns3.example.net",
            })
    void domains_are_judged(String replaced, String by, String more, Status status, String shown) throws IOException {
        try (HttpPeer server = HttpPeer.start()) {
            server.page("/rdap/domain/example.org", "application/rdap+json", GOOD.replace(replaced, by));
            Trial.of("domain", "domain: Example.org", "rdap: " + server.uri("/rdap"), more == null ? "" : more)
                    .at(Instant.parse("2026-11-22T12:00:00Z"))
                    .expect(status, shown);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "404 |                        | the registry does not know example.org",
                "429 |                        | expected 200, but was 429",
                "302 | http://127.0.0.1:1/    | expected 200, but was 302",
            })
    void other_answers_are_named(int code, String location, String shown) throws IOException {
        try (HttpPeer server = HttpPeer.start()) {
            server.redirect("/domain/example.org", code, location == null ? "" : location);
            Result result = Trial.of("domain", "domain: example.org", "rdap: " + server.uri("/"))
                    .run();
            assertThat(Trial.shown(result)).startsWith("CRITICAL").contains(shown);
        }
    }

    @Test
    void a_registry_on_the_internet_leads_nobody_into_internal_networks() throws IOException {
        try (HttpPeer server = HttpPeer.start();
                SocksPeer proxy = new SocksPeer()) {
            proxy.knows("rdap.example.net", server.address());
            server.redirect("/domain/example.org", 302, "https://127.0.0.1:1/");
            Trial.of("domain", "domain: example.org", "rdap: http://rdap.example.net/")
                    .through(proxy.route(), new SystemResolver())
                    .expect(Status.CRITICAL, "127.0.0.1:1 is in an internal network");
        }
    }
}
