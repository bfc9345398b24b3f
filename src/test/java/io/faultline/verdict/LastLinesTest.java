package io.faultline.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LastLinesTest {
    /** Each block is overwritten by the next, as in a scan. */
    @ParameterizedTest
    @CsvSource({
        "'',             ''",
        "a,              1:a",
        "a b,            1:a 2:b",
        "a b c d e,      3:c 4:d 5:e",
        "a b | c d,      2:b 3:c 4:d",
        "a b c | | d,    2:b 3:c 4:d",
        "a | b | c | d,  2:b 3:c 4:d",
        "a b c d e | f,  4:d 5:e 6:f",
    })
    void keeps_the_last_three_wherever_blocks_end(String blocks, String expected) {
        LastLines lines = new LastLines(3);
        byte[] block = new byte[100];
        long number = 1;
        for (String content : blocks.split("\\|")) {
            Arrays.fill(block, (byte) '?');
            int at = 0;
            for (String line : content.strip().split(" ")) {
                if (!line.isEmpty()) {
                    block[at] = (byte) line.charAt(0);
                    lines.add(number++, at, at + 1);
                    at++;
                }
            }
            lines.copyFrom(block);
        }
        assertThat(lines.quotes().stream()
                        .map(quote -> quote.line() + ":" + quote.text())
                        .toList())
                .isEqualTo(expected.isEmpty() ? List.of() : Arrays.asList(expected.split(" ")));
    }

    @Test
    void keeps_the_begin_of_a_long_line() {
        LastLines lines = new LastLines(2);
        byte[] block = "x".repeat(3 * Quote.MAX_TEXT).getBytes(StandardCharsets.UTF_8);
        lines.add(7, 10, block.length);
        lines.copyFrom(block);
        assertThat(lines.quotes().get(0).text()).hasSize(Quote.MAX_TEXT);
    }
}
