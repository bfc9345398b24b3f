package io.faultline.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShownTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "plain", "Größe 5 €", "日本語", "\uD83D\uDE00 in a text", "a\u00a0b", "<b>&\"'"})
    void leavesVisibleTextAlone(String text) {
        assertThat(Shown.oneLine(text, 100)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1b | \\u001b",
                "0a | \\u000a",
                "0d | \\u000d",
                "00 | \\u0000",
                "7f | \\u007f",
                "85 | \\u0085",
                "9b | \\u009b",
                "ad | \\u00ad",
                "200b | \\u200b",
                "202e | \\u202e",
                "2066 | \\u2066",
                "2028 | \\u2028",
                "2029 | \\u2029",
                "feff | \\ufeff",
                "d800 | \\ud800",
                "dc00 | \\udc00",
                "e000 | \\ue000",
            })
    void showsWhatCouldForgeALineOrSteerATerminal(String hex, String shown) {
        char c = (char) Integer.parseInt(hex, 16);
        assertThat(Shown.oneLine("a" + c + "b", 100)).isEqualTo("a" + shown + "b");
        assertThat(Shown.oneLine(String.valueOf(c), 100)).isEqualTo(shown);
    }

    @Test
    void makesATabABlank() {
        assertThat(Shown.oneLine("a\tb", 10)).isEqualTo("a b");
    }

    @Test
    void showsInvisibleTagCharactersBeyondTheFirstPlane() {
        assertThat(Shown.oneLine("x\uDB40\uDC41y", 100)).isEqualTo("x\\udb40\\udc41y");
    }

    @Test
    void showsSurrogatesInTheWrongOrder() {
        assertThat(Shown.oneLine("\uDE00\uD83D", 100)).isEqualTo("\\ude00\\ud83d");
    }

    @Test
    void cutsAtTheLimitAndNeverWithinACharacter() {
        assertThat(Shown.oneLine("abcdef", 3)).isEqualTo("abc…");
        assertThat(Shown.oneLine("abc", 3)).isEqualTo("abc");
        assertThat(Shown.oneLine("ab\uD83D\uDE00cd", 3)).isEqualTo("ab…");
    }

    @Test
    void leavesNothingThatIsNotVisible() {
        IntStream.rangeClosed(0, 0x1ffff)
                .mapToObj(c -> c < 0x10000 ? String.valueOf((char) c) : Character.toString(c))
                .map(text -> Shown.oneLine("a" + text + "b", 20))
                .forEach(shown -> assertThat(shown.codePoints()).noneMatch(c -> {
                    int type = Character.getType(c);
                    return type == Character.CONTROL
                            || type == Character.FORMAT
                            || type == Character.SURROGATE
                            || type == Character.LINE_SEPARATOR
                            || type == Character.PARAGRAPH_SEPARATOR;
                }));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "plain",
                "just right",
                "one too long",
                "a\tb",
                "\u0007bell",
                "\u0007\u0007\u0007\u0007\u0007",
                "12345678\u0007",
                "123456789\uD83D\uDE00 more",
                "12345678\uD83D\uDE00",
                "lone \uD83D surrogate",
                "abc\u202Edef",
                "line\nline"
            })
    void cleaningTwiceIsCleaningOnceAndNeverExceedsTheLimit(String text) {
        String once = Shown.oneLine(text, 10);

        assertThat(Shown.oneLine(once, 10)).isEqualTo(once);
        assertThat(once.length()).isLessThanOrEqualTo(10 + 1);
        assertThat(once).doesNotContain("\n", "\t", "\u0007", "\u202E");
    }
}
