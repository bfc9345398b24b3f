package io.faultline.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequiredLiteralsTest {
    private static Set<String> texts(String regex) {
        return RequiredLiterals.of(regex).orElseThrow().branches().stream()
                .flatMap(branch -> branch.any().stream())
                .collect(Collectors.toSet());
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = "=>",
            quoteCharacter = '`',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "Hash Sum mismatch=>Hash Sum mismatch",
                "fatal: .* \\(code \\d+\\)=>fatal: ",
                "(?:refused|timed out)=>refused,timed out",
                "(?i)No Space Left=>no space left",
                "(?i)no (?-i:SPACE)=>no space",
                "Connection (?:reset|closed)? by peer=>Connection reset by peer,Connection closed by peer,Connection  by peer",
                "^E: Unable to locate package \\S+$=>E: Unable to locate package ",
                "\\QA.B*C(D\\E=>A.B*C(D",
                "gr[ae]y fox=>gray fox,grey fox",
                "exit(?:ed)? with status=>exit with status,exited with status",
                "x{3}yyyyyy+=>xyyyyyy",
                "(?P<tool>apt|dpkg)-get failed=>apt-get failed,dpkg-get failed",
                "[12]x* out=>1 out,2 out,x out",
                "lost x*parts=>lost parts,xparts",
                "a\\[b\\]c\\.d\\*=>a[b]c.d*",
                "\\.py:\\d=>.py:0,.py:1,.py:2,.py:3,.py:4,.py:5,.py:6,.py:7,.py:8,.py:9",
            })
    void finds_the_texts_that_a_line_must_hold(String regex, String expected) {
        assertThat(texts(regex)).isEqualTo(Set.of(expected.split(",")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ".*",
                "\\d+",
                "(?:long enough|no)",
                "[a-z]{20}",
                "(?:required)?",
                "a|required text",
                "x*y*",
                "404",
                "\\w+ \\w+"
            })
    void finds_nothing_where_an_alternative_requires_nothing_long(String regex) {
        assertThat(RequiredLiterals.of(regex)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = "=>",
            ignoreLeadingAndTrailingWhitespace = false,
            emptyValue = "",
            value = {
                "^FATAL: .*gone=>FATAL: ",
                "(?i)^Fatal: \\S+ gone=>fatal: ",
                "^(?:make|ninja): \\*\\*\\* stop=>make: *** stop,ninja: *** stop",
                "^(?:E: )?Failed to=>E: Failed to,Failed to",
                "^ab+ is gone=>ab",
                "^\\s*error: =>''",
                "^error: |warning: =>''",
                "(?:^|\\s)error: =>''",
                "error: ^=>''",
                "^*error: =>''",
            })
    void knows_what_a_line_must_begin_with(String regex, String expected) {
        assertThat(RequiredLiterals.of(regex).orElseThrow().begins())
                .isEqualTo(expected.isEmpty() ? Set.of() : Set.of(expected.split(",")));
    }

    @Test
    void never_calls_a_text_required_that_a_match_can_do_without() {
        Random random = new Random(42);
        int tried = 0;
        for (int i = 0; i < 20_000; i++) {
            String regex = regex(random, 3);
            var literals = RequiredLiterals.of(regex);
            if (literals.isEmpty()) {
                continue;
            }
            // Not java.util.regex, which some of these would keep busy for ever.
            Pattern oracle = Pattern.compile(regex);
            for (int j = 0; j < 40; j++) {
                String line = line(random);
                if (oracle.matcher(line).find()) {
                    tried++;
                    String compared = literals.get().anyCase() ? RequiredLiterals.lower(line) : line;
                    assertThat(literals.get().branches())
                            .as("%s in %s: %s", regex, line, literals)
                            .anyMatch(branch -> branch.any().stream().anyMatch(compared::contains)
                                    && branch.also().stream()
                                            .allMatch(set -> set.stream().anyMatch(compared::contains)));
                    Set<String> begins = literals.get().begins();
                    assertThat(begins.isEmpty() || begins.stream().anyMatch(compared::startsWith))
                            .as("%s in %s: %s", regex, line, literals)
                            .isTrue();
                }
                if (literals.get().decisive()) {
                    for (RequiredLiterals.Branch branch : literals.get().branches()) {
                        for (String text : branch.any()) {
                            assertThat(oracle.matcher("x" + text + "y").find())
                                    .as("%s is decided by %s", regex, text)
                                    .isTrue();
                        }
                    }
                }
            }
        }
        assertThat(tried).isGreaterThan(1000);
    }

    /** From few letters, so that lines match often. */
    private static String regex(Random random, int depth) {
        StringBuilder regex = new StringBuilder(depth == 3 && random.nextInt(6) == 0 ? "(?i)" : "");
        regex.append(random.nextInt(4) == 0 ? "^" : "");
        int parts = 1 + random.nextInt(4);
        for (int i = 0; i < parts; i++) {
            switch (random.nextInt(depth > 0 ? 12 : 8)) {
                case 0 -> regex.append('.');
                case 1 -> regex.append("[ab]");
                case 2 -> regex.append("\\d");
                case 3 -> regex.append("[^b]");
                case 4 -> regex.append("\\ba");
                case 5, 6, 7 -> regex.append("ababba", 0, 1 + random.nextInt(6));
                case 8, 9 ->
                    regex.append("(?:")
                            .append(regex(random, depth - 1))
                            .append('|')
                            .append(regex(random, depth - 1))
                            .append(')');
                case 10 -> regex.append('(').append(regex(random, depth - 1)).append(')');
                default -> regex.append("ABabab");
            }
            if (random.nextInt(4) == 0) {
                regex.append(new String[] {"*", "+", "?", "{2}", "{0,1}", "{1,}", "+?", "*?"}[random.nextInt(8)]);
            }
        }
        return regex.toString();
    }

    private static String line(Random random) {
        StringBuilder line = new StringBuilder();
        int length = random.nextInt(30);
        for (int i = 0; i < length; i++) {
            line.append("ababababAB1 ".charAt(random.nextInt(12)));
        }
        return line.toString();
    }
}
