package io.faultline.checks;

import com.fasterxml.jackson.databind.JsonNode;
import io.faultline.check.Check;
import io.faultline.check.CheckType;
import io.faultline.check.Probe;
import io.faultline.check.Result;
import io.faultline.config.Durations;
import io.faultline.config.Keys;
import io.faultline.net.Http;
import io.faultline.net.ProtocolFault;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Asks a registry when a domain expires and what state it is in (RDAP: RFC 7480, RFC 9083). */
record DomainCheck(
        String domain, URI rdap, int warningDays, int criticalDays, List<String> nameServers, Optional<Path> caFile)
        implements Check {
    static final CheckType TYPE = CheckType.named("domain")
            .summary("A domain is registered for long enough, not on hold, and delegated to the right name servers.")
            .about("""
                    Asks the registry's RDAP server. WARNING and CRITICAL when fewer days are left than \
                    `warning-days` and `critical-days`; CRITICAL when the domain is on hold, being deleted or not \
                    there; and with `name-servers` when the registry delegates to others. Which server is asked for \
                    which top-level domain stands in IANA's bootstrap file; redirects from https to https are \
                    followed, three at most. Registries limit questions: ask once or twice a day.""")
            .example("""
                    domain: example.org
                    rdap: https://rdap.example.net/
                    name-servers: [ns1.example.org, ns2.example.net]""")
            .reads(DomainCheck::read);

    private static final int LARGEST = 1 << 20;
    private static final int MOST_REDIRECTS = 3;
    private static final Set<String> BAD =
            Set.of("client hold", "server hold", "pending delete", "redemption period", "pending restore", "inactive");

    DomainCheck {
        nameServers = List.copyOf(nameServers);
    }

    private static DomainCheck read(Keys keys) {
        DomainCheck check = new DomainCheck(
                keys.text("domain", "The domain, such as example.org."),
                keys.uri("rdap", List.of("https", "http"), "The registry's RDAP server."),
                keys.integer("warning-days", 30, 0, 3650, "WARNING when fewer days are left."),
                keys.integer("critical-days", 10, 0, 3650, "CRITICAL when fewer days are left."),
                keys.texts("name-servers", "The name servers that the registry must name, all of them and no others."),
                keys.optionalFile("ca-file", "Trust the certificates in this PEM file, and not those of the system."));
        if (!check.domain.matches("([A-Za-z0-9-]{1,63}\\.)+[A-Za-z0-9-]{2,63}") && keys.has("domain")) {
            keys.problem("domain", "expected a domain such as example.org, internationalised ones as xn--…");
        }
        if (check.criticalDays > check.warningDays) {
            keys.problem("critical-days", "expected no more than warning-days, which is " + check.warningDays);
        }
        return check;
    }

    @Override
    public Result run(Probe probe) throws IOException {
        Web web = new Web(probe, caFile);
        URI address = Web.below(rdap, "domain/" + domain.toLowerCase(Locale.ROOT));
        Web.Page page = ask(web, address);
        if (page.status() == 404) {
            return Result.critical("the registry does not know " + domain);
        }
        JsonNode answer = page.found().json();
        String name = answer.path("ldhName").asText("");
        if (!name.equalsIgnoreCase(domain) && !name.equalsIgnoreCase(domain + ".")) {
            throw new ProtocolFault("the RDAP server answers for another domain: " + name);
        }
        Findings findings = new Findings();
        expiry(probe, answer, findings);
        for (JsonNode status : answer.path("status")) {
            if (BAD.contains(status.asText().toLowerCase(Locale.ROOT))) {
                findings.wrong("the domain has the status '" + status.asText() + "'");
            }
        }
        if (!nameServers.isEmpty()) {
            servers(answer, findings);
        }
        return findings.result("the domain is registered");
    }

    private static Web.Page ask(Web web, URI address) throws IOException {
        URI next = address;
        Web strangers = web.strangers(address);
        for (int i = 0; i <= MOST_REDIRECTS; i++) {
            Web.Page page = (i == 0 ? web : strangers)
                    .get(next, LARGEST, List.of(new Http.Field("Accept", "application/rdap+json")));
            if (page.status() < 300 || page.status() > 399 || page.location().isEmpty()) {
                return page;
            }
            try {
                URI to = next.resolve(page.location().get());
                if (!"https".equalsIgnoreCase(to.getScheme()) || to.getHost() == null) {
                    return page;
                }
                next = to;
            } catch (IllegalArgumentException e) {
                return page;
            }
        }
        throw new ProtocolFault("the RDAP server redirects more than " + MOST_REDIRECTS + " times");
    }

    private void expiry(Probe probe, JsonNode answer, Findings findings) throws ProtocolFault {
        String written = "";
        for (JsonNode event : answer.path("events")) {
            if (event.path("eventAction").asText().equals("expiration")) {
                written = event.path("eventDate").asText();
            }
        }
        if (written.isEmpty()) {
            findings.doubtful("the registry tells no expiry");
            return;
        }
        Instant until;
        try {
            until = OffsetDateTime.parse(written).toInstant();
        } catch (DateTimeException e) {
            throw new ProtocolFault("the registry tells an expiry that is no date: " + written, e);
        }
        Duration left = Duration.between(probe.now(), until);
        long days = left.toDays();
        findings.fact("registered until", until);
        findings.measured("days_left", (double) days, "");
        if (left.isNegative()) {
            findings.wrong("the domain has expired, " + Durations.roughly(left) + " ago");
        } else if (days < criticalDays) {
            findings.wrong("the domain expires in " + days + " days, expected at least " + criticalDays);
        } else if (days < warningDays) {
            findings.doubtful("the domain expires in " + days + " days, expected at least " + warningDays);
        }
    }

    private void servers(JsonNode answer, Findings findings) {
        List<String> found = new ArrayList<>();
        answer.path("nameservers")
                .forEach(server -> found.add(canonical(server.path("ldhName").asText())));
        List<String> expected =
                new ArrayList<>(nameServers.stream().map(DomainCheck::canonical).toList());
        found.sort(null);
        expected.sort(null);
        if (!found.equals(expected)) {
            findings.wrong("the registry delegates to others: expected " + String.join(", ", expected) + ", but was "
                    + (found.isEmpty() ? "none" : String.join(", ", found)));
        }
    }

    private static String canonical(String name) {
        return name.toLowerCase(Locale.ROOT).replaceFirst("\\.$", "");
    }
}
