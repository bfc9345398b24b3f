package io.faultline.report;

import io.faultline.catalog.Catalog;
import io.faultline.catalog.CheckDefinition;
import io.faultline.check.CheckId;
import io.faultline.check.Fact;
import io.faultline.check.Measurement;
import io.faultline.check.Result;
import io.faultline.history.Observation;
import io.faultline.history.Transition;
import io.faultline.run.RunListener;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Results as passive checks for Nagios or Icinga: external commands {@code PROCESS_SERVICE_CHECK_RESULT}, with
 * performance data (Nagios Core manual, "Passive Checks"; Nagios Plugins Development Guidelines). The host is the
 * check's machine, or its service if it names none; the description is the check's title. Not thread-safe.
 */
public final class NagiosLines implements RunListener {
    /** Bytes of output: with the names before it, less than the 4096 that a pipe takes in one piece. */
    private static final int MOST_OUTPUT = 3000;

    private final OutputStream out;
    private final Map<CheckId, CheckDefinition> checks = new HashMap<>();

    /** @param out stays open */
    public NagiosLines(OutputStream out, Catalog catalog) {
        this.out = out;
        catalog.checks().forEach(check -> checks.put(check.id(), check));
    }

    @Override
    public void recorded(Transition transition) {
        try {
            out.write(line(transition.observation()).getBytes(StandardCharsets.UTF_8));
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("writing Nagios lines failed", e);
        }
    }

    private String line(Observation observation) {
        CheckDefinition check = checks.get(observation.check());
        String host = check == null
                ? observation.check().subject()
                : check.machine().orElse(observation.check().subject());
        String description = check == null ? observation.check().name() : check.title();
        Result result = observation.result();
        StringBuilder output = new StringBuilder(plain(result.summary()));
        String before = " | ";
        for (Measurement measurement : result.measurements()) {
            if (!fits(output, before + performance(measurement))) {
                break;
            }
            output.append(before).append(performance(measurement));
            before = " ";
        }
        for (Fact fact : result.facts()) {
            String more = "\\n" + plain(fact.key() + ": " + fact.value());
            if (!fits(output, more)) {
                break;
            }
            output.append(more);
        }
        return "[%d] PROCESS_SERVICE_CHECK_RESULT;%s;%s;%d;%s%n"
                .formatted(
                        observation.at().plus(observation.took()).getEpochSecond(),
                        field(host),
                        field(description),
                        result.status().exitCode(),
                        output);
    }

    private static boolean fits(StringBuilder output, String more) {
        return (output + more).getBytes(StandardCharsets.UTF_8).length <= MOST_OUTPUT;
    }

    /** A bar begins the performance data, and a backslash an escape. */
    private static String plain(String text) {
        return text.replace('|', '/').replace("\\", "\\\\");
    }

    private static String field(String text) {
        return text.replace(';', ',');
    }

    private static String performance(Measurement measurement) {
        return "'" + plain(measurement.name()).replace("'", "''") + "'=" + number(measurement.value())
                + measurement.unit() + bound(measurement.warning())
                + (measurement.critical().isPresent() && measurement.warning().isEmpty() ? ";" : "")
                + bound(measurement.critical());
    }

    private static String bound(OptionalDouble value) {
        return value.isPresent() ? ";" + number(value.getAsDouble()) : "";
    }

    private static String number(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }
}
