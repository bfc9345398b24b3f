package io.faultline.checks;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.check.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The types reproducible and hardening; programs of a real compiler are looked at with the real peers. */
class BuildChecksTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "same        | OK       | both builds are the same",
                "content     | CRITICAL | b/file differs first at byte 3 (6 and 6 bytes)",
                "shorter     | CRITICAL | b/file differs first at byte 5 (6 and 5 bytes)",
                "missing     | CRITICAL | b/file is only in the first",
                "more        | CRITICAL | a is only in the second",
                "permissions | CRITICAL | b/file has permissions",
                "link        | CRITICAL | b/link is a link to two places",
                "kind        | CRITICAL | b/file is of two kinds",
            })
    void folders_are_compared(String change, Status status, String shown) throws IOException {
        Path one = tree("1");
        Path two = tree("2");
        Path file = two.resolve("b/file");
        switch (change) {
            case "content" -> Files.writeString(file, "helLo\n");
            case "shorter" -> Files.writeString(file, "hello");
            case "missing" -> Files.delete(file);
            case "more" -> Files.writeString(two.resolve("a"), "");
            case "permissions" -> Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
            case "link" -> {
                Files.delete(two.resolve("b/link"));
                Files.createSymbolicLink(two.resolve("b/link"), Path.of("other"));
            }
            case "kind" -> {
                Files.delete(file);
                Files.createDirectory(file);
            }
            default -> {
                // The same.
            }
        }
        trial(one, two).expect(status, shown);
    }

    private Path tree(String name) throws IOException {
        Path root = Files.createDirectories(folder.resolve(name).resolve("b"));
        Files.writeString(root.resolve("file"), "hello\n");
        Files.createSymbolicLink(root.resolve("link"), Path.of("file"));
        return root.getParent();
    }

    private static Trial trial(Path one, Path two) {
        return Trial.of("reproducible", "first: " + one, "second: " + two);
    }

    @Test
    void files_and_what_is_missing_are_named() throws IOException {
        Path one = Files.writeString(folder.resolve("one"), "hello");
        Path two = Files.writeString(folder.resolve("two"), "hellO");
        assertThat(trial(one, two).run().summary())
                .isEqualTo("the builds differ: one differs first at byte 4 (5 and 5 bytes)");
        assertThat(trial(one, folder).run().summary()).contains("one is a folder, the other is not");
        assertThat(Trial.shown(trial(one, folder.resolve("gone")).run())).startsWith("UNKNOWN there is no file");
    }

    @Test
    void what_is_no_program_is_unknown() throws IOException {
        Path text = Files.writeString(folder.resolve("text"), "\u007fELF but no more");
        assertThat(Trial.shown(Trial.of("hardening", "file: " + text).run()))
                .startsWith("UNKNOWN there is no ELF file");
        assertThat(Trial.shown(
                        Trial.of("hardening", "file: " + folder.resolve("gone")).run()))
                .startsWith("UNKNOWN there is no file");
    }
}
