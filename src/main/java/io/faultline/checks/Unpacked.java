package io.faultline.checks;

import io.faultline.check.Probe;
import io.faultline.check.Program;
import io.faultline.net.LocalFault;
import io.faultline.net.ProtocolFault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Debian packages and tar archives, unpacked by dpkg-deb and tar into a folder that goes with the attempt. */
final class Unpacked {
    private static final Map<String, String> ENVIRONMENT = Map.of("PATH", "/usr/bin:/bin", "LC_ALL", "C");
    private static final long MOST_BYTES = 4L << 30;
    private static final int MOST_LISTED = 8 << 20;
    private static final int MOST_SAID = 16 << 10;

    private Unpacked() {}

    static boolean isPackage(Path archive) {
        return archive.toString().matches(".*\\.u?deb");
    }

    /**
     * @return the folder, where a package's own files lie in DEBIAN
     * @throws ProtocolFault if the program cannot unpack it
     * @throws LocalFault if it would take too much room; nothing is written then
     */
    static Path of(Probe probe, Path archive) throws IOException {
        String path = archive.toAbsolutePath().toString();
        boolean deb = isPackage(archive);
        String program = deb ? "/usr/bin/dpkg-deb" : "/usr/bin/tar";
        String from = deb ? "dpkg" : "tar";
        Program.Output listed = Programs.run(
                probe,
                new Program(
                        deb
                                ? List.of(program, "--contents", path)
                                : List.of(program, "--list", "--verbose", "--file", path),
                        ENVIRONMENT,
                        MOST_LISTED),
                from);
        expectSuccess(listed, archive);
        if (!listed.complete() || bytes(listed.text()) > MOST_BYTES) {
            throw new LocalFault(archive + " is too large to unpack: expected at most " + (MOST_BYTES >> 30)
                    + " GB in it, and a list of its files of at most " + (MOST_LISTED >> 20) + " MB");
        }
        // dpkg-deb makes the folder that it unpacks into.
        Path folder = deb ? Scratch.folder(probe).resolve("x") : Scratch.folder(probe);
        Program.Output output = Programs.run(
                probe,
                new Program(
                        deb
                                ? List.of(program, "--raw-extract", path, folder.toString())
                                : List.of(
                                        program,
                                        "--extract",
                                        "--no-same-owner",
                                        "--file",
                                        path,
                                        "--directory",
                                        folder.toString()),
                        ENVIRONMENT,
                        MOST_SAID),
                from);
        expectSuccess(output, archive);
        return folder;
    }

    private static void expectSuccess(Program.Output output, Path archive) throws ProtocolFault {
        if (output.exitCode() != 0) {
            String said = output.text()
                    .lines()
                    .filter(line -> line.startsWith("tar: ") || line.startsWith("dpkg-deb: "))
                    .findFirst()
                    .orElse("exit code " + output.exitCode());
            throw new ProtocolFault(archive + " cannot be unpacked: " + said);
        }
    }

    /** The sum of the third column, which tar and dpkg-deb write alike: mode, owner, size. */
    private static long bytes(String list) {
        return list.lines()
                .map(line -> line.split(" +", 4))
                .filter(columns -> columns.length == 4 && columns[2].matches("\\d{1,15}"))
                .mapToLong(columns -> Long.parseLong(columns[2]))
                .sum();
    }
}
