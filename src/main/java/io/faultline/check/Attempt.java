package io.faultline.check;

import io.faultline.config.Durations;
import io.faultline.net.ConnectFault;
import io.faultline.net.DeadlineExceeded;
import io.faultline.net.LimitExceeded;
import io.faultline.net.LocalFault;
import io.faultline.net.ProtocolFault;
import io.faultline.net.ProxyFault;
import io.faultline.net.Tls;
import java.io.EOFException;
import java.io.IOException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLException;

/** One attempt of one check. Whatever happens becomes a {@link Result}: nothing is thrown, nothing stays open. */
public final class Attempt {
    private Attempt() {}

    /** Runs the check in this thread and closes the probe. */
    public static Result of(Check check, Probe probe) {
        try (probe) {
            return timed(withoutSecrets(run(check, probe), probe), probe);
        }
    }

    private static Result run(Check check, Probe probe) {
        try {
            Result result = check.run(probe);
            return probe.lifetime().expired() ? late(probe) : result;
        } catch (DeadlineExceeded e) {
            return late(probe);
        } catch (ProxyFault e) {
            return Result.unknown(
                    e.getMessage(), Fact.of("route", probe.dialer().route()));
        } catch (SecretMissing | LocalFault e) {
            return Result.unknown(e.getMessage());
        } catch (IOException e) {
            return probe.lifetime().expired() ? late(probe, e) : Result.critical(explained(e));
        } catch (RuntimeException | StackOverflowError e) {
            if (probe.lifetime().expired()) {
                return late(probe);
            }
            return Result.unknown(
                    "the check itself failed: " + e,
                    Fact.of("at", e.getStackTrace().length > 0 ? e.getStackTrace()[0] : "unknown place"),
                    Fact.of("what to do", "this is a fault of Faultline or of the check's settings; please report it"));
        }
    }

    private static Result late(Probe probe) {
        return Result.critical(
                "no end within " + Durations.write(probe.lifetime().given()),
                Fact.of(
                        "expected",
                        "an answer within " + Durations.write(probe.lifetime().given())));
    }

    /** That there was no connection says more than that there was no end. */
    private static Result late(Probe probe, IOException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConnectFault) {
                return Result.critical(cause.getMessage(), late(probe).facts().toArray(Fact[]::new));
            }
        }
        return late(probe);
    }

    /** What went wrong, in one sentence. */
    public static String explained(IOException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            // Libraries put their own exceptions around what our sockets say.
            if (cause instanceof ConnectFault
                    || cause instanceof LimitExceeded
                    || cause instanceof Tls.TlsFault
                    || cause instanceof ProtocolFault) {
                return cause.getMessage();
            }
        }
        String message = String.valueOf(e.getMessage());
        if (e instanceof UnknownHostException) {
            return "the name " + message + " has no address";
        }
        if (e instanceof EOFException) {
            return "the connection was closed by the other side before it had answered";
        }
        if (e instanceof SSLException) {
            return "no TLS connection: " + message;
        }
        if (message.toLowerCase(Locale.ROOT).contains("reset")) {
            return "the connection was reset by the other side";
        }
        return "the connection failed: " + message;
    }

    private static Result timed(Result result, Probe probe) {
        return result.measurements().stream().anyMatch(known -> known.name().equals("time"))
                ? result
                : result.with(Measurement.of("time", probe.lifetime().spent().toNanos() / 1e9, "s"));
    }

    private static Result withoutSecrets(Result result, Probe probe) {
        if (!probe.hasSecrets()) {
            return result;
        }
        List<Fact> facts = result.facts().stream()
                .map(fact -> new Fact(fact.key(), probe.withoutSecrets(fact.value())))
                .toList();
        List<Measurement> measurements = result.measurements().stream()
                .map(known -> new Measurement(
                        probe.withoutSecrets(known.name()),
                        known.value(),
                        known.unit(),
                        known.warning(),
                        known.critical()))
                .toList();
        return new Result(result.status(), probe.withoutSecrets(result.summary()), facts, measurements);
    }
}
