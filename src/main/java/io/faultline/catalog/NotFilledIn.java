package io.faultline.catalog;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.faultline.check.Check;
import io.faultline.check.Fact;
import io.faultline.check.FactCheck;
import io.faultline.check.Inside;
import io.faultline.check.Probe;
import io.faultline.check.Result;
import io.faultline.check.SecretMissing;
import io.faultline.config.SecretName;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * In place of a check that was copied from an example and still has hosts of the example: names below
 * {@value #DOMAIN}, which nobody can have (RFC 6761 6.4). It opens no connection, and says all that has to be filled in.
 *
 * @param check what it will be
 * @param hosts the names that are none
 */
record NotFilledIn(Check check, List<String> hosts) implements Check {
    /** Names below this one stand for those that only the reader knows. */
    static final String DOMAIN = "fill-in.invalid";

    private static final Pattern PLACEHOLDER =
            Pattern.compile("([A-Za-z0-9.@_-]*\\bfill-in\\.invalid)(?:[^A-Za-z0-9.-]|$)");

    NotFilledIn {
        hosts = List.copyOf(hosts);
    }

    /**
     * The check itself if all its hosts are real.
     *
     * @param address of its machine; where facts come from, though no check over them names it
     */
    static Check or(Check check, Optional<String> address) {
        List<String> hosts = Stream.concat(
                        Inside.of(check), check instanceof FactCheck ? address.stream() : Stream.empty())
                .filter(value -> value instanceof String || value instanceof URI || value instanceof Path)
                .flatMap(value -> placeholders(value.toString()).stream())
                .distinct()
                .toList();
        return hosts.isEmpty() ? check : new NotFilledIn(check, hosts);
    }

    private static List<String> placeholders(String text) {
        List<String> found = new ArrayList<>();
        for (Matcher matcher = PLACEHOLDER.matcher(text); matcher.find(); ) {
            found.add(matcher.group(1));
        }
        return found;
    }

    @Override
    public Result run(Probe probe) throws IOException {
        List<Fact> facts = new ArrayList<>();
        for (Object value : Inside.of(check).distinct().toList()) {
            if (value instanceof SecretName secret) {
                try {
                    probe.secret(secret);
                } catch (SecretMissing e) {
                    facts.add(Fact.of("and", e.getMessage()));
                }
            } else if (value instanceof Path file && !Files.exists(file)) {
                facts.add(Fact.of("and", "the file " + file));
            }
        }
        return Result.unknown("to be filled in: " + String.join(", ", hosts), facts.toArray(Fact[]::new));
    }
}
