package io.faultline.cli;

import io.faultline.alert.Postman;
import io.faultline.catalog.Catalog;
import io.faultline.catalog.CheckDefinition;
import io.faultline.catalog.Subject;
import io.faultline.check.CheckId;
import io.faultline.check.Status;
import io.faultline.config.Durations;
import io.faultline.config.Names;
import io.faultline.history.CheckState;
import io.faultline.history.History;
import io.faultline.history.Incident;
import io.faultline.history.QueuedMail;
import io.faultline.report.Terminal;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows what is known, without running anything. */
@Command(
        name = "status",
        description = "Show what is broken, since when and why; with names, all about these.",
        mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("EEE d MMM HH:mm", Locale.ROOT);

    private final Host host;

    @Mixin
    Sources sources;

    @Parameters(paramLabel = "SUBJECT", arity = "0..*", description = "Services or machines.")
    List<String> subjects = List.of();

    StatusCommand(Host host) {
        this.host = host;
    }

    @Override
    public Integer call() {
        Catalog catalog = RunCommand.catalog(host, sources);
        try (History history = Store.openToRead(sources.stateFile(host, catalog))) {
            Map<CheckId, CheckState> states = history.states();
            List<Subject> shown = shown(catalog);
            for (Subject subject : shown) {
                show(subject, catalog, states, !subjects.isEmpty());
            }
            Instant now = host.clock().instant();
            history.openIncidents().stream()
                    .filter(incident -> subjects.isEmpty() || subjects.contains(incident.subject()))
                    .forEach(incident -> show(incident, now));
            List<QueuedMail> queued = history.queuedMails();
            queue(queued);
            List<CheckState> counted = shown.stream()
                    .flatMap(subject -> subject.checks().stream())
                    .map(check -> states.get(check.id()))
                    .filter(java.util.Objects::nonNull)
                    .toList();
            Status worst = Engine.worst(counted);
            summary(shown, counted, now);
            // Whoever asks by the exit code has to know that mail does not leave.
            boolean unsent = queued.stream().anyMatch(mail -> Postman.cannotLeave(mail, now));
            return (unsent ? Status.worst(worst, Status.UNKNOWN) : worst).exitCode();
        }
    }

    private List<Subject> shown(Catalog catalog) {
        for (String name : subjects) {
            if (catalog.subject(name).isEmpty()) {
                throw new CommandFailed("'" + name + "' is neither a service nor a machine"
                        + Names.didYouMean(
                                name, catalog.subjects().map(Subject::name).toList()));
            }
        }
        return catalog.subjects()
                .filter(subject -> subjects.isEmpty() || subjects.contains(subject.name()))
                .sorted(Comparator.comparing((Subject subject) -> catalog.importance(subject.name()))
                        .reversed()
                        .thenComparing(Subject::name))
                .toList();
    }

    private void show(Subject subject, Catalog catalog, Map<CheckId, CheckState> states, boolean all) {
        List<CheckDefinition> checks = subject.checks().stream()
                .filter(check -> {
                    CheckState state = states.get(check.id());
                    return all || (state != null && state.failures() > 0);
                })
                .toList();
        if (checks.isEmpty()) {
            return;
        }
        Terminal terminal = RunCommand.terminal(host, checks);
        host.out()
                .println(subject.name() + " ("
                        + catalog.importance(subject.name()).word() + "): " + subject.purpose());
        for (CheckDefinition check : checks) {
            CheckState state = states.get(check.id());
            if (state == null) {
                host.out().println("  " + check.id() + ": no result yet");
                continue;
            }
            host.out().println("  " + terminal.line(state));
            if (state.failures() > 0) {
                terminal.facts(state.last()).lines().forEach(line -> host.out().println("  " + line));
                state.failingSince()
                        .ifPresent(since ->
                                host.out().println("      failing since: " + TIME.format(since.atZone(host.zone()))));
            }
        }
        host.out().println();
    }

    private void show(Incident incident, Instant now) {
        host.out()
                .println("incident " + incident.id() + ": " + incident.subject() + ", open for "
                        + Durations.roughly(Duration.between(incident.since(), now)) + ", "
                        + counted(incident.mails(), "mail"));
    }

    private static String counted(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private void queue(List<QueuedMail> mails) {
        if (!mails.isEmpty()) {
            host.out()
                    .println(counted(mails.size(), "mail") + (mails.size() == 1 ? " waits" : " wait") + " to be sent");
            mails.stream()
                    .flatMap(mail -> mail.lastError().stream())
                    .distinct()
                    .limit(3)
                    .forEach(error -> host.out().println("  " + error));
        }
    }

    private void summary(List<Subject> shown, List<CheckState> counted, Instant now) {
        long bad = counted.stream().filter(CheckState::isHardProblem).count();
        long soft = counted.stream().filter(CheckState::isSoftProblem).count();
        String age = counted.stream()
                .map(CheckState::at)
                .max(Comparator.naturalOrder())
                .map(at -> "; newest result " + Durations.roughly(Duration.between(at, now)) + " ago")
                .orElse("; no results yet");
        long subjectsBad = counted.stream()
                .filter(CheckState::isHardProblem)
                .map(state -> state.check().subject())
                .distinct()
                .count();
        host.out()
                .println((bad == 0 ? "no problems" : counted((int) bad, "problem") + " in " + subjectsBad) + " of "
                        + shown.size()
                        + " services and machines (" + counted.size() + " checks"
                        + (soft == 0 ? "" : ", " + soft + " not certain yet") + ")" + age);
    }
}
