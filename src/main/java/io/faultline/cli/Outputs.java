package io.faultline.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** What is written besides the state: options that {@code run} and {@code watch} share. */
final class Outputs {
    @Option(names = "--overview", paramLabel = "DIR", description = "Write the pages there.")
    Path overview;

    @Option(names = "--junit", paramLabel = "DIR", description = "Write JUnit XML there, one file a service.")
    Path junit;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Write one JSON line a result there; - is standard output.")
    Path json;

    @Option(
            names = "--nagios",
            paramLabel = "FILE",
            description = "Write one passive check result for Nagios or Icinga a result there; - is standard output.")
    Path nagios;

    @Option(
            names = "--mail-folder",
            paramLabel = "DIR",
            description = "Write mails there as .eml files, and send none.")
    Path mailFolder;

    @Option(names = "--no-mail", description = "Send no mails now; they stay queued for the next run.")
    boolean noMail;

    @Option(
            names = {"-q", "--quiet"},
            description = "Show only problems.")
    boolean quiet;

    @Option(
            names = {"-v", "--verbose"},
            description = "Show every result.")
    boolean verbose;

    /** Then nothing else may be written there. */
    boolean resultsOnStandardOutput() {
        return isStandardOutput(json) || isStandardOutput(nagios);
    }

    static boolean isStandardOutput(Path file) {
        return file != null && file.toString().equals("-");
    }
}
