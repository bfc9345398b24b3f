package io.faultline.cli;

import io.faultline.config.Shown;
import io.faultline.history.SqliteVerdicts;
import io.faultline.history.VerdictLog;
import io.faultline.history.VerdictLog.Correction;
import io.faultline.history.VerdictLog.Month;
import io.faultline.history.VerdictLog.PastVerdict;
import io.faultline.history.VerdictLog.SignatureRecord;
import io.faultline.verdict.Category;
import io.faultline.verdict.SignatureTrust;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Earlier verdicts: to look at, to correct, and how often people had to. */
@Command(
        name = "verdict",
        description = "List and correct verdicts, and show how often people had to correct them.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
public final class VerdictCommand {
    private static final int LONGEST = 200;
    private static final Duration MEMORY = Duration.ofDays(180);

    private final Host host;

    public VerdictCommand(Host host) {
        this.host = host;
    }

    @Command(
            name = "correct",
            description = "Say what a failed build really was. It counts from then on: for this build, for builds of"
                    + " the job that look the same, and for the signatures that were wrong.",
            mixinStandardHelpOptions = true)
    int correct(
            @Parameters(paramLabel = "BUILD", description = "Job and build, as in website#123.") String build,
            @Option(
                            names = "--to",
                            required = true,
                            paramLabel = "CATEGORY",
                            description = "One of ${COMPLETION-CANDIDATES}.")
                    Category to,
            @Option(names = "--why", required = true, paramLabel = "TEXT", description = "One sentence for the others.")
                    String why,
            @Option(names = "--by", paramLabel = "NAME", description = "Who says so; else $$USER.") String by,
            @Option(names = "--state", paramLabel = "FILE", description = "State file.") Path state) {
        String who = by != null ? by : host.variable("USER").orElse("somebody");
        if (why.isBlank() || why.length() > LONGEST * 2 || who.length() > LONGEST) {
            throw new CommandFailed("expected a reason of 1 to " + LONGEST * 2 + " characters");
        }
        int mark = build.lastIndexOf('#');
        if (mark < 1 || mark == build.length() - 1) {
            throw new CommandFailed("expected job and build as in website#123, found '" + build + "'");
        }
        String job = build.substring(0, mark);
        String number = build.substring(mark + 1);
        try (VerdictLog past = open(state)) {
            Correction correction =
                    new Correction(to.name(), why.strip(), who, host.clock().instant());
            if (!past.correct(job, number, correction)) {
                throw new CommandFailed("there is no verdict on " + Shown.oneLine(build, LONGEST)
                        + ": 'faultline classify' with --facts and --state makes one");
            }
            host.out().println(Shown.oneLine(build, LONGEST) + " is " + to + " from now on");
        }
        return 0;
    }

    @Command(name = "list", description = "List verdicts, newest first.", mixinStandardHelpOptions = true)
    int list(
            @Option(names = "--state", paramLabel = "FILE", description = "State file.") Path state,
            @Option(names = "--most", paramLabel = "N", defaultValue = "50", description = "At most so many.")
                    int most) {
        try (VerdictLog past = open(state)) {
            for (PastVerdict verdict : past.verdicts(Instant.EPOCH, most)) {
                host.out()
                        .println(String.format(
                                Locale.ROOT,
                                "%s  %-14s %3.0f %%  %s#%s  %s%s",
                                verdict.at(),
                                verdict.category(),
                                verdict.confidence() * 100,
                                Shown.oneLine(verdict.job(), LONGEST),
                                Shown.oneLine(verdict.build(), LONGEST),
                                verdict.cause(),
                                verdict.correction()
                                        .map(said -> "; " + Shown.oneLine(said.by(), LONGEST) + ": " + said.to() + ", "
                                                + Shown.oneLine(said.why(), LONGEST))
                                        .orElse("")));
            }
        }
        return 0;
    }

    @Command(
            name = "rates",
            description = "Show by month how many verdicts people corrected, and signatures that are not trusted.",
            mixinStandardHelpOptions = true)
    int rates(@Option(names = "--state", paramLabel = "FILE", description = "State file.") Path state) {
        try (VerdictLog past = open(state)) {
            host.out().println("month    verdicts  undetermined  corrected");
            for (Month month : past.months()) {
                host.out()
                        .println(String.format(
                                Locale.ROOT,
                                "%s  %8d  %12d  %9d (%.1f %%)",
                                month.month(),
                                month.verdicts(),
                                month.undetermined(),
                                month.corrected(),
                                100.0 * month.corrected() / Math.max(1, month.verdicts())));
            }
            Map<String, SignatureRecord> records =
                    past.signatures(host.clock().instant().minus(MEMORY));
            List<String> quarantined = List.copyOf(new SignatureTrust(records).quarantined());
            if (!quarantined.isEmpty()) {
                host.out().println();
                host.out().println("quarantined signatures, because they keep hitting builds that pass:");
                for (String id : quarantined) {
                    SignatureRecord record = records.get(id);
                    host.out().println("  " + id + ": " + record.passed() + " passed, " + record.failed() + " failed");
                }
            }
        }
        return 0;
    }

    private VerdictLog open(Path state) {
        Path file = state == null ? host.statePlace() : host.directory().resolve(state);
        return SqliteVerdicts.open(file, Store.beside(file));
    }
}
