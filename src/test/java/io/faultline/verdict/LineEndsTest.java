package io.faultline.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineEndsTest {
    /** Line ends, what is near them in value, the same with the highest bit set, and letters. */
    private static final String BYTES = "\n\r\t\u000b\f\u000e\0\u0009\u008a\u008d\u00ff\u0080aaaaaaaaaaaaaaaaaaaa";

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void finds_and_counts_what_a_look_at_each_byte_does(long seed) {
        Random random = new Random(seed);
        byte[] block = new byte[80];
        for (int round = 0; round < 300; round++) {
            for (int i = 0; i < block.length; i++) {
                block[i] = (byte) BYTES.charAt(random.nextInt(BYTES.length()));
            }
            int from = random.nextInt(40);
            int to = from + random.nextInt(41);
            int next = to;
            int behindLast = from;
            int feeds = 0;
            for (int i = to - 1; i >= from; i--) {
                if (block[i] == '\n' || block[i] == '\r') {
                    next = i;
                    behindLast = Math.max(behindLast, i + 1);
                }
                feeds += block[i] == '\n' ? 1 : 0;
            }
            assertThat(LineEnds.next(block, from, to)).isEqualTo(next);
            assertThat(LineEnds.behindLast(block, from, to)).isEqualTo(behindLast);
            assertThat(LineEnds.lineFeeds(block, from, to)).isEqualTo(feeds);
        }
    }
}
