package io.faultline.checks;

import io.faultline.check.Check;
import io.faultline.check.CheckType;
import io.faultline.check.Fact;
import io.faultline.check.Probe;
import io.faultline.check.Result;
import io.faultline.config.Durations;
import io.faultline.config.Keys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Sends a message through a mail server and looks for it in the mailbox where it should arrive. */
record MailRelayCheck(MailSubmission submission, Optional<Mailbox> mailbox, Duration awaited, Duration maxDelay)
        implements Check {
    static final CheckType TYPE = CheckType.named("mail-relay")
            .summary("A message that is sent through a mail server arrives in its mailbox, in time.")
            .about("""
                    Hands a message with a random token over, looks for it in the mailbox (IMAP or Maildir), measures \
                    how long it took and deletes those before it. It waits for `wait`. Mail may take longer, through \
                    greylisting for one: then the next run finds it, and all is well as long as one that was sent \
                    within `max-delay` has arrived; so that mail gets lost is told when `max-delay` is over. Before the first one has, a server that says 'try again \
                    later' makes a WARNING. Tokens carry a seal made with the mailbox's password, so that nobody else \
                    can send them; a Maildir has none. No other message is read or touched.""")
            .example("""
                    server: mail.example.org
                    starttls: true
                    from: probe@example.org
                    to: probe@example.net
                    mailbox: {imap: imap.example.net, user: probe, password: {secret: probe-mailbox}}
                    max-delay: 1h""")
            .reads(MailRelayCheck::read);

    private static final String MARK = "faultline-probe";
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);
    private static final Pattern TOKEN = Pattern.compile(MARK + " (\\d{10,15}) ([0-9a-f]{32}) ([0-9a-f]{32})");

    private static MailRelayCheck read(Keys keys) {
        return new MailRelayCheck(
                MailSubmission.read(keys),
                Mailbox.read(keys),
                keys.duration(
                        "wait", Duration.ofSeconds(8), "How long to wait for the message; less than the timeout."),
                keys.duration("max-delay", Duration.ofHours(1), "How long a message may take to arrive."));
    }

    /** A probe of ours that has arrived. */
    private record Arrived(String name, Instant sent, String token) {}

    @Override
    public Result run(Probe probe) throws IOException {
        Mailbox box = mailbox.orElseThrow();
        byte[] key = (box.password().isPresent() ? probe.secret(box.password().get()) : MARK)
                .getBytes(StandardCharsets.UTF_8);
        Mailbox.Session session = box.open(probe);
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        Instant sent = probe.now();
        String token = MARK + " " + sent.toEpochMilli() + " " + HexFormat.of().formatHex(random);
        token += " " + seal(key, token);
        Optional<String> deferred = Optional.empty();
        try {
            submission.send(
                    probe,
                    List.of(
                            "Subject: " + token,
                            "Message-ID: <" + HexFormat.of().formatHex(random) + "@faultline.invalid>"),
                    List.of("A probe by Faultline, to see whether mail arrives. Nobody needs to read it."));
        } catch (MailSubmission.Refused e) {
            if (!e.isForNow()) {
                return Result.critical(String.valueOf(e.getMessage()));
            }
            deferred = Optional.of(String.valueOf(e.getMessage()));
        }
        return deferred.isPresent()
                ? judgeEarlier(arrived(session, key, new HashMap<>()), session, sent, deferred)
                : await(probe, session, key, sent, token);
    }

    private Result await(Probe probe, Mailbox.Session session, byte[] key, Instant sent, String token)
            throws IOException {
        Duration start = probe.lifetime().spent();
        Map<String, String> subjects = new HashMap<>();
        while (true) {
            List<Arrived> arrived = arrived(session, key, subjects);
            Duration waited = probe.lifetime().spent().minus(start);
            if (arrived.stream().anyMatch(one -> one.token().equals(token))) {
                keepNewest(arrived, session);
                Findings findings = new Findings();
                findings.measured("delay", waited.toMillis() / 1000.0, "s");
                return findings.result("the message arrived after " + Durations.roughly(waited));
            }
            if (waited.compareTo(awaited) > 0) {
                return judgeEarlier(arrived, session, sent, Optional.empty());
            }
            probe.lifetime().pause(BETWEEN_LOOKS);
        }
    }

    /** It is what a later run goes by whose own message takes its time. */
    private static Optional<Arrived> keepNewest(List<Arrived> arrived, Mailbox.Session session) throws IOException {
        Optional<Arrived> newest = arrived.stream().max(Comparator.comparing(Arrived::sent));
        session.delete(arrived.stream()
                .filter(one -> !one.equals(newest.orElseThrow()))
                .map(Arrived::name)
                .toList());
        return newest;
    }

    /** What is to be said when this message is not there, or not yet. */
    private Result judgeEarlier(List<Arrived> arrived, Mailbox.Session session, Instant now, Optional<String> deferred)
            throws IOException {
        Optional<Arrived> newest = keepNewest(arrived, session);
        Fact last = Fact.of(
                "newest that arrived",
                newest.map(one -> "sent at " + one.sent() + ", " + Durations.roughly(Duration.between(one.sent(), now))
                                + " ago")
                        .orElse("none"));
        if (newest.isPresent() && Duration.between(newest.get().sent(), now).compareTo(maxDelay) <= 0) {
            return Result.ok("an earlier message has arrived, this one is on its way", last)
                    .with(Fact.of("this one", deferred.orElse("was taken by the server")));
        }
        if (deferred.isPresent() && newest.isEmpty()) {
            return Result.warning("the mail server wants us to try again later", last)
                    .with(Fact.of("the server says", deferred.get()));
        }
        return Result.critical(
                "no message arrives",
                Fact.expected("a message that was sent within " + Durations.write(maxDelay)),
                last,
                Fact.of(
                        "this one",
                        deferred.orElse("was taken by the server, and not there after " + Durations.write(awaited))));
    }

    /** Those that are ours; what somebody else made up is left where it is. */
    private List<Arrived> arrived(Mailbox.Session session, byte[] key, Map<String, String> subjects)
            throws IOException {
        List<Arrived> arrived = new ArrayList<>();
        for (String name : session.find("Subject", MARK)) {
            if (!subjects.containsKey(name)) {
                subjects.put(
                        name,
                        session.head(name).map(head -> head.field("Subject")).orElse(""));
            }
            Matcher matcher = TOKEN.matcher(subjects.get(name));
            if (matcher.find()) {
                String sealed = MARK + " " + matcher.group(1) + " " + matcher.group(2);
                if (seal(key, sealed).equals(matcher.group(3))) {
                    Instant sent = Instant.ofEpochMilli(Long.parseLong(matcher.group(1)));
                    arrived.add(new Arrived(name, sent, matcher.group()));
                }
            }
        }
        return arrived;
    }

    private String seal(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            // Two checks may share a mailbox.
            String whole = text + " " + submission.server() + " " + submission.from() + " " + submission.to();
            return HexFormat.of().formatHex(mac.doFinal(whole.getBytes(StandardCharsets.UTF_8)), 0, 16);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HMAC with SHA-256", e);
        }
    }
}
