package io.faultline.alert.replay;

import io.faultline.catalog.AlertRules;
import io.faultline.catalog.Catalog;
import io.faultline.check.CheckId;
import io.faultline.check.Status;
import io.faultline.history.CheckState;
import io.faultline.history.Flapping;
import io.faultline.history.Incident;
import io.faultline.history.Observation;
import io.faultline.history.Pause;
import io.faultline.history.QueuedMail;
import io.faultline.history.Target;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Somebody who sees results, and mails. Sees nothing of the truth. */
interface Contestant {
    /** Told of each mail: about which subjects, and whether of something broken. */
    interface Mails {
        void mailed(Instant at, Set<String> subjects, boolean news);
    }

    /** How soon a check that has just failed is tried again. */
    Duration retryEvery();

    void result(Observation observation);

    /** Whether more tries are wanted soon. */
    boolean retries(CheckId check);

    /** Planned work, known to everybody before it begins. */
    void planned(Instant from, Instant until, Set<String> subjects);

    /** Faultline with its own stages. */
    final class Ours implements Contestant {
        private final Rehearsal rehearsal;
        private final Duration retryEvery;

        Ours(Catalog catalog, AlertRules rules, Duration retryEvery, Mails mails) {
            this.retryEvery = retryEvery;
            this.rehearsal = new Rehearsal(catalog, check -> rules, ZoneOffset.UTC, new Rehearsal.Listener() {
                @Override
                public void mailed(Instant at, Incident incident, boolean news, QueuedMail mail) {
                    mails.mailed(at, incident.subjects(), news);
                }

                @Override
                public void digested(Instant at, QueuedMail mail) {
                    mails.mailed(at, Set.of(), false);
                }
            });
        }

        @Override
        public Duration retryEvery() {
            return retryEvery;
        }

        @Override
        public void result(Observation observation) {
            rehearsal.result(observation);
        }

        @Override
        public boolean retries(CheckId check) {
            return rehearsal.state(check).filter(CheckState::isSoftProblem).isPresent();
        }

        @Override
        public void planned(Instant from, Instant until, Set<String> subjects) {
            TreeSet<Target> targets = new TreeSet<>();
            subjects.forEach(subject -> targets.add(Target.of(subject)));
            rehearsal.said(
                    from.minusSeconds(60), "ana", new io.faultline.history.Act.Planned(targets, from, until, "work"));
        }
    }

    /**
     * A peer with its defaults: one mail a check when its problem is hard and one when it is over; none about a service
     * while its machine is known to be down; none while it flaps.
     */
    final class Peer implements Contestant {
        /** @param within if more than 0: {@code attempts} failures within so many results count, in a row or not */
        record Defaults(
                int attempts,
                int within,
                int successes,
                Duration retryEvery,
                Optional<Flapping> flapping,
                boolean hosts) {
            static final Defaults NAGIOS = new Defaults(
                    3,
                    0,
                    1,
                    Duration.ofMinutes(1),
                    Optional.of(Flapping.start(io.faultline.catalog.FlappingRule.NAGIOS)),
                    true);
            static final Defaults ICINGA = new Defaults(3, 0, 1, Duration.ofSeconds(30), Optional.empty(), true);
            static final Defaults GATUS = new Defaults(3, 0, 2, Duration.ofMinutes(1), Optional.empty(), false);
            static final Defaults MONIT = new Defaults(3, 5, 1, Duration.ofMinutes(1), Optional.empty(), false);
        }

        private static final class Known {
            final Deque<Boolean> last = new ArrayDeque<>();
            int failures;
            int successes;
            boolean hard;
            boolean told;
            Flapping flapping;
        }

        private final Catalog catalog;
        private final Defaults defaults;
        private final Mails mails;
        private final Map<CheckId, Known> known = new HashMap<>();
        private final Deque<Pause> planned = new ArrayDeque<>();

        Peer(Catalog catalog, Defaults defaults, Mails mails) {
            this.catalog = catalog;
            this.defaults = defaults;
            this.mails = mails;
        }

        @Override
        public Duration retryEvery() {
            return defaults.retryEvery;
        }

        @Override
        public boolean retries(CheckId check) {
            Known state = known.get(check);
            return state != null && state.failures > 0 && !state.hard;
        }

        @Override
        public void planned(Instant from, Instant until, Set<String> subjects) {
            TreeSet<Target> targets = new TreeSet<>();
            subjects.forEach(subject -> targets.add(Target.of(subject)));
            planned.add(new Pause(0, Pause.Kind.DOWNTIME, targets, from, until, "work", "ana"));
        }

        @Override
        public void result(Observation observation) {
            Known state = known.computeIfAbsent(observation.check(), check -> {
                Known fresh = new Known();
                fresh.flapping = defaults.flapping.orElse(null);
                return fresh;
            });
            Status status = observation.result().status();
            boolean ok = status == Status.OK;
            state.failures = ok ? 0 : state.failures + 1;
            state.successes = ok ? state.successes + 1 : 0;
            state.last.add(!ok);
            if (state.last.size() > Math.max(1, defaults.within)) {
                state.last.remove();
            }
            long recent = state.last.stream().filter(bad -> bad).count();
            boolean enough = defaults.within > 0 ? recent >= defaults.attempts : state.failures >= defaults.attempts;
            if (!state.hard && !ok && enough) {
                state.hard = true;
            } else if (state.hard
                    && state.successes >= defaults.successes
                    && (defaults.within == 0 || recent < defaults.attempts)) {
                state.hard = false;
            }
            if (state.flapping != null) {
                state.flapping = state.flapping.next(status, state.hard, false, observation.at());
            }
            boolean quiet = state.flapping != null && state.flapping.on();
            if (state.hard && !state.told && !quiet && !isDown(observation) && !isPlanned(observation)) {
                state.told = true;
                mails.mailed(observation.at(), Set.of(observation.check().subject()), true);
            } else if (!state.hard && state.told && !quiet) {
                state.told = false;
                mails.mailed(observation.at(), Set.of(observation.check().subject()), false);
            }
        }

        private boolean isDown(Observation observation) {
            String subject = observation.check().subject();
            return defaults.hosts
                    && catalog.subject(subject).orElseThrow().dependsOn().stream()
                            .map(machine -> known.get(new CheckId(machine, "up")))
                            .anyMatch(up -> up != null && up.hard);
        }

        private boolean isPlanned(Observation observation) {
            return planned.stream()
                    .anyMatch(pause -> pause.holdsAt(observation.at()) && pause.covers(observation.check()));
        }
    }

    /** All that take part: ours and the baselines, by name. */
    static List<String> names() {
        return List.of("faultline", "nagios", "icinga", "gatus", "monit");
    }

    static Contestant named(String name, Catalog catalog, AlertRules ours, Duration retryEvery, Mails mails) {
        return switch (name) {
            case "nagios" -> new Peer(catalog, Peer.Defaults.NAGIOS, mails);
            case "icinga" -> new Peer(catalog, Peer.Defaults.ICINGA, mails);
            case "gatus" -> new Peer(catalog, Peer.Defaults.GATUS, mails);
            case "monit" -> new Peer(catalog, Peer.Defaults.MONIT, mails);
            default -> new Ours(catalog, ours, retryEvery, mails);
        };
    }
}
