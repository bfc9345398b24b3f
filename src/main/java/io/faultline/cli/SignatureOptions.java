package io.faultline.cli;

import io.faultline.config.Problem;
import io.faultline.verdict.Signatures;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Which signatures count: options that several commands share. */
final class SignatureOptions {
    @Option(
            names = "--signatures",
            paramLabel = "PATH",
            description = "More signatures: a file, or a folder of files; may be given several times.")
    List<Path> more = List.of();

    @Option(names = "--only", description = "Without the signatures that come with Faultline.")
    boolean only;

    /** All good ones; what is wrong is told and left out. */
    Signatures read(Host host, List<Problem> problems) {
        Signatures signatures = only ? new Signatures(List.of()) : Signatures.builtIn();
        for (Path path : more) {
            Path file = host.directory().resolve(path);
            if (!Files.exists(file)) {
                throw new CommandFailed("no signatures at " + path);
            }
            signatures = signatures.and(Signatures.at(file, problems::add), problems::add);
        }
        return signatures;
    }

    /** As {@link #read}, and tells what is wrong to standard error. */
    Signatures read(Host host) {
        List<Problem> problems = new ArrayList<>();
        Signatures signatures = read(host, problems);
        problems.forEach(problem -> host.err().println(problem));
        return signatures;
    }
}
