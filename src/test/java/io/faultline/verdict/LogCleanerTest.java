package io.faultline.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogCleanerTest {
    private static final char ESC = 27;

    private static String clean(String raw, int... cuts) {
        byte[] bytes = raw.getBytes(StandardCharsets.ISO_8859_1);
        LogCleaner cleaner = new LogCleaner();
        StringBuilder clean = new StringBuilder();
        int from = 0;
        for (int i = 0; i <= cuts.length; i++) {
            int to = i == cuts.length ? bytes.length : cuts[i];
            int end = cleaner.clean(bytes, from, to);
            clean.append(new String(bytes, from, end - from, StandardCharsets.ISO_8859_1));
            from = to;
        }
        return clean.toString();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "plain text|plain text",
                "~[31mred~[0m|red",
                "~[1;31;40mE~[mrror|Error",
                "~[2K~[1Gline|line",
                "~[8mha:////4LvcBhOJ+AAAA=~[0mStarted by user|Started by user",
                "a~[8mha:AAAA~[31mBBB~[0mb|ab",
                "~[8mhidden~[0m|idden",
                "~]0;title^text|text",
                "~]8;;https://example.org/~\\link|link",
                "~(Btext|text",
                "~=text|text",
                "N0U0L0|NUL",
                "ab<c|abc",
                "~~[1mx|x",
                "open ~[31|open ",
                "open ~]0;no end|open ",
            })
    void removes_what_only_terminals_read(String raw, String expected) {
        String text =
                raw.replace('~', ESC).replace('^', '\u0007').replace('0', '\0').replace('<', '\b');
        // The zeros of escape sequences themselves are not NUL.
        String log = text.indexOf(ESC) >= 0
                ? raw.replace('~', ESC).replace('^', '\u0007').replace('<', '\b')
                : text;
        assertThat(clean(log)).isEqualTo(expected);
    }

    @Test
    void ends_a_damaged_sequence_with_its_line() {
        assertThat(clean(ESC + "[8mha:AAAA\nnext " + ESC + "]0;title\nlast")).isEqualTo("\nnext \nlast");
    }

    @Test
    void does_not_depend_on_where_blocks_end() {
        String raw = "a" + ESC + "[8mha:QUJD" + ESC + "[0mb" + ESC + "[1;32mc" + ESC + "]0;t" + ESC + "\\d\ne\0f";
        String whole = clean(raw);
        assertThat(whole).isEqualTo("abcd\nef");
        for (int first = 0; first <= raw.length(); first++) {
            for (int second = first; second <= raw.length(); second++) {
                assertThat(clean(raw, first, second))
                        .as("cut at %d and %d", first, second)
                        .isEqualTo(whole);
            }
        }
    }

    @Test
    void keeps_every_line_end_whatever_stands_between() {
        Random random = new Random(7);
        for (int i = 0; i < 2000; i++) {
            StringBuilder raw = new StringBuilder();
            for (int j = 0; j < 60; j++) {
                raw.append("\u001b\u001b[]m8ha:0;\n\r\u0007\b\0x\\".charAt(random.nextInt(17)));
            }
            String clean = clean(raw.toString());
            assertThat(clean.chars().filter(c -> c == '\n').count())
                    .isEqualTo(raw.chars().filter(c -> c == '\n').count());
            assertThat(clean).doesNotContain("\u001b").doesNotContain("\0");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2026-11-22T10:20:30.1234567Z ERROR: x | ERROR: x",
                "[2026-11-22T10:20:30.123Z] + make | + make",
                "10:20:30  ERROR | ERROR",
                "[10:20:30] ERROR | ERROR",
                "2026-11-22 10:20:30,123 [main] WARN | [main] WARN",
                "2026-11-22T10:20:30+01:00 10:20:30.5 both | both",
                "10:20 is no time of a log | 10:20 is no time of a log",
                "2026-11-22 is a date only | 2026-11-22 is a date only",
                "[10:20:30 no bracket | [10:20:30 no bracket",
                "10:20:30x | 10:20:30x",
                "3 files | 3 files",
            })
    void takes_the_time_off_the_front(String line, String expected) {
        assertThat(LogLine.normalised(line)).isEqualTo(expected);
    }
}
