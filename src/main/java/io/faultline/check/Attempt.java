package io.faultline.check;

import io.faultline.config.Durations;
import io.faultline.net.ConnectFault;
import io.faultline.net.DeadlineExceeded;
import io.faultline.net.LimitExceeded;
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
            return withoutSecrets(run(check, probe), probe);
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
        } catch (IOException e) {
            return probe.lifetime().expired() ? late(probe) : Result.critical(explained(e));
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

    private static String explained(IOException e) {
        String message = String.valueOf(e.getMessage());
        if (e instanceof ConnectFault || e instanceof LimitExceeded || e instanceof Tls.TlsFault) {
            return message;
        }
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

    private static Result withoutSecrets(Result result, Probe probe) {
        List<Fact> facts = result.facts().stream()
                .map(fact -> new Fact(fact.key(), probe.withoutSecrets(fact.value())))
                .toList();
        return new Result(result.status(), probe.withoutSecrets(result.summary()), facts, result.measurements());
    }
}
