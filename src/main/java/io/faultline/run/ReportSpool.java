package io.faultline.run;

import io.faultline.config.Shown;
import io.faultline.machine.SignedReport;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/**
 * A folder that reports are put into by other means: file by file they are offered to the gate, and moved to {@code done}
 * or {@code refused}. Files that are still being written have other names: only {@code *.report} counts. Not
 * thread-safe.
 */
public final class ReportSpool {
    private static final int MOST_AT_ONCE = 500;
    private static final int LONGEST_NAME = 200;

    /** Files kept in each of the two folders. */
    private static final int KEPT = 200;

    private final Path folder;
    private final ReportGate gate;
    private final BiConsumer<String, String> log;

    /** @param log told the file's name and what became of it */
    public ReportSpool(Path folder, ReportGate gate, BiConsumer<String, String> log) {
        this.folder = folder;
        this.gate = gate;
        this.log = log;
    }

    /** Takes what is there now, in the order of names; a reason is written beside what is refused. */
    public void pass() throws IOException {
        Path done = Files.createDirectories(folder.resolve("done"));
        Path refused = Files.createDirectories(folder.resolve("refused"));
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.filter(file -> file.getFileName().toString().endsWith(".report"))
                    .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .limit(MOST_AT_ONCE)
                    .toList();
        }
        for (Path file : files) {
            try {
                take(file, done, refused);
            } catch (IOException | RuntimeException e) {
                // It may be the state file that is busy, or the file that is not ours: the others need not wait for it.
                log.accept(shown(file), "could not be taken: " + e.getMessage());
            }
        }
        keepNewest(done);
        keepNewest(refused);
    }

    private void take(Path file, Path done, Path refused) throws IOException {
        String name = file.getFileName().toString();
        Path target = done;
        String became;
        try {
            became = "taken from " + gate.take(content(file));
        } catch (ReportGate.Refused e) {
            became = e.getMessage();
            target = refused;
        }
        Files.move(file, target.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        if (target.equals(refused)) {
            String cut = name.substring(0, Math.min(name.length(), LONGEST_NAME));
            Files.writeString(refused.resolve(cut + ".reason"), became + "\n");
        }
        log.accept(shown(file), became);
    }

    private static byte[] content(Path file) throws ReportGate.Refused {
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            return in.readNBytes(SignedReport.MOST_BYTES + 1);
        } catch (IOException e) {
            throw new ReportGate.Refused("the file cannot be read: " + e.getMessage());
        }
    }

    private static String shown(Path file) {
        return Shown.oneLine(file.getFileName().toString(), 100);
    }

    /** What was taken is in the state file, and what was refused is of use for a while only. */
    private static void keepNewest(Path folder) throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.list(folder)) {
            all = files.sorted(Comparator.comparing(ReportSpool::modified).reversed())
                    .toList();
        }
        for (Path old : all.subList(Math.min(all.size(), KEPT), all.size())) {
            Files.deleteIfExists(old);
        }
    }

    private static FileTime modified(Path file) {
        try {
            return Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            return FileTime.fromMillis(0);
        }
    }
}
