package io.faultline.cli;

import io.faultline.catalog.Catalog;
import io.faultline.check.SecretMissing;
import io.faultline.check.Secrets;
import io.faultline.config.SecretName;
import io.faultline.config.Shown;
import io.faultline.machine.SignedReport;
import io.faultline.net.HttpListener;
import io.faultline.net.HttpListener.Answer;
import io.faultline.net.HttpListener.Request;
import io.faultline.net.ProtocolFault;
import io.faultline.run.MachineEvent;
import io.faultline.run.RateLimit;
import io.faultline.run.SignedTrigger;
import io.faultline.run.TriggerGate;
import io.faultline.run.TriggerGate.Word;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * Takes word of machines over HTTP, as {@code docs/trigger.md} describes it. The token is the secret
 * {@code trigger-token-<machine>} or, if there is none, {@code trigger-token}; a machine needs none for what it signs itself.
 * Thread-safe.
 */
final class TriggerListener implements HttpListener.Handler {
    static final HttpListener.Limits LIMITS = new HttpListener.Limits(16, Duration.ofSeconds(10), 4096);

    private static final Answer LATER = new Answer(503, "the catalogue is being read; again in some seconds");
    private static final String TOKEN = "trigger-token";

    /** What is done with a word that is taken. */
    interface Starter {
        /** @return how many checks run now; nothing if none can */
        OptionalInt start(String machine, TriggerGate.Answer.Start start);
    }

    private record Engaged(Catalog catalog, Secrets secrets, Starter starter) {}

    private final InstantSource clock;
    private final TriggerGate gate;
    private final RateLimit requests;
    private final Consumer<String> log;
    private volatile Optional<Engaged> engaged = Optional.empty();

    /** @param log hears in one line of what is told, and of what is refused */
    TriggerListener(InstantSource clock, Consumer<String> log) {
        this.clock = clock;
        this.gate = new TriggerGate(clock);
        this.requests = RateLimit.ofRequests(clock);
        this.log = log;
    }

    /** From now on, for this version of the catalogue. */
    void use(Catalog catalog, Secrets secrets, Starter starter) {
        engaged = Optional.of(new Engaged(catalog, secrets, starter));
    }

    /** Nobody can start anything just now: whoever tells is asked to tell it later. */
    void rest() {
        engaged = Optional.empty();
    }

    @Override
    public Answer answer(Request request) {
        if (!requests.take("all").isZero()) {
            return new Answer(429, "too many requests; again in some seconds");
        }
        if (!request.path().equals("/trigger") && !request.path().equals("/faultline/trigger")) {
            return new Answer(404, "expected /trigger");
        }
        if (!request.method().equals("POST")) {
            return new Answer(405, "expected POST");
        }
        Optional<Engaged> now = engaged;
        if (now.isEmpty()) {
            return LATER;
        }
        return answer(now.get(), request);
    }

