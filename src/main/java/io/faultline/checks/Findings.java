package io.faultline.checks;

import io.faultline.check.Fact;
import io.faultline.check.Measurement;
import io.faultline.check.Result;
import io.faultline.check.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** What a check finds that looks at several things: all of it is told, and the worst decides. Not thread-safe. */
final class Findings {
    private static final int MOST_TOLD = 20;

    private final List<String> wrong = new ArrayList<>();
    private final List<String> doubtful = new ArrayList<>();
    private final List<Fact> facts = new ArrayList<>();
    private final List<Measurement> measurements = new ArrayList<>();

    /** Something that makes the result CRITICAL; one sentence. */
    void wrong(String what) {
        wrong.add(what);
    }

    /** Something that makes the result WARNING; one sentence. */
    void doubtful(String what) {
        doubtful.add(what);
    }

    void fact(String key, Object value) {
        facts.add(Fact.of(key, value));
    }

    void measured(String name, double value, String unit) {
        measurements.add(Measurement.of(name, value, unit));
    }

    void measured(String name, long value, String unit) {
        measured(name, (double) value, unit);
    }

    /**
     * Something measured that must stay below two limits.
     *
     * @param what the sentence that tells it when it does not
     */
    void limited(String name, double value, String unit, OptionalDouble warning, OptionalDouble critical, String what) {
        measurements.add(new Measurement(name, value, unit, warning, critical));
        if (critical.isPresent() && value >= critical.getAsDouble()) {
            wrong(what);
        } else if (warning.isPresent() && value >= warning.getAsDouble()) {
            doubtful(what);
        }
    }

    /** Takes over what another check of the same thing found, as one of many. */
    void add(Result result) {
        if (result.status() == Status.CRITICAL) {
            wrong(result.summary());
        } else if (!result.isOk()) {
            doubtful(result.summary());
        }
        facts.addAll(result.facts());
        measurements.addAll(result.measurements());
    }

    boolean nothingWrong() {
        return wrong.isEmpty();
    }

    /** @param well the summary when nothing is wrong */
    Result result(String well) {
        Status status = !wrong.isEmpty() ? Status.CRITICAL : doubtful.isEmpty() ? Status.OK : Status.WARNING;
        List<String> all = new ArrayList<>(wrong);
        all.addAll(doubtful);
        String summary = all.isEmpty()
                ? well
                : all.size() == 1 ? all.get(0) : all.size() + " things are wrong, first: " + all.get(0);
        List<Fact> told = new ArrayList<>();
        if (all.size() > 1) {
            all.stream().limit(MOST_TOLD).forEach(problem -> told.add(Fact.of("wrong", problem)));
        }
        told.addAll(facts);
        return new Result(status, summary, told, measurements);
    }
}
