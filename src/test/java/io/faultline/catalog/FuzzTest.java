package io.faultline.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.config.Problem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Breaks the example catalogue in many ways: reading it never throws, and never says what is not fit to be shown. */
class FuzzTest {
    private static final long SEED = 20_261_122;
    private static final int ROUNDS = 400;
    private static final List<String> PIECES = List.of(
            "\t",
            "\n",
            ": ",
            "- ",
            "[",
            "]",
            "{",
            "}",
            "\"",
            "'",
            "*a",
            "&a ",
            "!x ",
            "#",
            "|",
            ">",
            "%",
            "@",
            "null",
            "---\n",
            "...\n",
            "\u0000",
            "\u001b[31m",
            "\u202e",
            "\uD83D\uDE00",
            "999999999999999999999",
            "-1",
            "~",
            "<<: *a\n",
            "? ",
            "service: x\n",
            "depends-on: [website, dns]\n",
            "checks: []\n",
            "socks5://",
            "\\");

    @TempDir
    Path folder;

    @Test
    void neverThrows() throws IOException {
        List<Path> examples;
        try (Stream<Path> files = Files.walk(ExampleTest.EXAMPLE)) {
            examples = files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
        for (Path example : examples) {
            Files.copy(example, folder.resolve(example.getFileName()));
        }
        Random random = new Random(SEED);
        int refused = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Path example = examples.get(random.nextInt(examples.size()));
            Path file = folder.resolve(example.getFileName());
            byte[] good = Files.readAllBytes(example);
            Files.write(file, broken(good, random));
            Catalog catalog = new CatalogFolder(folder).read();
            catalog.subjects().forEach(subject -> {
                catalog.importance(subject.name());
                assertThat(catalog.dependencies(subject.name())).doesNotContain(subject.name());
            });
            refused += catalog.problems().isEmpty() ? 0 : 1;
            assertThat(catalog.problems())
                    .map(Problem::toString)
                    .as("round " + round)
                    .noneMatch(text -> text.codePoints().anyMatch(c -> c < 0x20 || c == 0x7f || c == 0x202e));
            Files.write(file, good);
        }
        assertThat(refused).isGreaterThan(ROUNDS / 2);
    }

    private static byte[] broken(byte[] good, Random random) throws IOException {
        List<byte[]> parts = new ArrayList<>();
        parts.add(good);
        for (int i = random.nextInt(3); i >= 0; i--) {
            byte[] last = parts.remove(parts.size() - 1);
            int at = random.nextInt(last.length + 1);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.write(last, 0, at);
            int skipped = 0;
            switch (random.nextInt(4)) {
                case 0 -> out.write(PIECES.get(random.nextInt(PIECES.size())).getBytes(UTF_8));
                case 1 -> skipped = Math.min(last.length - at, random.nextInt(40));
                case 2 -> out.write(random.nextInt(256));
                default -> {
                    int from = random.nextInt(last.length);
                    out.write(last, from, Math.min(last.length - from, random.nextInt(200)));
                }
            }
            out.write(last, at + skipped, last.length - at - skipped);
            parts.add(out.toByteArray());
        }
        return parts.get(0);
    }
}
