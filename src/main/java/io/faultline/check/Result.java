package io.faultline.check;

import io.faultline.config.Shown;
import java.util.ArrayList;
import java.util.List;

/**
 * What a check found out.
 *
 * @param summary one line for people, cleaned of control characters and cut to a line's length
 * @param facts the explanation, at most {@value #MAX_FACTS}
 */
public record Result(Status status, String summary, List<Fact> facts, List<Measurement> measurements) {
    public static final int MAX_FACTS = 50;
    private static final int LONGEST = 300;

    public Result {
        summary = Shown.oneLine(summary, LONGEST);
        facts = List.copyOf(facts.size() > MAX_FACTS ? facts.subList(0, MAX_FACTS) : facts);
        measurements = List.copyOf(measurements.size() > MAX_FACTS ? measurements.subList(0, MAX_FACTS) : measurements);
    }

    public static Result ok(String summary, Fact... facts) {
        return of(Status.OK, summary, facts);
    }

    public static Result warning(String summary, Fact... facts) {
        return of(Status.WARNING, summary, facts);
    }

    public static Result critical(String summary, Fact... facts) {
        return of(Status.CRITICAL, summary, facts);
    }

    public static Result unknown(String summary, Fact... facts) {
        return of(Status.UNKNOWN, summary, facts);
    }

    public static Result of(Status status, String summary, Fact... facts) {
        return new Result(status, summary, List.of(facts), List.of());
    }

    public boolean isOk() {
        return status == Status.OK;
    }

    /** The same result with one more fact at the end. */
    public Result with(Fact fact) {
        List<Fact> more = new ArrayList<>(facts);
        more.add(fact);
        return new Result(status, summary, more, measurements);
    }

    /** The same result with one more measurement at the end. */
    public Result with(Measurement measurement) {
        List<Measurement> more = new ArrayList<>(measurements);
        more.add(measurement);
        return new Result(status, summary, facts, more);
    }
}
