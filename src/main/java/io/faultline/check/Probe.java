package io.faultline.check;

import io.faultline.config.SecretName;
import io.faultline.net.Dialer;
import io.faultline.net.Lifetime;
import java.io.Closeable;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

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
    private final List<String> handedOut = new ArrayList<>();

    public Probe(Dialer dialer, Secrets secrets, InstantSource clock) {
        this.dialer = dialer;
        this.secrets = secrets;
        this.clock = clock;
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

    /** A secret's value, for use and not for show: it is cut out of the result should it turn up there. */
    public synchronized String secret(SecretName name) throws IOException {
        String value = secrets.value(name);
        handedOut.add(value);
        return value;
    }

    /** Runs a program, without a shell. */
    public Program.Output run(Program program) throws IOException {
        return program.run(lifetime());
    }

    synchronized String withoutSecrets(String text) {
        String clean = text;
        for (String secret : handedOut) {
            if (secret.length() >= SHORTEST_SECRET) {
                clean = clean.replace(secret, "(secret)");
            }
        }
        return clean;
    }

    @Override
    public void close() {
        lifetime().close();
    }
}
