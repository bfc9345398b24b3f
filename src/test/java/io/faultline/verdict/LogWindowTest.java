package io.faultline.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogWindowTest {
    private static final String HUNDRED_LINES =
            IntStream.rangeClosed(1, 100).mapToObj(i -> "line " + i + "\n").collect(Collectors.joining());

    @ParameterizedTest
    @CsvSource({
        "50, 2, 'line 48,line 49,line 50,line 51,line 52'",
        "1, 1, 'line 1,line 2'",
        "100, 1, 'line 99,line 100'",
        "200, 3, ''",
    })
    void showsTheLinesAround(long line, int around, String expected) throws IOException {
        assertThat(String.join(",", texts(HUNDRED_LINES, line, around))).isEqualTo(expected);
    }

    @Test
    void readsNoFurtherThanNeeded() throws IOException {
        ByteArrayInputStream log = stream(HUNDRED_LINES.repeat(20_000));
        assertThat(LogWindow.around(log, 5, 2)).hasSize(5);
        assertThat(log.available()).isGreaterThan(10_000_000);
    }

    @Test
    void showsNoTerminalSequencesAndCutsLongLines() throws IOException {
        assertThat(texts("\u001b[31mred\u001b[0m\n", 1, 3)).containsExactly("red");
        assertThat(texts("x".repeat(100_000) + "\n", 1, 3).get(0)).hasSize(Quote.MAX_TEXT);
    }

    @Test
    void keepsTheLineItselfHoweverManyPiecesFollow() throws IOException {
        assertThat(texts("first\nthe line\n" + "10 %\r".repeat(100) + "done\n", 2, 3))
                .contains("the line")
                .hasSizeLessThan(20);
    }

    private static List<String> texts(String log, long line, int around) throws IOException {
        return LogWindow.around(stream(log), line, around).stream()
                .map(Quote::text)
                .toList();
    }

    private static ByteArrayInputStream stream(String log) {
        return new ByteArrayInputStream(log.getBytes(StandardCharsets.UTF_8));
    }
}
