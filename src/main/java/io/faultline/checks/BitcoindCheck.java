package io.faultline.checks;

import com.fasterxml.jackson.databind.JsonNode;
import io.faultline.check.Check;
import io.faultline.check.CheckType;
import io.faultline.check.Probe;
import io.faultline.check.Result;
import io.faultline.config.Durations;
import io.faultline.config.Keys;
import io.faultline.net.ProtocolFault;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Asks a Bitcoin node how far it is (JSON-RPC, getblockchaininfo), and others how far it should be. */
record BitcoindCheck(
        URI url, Optional<Web.Login> login, List<URI> references, int tolerance, Duration maxAge, Optional<Path> caFile)
        implements Check {
    static final CheckType TYPE = CheckType.named("bitcoind")
            .summary("A Bitcoin node follows the chain, and agrees with others on how long it is.")
            .about("""
                    Asks `getblockchaininfo` by JSON-RPC: the node must not be loading the chain for the first time, \
                    its blocks must not be fewer than the headers it knows by more than `tolerance`, and the time of \
                    the newest block not older than `max-age`. Each of `references` is a page that holds nothing but \
                    the number of blocks; the node must be as far as the middle one of them, give or take \
                    `tolerance`. References that do not answer within their part of the time make a WARNING.""")
            .example("""
                    url: http://127.0.0.1:8332/
                    user: probe
                    password: {secret: bitcoind-rpc}
                    references: [https://blocks.example.org/tip/height, https://chain.example.net/height]
                    tolerance: 3""")
            .reads(BitcoindCheck::read);

    private static final int LARGEST = 64 << 10;
    private static final String QUESTION =
            "{\"jsonrpc\":\"1.0\",\"id\":\"faultline\",\"method\":\"getblockchaininfo\",\"params\":[]}";

    BitcoindCheck {
        references = List.copyOf(references);
    }

    private static BitcoindCheck read(Keys keys) {
        URI url = keys.uri("url", List.of("https", "http"), "The node's RPC address.");
        List<URI> references = new ArrayList<>();
        for (String text : keys.texts("references", "Pages of others that hold the number of blocks.")) {
            try {
                URI uri = URI.create(text);
                if (uri.getHost() == null || !String.valueOf(uri.getScheme()).matches("https?")) {
                    keys.problem("references", "expected addresses that start with https:// or http://");
                } else {
                    references.add(uri);
                }
            } catch (IllegalArgumentException e) {
                keys.problem("references", "expected addresses that start with https:// or http://");
            }
        }
        return new BitcoindCheck(
                url,
                Web.login(keys, url, "user", "password"),
                references,
                keys.integer("tolerance", 3, 0, 10_000, "So many blocks of difference are right."),
                keys.duration("max-age", Duration.ofHours(3), "The longest time since the newest block."),
                keys.optionalFile("ca-file", "Trust the certificates in this PEM file, and not those of the system."));
    }

    @Override
    public Result run(Probe probe) throws IOException {
        Web web = new Web(probe, caFile);
        Web.Page page = web.post(url, login.isPresent() ? login.get().fields(probe) : List.of(), QUESTION, LARGEST);
        if (page.status() == 401 || page.status() == 403) {
            return Result.critical("the node refuses the login: " + page.shownStatus());
        }
        if (page.body().length == 0) {
            page.found();
        }
        JsonNode answer = page.json();
        if (!answer.path("error").isNull() && !answer.path("error").isMissingNode()) {
            return Result.critical("the node answers with an error: "
                    + answer.path("error")
                            .path("message")
                            .asText(answer.path("error").toString()));
        }
        JsonNode info = answer.path("result");
        if (!info.path("blocks").isIntegralNumber() || !info.path("headers").isIntegralNumber()) {
            throw new ProtocolFault("the answer is not that of a Bitcoin node: it has no blocks and headers");
        }
        long blocks = info.path("blocks").asLong();
        long headers = info.path("headers").asLong();
        Findings findings = new Findings();
        findings.measured("blocks", (double) blocks, "");
        findings.fact("chain", info.path("chain").asText("unknown"));
        if (info.path("initialblockdownload").asBoolean(false)) {
            findings.wrong("the node is still loading the chain");
        }
        if (headers - blocks > tolerance) {
            findings.wrong("the node has " + blocks + " blocks and knows of " + headers);
        }
        JsonNode time = info.has("time") ? info.path("time") : info.path("mediantime");
        if (time.isIntegralNumber()) {
            Duration age = Duration.between(Instant.ofEpochSecond(time.asLong()), probe.now());
            findings.measured("age", (double) age.toSeconds(), "s");
            if (age.compareTo(maxAge) > 0) {
                findings.wrong("the newest block is " + Durations.roughly(age) + " old, expected at most "
                        + Durations.write(maxAge));
            }
        }
        if (!info.path("warnings").asText("").isEmpty()) {
            findings.fact("the node warns", info.path("warnings").asText());
        }
        if (!references.isEmpty()) {
            compare(web, blocks, findings);
        }
        return findings.result("the node follows the chain");
    }

    private void compare(Web web, long blocks, Findings findings) throws IOException {
        List<Long> counts = new ArrayList<>();
        for (int i = 0; i < references.size(); i++) {
            URI reference = references.get(i);
            try {
                counts.add(web.others(
                        reference,
                        references.size() - i + 1,
                        asked -> count(
                                asked.get(reference, LARGEST).found().text().strip())));
            } catch (Web.OthersFault e) {
                findings.doubtful("a reference does not answer: " + e.getMessage());
            }
        }
        if (counts.isEmpty()) {
            return;
        }
        counts.sort(null);
        long middle = counts.get(counts.size() / 2);
        findings.fact("others have", counts);
        if (Math.abs(middle - blocks) > tolerance) {
            findings.wrong("the node has " + blocks + " blocks, others have " + middle);
        }
    }

    private static long count(String text) throws ProtocolFault {
        if (!text.matches("\\d{1,12}")) {
            throw new ProtocolFault("the page holds no number of blocks");
        }
        return Long.parseLong(text);
    }
}
