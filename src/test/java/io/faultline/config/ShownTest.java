package io.faultline.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShownTest {
    private static final int LIMIT = 10;

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
        String once = Shown.oneLine(text, LIMIT);

        assertThat(Shown.oneLine(once, LIMIT)).isEqualTo(once);
        assertThat(once.length()).isLessThanOrEqualTo(LIMIT + 1);
        assertThat(once).doesNotContain("\n", "\t", "\u0007", "\u202E");
    }
}
