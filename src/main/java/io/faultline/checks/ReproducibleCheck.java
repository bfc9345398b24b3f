package io.faultline.checks;

import io.faultline.check.Check;
import io.faultline.check.CheckType;
import io.faultline.check.Fact;
import io.faultline.check.Probe;
import io.faultline.check.Program;
import io.faultline.check.Result;
import io.faultline.net.LocalFault;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** Compares what two builds of the same source made. */
record ReproducibleCheck(Path first, Path second) implements Check {
    static final CheckType TYPE = CheckType.named("reproducible")
            .summary("Two builds of the same source are the same, byte for byte.")
            .about("""
                    Compares two files, or two folders with the same names in them. Where they differ the first \
                    differing name and byte are told. Packages and archives (.deb, .tar and packed ones) that differ \
                    are also unpacked, with dpkg-deb or tar, to name the first member that differs: its content, \
                    permissions or target of a link. If no member does, it is the container: order, times, owners or \
                    packing. The program diffoscope tells more.""")
            .example("""
                    first: /srv/builds/1/hello_2.12_amd64.deb
                    second: /srv/builds/2/hello_2.12_amd64.deb""")
            .reads(keys -> new ReproducibleCheck(
                    keys.file("first", "What the first build made: a file or a folder."),
                    keys.file("second", "What the second build made.")));

    private static final int MOST_FILES = 100_000;
    private static final int MOST_OUTPUT = 16 << 10;
    private static final String ARCHIVE = ".*\\.(deb|udeb|tar|tgz|tar\\.(gz|xz|bz2|zst))";

    @Override
    public Result run(Probe probe) throws IOException {
        for (Path one : List.of(first, second)) {
            if (!Files.exists(one)) {
                throw new LocalFault("there is no file " + one);
            }
        }
        Optional<String> difference = difference(probe, first, second);
        if (difference.isEmpty()) {
            return Result.ok("both builds are the same");
        }
        Result result = Result.critical("the builds differ: " + difference.get());
        return Files.isRegularFile(first) && first.getFileName().toString().matches(ARCHIVE)
                ? result.with(Fact.of("first difference inside", inside(probe)))
                : result;
    }

    /** What is told of the members of two archives that differ. */
    private String inside(Probe probe) throws IOException {
        Optional<Path> one = unpacked(probe, first);
        Optional<Path> other = unpacked(probe, second);
        return one.isEmpty() || other.isEmpty()
                ? "it cannot be unpacked"
                : difference(probe, one.get(), other.get())
                        .orElse("none in any member: it is the order, the times, the owners or the packing");
    }

    private static Optional<Path> unpacked(Probe probe, Path archive) throws IOException {
        Path folder = Scratch.folder(probe);
        String path = archive.toAbsolutePath().toString();
        boolean deb = path.matches(".*\\.u?deb");
        List<String> command = deb
                ? List.of(
                        "/usr/bin/dpkg-deb",
                        "--raw-extract",
                        path,
                        folder.resolve("x").toString())
                : List.of(
                        "/usr/bin/tar",
                        "--extract",
                        "--no-same-owner",
                        "--file",
                        path,
                        "--directory",
                        folder.toString());
        Program.Output output = Programs.run(
                probe,
                new Program(command, Map.of("PATH", "/usr/bin:/bin", "LC_ALL", "C"), MOST_OUTPUT),
                deb ? "dpkg" : "tar");
        return output.exitCode() == 0 ? Optional.of(folder) : Optional.empty();
    }

    private static Optional<String> difference(Probe probe, Path one, Path other) throws IOException {
        if (Files.isDirectory(one) != Files.isDirectory(other)) {
            return Optional.of("one is a folder, the other is not");
        }
        if (!Files.isDirectory(one)) {
            return content(one, other, one.getFileName().toString());
        }
        Map<String, Path> here = below(probe, one);
        Map<String, Path> there = below(probe, other);
        TreeSet<String> names = new TreeSet<>(here.keySet());
        names.addAll(there.keySet());
        for (String name : names) {
            probe.lifetime().left();
            if (!here.containsKey(name) || !there.containsKey(name)) {
                return Optional.of(name + " is only in the " + (here.containsKey(name) ? "first" : "second"));
            }
            Optional<String> difference = member(here.get(name), there.get(name), name);
            if (difference.isPresent()) {
                return difference;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> member(Path one, Path other, String name) throws IOException {
        boolean link = Files.isSymbolicLink(one);
        if (link != Files.isSymbolicLink(other)
                || Files.isDirectory(one, LinkOption.NOFOLLOW_LINKS)
                        != Files.isDirectory(other, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.of(name + " is of two kinds");
        }
        if (link) {
            return Files.readSymbolicLink(one).equals(Files.readSymbolicLink(other))
                    ? Optional.empty()
                    : Optional.of(name + " is a link to two places");
        }
        String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(one));
        String otherMode = PosixFilePermissions.toString(Files.getPosixFilePermissions(other));
        if (!mode.equals(otherMode)) {
            return Optional.of(name + " has permissions " + mode + " and " + otherMode);
        }
        return Files.isRegularFile(one) ? content(one, other, name) : Optional.empty();
    }

    private static Optional<String> content(Path one, Path other, String name) throws IOException {
        long at = Files.mismatch(one, other);
        return at < 0
                ? Optional.empty()
                : Optional.of(name + " differs first at byte " + at + " (" + Files.size(one) + " and "
                        + Files.size(other) + " bytes)");
    }

    private static Map<String, Path> below(Probe probe, Path root) throws IOException {
        Map<String, Path> found = new TreeMap<>();
        List<Path> all = new ArrayList<>();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path one, BasicFileAttributes attributes) throws IOException {
                probe.lifetime().left();
                all.add(one);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path one, BasicFileAttributes attributes) {
                all.add(one);
                return all.size() < MOST_FILES ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
            }
        });
        all.stream()
                .filter(one -> !one.equals(root))
                .forEach(one -> found.put(root.relativize(one).toString(), one));
        return found;
    }
}
