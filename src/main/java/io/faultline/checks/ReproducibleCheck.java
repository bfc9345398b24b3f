package io.faultline.checks;

import io.faultline.check.Check;
import io.faultline.check.CheckType;
import io.faultline.check.Fact;
import io.faultline.check.Probe;
import io.faultline.check.Result;
import io.faultline.net.LocalFault;
import io.faultline.net.ProtocolFault;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
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
    private static final int PIECE = 1 << 20;
    private static final String ARCHIVE = ".*\\.(deb|udeb|tar|tgz|tar\\.(gz|xz|bz2|zst))";

    @Override
    public Result run(Probe probe) throws IOException {
        for (Path one : List.of(first, second)) {
            if (!Files.exists(one)) {
                throw new LocalFault("there is no file " + one);
            }
        }
        try {
            return compared(probe);
        } catch (FileSystemException e) {
            throw new LocalFault(
                    e.getFile() + " cannot be read" + (e.getReason() == null ? "" : ": " + e.getReason()), e);
        }
    }

    private Result compared(Probe probe) throws IOException {
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
        try {
            return difference(probe, Unpacked.of(probe, first), Unpacked.of(probe, second))
                    .orElse("none in any member: it is the order, the times, the owners or the packing");
        } catch (LocalFault | ProtocolFault e) {
            return e.getMessage();
        }
    }

    private static Optional<String> difference(Probe probe, Path one, Path other) throws IOException {
        if (Files.isDirectory(one) != Files.isDirectory(other)) {
            return Optional.of("one is a folder, the other is not");
        }
        if (!Files.isDirectory(one)) {
            return content(probe, one, other, one.getFileName().toString());
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
            Optional<String> difference = member(probe, here.get(name), there.get(name), name);
            if (difference.isPresent()) {
                return difference;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> member(Probe probe, Path one, Path other, String name) throws IOException {
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
        return Files.isRegularFile(one) ? content(probe, one, other, name) : Optional.empty();
    }

    private static Optional<String> content(Probe probe, Path one, Path other, String name) throws IOException {
        byte[] here = new byte[PIECE];
        byte[] there = new byte[PIECE];
        try (InputStream first = Files.newInputStream(one);
                InputStream second = Files.newInputStream(other)) {
            for (long at = 0; ; at += PIECE) {
                // A disk may be slow, and a read of a large file is not interrupted.
                probe.lifetime().left();
                int length = first.readNBytes(here, 0, PIECE);
                int mismatch = Arrays.mismatch(here, 0, length, there, 0, second.readNBytes(there, 0, PIECE));
                if (mismatch >= 0) {
                    return Optional.of(name + " differs first at byte " + (at + mismatch) + " (" + Files.size(one)
                            + " and " + Files.size(other) + " bytes)");
                }
                if (length < PIECE) {
                    return Optional.empty();
                }
            }
        }
    }

    private static Map<String, Path> below(Probe probe, Path root) throws IOException {
        Map<String, Path> found = new TreeMap<>();
        List<Path> all = new ArrayList<>();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path one, BasicFileAttributes attributes) throws IOException {
                return add(one);
            }

            @Override
            public FileVisitResult visitFile(Path one, BasicFileAttributes attributes) throws IOException {
                return add(one);
            }

            private FileVisitResult add(Path one) throws IOException {
                probe.lifetime().left();
                all.add(one);
                if (all.size() > MOST_FILES) {
                    throw new LocalFault("there are too many files in " + root + ", expected " + MOST_FILES
                            + " at most: compare a part of them");
                }
                return FileVisitResult.CONTINUE;
            }
        });
        all.stream()
                .filter(one -> !one.equals(root))
                .forEach(one -> found.put(root.relativize(one).toString(), one));
        return found;
    }
}
