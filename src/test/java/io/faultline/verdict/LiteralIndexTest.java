package io.faultline.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LiteralIndexTest {
    /** Occurrences as "owner@place". */
    private static List<String> find(LiteralIndex index, String block, int from, int to) {
        byte[] bytes = Arrays.copyOf(block.getBytes(StandardCharsets.ISO_8859_1), block.length() + LiteralIndex.SLACK);
        List<String> found = new ArrayList<>();
        index.search().find(bytes, from, to, (owner, at) -> found.add(owner + "@" + at));
        return found;
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 6, 7, 8, 9, 10, 11, 12, 13, 20, 64})
    void finds_a_text_wherever_it_stands_once(int length) {
        String text =
                "Cannot reach the depot of parts at all: connection refused by the peer, again".substring(0, length);
        LiteralIndex index = new LiteralIndex.Builder().add(7, text, false).build();
        for (int before = 0; before < 12; before++) {
            for (int after = 0; after < 6; after++) {
                String block = "-".repeat(before) + text + "-".repeat(after);
                assertThat(find(index, block, 0, block.length()))
                        .as("%d before, %d after", before, after)
                        .containsExactly("7@" + before);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 10, 11, 30})
    void finds_only_what_stands_whole_inside_the_part_looked_at(int length) {
        String text = "Cannot reach the depot of parts".substring(0, length);
        LiteralIndex index = new LiteralIndex.Builder().add(0, text, false).build();
        String block = "xxxx" + text + "xxxx";
        for (int from = 0; from <= block.length(); from++) {
            for (int to = from; to <= block.length(); to++) {
                assertThat(find(index, block, from, to))
                        .as("from %d to %d", from, to)
                        .hasSize(from <= 4 && to >= 4 + length ? 1 : 0);
            }
        }
    }

    @Test
    void compares_without_case_only_where_asked_to() {
        LiteralIndex index = new LiteralIndex.Builder()
                .add(0, "Hash Sum mismatch", false)
                .add(1, "hash sum MISMATCH", true)
                .add(2, "ERROR", false)
                .add(3, "error", true)
                .build();
        assertThat(find(index, "HASH SUM mismatch, Hash Sum mismatch, Error, ERROR", 0, 50))
                .containsExactlyInAnyOrder("1@0", "0@19", "1@19", "3@38", "2@45", "3@45");
    }

    @Test
    void tells_a_square_bracket_from_a_brace_though_they_fold_alike() {
        LiteralIndex index = new LiteralIndex.Builder()
                .add(0, "[error]", false)
                .add(1, "warning", true)
                .build();
        assertThat(find(index, "{error} [error] [ERROR]", 0, 23)).containsExactly("0@8");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void finds_all_that_a_simple_search_finds(long seed) {
        Random random = new Random(seed);
        List<String> texts = new ArrayList<>();
        LiteralIndex.Builder builder = new LiteralIndex.Builder();
        for (int i = 0; i < 60; i++) {
            // From few letters, so that texts overlap and stand in each other.
            String text = letters(random, 5 + random.nextInt(10));
            if (!texts.contains(text)) {
                builder.add(texts.size(), text, false);
                texts.add(text);
            }
        }
        LiteralIndex index = builder.build();
        String block = letters(random, 200_000);
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            for (int at = block.indexOf(texts.get(i)); at >= 0; at = block.indexOf(texts.get(i), at + 1)) {
                expected.add(i + "@" + at);
            }
        }
        assertThat(find(index, block, 0, block.length()).stream().distinct())
                .containsExactlyInAnyOrderElementsOf(expected)
                .hasSizeGreaterThan(1000);
    }

    private static String letters(Random random, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append("abB".charAt(random.nextInt(3)));
        }
        return text.toString();
    }
}
