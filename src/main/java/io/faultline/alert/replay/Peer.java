package io.faultline.alert.replay;

import io.faultline.catalog.Catalog;
import io.faultline.catalog.FlappingRule;
import io.faultline.check.CheckId;
import io.faultline.check.Status;
import io.faultline.history.Flapping;
import io.faultline.history.Observation;
import io.faultline.history.Pause;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A peer as it is installed, with a check every minute: one mail a check when its problem is certain and one when it is
 * over; none about a service while its machine is known to be down; none while it flaps; none about planned work.
 */
final class Peer implements Contestant {
    /**
     * @param attempts failures that make a problem certain
     * @param ofMachines the same for the check that says whether a machine is up
     * @param within if more than 0: {@code attempts} failures within so many results count, in a row or not
     * @param successes that end a problem
     * @param downAfter failures of a machine from which on nothing is mailed about what is on it; 0: it always is
     */
    record Defaults(
            int attempts,
            int ofMachines,
            int within,
            int successes,
            Duration retryEvery,
            Optional<FlappingRule> flapping,
            int downAfter) {
        private static final Duration MINUTE = Duration.ofMinutes(1);
        private static final Duration HALF = Duration.ofSeconds(30);

        static Defaults named(String name) {
            return switch (name) {
                // templates.cfg: generic-service, and linux-server with 3 tries instead of 10, which is kinder. A host
                // is checked as soon as a service on it fails, and nothing is mailed of a service when that says no.
                case "nagios" -> new Defaults(3, 3, 0, 1, MINUTE, Optional.of(FlappingRule.NAGIOS), 1);
                // conf.d/templates.conf: generic-service and generic-host. Nothing is mailed of a service when the
                // state of its host is hard.
                case "icinga" -> new Defaults(5, 3, 0, 1, HALF, Optional.empty(), 3);
                // max_check_attempts of an object that imports no template.
                case "icinga-3" -> new Defaults(3, 3, 0, 1, HALF, Optional.empty(), 3);
                case "gatus" -> new Defaults(3, 3, 0, 2, MINUTE, Optional.empty(), 0);
                case "monit" -> new Defaults(3, 3, 5, 1, MINUTE, Optional.empty(), 0);
                default -> throw new IllegalArgumentException("no peer is called " + name);
            };
        }
    }

    private static final String UP = "up";

    private final class Known {
        private final Deque<Boolean> last = new ArrayDeque<>();
        private int failures;
        private int successes;
        private boolean hard;
        private boolean told;
        private Optional<Flapping> flapping = defaults.flapping().map(Flapping::start);

        void next(Status status, int attempts, Instant at) {
            boolean ok = status == Status.OK;
            failures = ok ? 0 : failures + 1;
            successes = ok ? successes + 1 : 0;
            last.add(!ok);
            if (last.size() > Math.max(1, defaults.within())) {
                last.remove();
            }
            boolean ofMany = defaults.within() > 0;
            long recent = last.stream().filter(bad -> bad).count();
            if (!hard) {
                hard = !ok && (ofMany ? recent : failures) >= attempts;
            } else {
                hard = successes < defaults.successes() || ofMany && recent >= attempts;
            }
            flapping = flapping.map(known -> known.next(status, hard, false, at));
        }

        boolean flaps() {
            return flapping.filter(Flapping::on).isPresent();
        }
    }

    private final Catalog catalog;
    private final Defaults defaults;
    private final Mails mails;
    private final Map<CheckId, Known> known = new HashMap<>();
    private final List<Pause> planned = new ArrayList<>();

    Peer(Catalog catalog, Defaults defaults, Mails mails) {
        this.catalog = catalog;
        this.defaults = defaults;
        this.mails = mails;
    }

    @Override
    public Duration retryEvery() {
        return defaults.retryEvery();
    }

    @Override
    public boolean retries(CheckId check) {
        Known state = known.get(check);
        return state != null && state.failures > 0 && !state.hard;
    }

    @Override
    public boolean isAtRest(CheckId check) {
        Known state = known.get(check);
        return state == null || !state.hard && !state.told;
    }

    @Override
    public void planned(Instant from, Instant until, Set<String> subjects) {
        planned.removeIf(pause -> pause.until().isBefore(from.minus(Duration.ofDays(1))));
        planned.add(new Pause(0, Pause.Kind.DOWNTIME, Contestant.targets(subjects), from, until, "work", "ana"));
    }

    @Override
    public void result(Observation observation) {
        CheckId check = observation.check();
        Known state = known.computeIfAbsent(check, c -> new Known());
        int attempts = check.name().equals(UP) ? defaults.ofMachines() : defaults.attempts();
        state.next(observation.result().status(), attempts, observation.at());
        if (state.hard == state.told || state.flaps()) {
            return;
        }
        if (!state.hard || !isDown(check) && !isPlanned(observation)) {
            state.told = state.hard;
            mails.mailed(observation.at(), Set.of(check.subject()), state.hard);
        }
    }

    private boolean isDown(CheckId check) {
        return defaults.downAfter() > 0
                && catalog.subject(check.subject()).orElseThrow().dependsOn().stream()
                        .map(machine -> known.get(new CheckId(machine, UP)))
                        .anyMatch(up -> up != null && up.failures >= defaults.downAfter());
    }

    private boolean isPlanned(Observation observation) {
        return planned.stream().anyMatch(pause -> pause.holdsAt(observation.at()) && pause.covers(observation.check()));
    }
}
