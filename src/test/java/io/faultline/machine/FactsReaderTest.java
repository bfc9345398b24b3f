package io.faultline.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.net.ProtocolFault;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a machine sends is believed in one exact form only. */
class FactsReaderTest {
    private static final Instant ARRIVED = Instant.parse("2026-11-22T06:00:10Z");

    private static Facts read(String text) throws ProtocolFault {
        return FactsReader.read(text.getBytes(StandardCharsets.ISO_8859_1), Optional.empty(), ARRIVED);
    }

    @Test
    void lines_are_read_by_kind_and_what_is_new_is_kept() throws ProtocolFault {
        Facts facts = read("faultline-facts 1\nmachine name=web1\ntime seconds=1795327200\n"
                + "error source=puppet reason=not%20there%0A%C3%A9\nnovelty x=1\nend lines=5\n");
        assertThat(facts.machine()).isEqualTo("web1");
        assertThat(facts.at()).isEqualTo("2026-11-22T06:00:00Z");
        assertThat(facts.asked()).isEqualTo(facts.at());
        assertThat(facts.trouble("puppet")).contains("not there\né");
        assertThat(facts.one("novelty")).isPresent();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                                             | nothing was said",
                "Last login: today\\n                            | line 1 expected 'faultline-facts 1'",
                "faultline-facts 2\\n                            | line 1 expected 'faultline-facts 1', found 'faultline-facts 2'",
                "H                                              | no end line",
                "Hload one=1                                    | has no end: the facts are cut off",
                "Hend lines=9\\n                                 | expected 'end lines=3', found 'end lines=9'",
                "Hend lines=3\\nmore x=1\\n                       | line 5 comes after the end",
                "faultline-facts 1\\ntime seconds=1\\nend lines=2\\n | no line 'machine'",
                "faultline-facts 1\\nmachine name=x\\nend lines=2\\n | no line 'time'",
                "Htime seconds=5\\nend lines=4\\n                 | a second line 'time'",
                "Hmemory total=1 available=-1\\nend lines=4\\n    | wrong 'available': '-1'",
                "Hmemory total=1\\nend lines=4\\n                 | has no 'available' in 'memory'",
                "Hpuppet last-run=99999999999999\\nend lines=4\\n | wrong 'last-run'",
                "Hmemory  total=1 available=1\\nend lines=4\\n    | expected name=value, found ''",
                "Hdisk mount=/a b=c=d mount=/b\\nend lines=4\\n   | has 'mount' twice",
                "Hx y=%zz\\nend lines=4\\n                        | expected name=value, found 'y=%zz'",
                "Hx y=\\u0007\\nend lines=4\\n                     | expected name=value, found 'y=\\u0007'",
                "HX y=1\\nend lines=4\\n                          | expected a kind of fact",
                "Hfile path=/x sha256=beef\\nend lines=4\\n       | wrong 'sha256'",
                "Hsystemd state=fine\\nend lines=4\\n             | wrong 'state': 'fine'",
            })
    void anything_else_is_refused_with_its_line(String text, String message) {
        String whole = text.replace("H", "faultline-facts 1\nmachine name=web1\ntime seconds=1795327200\n")
                .replace("\\n", "\n")
                .replace("\\u0007", "\u0007");
        assertThatThrownBy(() -> read(whole)).isInstanceOf(ProtocolFault.class).hasMessageContaining(message);
    }

    @Test
    void size_is_bounded() {
        String head = "faultline-facts 1\nmachine name=web1\ntime seconds=1795327200\n";
        assertThatThrownBy(() -> read(head + "x y=1\n".repeat(30_000))).hasMessageContaining("one too many");
        assertThatThrownBy(() -> read(head + "x y=" + "1".repeat(5000) + "\nend lines=4\n"))
                .hasMessageContaining("longer than 4096");
        assertThatThrownBy(() -> read(head + "x" + " y=1".repeat(50) + "\nend lines=4\n"))
                .hasMessageContaining("expected a kind of fact");
        assertThatThrownBy(() -> read("x".repeat(FactsReader.MOST_BYTES + 1))).hasMessageContaining("more than");
    }
}
