package io.faultline.run;

import io.faultline.config.Shown;
import io.faultline.machine.SignedReport;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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
            String name = file.getFileName().toString();
            Path target = done;
            String became;
            try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
                became = "taken from " + gate.take(in.readNBytes(SignedReport.MOST_BYTES + 1));
            } catch (ReportGate.Refused e) {
                became = e.getMessage();
                target = refused;
                Files.writeString(refused.resolve(name + ".reason"), became + "\n");
            }
            Files.move(file, target.resolve(name), StandardCopyOption.REPLACE_EXISTING);
            log.accept(Shown.oneLine(name, 100), became);
        }
    }
}
