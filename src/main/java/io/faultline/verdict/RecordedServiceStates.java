package io.faultline.verdict;

import io.faultline.catalog.Catalog;
import io.faultline.catalog.CheckDefinition;
import io.faultline.catalog.Machine;
import io.faultline.catalog.Subject;
import io.faultline.check.Check;
import io.faultline.check.Status;
import io.faultline.history.History;
import io.faultline.history.Observation;
import io.faultline.net.HostPort;
import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The services' states as the checks' results tell them. A host that a log names belongs to a service if one of the
 * service's checks goes there, or if it is the address of a machine.
 *
 * <p>Thread-safe if the history is.
 */
public final class RecordedServiceStates implements ServiceStates {
    /** A row of failures may have begun this long before the time that is asked about. */
    private static final Duration LOOK_BACK = Duration.ofHours(24);

    private static final int MOST = 5_000;

    private final Catalog catalog;
    private final History history;

    public RecordedServiceStates(Catalog catalog, History history) {
        this.catalog = catalog;
        this.history = history;
    }

    @Override
    public List<FailingService> failing(
            Instant from, Instant to, Collection<String> services, Collection<String> hosts) {
        List<FailingService> failing = new ArrayList<>();
        catalog.subjects().forEach(subject -> {
            Optional<String> host =
                    hostsOf(subject).stream().filter(hosts::contains).findFirst();
            if (host.isPresent() || services.contains(subject.name())) {
                for (CheckDefinition check : subject.checks()) {
                    failure(check, from, to, host).ifPresent(failing::add);
                }
            }
        });
        return failing;
    }

    private Optional<FailingService> failure(CheckDefinition check, Instant from, Instant to, Optional<String> host) {
        Instant since = null;
        Instant until = null;
        int row = 0;
        Observation worst = null;
        for (Observation one : history.observations(check.id(), from.minus(LOOK_BACK), MOST)) {
            boolean bad = one.result().status() == Status.CRITICAL;
            if (bad) {
                row++;
                since = row == 1 ? one.at() : since;
                if (!one.at().isAfter(to)) {
                    worst = one;
                    until = null;
                }
            } else {
                if (worst != null && until == null && row > 0) {
                    until = one.at();
                    if (until.isBefore(from)) {
                        worst = null;
                    }
                }
                row = 0;
            }
            if (one.at().isAfter(to) && (worst == null || until != null)) {
                break;
            }
        }
        if (worst == null) {
            return Optional.empty();
        }
        return Optional.of(new FailingService(
                check.id().subject(),
                check.id().name(),
                worst.result().summary(),
                since == null || since.isAfter(worst.at()) ? worst.at() : since,
                Optional.ofNullable(until),
                host));
    }

    /** The hosts that a subject's checks go to. A check is a record of everything that its file says. */
    private static Set<String> hostsOf(Subject subject) {
        Set<String> hosts = new TreeSet<>();
        if (subject instanceof Machine machine) {
            hosts.add(machine.address().toLowerCase(Locale.ROOT));
        }
        subject.checks().forEach(definition -> hosts.addAll(hostsOf(definition.check())));
        return hosts;
    }

    private static Set<String> hostsOf(Check check) {
        Set<String> hosts = new TreeSet<>();
        RecordComponent[] components = check.getClass().getRecordComponents();
        if (components == null) {
            return hosts;
        }
        for (RecordComponent component : components) {
            try {
                component.getAccessor().setAccessible(true);
                Object value = component.getAccessor().invoke(check);
                if (value instanceof Optional<?> optional) {
                    value = optional.orElse(null);
                }
                if (value instanceof HostPort server) {
                    hosts.add(server.host().toLowerCase(Locale.ROOT));
                } else if (value instanceof URI uri && uri.getHost() != null) {
                    hosts.add(uri.getHost().toLowerCase(Locale.ROOT));
                }
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("a check whose component cannot be read: " + component, e);
            }
        }
        return hosts;
    }
}
