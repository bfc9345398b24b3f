package io.faultline.check;

import io.faultline.config.SecretName;
import io.faultline.config.Shown;
import io.faultline.net.Dialer;
import io.faultline.net.Lifetime;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Set;
import java.util.TreeSet;

/**
 * What one attempt of one check may use of the world: connections, programs, secrets, the time. All of it ends with
 * the attempt's deadline.
 */
public final class Probe implements Closeable {
    /** Shorter texts are found by chance, and are no secrets. */
    private static final int SHORTEST_SECRET = 4;

    private final Dialer dialer;
    private final Secrets secrets;
    private final InstantSource clock;
    private final FactsSource facts;
    private final Set<String> concealed =
            new TreeSet<>(Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder()));

    public Probe(Dialer dialer, Secrets secrets, InstantSource clock, FactsSource facts) {
        this.dialer = dialer;
        this.secrets = secrets;
        this.clock = clock;
        this.facts = facts;
    }

    /** Where nobody collects facts of machines. */
    public Probe(Dialer dialer, Secrets secrets, InstantSource clock) {
        this(dialer, secrets, clock, FactsSource.none());
    }

    public Dialer dialer() {
        return dialer;
    }

    public Lifetime lifetime() {
        return dialer.lifetime();
    }

    /** The wall clock, for ages and expiry dates; deadlines are the lifetime's business. */
    public Instant now() {
        return clock.instant();
    }

    /** What machines say of themselves. */
    public FactsSource facts() {
        return facts;
    }

    /** A secret's value, for use and not for show: it is cut out of the result should it turn up there. */
    public String secret(SecretName name) throws IOException {
        String value = secrets.value(name);
        conceal(value);
        return value;
    }

    /** A text that gives a secret away, such as the secret in another encoding: it is cut out of the result too. */
    public synchronized void conceal(String text) {
        if (text.length() >= SHORTEST_SECRET) {
            concealed.add(text);
            concealed.add(Shown.oneLine(text, Integer.MAX_VALUE));
            // Protocols of lines are read as ISO 8859-1 whatever they send.
            String misread = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
            concealed.add(misread);
            concealed.add(Shown.oneLine(misread, Integer.MAX_VALUE));
        }
    }

    /** Runs a program, without a shell. */
    public Program.Output run(Program program) throws IOException {
        return program.run(lifetime());
    }

    synchronized boolean hasSecrets() {
        return !concealed.isEmpty();
    }

    synchronized String withoutSecrets(String text) {
        String clean = text;
        for (String secret : concealed) {
            clean = clean.replace(secret, "(secret)");
            clean = withoutBeginning(clean, secret);
        }
        return clean;
    }

    /** A text that was cut to a line's length may end in the first part of a secret. */
    private static String withoutBeginning(String text, String secret) {
        if (!text.endsWith("…")) {
            return text;
        }
        String body = text.substring(0, text.length() - 1);
        for (int length = Math.min(secret.length(), body.length()); length >= SHORTEST_SECRET; length--) {
            if (body.endsWith(secret.substring(0, length))) {
                return body.substring(0, body.length() - length) + "(secret)…";
            }
        }
        return text;
    }

    @Override
    public void close() {
        lifetime().close();
    }
}
