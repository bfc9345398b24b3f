package io.faultline.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RotaTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final String LINES = "# week by week\n\n2026-11-16 2026-11-23 ana\n2026-11-23  2026-11-30  Ben B.\n"
            + "2026-11-22 2026-11-24 cleo\n";
    private static final String CALENDAR = """
            BEGIN:VCALENDAR\r
            VERSION:2.0\r
            BEGIN:VEVENT\r
            DTSTART;VALUE=DATE:20261116\r
            DTEND;VALUE=DATE:20261123\r
            SUMMARY:ana\r
            END:VEVENT\r
            BEGIN:VEVENT\r
            DTSTART:20261123T080000Z\r
            DTEND:20261123T200000Z\r
            SUMMARY:Be\r
             n\r
            END:VEVENT\r
            BEGIN:VEVENT\r
            DTSTART;TZID=America/New_York:20261124T080000\r
            DTEND;TZID=America/New_York:20261124T200000\r
            SUMMARY:cleo\r
            END:VEVENT\r
            END:VCALENDAR\r
            """;

    @ParameterizedTest
    @CsvSource({
        "2026-11-15T22:59:59Z, ''",
        "2026-11-15T23:00:00Z, ana",
        "2026-11-22T12:00:00Z, 'ana, cleo'",
        "2026-11-22T23:00:00Z, 'Ben B., cleo'",
        "2026-12-01T00:00:00Z, ''"
    })
    void linesSayWhoIsOnShiftByDays(Instant now, String names) {
        assertThat(String.join(", ", Rota.parse(LINES).onShift(now, BERLIN))).isEqualTo(names);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-22T22:59:59Z, ana",
        "2026-11-22T23:00:00Z, ''",
        "2026-11-23T08:00:00Z, Ben",
        "2026-11-23T20:00:00Z, ''",
        "2026-11-24T12:59:59Z, ''",
        "2026-11-24T13:00:00Z, cleo"
    })
    void soDoesACalendarInItsOwnZones(Instant now, String names) {
        assertThat(String.join(", ", Rota.parse(CALENDAR).onShift(now, BERLIN))).isEqualTo(names);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2026-11-16 2026-11-23 | line 1: expected two days and a name",
                "2026-11-16 2026-11-16 ana | line 1: expected two days and a name",
                "monday tuesday ana | line 1: expected two days and a name"
            })
    void whatIsNoRotaIsRefusedWithItsLine(String text, String message) {
        assertThatThrownBy(() -> Rota.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({"RRULE:FREQ=WEEKLY, repeats", "DTEND:20261101, makes sense"})
    void soIsACalendarThatCannotBeUnderstood(String line, String message) {
        String broken = CALENDAR.replaceFirst("SUMMARY:ana\r\n", "SUMMARY:ana\r\n" + line + "\r\n");
        assertThatThrownBy(() -> Rota.parse(broken))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message.equals("makes sense") ? "no times that make sense" : message);
    }
}
