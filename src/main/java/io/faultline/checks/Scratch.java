package io.faultline.checks;

import io.faultline.check.Probe;
import io.faultline.net.LocalFault;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;

/** An empty folder for one attempt, which nobody else may read; it goes with the attempt's lifetime. */
final class Scratch {
    private Scratch() {}

    static Path folder(Probe probe) throws IOException {
        Path folder;
        try {
            folder = Files.createTempDirectory("faultline-");
        } catch (IOException e) {
            throw new LocalFault("no temporary folder can be made: " + e.getMessage(), e);
        }
        probe.lifetime().own(() -> delete(folder));
        return folder;
    }

    /** As much of it as can be deleted: archives hold folders that nobody may write to. */
    private static void delete(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                return deleted(file);
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException fault) {
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException fault) {
                return deleted(directory);
            }
        });
    }

    private static FileVisitResult deleted(Path one) {
        try {
            Files.delete(one);
        } catch (IOException e) {
            // What is left is in the temporary folder, which the system cleans.
        }
        return FileVisitResult.CONTINUE;
    }
}
