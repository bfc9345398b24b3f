package io.faultline.checks;

import io.faultline.check.Fact;
import io.faultline.check.Measurement;
import io.faultline.check.Result;
import io.faultline.check.Status;
import io.faultline.config.Keys;
import io.faultline.net.Tls;
import java.nio.file.Path;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** What checks ask of a TLS server's certificate: who vouches for it, and how long it is still valid. */
record CertificateRules(Optional<Path> caFile, int warningDays, int criticalDays) {
    private static final int MOST_NAMES = 10;
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'").withZone(ZoneOffset.UTC);

    /** Reads the keys that all checks with TLS have. */
    static CertificateRules read(Keys keys) {
        Optional<Path> caFile = keys.optionalFile(
                "ca-file", "Trust the certificates in this PEM file, and not those of the operating system.");
        int warning =
                keys.integer("warning-days", 14, 0, 3650, "WARNING when the certificate is valid for fewer days.");
        int critical =
                keys.integer("critical-days", 3, 0, 3650, "CRITICAL when the certificate is valid for fewer days.");
        if (critical > warning) {
            keys.problem(
                    "critical-days", "expected no more than warning-days, which is " + warning + "; found " + critical);
        }
        return new CertificateRules(caFile, warning, critical);
    }

    /** OK, WARNING or CRITICAL, with what the certificate says. */
    Result judge(Tls.Connection tls, Instant now) {
        X509Certificate certificate = tls.certificate();
        Instant until = certificate.getNotAfter().toInstant();
        long days = Math.floorDiv(Duration.between(now, until).toSeconds(), 86_400);
        List<Fact> facts = new ArrayList<>();
        facts.add(Fact.of("certificate for", String.join(", ", names(certificate))));
        facts.add(Fact.of("issued by", certificate.getIssuerX500Principal().getName()));
        facts.add(Fact.of("valid until", DAY.format(until)));
        Measurement left =
                new Measurement("days_left", days, "", OptionalDouble.of(warningDays), OptionalDouble.of(criticalDays));
        Status status = Status.OK;
        String summary = "the certificate is valid for " + days(days);
        if (tls.fault().isPresent()) {
            status = Status.CRITICAL;
            summary = tls.fault().get();
            if (tls.chainFault().isPresent()) {
                facts.add(Fact.of("certificates sent", tls.chain().size()));
            }
        } else if (!now.isBefore(until)) {
            status = Status.CRITICAL;
            summary = "the certificate has expired";
        } else if (now.isBefore(certificate.getNotBefore().toInstant())) {
            status = Status.CRITICAL;
            summary = "the certificate is not valid yet";
            facts.add(
                    Fact.of("valid from", DAY.format(certificate.getNotBefore().toInstant())));
        } else if (days < warningDays) {
            status = days < criticalDays ? Status.CRITICAL : Status.WARNING;
            summary = "the certificate expires in " + days(days);
            facts.add(Fact.expected("at least " + days(days < criticalDays ? criticalDays : warningDays) + " left"));
            facts.add(Fact.butWas(days(days)));
        }
        return new Result(status, summary, facts, List.of(left));
    }

    private static String days(long days) {
        return days == 1 ? "1 day" : days + " days";
    }

    /** The names that the certificate is for, at most ten; those of RFC 6125, not the common name. */
    static List<String> names(X509Certificate certificate) {
        Collection<List<?>> alternatives;
        try {
            alternatives = certificate.getSubjectAlternativeNames();
        } catch (CertificateParsingException e) {
            return List.of("(names that cannot be read)");
        }
        if (alternatives == null) {
            return List.of("(no names; subject "
                    + certificate.getSubjectX500Principal().getName() + ")");
        }
        List<String> names = new ArrayList<>();
        for (List<?> alternative : alternatives) {
            if (alternative.size() == 2 && alternative.get(1) instanceof String name) {
                if (names.size() == MOST_NAMES) {
                    names.add("and " + (alternatives.size() - MOST_NAMES) + " more");
                    break;
                }
                names.add(name);
            }
        }
        return names;
    }
}
