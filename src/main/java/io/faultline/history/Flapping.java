package io.faultline.history;

import io.faultline.catalog.FlappingRule;
import io.faultline.check.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Whether a check goes back and forth. Immutable; {@link #next} is the only way on. What it remembers is bounded.
 *
 * <p>The two peers' rules answer exactly as the peers do, for any results; the oracle in the tests is what their real
 * daemons answered.
 */
public sealed interface Flapping {
    /** Not flapping, and nothing to remember. */
    Flapping NONE = new Episodes(List.of(), Instant.EPOCH, true, false);

    /** Whether it is flapping now. */
    boolean on();

    FlappingRule rule();

    /** After one more result. {@code hard}: whether the state is hard with it; OK always is. */
    Flapping next(Status status, boolean hard, boolean becameHard, Instant at);

    /** As it is stored; nothing for {@link #NONE}. */
    Optional<String> written();

    static Flapping start(FlappingRule rule) {
        return switch (rule) {
            case FAULTLINE, OFF -> NONE;
            case NAGIOS -> Nagios.START;
            case ICINGA -> Icinga.START;
        };
    }

    /** Reads what {@link #written} wrote. */
    static Flapping read(String text) {
        if (text == null) {
            return NONE;
        }
        String[] parts = text.split(" ", -1);
        boolean on = parts[1].equals("1");
        return switch (parts[0]) {
            case "nagios" -> new Nagios(parts[2], on, Nagios.LOW, Nagios.HIGH);
            case "icinga" -> new Icinga(parts[2], parts[3].charAt(0), on, Icinga.LOW, Icinga.HIGH);
            default ->
                new Episodes(
                        parts.length < 5 || parts[4].isEmpty()
                                ? List.of()
                                : Stream.of(parts[4].split(","))
                                        .map(Instant::parse)
                                        .toList(),
                        Instant.parse(parts[2]),
                        parts[3].equals("1"),
                        on);
        };
    }

    /**
     * Ours: problems that became certain, and calm. Counts what people would be mailed about, in hours and not in
     * results, so it means the same for a check every minute and for one every hour; and a check that calms down is
     * not called flapping for another twenty results.
     *
     * @param onsets when a problem became certain within the last while
     * @param changed when the check last changed between OK and not
     * @param ok whether it is OK now
     */
    record Episodes(List<Instant> onsets, Instant changed, boolean ok, boolean on) implements Flapping {
        private static final Duration WITHIN = Duration.ofHours(12);
        private static final Duration CALM = Duration.ofHours(1);
        private static final int ONSETS = 3;

        public Episodes {
            onsets = List.copyOf(onsets);
        }

        @Override
        public FlappingRule rule() {
            return FlappingRule.FAULTLINE;
        }

        @Override
        public Flapping next(Status status, boolean hard, boolean becameHard, Instant at) {
            boolean okNow = status == Status.OK;
            boolean nothingYet = onsets.isEmpty() && !on;
            if (nothingYet && !becameHard) {
                return NONE;
            }
            Instant change = okNow == ok && !nothingYet ? changed : at;
            List<Instant> recent = new ArrayList<>();
            onsets.stream().filter(onset -> onset.isAfter(at.minus(WITHIN))).forEach(recent::add);
            if (becameHard) {
                recent.add(at);
            }
            if (on && !change.plus(CALM).isAfter(at)) {
                return NONE;
            }
            int most = Math.min(recent.size(), ONSETS);
            return new Episodes(
                    recent.subList(recent.size() - most, recent.size()), change, okNow, on || most == ONSETS);
        }

        @Override
        public Optional<String> written() {
            return onsets.isEmpty() && !on
                    ? Optional.empty()
                    : Optional.of("faultline " + (on ? 1 : 0) + " " + changed + " " + (ok ? 1 : 0) + " "
                            + onsets.stream().map(Instant::toString).collect(Collectors.joining(",")));
        }
    }

    /**
     * Nagios 4 ({@code base/flapping.c}): of the last 21 states, OK at first, the share of changes, the newest weighing
     * most (0.75 to 1.25). Soft problems are not recorded.
     *
     * @param states the last 21 as digits, oldest first
     */
    record Nagios(String states, boolean on, double low, double high) implements Flapping {
        static final double LOW = 20;
        static final double HIGH = 30;
        static final Nagios START = start(LOW, HIGH);

        static Nagios start(double low, double high) {
            return new Nagios("0".repeat(21), false, low, high);
        }

        @Override
        public FlappingRule rule() {
            return FlappingRule.NAGIOS;
        }

        /** In percent. */
        public double share() {
            double changes = 0;
            for (int i = 1; i < states.length(); i++) {
                if (states.charAt(i) != states.charAt(i - 1)) {
                    changes += 0.75 + (i - 1) * 0.5 / 19;
                }
            }
            return changes * 100 / 20;
        }

        @Override
        public Nagios next(Status status, boolean hard, boolean becameHard, Instant at) {
            String recent = status == Status.OK || hard ? states.substring(1) + status.exitCode() : states;
            double share = new Nagios(recent, on, low, high).share();
            return new Nagios(recent, on ? share > low : share >= high, low, high);
        }

        @Override
        public Optional<String> written() {
            return Optional.of("nagios " + (on ? 1 : 0) + " " + states);
        }
    }

    /**
     * Icinga 2 ({@code checkable-flapping.cpp}): of the last 20 results the share of those that differ from the one
     * before, the newest weighing most (0.80 to 1.18). The state before the first result is UNKNOWN.
     *
     * @param changes the last 20 as 0 and 1, oldest first
     * @param last the last status as a digit
     */
    record Icinga(String changes, char last, boolean on, double low, double high) implements Flapping {
        static final double LOW = 25;
        static final double HIGH = 30;
        static final Icinga START = start(LOW, HIGH);

        static Icinga start(double low, double high) {
            return new Icinga("0".repeat(20), '3', false, low, high);
        }

        @Override
        public FlappingRule rule() {
            return FlappingRule.ICINGA;
        }

        /** In percent. */
        public double share() {
            double sum = 0;
            for (int i = 0; i < changes.length(); i++) {
                if (changes.charAt(i) == '1') {
                    sum += 0.80 + 0.02 * i;
                }
            }
            return sum * 100 / 20;
        }

        @Override
        public Icinga next(Status status, boolean hard, boolean becameHard, Instant at) {
            char now = (char) ('0' + status.exitCode());
            String recent = changes.substring(1) + (now == last ? '0' : '1');
            double share = new Icinga(recent, now, on, low, high).share();
            return new Icinga(recent, now, on ? share > low : share > high, low, high);
        }

        @Override
        public Optional<String> written() {
            return Optional.of("icinga " + (on ? 1 : 0) + " " + changes + " " + last);
        }
    }
}
