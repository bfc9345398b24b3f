package io.faultline.checks;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.check.Probe;
import io.faultline.check.Status;
import io.faultline.net.Dialer;
import io.faultline.net.Lifetime;
import io.faultline.net.Route;
import io.faultline.net.SystemResolver;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

    /** Not seen to fail by root, who may delete everything. */
    @Test
    void a_folder_for_one_attempt_is_deleted_whatever_is_in_it() throws IOException {
        Probe probe = new Probe(
                new Dialer(Lifetime.of(Duration.ofMinutes(1)), Route.DIRECT, new SystemResolver(), 0),
                name -> "",
                Instant::now);
        Path scratch = Scratch.folder(probe);
        Path locked = Files.createDirectories(scratch.resolve("locked/sub"));
        Files.writeString(locked.resolve("file"), "x");
        Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("---------"));
        Files.setPosixFilePermissions(locked.getParent(), PosixFilePermissions.fromString("r-xr-xr-x"));
        probe.close();
        assertThat(scratch).doesNotExist();
    }

    @Test
    void what_is_no_program_is_unknown() throws IOException {
        Path text = Files.writeString(folder.resolve("text"), "ELF is what this does not begin with");
        assertThat(Trial.shown(Trial.of("hardening", "file: " + text).run()))
                .startsWith("UNKNOWN there is no ELF file");
        assertThat(Trial.shown(
                        Trial.of("hardening", "file: " + folder.resolve("gone")).run()))
                .startsWith("UNKNOWN there is no file");
    }

    @ParameterizedTest
    @ValueSource(longs = {62, 1L << 40})
    void a_program_that_is_cut_short_or_malformed_is_told(long offsetOfHeaders) throws IOException {
        ByteBuffer program = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        program.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1}).putShort(16, (short) 3);
        program.putLong(32, offsetOfHeaders).putShort(54, (short) 56).putShort(56, (short) 1);
        Files.write(folder.resolve("program"), program.array());
        Trial.of("hardening", "file: " + folder).expect(Status.WARNING, "program cannot be read: it is cut short");
    }

    @Test
    void more_files_than_are_looked_at_are_told_and_none_is_taken_for_good() throws IOException {
        Path program = Files.write(folder.resolve("0"), new byte[] {0x7f, 'E', 'L', 'F', 1, 1});
        for (int i = 1; i <= 20_000; i++) {
            Files.createLink(folder.resolve("" + i), program);
        }
        Trial.of("hardening", "file: " + folder).expect(Status.UNKNOWN, "there are too many ELF files in " + folder);
    }
}
