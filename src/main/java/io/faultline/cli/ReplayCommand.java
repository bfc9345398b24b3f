package io.faultline.cli;

import io.faultline.alert.replay.Replay;
import io.faultline.alert.replay.Replay.Mail;
import io.faultline.catalog.AlertRules;
import io.faultline.catalog.Catalog;
import io.faultline.catalog.CatalogReader;
import io.faultline.catalog.Settings;
import io.faultline.checks.CheckTypes;
import io.faultline.config.Moments;
import io.faultline.history.Act;
import io.faultline.history.Entry;
import io.faultline.history.History;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which mails another policy would have sent, and what it would not have told. */
@Command(
        name = "replay",
        description = {
            "Show from stored results which mails another policy would have sent, when, and what it would have missed.",
            "A policy is a file in the form of controller.yaml: its 'defaults' (failures-before-alert, flapping,"
                    + " alert-when) hold for all checks, whatever these say, and its 'alerts' for the rest."
        },
        mixinStandardHelpOptions = true)
final class ReplayCommand implements Callable<Integer> {
    private static final int MOST = 100_000;

    private final Host host;

    @Mixin
    Sources sources;

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description = "The policy; without one, what the catalogue's settings say for checks that say nothing.")
    Path policy;

    @Option(
            names = "--since",
            paramLabel = "WHEN",
            defaultValue = "7d",
            description =
                    "From when on: 7d (ago), 2026-11-23 or 2026-11-23T18:00. ${DEFAULT-VALUE} if nothing is said.")
    String since;

    @Option(names = "--summary", description = "Only the counts.")
    boolean summary;

    ReplayCommand(Host host) {
        this.host = host;
    }

    @Override
    public Integer call() {
        Catalog catalog = RunCommand.catalog(host, sources);
        Settings settings =
                policy == null ? catalog.settings() : read(host.directory().resolve(policy));
        AlertRules rules = settings.defaults().rules();
        Instant from = from();
        try (History history = Store.openToRead(sources.stateFile(host, catalog))) {
            List<Mail> mails =
                    Replay.mails(catalog, history, new Replay.Policy(rules, settings.alerts()), from, host.zone());
            if (!summary) {
                mails.forEach(mail -> host.out()
                        .println(Words.clock(host, mail.at()) + "  "
                                + subject(mail.mail().content())));
            }
            List<Entry> really = history.mailed(from, MOST);
            host.out()
                    .println(counted(mails.size(), "mail") + " under this policy; "
                            + counted(
                                    (int) really.stream()
                                            .filter(entry -> entry.act() instanceof Act.Told)
                                            .count(),
                                    "mail")
                            + " in fact");
            compare(mails, really, history);
            return 0;
        }
    }

    private Settings read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new CommandFailed("no policy at " + file + "; give a file in the form of controller.yaml");
        }
        if (!file.getFileName().toString().matches("controller\\.ya?ml")) {
            throw new CommandFailed("expected a file named controller.yaml (in a folder of its own), found " + file);
        }
        Catalog read = CatalogReader.read(List.of(file), CheckTypes.ALL, host.statePlace());
        List<String> problems = read.problems().stream()
                .map(Object::toString)
                .filter(problem -> !problem.contains("no service and no machine"))
                .filter(problem -> !problem.contains("no team is named"))
                .toList();
        if (!problems.isEmpty()) {
            throw new CommandFailed(String.join("\n", problems));
        }
        return read.settings();
    }

    private Instant from() {
        Instant now = host.clock().instant();
        try {
            Instant parsed = Moments.parse(since, now, host.zone());
            return parsed.isAfter(now) ? now.minusMillis(parsed.toEpochMilli() - now.toEpochMilli()) : parsed;
        } catch (IllegalArgumentException e) {
            throw new CommandFailed(e.getMessage(), e);
        }
    }

    /** Problems that were told in fact and would not have been, and the other way round, by service or machine. */
    private void compare(List<Mail> mails, List<Entry> really, History history) {
        Map<String, int[]> bySubject = new TreeMap<>();
        mails.stream()
                .filter(Mail::news)
                .forEach(mail -> bySubject.computeIfAbsent(mail.incident().subject(), s -> new int[2])[0]++);
        for (Entry entry : really) {
            if (entry.act() instanceof Act.Told told
                    && (told.what().equals("problem") || told.what().equals("more"))) {
                Optional<String> subject = history.incident(told.incident()).map(i -> i.subject());
                subject.ifPresent(name -> bySubject.computeIfAbsent(name, s -> new int[2])[1]++);
            }
        }
        List<String> names = new ArrayList<>(bySubject.keySet());
        names.sort(Comparator.naturalOrder());
        for (String name : names) {
            int[] counts = bySubject.get(name);
            if (counts[0] != counts[1]) {
                String how =
                        counts[0] == 0 ? "  would have missed " : counts[1] == 0 ? "  would have told also " : "  ";
                host.out()
                        .println(how + name + ": " + counted(counts[0], "mail") + " of problems instead of "
                                + counts[1]);
            }
        }
    }

    private static String counted(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    /** As it stands in the mail; folded lines are one. */
    private static String subject(String content) {
        StringBuilder subject = new StringBuilder();
        boolean within = false;
        for (String line : content.split("\r\n", -1)) {
            if (line.isEmpty()) {
                break;
            }
            if (line.startsWith("Subject: ")) {
                within = true;
                subject.append(line.substring(9));
            } else if (within && line.startsWith(" ")) {
                subject.append(line);
            } else {
                within = false;
            }
        }
        return subject.toString();
    }
}
