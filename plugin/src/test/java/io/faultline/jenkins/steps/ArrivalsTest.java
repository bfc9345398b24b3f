package io.faultline.jenkins.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.report.JsonLinesReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ArrivalsTest {
    private final Arrivals arrivals = new Arrivals();

    private void write(String text) throws IOException {
        arrivals.write(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void gives_whole_lines_however_they_come() throws Exception {
        write("one\ntw");
        write("o\n\n");
        arrivals.write('3');
        write("\n€ and no end");

        assertThat(arrivals.next(0)).containsExactly("one", "two", "3");
        assertThat(arrivals.next(0)).isEmpty();
    }

    @Test
    void the_end_wakes_who_waits() throws Exception {
        write("last\n");
        arrivals.close();

        assertThat(arrivals.next(20_000)).containsExactly("last");
        arrivals.close();
        assertThat(arrivals.next(20_000)).isEmpty();
    }

    @Test
    void cuts_off_who_writes_without_end() {
        assertThatThrownBy(() -> write("x".repeat(JsonLinesReader.MAX_LINE + 1)))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 20_000; i++) {
                        write("x\n");
                    }
                })
                .isInstanceOf(IOException.class);
    }

    @Test
    void long_lines_may_wait_until_they_are_too_much_memory() throws Exception {
        String line = "x".repeat(200_000) + "\n";
        for (int taken = 0; taken < 500; taken += 50) {
            for (int i = 0; i < 50; i++) {
                write(line);
            }
            assertThat(arrivals.next(0)).hasSize(50);
        }
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 100; i++) {
                        write(line);
                    }
                })
                .isInstanceOf(IOException.class);
    }
}
