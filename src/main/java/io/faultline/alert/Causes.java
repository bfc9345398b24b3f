package io.faultline.alert;

import io.faultline.catalog.Catalog;
import io.faultline.catalog.CheckDefinition;
import io.faultline.catalog.Subject;
import io.faultline.check.CheckId;
import io.faultline.check.FactCheck;
import io.faultline.check.Status;
import io.faultline.checks.FactsOrigin;
import io.faultline.history.CheckState;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What explains a problem: something that the subject needs is broken for sure, and the subject was not seen well since
 * that began. What worked while the other was broken already is not broken by it. UNKNOWN explains nothing: nobody
 * knows whether what it tests is broken.
 *
 * <p>Pure functions of the catalogue and the states.
 */
public final class Causes {
    /** Two checks never look at the same instant. */
    private static final Duration ABOUT_THE_SAME_TIME = Duration.ofMinutes(2);

    /** A cause that is checked more rarely is found out so much later than its consequence, at most. */
    private static final Duration FOUND_OUT_LATER = Duration.ofMinutes(10);

    /** So long a problem waits for what it needs to be tried again, at most. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Catalog catalog;
    private final Function<CheckId, Optional<CheckState>> states;

    public Causes(Catalog catalog, Function<CheckId, Optional<CheckState>> states) {
        this.catalog = catalog;
        this.states = states;
    }

    /** The problems that explain this one, the one at the root first. */
    public List<CheckState> of(CheckState broken) {
        if (!broken.isHardProblem()) {
            return List.of();
        }
        return needed(broken.check())
                .filter(cause -> explains(cause, broken))
                .sorted(Comparator.comparing(
                                (CheckState cause) -> depth(cause.check().subject()))
                        .thenComparing(Situation.WORST_FIRST))
                .toList();
    }

    private static boolean explains(CheckState cause, CheckState broken) {
        if (cause.hard() != Status.CRITICAL) {
            return false;
        }
        Instant since = cause.hardSince();
        boolean worked = broken.lastOk()
                .filter(ok -> ok.isAfter(since.plus(ABOUT_THE_SAME_TIME)))
                .isPresent();
        return !worked && !since.isAfter(broken.hardSince().plus(FOUND_OUT_LATER));
    }

    /**
     * What will soon say whether it explains this problem: it fails, and is being tried again; or it has just recovered,
     * and the problem was not looked at since.
     */
    public Optional<String> awaited(CheckState broken, Instant now) {
        if (!broken.isHardProblem()) {
            return Optional.empty();
        }
        Optional<CheckState> retried = needed(broken.check())
                .filter(state -> state.isSoftProblem() && state.last().status() == Status.CRITICAL)
                .filter(state -> state.failingSince().orElse(now).plus(PATIENCE).isAfter(now))
                .findFirst();
        if (retried.isPresent()) {
            return retried.map(state ->
                    "waits until it is known whether " + state.check().subject() + ", which it needs, is broken too");
        }
        return needed(broken.check())
                .filter(state -> state.hard() == Status.OK && state.hardSince().isAfter(broken.at()))
                .filter(state -> now.isBefore(
                        state.hardSince().plus(every(broken.check())).plus(PATIENCE)))
                .findFirst()
                .map(state ->
                        "waits for a result since " + state.check().subject() + ", which it needs, is well again");
    }

    private Duration every(CheckId check) {
        return definitions(check.subject())
                .filter(definition -> definition.id().equals(check))
                .map(CheckDefinition::every)
                .findFirst()
                .orElse(Duration.ZERO);
    }

    private Stream<CheckState> needed(CheckId check) {
        Set<String> needed = catalog.dependencies(check.subject());
        return Stream.concat(needed.stream().flatMap(this::definitions), facts(check))
                .flatMap(definition -> states.apply(definition.id()).stream());
    }

    /** What tells that there are no facts of a machine, for a check that judges them and is UNKNOWN then. */
    private Stream<CheckDefinition> facts(CheckId check) {
        return definitions(check.subject())
                .filter(definition -> definition.id().equals(check) && definition.check() instanceof FactCheck)
                .flatMap(definition -> definition.machine().stream())
                .flatMap(this::definitions)
                .filter(definition -> FactsOrigin.isTold(definition.type()))
                .filter(definition -> !definition.id().equals(check));
    }

    private Stream<CheckDefinition> definitions(String subject) {
        return catalog.subject(subject).map(Subject::checks).orElse(List.of()).stream();
    }

    private int depth(String subject) {
        return catalog.dependencies(subject).size();
    }

    /** Whether two subjects may well be broken for one reason: one needs the other, or both need a third. */
    public boolean related(String one, String other) {
        Set<String> needs = catalog.dependencies(one);
        Set<String> others = catalog.dependencies(other);
        return needs.contains(other) || others.contains(one) || needs.stream().anyMatch(others::contains);
    }
}