    private Answer answer(Engaged now, Request request) {
        Optional<SignedReport> signed = Optional.empty();
        Map<String, String> form;
        try {
            if (SignedReport.isSigned(request.body())) {
                signed = Optional.of(SignedReport.parse(request.body()));
            }
            byte[] said = signed.map(SignedReport::message).orElse(request.body());
            form = form(new String(said, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException | ProtocolFault e) {
            return new Answer(400, "expected machine=NAME&event=WORD: " + e.getMessage());
        }
        String machine = form.getOrDefault("machine", "");
        String event = form.getOrDefault("event", "");
        Optional<Answer> refusal = refusal(now, request, form, signed);
        Answer answer = refusal.isPresent()
                ? refusal.get()
                : answer(now, form, machine, event, signed.isPresent() ? "the machine itself" : "HTTP");
        log.accept("word of " + machine + " (" + event + "): " + answer.status() + " " + answer.text());
        return answer;
    }

    private Optional<Answer> refusal(
            Engaged now, Request request, Map<String, String> form, Optional<SignedReport> signed) {
        if (signed.isPresent()) {
            try {
                SignedTrigger.verify(now.catalog(), form, signed.get(), clock.instant());
                return Optional.empty();
            } catch (IOException e) {
                return Optional.of(new Answer(401, Shown.oneLine(String.valueOf(e.getMessage()), 300)));
            }
        }
        return mayTell(now.secrets(), form.getOrDefault("machine", ""), request)
                ? Optional.empty()
                : Optional.of(new Answer(
                        401, "expected the machine's token, as 'Authorization: Bearer TOKEN' or as a password"));
    }

    private Answer answer(Engaged now, Map<String, String> form, String machine, String event, String by) {
        Word word = new Word(machine, event, text(form, "status"), text(form, "boot-id"), text(form, "id"));
        TriggerGate.Answer taken = gate.take(now.catalog(), word, by);
        if (taken instanceof TriggerGate.Answer.Refused refused) {
            return new Answer(refused.httpStatus(), refused.why());
        }
        if (taken instanceof TriggerGate.Answer.TooOften tooOften) {
            return new Answer(
                    429,
                    "too often; again in " + (tooOften.pause().toSeconds() + 1) + " s",
                    Optional.of(tooOften.pause()));
        }
        TriggerGate.Answer.Start start = (TriggerGate.Answer.Start) taken;
        if (start.again()) {
            return new Answer(
                    202,
                    start.event() == MachineEvent.BOOT
                            ? "that boot was told before, so " + machine
                                    + " has not been rebooted since; nothing was started"
                            : "told before; nothing was started");
        }
        OptionalInt checks = now.starter().start(machine, start);
        if (checks.isEmpty()) {
            return LATER;
        }
        gate.started(machine, start);
        return new Answer(
                202,
                start.touched().isEmpty()
                        ? "kept; nothing can be tested: neither " + machine + " nor what depends on it has checks"
                        : "testing " + machine + " after " + start.event().text() + ": " + checks.getAsInt()
                                + " checks, now");
    }

    private static boolean mayTell(Secrets secrets, String machine, Request request) {
        Optional<String> given = token(request.headers().getOrDefault("authorization", ""));
        String own = TOKEN + "-" + machine.replaceAll("[._]", "-");
        Optional<String> wanted = wanted(secrets, own);
        return given.isPresent()
                && wanted.isPresent()
                && MessageDigest.isEqual(
                        given.get().getBytes(StandardCharsets.UTF_8),
                        wanted.get().getBytes(StandardCharsets.UTF_8));
    }

    /** The token of all machines is none for a machine that has one of its own, even if that cannot be used. */
    private static Optional<String> wanted(Secrets secrets, String own) {
        try {
            if (SecretName.isName(own)) {
                return Optional.of(secrets.value(new SecretName(own))).filter(value -> !value.isEmpty());
            }
        } catch (SecretMissing e) {
            if (e.isThere()) {
                return Optional.empty();
            }
        }
        try {
            return Optional.of(secrets.value(new SecretName(TOKEN))).filter(value -> !value.isEmpty());
        } catch (SecretMissing e) {
            return Optional.empty();
        }
    }

    /** RFC 6750 and RFC 7617; the user's name of the latter does not matter. */
    private static Optional<String> token(String authorization) {
        String[] parts = authorization.split(" +", 2);
        if (parts.length < 2) {
            return Optional.empty();
        }
        if (parts[0].toLowerCase(Locale.ROOT).equals("bearer")) {
            return Optional.of(parts[1]);
        }
        if (!parts[0].toLowerCase(Locale.ROOT).equals("basic")) {
            return Optional.empty();
        }
        try {
            String pair = new String(Base64.getDecoder().decode(parts[1]), StandardCharsets.UTF_8);
            return Optional.of(pair.substring(pair.indexOf(':') + 1));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> text(Map<String, String> form, String name) {
        return Optional.ofNullable(form.get(name)).filter(text -> !text.isEmpty());
    }

    private static Map<String, String> form(String body) {
        Map<String, String> form = new HashMap<>();
        for (String pair : body.strip().split("&")) {
            String[] parts = pair.split("=", 2);
            if (parts.length == 2) {
                form.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
            }
        }
        return form;
    }
}
