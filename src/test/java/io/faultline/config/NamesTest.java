package io.faultline.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
    private static final List<String> KNOWN = List.of("http", "tls", "apt-repository", "failures-before-alert", "dns");

    @ParameterizedTest
    @CsvSource({
        "htp, http",
        "HTTP, http",
        "hhtp, http",
        "apt-repositry, apt-repository",
        "apt_repository, apt-repository",
        "failures-befor-alerts, failures-before-alert",
        "dsn, dns",
    })
    void findsTheNameThatWasMeant(String written, String meant) {
        assertThat(Names.nearest(written, KNOWN)).contains(meant);
        assertThat(Names.didYouMean(written, KNOWN)).isEqualTo("; did you mean '" + meant + "'?");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gopher", "x", "", "apt", "completely-different-thing"})
    void doesNotGuessWhenNothingIsNear(String written) {
        assertThat(Names.nearest(written, KNOWN)).isEmpty();
        assertThat(Names.didYouMean(written, KNOWN)).isEmpty();
    }

    @Test
    void answersForVeryLongTexts() {
        assertThat(Names.nearest("x".repeat(1_000_000), KNOWN)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "web1", "deb.example.org", "a_b-c.d", "0"})
    void takesNames(String name) {
        assertThat(Names.isName(name)).isTrue();
        assertThat(name).matches(Names.FORM);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A", "-a", ".a", "_a", "a b", "a/b", "ä", "a\n", "../x"})
    void refusesWhatIsNoName(String name) {
        assertThat(Names.isName(name)).isFalse();
        assertThat(name).doesNotMatch(Names.FORM);
    }

    @Test
    void limitsTheLengthOfNames() {
        assertThat(Names.isName("a".repeat(63))).isTrue();
        assertThat(Names.isName("a".repeat(64))).isFalse();
    }
}
