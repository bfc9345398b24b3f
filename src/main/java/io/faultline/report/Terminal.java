package io.faultline.report;

import io.faultline.check.Fact;
import io.faultline.check.Result;
import io.faultline.check.Status;
import io.faultline.config.Durations;
import io.faultline.config.Shown;
import io.faultline.history.CheckState;
import io.faultline.history.Transition;
import java.time.Duration;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * Results as lines for people at a terminal. Nothing in them can steer it: what came from outside is cleaned, and
 * colour is only put around our own words, only if asked for. Immutable.
 *
 * @param colour whether to colour the status words
 * @param nameWidth the columns given to {@code subject/check}; a longer name pushes the rest aside
 * @param zone for times of the day
 */
public record Terminal(boolean colour, int nameWidth, ZoneId zone) {
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
    private static final int LONGEST = 400;

    /** Columns that fit these outcomes' names. */
    public static int nameWidth(Collection<Outcome> outcomes) {
        return outcomes.stream()
                .mapToInt(o -> o.definition().id().toString().length())
                .max()
                .orElse(20);
    }

    /** One result: time, status, name, how long it took, what came out, and how certain a problem is. */
    public String line(Transition transition) {
        CheckState after = transition.after();
        return CLOCK.format(transition.observation().at().atZone(zone)) + "  "
                + line(
                        after,
                        transition.observation().result(),
                        transition.observation().took())
                + changed(transition);
    }

    /** What is known about a check, without a time. */
    public String line(CheckState state) {
        return line(state, state.last(), state.took()) + certainty(state);
    }

    private String line(CheckState state, Result result, Duration took) {
        return word(result.status()) + "  "
                + pad(Shown.oneLine(state.check().toString(), LONGEST), nameWidth) + "  "
                + padLeft(millis(took), 8) + "  " + Shown.oneLine(result.summary(), LONGEST);
    }

    private static String changed(Transition transition) {
        if (transition.becameHard()) {
            return "  [hard problem now]";
        }
        return transition.recovered() ? "  [recovered]" : certainty(transition.after());
    }

    private static String certainty(CheckState state) {
        if (state.isSoftProblem()) {
            return "  [failed " + (state.failures() == 1 ? "once" : state.failures() + " times")
                    + ", to be tried again]";
        }
        return "";
    }

    /** The facts of a result, a line each, indented. */
    public String facts(Result result) {
        StringBuilder text = new StringBuilder();
        for (Fact fact : result.facts()) {
            text.append("      ")
                    .append(Shown.oneLine(fact.toString(), LONGEST + 80))
                    .append('\n');
        }
        return text.toString();
    }

    /** The end of a run: how many checks have which status, and how many problems are certain. */
    public String summary(Collection<CheckState> states, Duration took) {
        Map<Status, Integer> counts = new EnumMap<>(Status.class);
        int hard = 0;
        for (CheckState state : states) {
            counts.merge(state.last().status(), 1, Integer::sum);
            hard += state.isHardProblem() ? 1 : 0;
        }
        StringBuilder text = new StringBuilder();
        text.append(plural(states.size(), "check"))
                .append(" in ")
                .append(Durations.roughly(took))
                .append(':');
        String separator = " ";
        for (Map.Entry<Status, Integer> count : counts.entrySet()) {
            text.append(separator)
                    .append(count.getValue())
                    .append(' ')
                    .append(coloured(count.getKey(), count.getKey().name()));
            separator = ", ";
        }
        if (counts.isEmpty()) {
            text.append(" none ran");
        }
        return text.append("; ")
                .append(hard == 0 ? "no hard problem" : plural(hard, "hard problem"))
                .toString();
    }

    private static String plural(int count, String word) {
        return count + " " + word + (count == 1 ? "" : "s");
    }

    private static String millis(Duration took) {
        long millis = took.toMillis();
        return millis < 10_000 ? millis + " ms" : Durations.roughly(took);
    }

    /** A status in eight columns. */
    private String word(Status status) {
        return coloured(status, pad(status.name(), 8));
    }

    private String coloured(Status status, String text) {
        if (!colour) {
            return text;
        }
        String code = switch (status) {
            case OK -> "32";
            case WARNING -> "33";
            case CRITICAL -> "1;31";
            case UNKNOWN -> "35";
        };
        return "\u001b[" + code + "m" + text + "\u001b[0m";
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    private static String padLeft(String text, int width) {
        return " ".repeat(Math.max(0, width - text.length())) + text;
    }
}
