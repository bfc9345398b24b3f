package io.faultline.cli;

import io.faultline.history.History;
import io.faultline.history.Reports;
import io.faultline.history.SqliteHistory;
import io.faultline.history.SqliteReports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/** Opens the state file. */
final class Store {
    private Store() {}

    /** To decide over it; its folder is made, for its owner only, if it is not there. */
    static History open(Path file) {
        makeFolder(file);
        return SqliteHistory.open(file, beside(file));
    }

    /** To take in reports, also while another process decides; its folder is made as by {@link #open}. */
    static Reports openReports(Path file) {
        makeFolder(file);
        return SqliteReports.open(file, beside(file));
    }

    private static void makeFolder(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(folder.getParent());
                Files.createDirectory(
                        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
        } catch (IOException e) {
            throw new CommandFailed("the folder of the state file cannot be made: " + e, e);
        }
    }

    /** To look at it and to say what people do, also while another process decides. */
    static History openBeside(Path file) {
        if (!Files.exists(file)) {
            throw new CommandFailed("no state yet: " + file + " is not there; 'faultline run' makes it");
        }
        return SqliteHistory.openBeside(file, Optional.empty());
    }

    /** To look at it, also while another process decides. */
    static History openToRead(Path file) {
        if (!Files.exists(file)) {
            throw new CommandFailed("no state yet: " + file + " is not there; 'faultline run' makes it");
        }
        return SqliteHistory.openToRead(file, beside(file));
    }

    /** Where SQLite's native library is kept. */
    static Optional<Path> beside(Path file) {
        return Optional.ofNullable(file.toAbsolutePath().getParent());
    }
}
