package io.faultline.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.config.Place;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogScannerTest {
    private static Signature signature(String id, String regex) {
        return new Signature(
                id,
                Category.CODE,
                "test",
                new Expression(regex),
                Signature.Where.ANYWHERE,
                false,
                1,
                "",
                "",
                "",
                List.of(),
                List.of(),
                Place.of("test"));
    }

    private static Signatures signatures(String... regexes) {
        List<Signature> all = new ArrayList<>();
        for (String regex : regexes) {
            all.add(signature("s" + all.size(), regex));
        }
        return new Signatures(all);
    }

    /** Hits as "line:signature". */
    private static List<String> scan(Signatures signatures, InputStream log) {
        List<String> hits = new ArrayList<>();
        try {
            new LogScanner(signatures)
                    .scan(
                            log,
                            (signature, line, text) -> hits.add(
                                    line + ":" + signatures.all().get(signature).id()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return hits;
    }

    private static List<String> scan(Signatures signatures, String log) {
        return scan(signatures, new ByteArrayInputStream(log.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void tells_line_and_signature() {
        assertThat(scan(
                        signatures("Hash Sum mismatch", "(?i)^error: .*disk"),
                        "fine\nE: Hash Sum mismatch\r\n\n10:20:30 ERROR: no disk\nan error: disk"))
                .containsExactly("2:s0", "4:s1");
    }

    @Test
    void finds_no_text_across_lines() {
        assertThat(scan(
                        signatures("first line\nsecond line", "first line\\nsecond", "\r100 percent", "second line$"),
                        "first line\nsecond line\r100 percent\n"))
                .containsExactly("2:s3");
    }

    @Test
    void counts_lines_that_hold_nothing() {
        String log = "\n".repeat(70_000)
                + "needle in haystack\r\n\r\r\n"
                + "x\n".repeat(200_000)
                + "10:20:30 needle in haystack";
        assertThat(scan(signatures("needle in haystack"), log)).containsExactly("70001:s0", "270003:s0");
    }

    @Test
    void looks_at_what_a_progress_bar_has_overwritten() {
        assertThat(scan(signatures("^fatal: early EOF$"), "10 %\rfatal: early EOF\r100 %, done\n"))
                .containsExactly("1:s0");
    }

    @Test
    void finds_text_that_colours_stand_in() {
        assertThat(scan(signatures("BUILD FAILURE"), "\u001b[1;31mBUILD\u001b[0m \u001b[31mFAIL\u001b[0mURE\n"))
                .containsExactly("1:s0");
    }

    @Test
    void reads_ascii_out_of_utf_16() {
        byte[] utf16 = "ok\r\nfatal: early EOF\r\n".getBytes(StandardCharsets.UTF_16LE);
        assertThat(scan(signatures("fatal: early EOF"), new ByteArrayInputStream(utf16)))
                .containsExactly("2:s0");
    }

    @Test
    void survives_broken_encodings_and_finds_what_is_whole() {
        byte[] log = "\u00e9\u00e9 cannot stat \u2018x\u2019\n".getBytes(StandardCharsets.UTF_8);
        log[0] = (byte) 0xff;
        assertThat(scan(signatures("cannot stat \u2018.*\u2019"), new ByteArrayInputStream(log)))
                .containsExactly("1:s0");
    }

    @Test
    void cuts_lines_that_are_too_long_at_a_blank_and_counts_them_once() {
        String filler = "x".repeat(LogScanner.MAX_LINE - 3);
        String log =
                filler + " early fatal error\n" + "y".repeat(3 * LogScanner.MAX_LINE) + "the end\nafter fatal error";
        assertThat(scan(signatures("fatal error", "^early", "the end$"), log))
                .containsExactlyInAnyOrder("1:s0", "2:s2", "3:s0");
    }

    @Test
    void takes_no_end_of_a_piece_for_the_end_of_its_line() {
        String filler = "x".repeat(LogScanner.MAX_LINE - 20);
        String log = "error: first " + filler + " error: middle " + filler + " error: last";
        assertThat(scan(
                        signatures(
                                "^error: middle",
                                "^error: first",
                                "error: first$",
                                "error: last$",
                                "error: middle$",
                                "^\\s*error: (?:middle|last)",
                                "error: middle"),
                        log))
                .containsExactlyInAnyOrder("1:s1", "1:s3", "1:s6");
    }

    @Test
    void finds_hits_wherever_blocks_end() {
        Signatures signatures = signatures("needle in haystack", "^start of line");
        for (int size = 131_000; size < 131_150; size++) {
            String log = "h".repeat(60_000) + "\n" + "h".repeat(size - 60_001)
                    + "\nstart of line, needle in haystack\nneedle in haystack";
            assertThat(scan(signatures, log))
                    .as("filler of %d", size)
                    .containsExactlyInAnyOrder("3:s0", "3:s1", "4:s0");
        }
    }

    @Test
    void reads_a_stream_that_gives_a_byte_at_a_time() {
        byte[] log = "one\ntwo needle three\nfour".getBytes(StandardCharsets.UTF_8);
        InputStream slow = new ByteArrayInputStream(log) {
            @Override
            public synchronized int read(byte[] into, int at, int length) {
                return super.read(into, at, Math.min(1, length));
            }
        };
        assertThat(scan(signatures("needle"), slow)).containsExactly("2:s0");
    }

    /** What java.util.regex finds on each normalised line, found in the simplest way. */
    private static List<String> oracle(Signatures signatures, byte[] log) {
        List<java.util.regex.Pattern> patterns = signatures.all().stream()
                .map(signature -> java.util.regex.Pattern.compile(
                        signature.regex().pattern(), java.util.regex.Pattern.UNIX_LINES))
                .toList();
        TreeSet<String> hits = new TreeSet<>();
        int number = 1;
        int start = 0;
        for (int i = 0; i <= log.length; i++) {
            if (i == log.length || log[i] == '\n' || log[i] == '\r') {
                byte[] line = Arrays.copyOfRange(log, start, i);
                int end = new LogCleaner().clean(line, 0, line.length);
                int from = LogLine.afterTime(line, 0, end);
                String text = new String(line, from, end - from, StandardCharsets.UTF_8);
                for (int j = 0; j < patterns.size(); j++) {
                    if (end > from && patterns.get(j).matcher(text).find()) {
                        hits.add(number + ":" + signatures.all().get(j).id());
                    }
                }
                start = i + 1;
            }
            if (i < log.length && log[i] == '\n') {
                number++;
            }
        }
        return List.copyOf(hits);
    }

    private static List<String> sorted(List<String> hits) {
        return List.copyOf(new TreeSet<>(hits));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void finds_what_java_finds_in_mutated_examples_of_all_signatures(long seed) {
        Signatures signatures = Signatures.builtIn();
        List<String> lines = new ArrayList<>();
        signatures.all().forEach(signature -> {
            lines.addAll(signature.examples());
            lines.addAll(signature.nearMisses());
        });
        Random random = new Random(seed);
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        for (int i = 0; i < 5000; i++) {
            byte[] line = lines.get(random.nextInt(lines.size())).getBytes(StandardCharsets.UTF_8);
            mutate(line, random, log);
            log.write(random.nextInt(20) == 0 ? '\r' : '\n');
        }
        List<String> found = scan(signatures, new ByteArrayInputStream(log.toByteArray()));
        assertThat(sorted(found)).isEqualTo(oracle(signatures, log.toByteArray()));
        assertThat(found).hasSizeGreaterThan(1000);
    }

    @ParameterizedTest
    @ValueSource(longs = {31, 32, 33})
    void does_not_depend_on_how_the_log_comes(long seed) throws IOException {
        Signatures signatures = Signatures.builtIn();
        Random random = new Random(seed);
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        while (log.size() < 900_000) {
            List<String> examples = signatures
                    .all()
                    .get(random.nextInt(signatures.all().size()))
                    .examples();
            byte[] line = examples.get(random.nextInt(examples.size())).getBytes(StandardCharsets.UTF_8);
            mutate(line, random, log);
            switch (random.nextInt(12)) {
                case 0 -> log.write('\r');
                case 1 -> log.writeBytes("\u001b[8mha:////4LvcBhOJ+AAAA=\u001b[0m\n".getBytes(StandardCharsets.UTF_8));
                case 2 -> log.writeBytes(new byte[] {(byte) 0xe2, (byte) 0x80, '\n'});
                case 3 -> log.writeBytes("\u001b]0;a title\n".getBytes(StandardCharsets.UTF_8));
                default -> log.write('\n');
            }
        }
        byte[] whole = log.toByteArray();
        InputStream inPieces = new ByteArrayInputStream(whole) {
            @Override
            public synchronized int read(byte[] into, int at, int length) {
                int most = random.nextInt(4) == 0 ? 3 : 70_000;
                return super.read(into, at, Math.min(length, 1 + random.nextInt(most)));
            }
        };
        List<String> expected = oracle(signatures, whole);
        assertThat(sorted(scan(signatures, inPieces))).isEqualTo(expected);
        assertThat(sorted(scan(signatures, new ByteArrayInputStream(whole)))).isEqualTo(expected);
    }

    private static void mutate(byte[] line, Random random, ByteArrayOutputStream log) {
        if (random.nextInt(8) == 0) {
            log.writeBytes("2026-11-22T10:20:30.1Z ".getBytes(StandardCharsets.UTF_8));
        }
        boolean change = random.nextBoolean();
        for (byte b : line) {
            int what = change ? random.nextInt(60) : 100;
            if (what == 0) {
                log.writeBytes("\u001b[1;31m".getBytes(StandardCharsets.UTF_8));
            } else if (what == 1) {
                log.write(random.nextInt(96) + 32);
            } else if (what == 2 && b >= 'a' && b <= 'z') {
                log.write(b - 32);
                continue;
            } else if (what == 3) {
                continue;
            } else if (what == 4) {
                log.write(0);
            } else if (what == 5) {
                log.write(0xff);
            }
            // The vertical tab is a blank to Java alone, and line ends are none here.
            if (b != 0x0b && b != '\n' && b != '\r') {
                log.write(b);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void finds_what_java_finds_with_random_expressions(long seed) {
        Random random = new Random(seed);
        String[] regexes = {
            "aabba",
            "abab+abba",
            "(?:ababa|bbbba)",
            "(?i)AbBaB",
            "^aaaab",
            "babab$",
            "a.bbabab",
            "(?:aaab|bbba)(?:ab|ba)",
            "abbab\\b",
            "aaaa[ab]?bbbb",
            "\\babbba",
            "(?i:aBBa)babb",
            "ab{2,3}aaab",
            "(?:ab|)aabab",
            "bb\\sbbb",
            "aba\\dbb",
            "b+aaaaa",
            "^(?:ab)?aaabb.*abb",
            "(?i)^a+bbbbA",
            "^aabbb|bbabaa",
            "(?:^b|a)abaab",
            "\\Qabab\\E?bbb",
            "\\Qaaabab\\E*a"
        };
        Signatures signatures = signatures(regexes);
        byte[] log = new byte[300_000];
        for (int i = 0; i < log.length; i++) {
            log[i] = (byte) "aaaabbbbaabbABab1 \n".charAt(random.nextInt(19));
        }
        List<String> found = scan(signatures, new ByteArrayInputStream(log));
        assertThat(sorted(found)).isEqualTo(oracle(signatures, log));
        assertThat(found).hasSizeGreaterThan(1000);
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22})
    void survives_rubbish(long seed) {
        Random random = new Random(seed);
        byte[] rubbish = new byte[1 << 20];
        random.nextBytes(rubbish);
        Signatures signatures = Signatures.builtIn();
        List<byte[]> examples = signatures.all().stream()
                .map(signature -> signature.examples().get(0).getBytes(StandardCharsets.UTF_8))
                .toList();
        for (int i = 0; i < 500; i++) {
            byte[] example = examples.get(random.nextInt(examples.size()));
            System.arraycopy(example, 0, rubbish, random.nextInt(rubbish.length - example.length), example.length);
        }
        if (seed % 2 == 0) {
            // No line ends at all.
            for (int i = 0; i < rubbish.length; i++) {
                if (rubbish[i] == '\n' || rubbish[i] == '\r') {
                    rubbish[i] = ' ';
                }
            }
        }
        List<String> found = scan(signatures, new ByteArrayInputStream(rubbish));
        assertThat(found).isNotEmpty();
    }

    @Test
    void takes_linear_time_on_what_makes_backtracking_engines_stand_still() {
        // Each doubling of these lines squares the work of a backtracking engine, or worse: it would not end here.
        Signatures signatures = signatures("(?:a+)+bbbbb", "(?:a|aa)+ccccc", "(?:.*){3}ddddd", "(?:aaaaa.*)+z");
        String line = "a".repeat(60_000) + " bbbb ccccc ddddd bbbbb";
        assertThat(scan(signatures, (line + "\n").repeat(20))).hasSizeGreaterThanOrEqualTo(20);
    }

    @Test
    void works_in_constant_memory_whatever_the_size() throws IOException {
        // A quarter of a gigabyte, of which a quarter is one line; a scanner that kept it would need more heap than
        // tests have.
        Signatures signatures = signatures("needle in haystack");
        long size = 1L << 28;
        byte[] pattern = "0123456789abcdef ghij\nneedle in haystack\n".getBytes(StandardCharsets.UTF_8);
        byte[] chunk = new byte[1 << 16];
        for (int i = 0; i < chunk.length; i++) {
            chunk[i] = pattern[i % pattern.length];
        }
        byte[] longLine = new byte[1 << 16];
        Arrays.fill(longLine, (byte) 'x');
        long[] hits = {0};
        InputStream log = new InputStream() {
            private long given;

            @Override
            public int read() {
                throw new UnsupportedOperationException();
            }

            @Override
            public int read(byte[] into, int at, int length) {
                if (given >= size) {
                    return -1;
                }
                int part = Math.min(length, chunk.length);
                System.arraycopy(given < size / 4 ? longLine : chunk, 0, into, at, part);
                given += part;
                return part;
            }
        };
        assertThat(new LogScanner(signatures).scan(log, (signature, line, text) -> hits[0]++))
                .isGreaterThanOrEqualTo(size);
        assertThat(hits[0]).isGreaterThan(1_000_000);
    }
}
