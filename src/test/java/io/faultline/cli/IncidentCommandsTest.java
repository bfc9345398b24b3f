package io.faultline.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.config.Moments;
import io.faultline.demo.HttpPeer;
import io.faultline.history.SqliteHistory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What people do about incidents, at the keyboard. */
class IncidentCommandsTest extends AtTheKeyboard {
    private HttpPeer web;
    private Instant now = Instant.parse("2026-11-22T12:00:00Z");

    @Override
    InstantSource clock() {
        return () -> now;
    }

    @Override
    Map<String, String> environment() {
        return Map.of("USER", "ana");
    }

    @BeforeEach
    void describeOneService() throws IOException {
        web = HttpPeer.start().page("/", "text/plain", "fine\n");
        describe(web, "retry-every: 1s, failures-before-alert: 1");
    }

    @AfterEach
    void stop() {
        web.close();
    }

    @Test
    void anIncidentIsClaimedNotedAndShown() throws IOException {
        web.failWith(500);
        run("run", "--mail-folder", "mails");
        assertThat(run("incidents").out())
                .contains("incident 1: web (high), open for 0 s, http")
                .contains("claimed by nobody");

        assertThat(run("claim", "1", "--until", "18:00").out())
                .contains("incident 1 is claimed by ana until Sun 22 Nov 18:00");
        assertThat(run("note", "1", "the", "disk", "is", "full", "--by", "ben").out())
                .contains("noted with incident 1");
        assertThat(run("incidents").out()).contains("claimed by ana until Sun 22 Nov 18:00");
        assertThat(run("incidents", "1").out())
                .contains("faultline opened it")
                .contains("faultline mailed 'problem' to sysadmins@example.org")
                .contains("ana claimed it until Sun 22 Nov 18:00")
                .contains("ben noted on web: the disk is full");
        assertThat(run("incidents", "--json").out())
                .startsWith("{\"incident\":1,\"subject\":\"web\",\"importance\":\"high\"")
                .contains("\"claimed_by\":\"ana\",\"claimed_until\":\"2026-11-22T18:00:00Z\"");

        run("run", "--no-mail", "--overview", "pages");
        assertThat(folder.resolve("pages/incidents.html"))
                .content()
                .contains("claimed by ana until 22 Nov 2026 18:00")
                .contains("noted on web: the disk is full");
        assertThat(folder.resolve("pages/service/web.html")).content().contains("the disk is full");
        assertThat(folder.resolve("pages/index.html")).content().contains("claimed by ana");

        run("claim", "1", "--release");
        assertThat(run("incidents").out()).contains("claimed by nobody");
        web.failWith(0);
        run("run", "--no-mail");
        assertThat(run("incidents").out()).contains("no incident is open");
        assertThat(run("incidents", "--all").out()).contains("incident 1: web (high), lasted 0 s");
        assertThat(run("claim", "1").err()).contains("incident 1 (web) is resolved already");
    }

    @Test
    void aSilenceHoldsMailsBackUntilItIsOver() throws IOException {
        run("run", "--no-mail");
        assertThat(run("silence", "web", "--for", "4h", "--why", "new disk").out())
                .contains("silence 1: web until Sun 22 Nov 16:00 (4 h left), by ana: new disk");
        web.failWith(500);
        assertThat(run("run", "--mail-folder", "mails").code()).isEqualTo(2);
        assertThat(folder.resolve("mails")).doesNotExist();
        assertThat(run("incidents").out())
                .contains("not mailed: silenced by ana until Sun 16:00: new disk")
                .contains("silence 1: web until");
        run("run", "--no-mail", "--overview", "pages");
        assertThat(folder.resolve("pages/incidents.html")).content().contains("new disk");

        now = now.plus(Duration.ofHours(4));
        run("run", "--mail-folder", "mails");
        try (Stream<Path> mails = Files.list(folder.resolve("mails"))) {
            assertThat(mails)
                    .singleElement()
                    .satisfies(mail ->
                            assertThat(mail).content().contains("PROBLEM web").contains("not mailed before"));
        }
        assertThat(run("silence").out()).isEqualTo("no silence now or planned\n");
    }

    @Test
    void aDowntimeIsPlannedListedAndCalledOff() {
        run("run", "--no-mail");
        assertThat(run("downtime", "web", "--from", "2026-11-23T20:00", "--for", "2h", "--why", "upgrade to trixie")
                        .out())
                .contains("downtime 1: web from Mon 23 Nov 20:00 until Mon 23 Nov 22:00, by ana: upgrade to trixie");
        assertThat(run("downtime").out()).contains("downtime 1: web from Mon");
        assertThat(run("downtime", "--end", "1").out()).contains("downtime 1 is over");
        assertThat(run("downtime").out()).isEqualTo("no downtime now or planned\n");
    }

    @Test
    void peopleMaySpeakWhileAnotherProcessDecides() {
        run("run", "--no-mail");
        try (SqliteHistory busy = SqliteHistory.open(folder.resolve("state/state.db"), Optional.empty())) {
            assertThat(run("silence", "web", "--for", "1h", "--why", "known").code())
                    .isZero();
            assertThat(busy.pauses(now)).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "claim 7                              | there is no incident 7",
                "claim x                              | 'x' is not a long",
                "claim 1 --for 2h --release           | expected --release, or a time, not both",
                "silence wbe --for 1h --why x         | did you mean 'web'?",
                "silence web --why x                  | expected --for or --until",
                "silence web --for 1h                 | expected --why",
                "silence web --for soon --why x       | expected a length of time such as 30s",
                "silence web --until late --why x     | expected a time such as 18:00",
                "silence web --for 1h --until 18:00 --why x | not both",
                "silence web --until 2026-11-21 --why x     | a silence must end after it begins",
                "downtime web --from 99:99 --for 1h --why x | expected a time such as 18:00",
                "downtime --end 12                    | there is no silence or downtime 12",
                "note web                             | Missing required parameter",
                "incidents 12                         | there is no incident 12"
            })
    void wrongUseIsExplained(String line, String message) {
        run("run", "--no-mail");
        Said said = run(line.trim().split(" "));
        assertThat(said.code()).isIn(3, 64);
        assertThat(said.err()).contains(message);
    }

    @Test
    void aReplayTellsWhatAnotherPolicyWouldHaveMailed() throws IOException {
        for (int i = 0; i < 9; i++) {
            web.failWith(i % 3 == 1 ? 500 : 0);
            run("run", "--mail-folder", "mails");
            now = now.plus(Duration.ofMinutes(5));
        }
        file("patient/controller.yaml", "defaults: {failures-before-alert: 2}\nalerts: {most-mails: {all: 50}}\n");
        Said same = run("replay", "--since", "1d");
        assertThat(same.out())
                .contains("[faultline] PROBLEM web (high)")
                .contains("[faultline] FLAPPING web (high)")
                .contains("5 mails under this policy; 5 mails in fact")
                .doesNotContain("instead of");
        Said patient = run("replay", "--since", "1d", "--policy", "patient/controller.yaml", "--summary");
        assertThat(patient.out())
                .contains("0 mails under this policy; 5 mails in fact")
                .contains("would have missed web: 0 mails of problems instead of 3");
        file("wrong/controller.yaml", "defaults: {failures-before-alerts: 2}\n");
        assertThat(run("replay", "--policy", "wrong/controller.yaml").err())
                .contains("did you mean 'failures-before-alert'");
    }

    @Test
    void withoutAStateThereIsNothingToSayAnythingAbout() {
        assertThat(run("claim", "1").err()).contains("no state yet").contains("faultline run");
    }

    @ParameterizedTest
    @CsvSource({
        "18:00,                     2026-11-22T17:00:00Z",
        "9:30,                      2026-11-23T08:30:00Z",
        "2026-11-24,                2026-11-23T23:00:00Z",
        "2026-11-24T18:00,          2026-11-24T17:00:00Z",
        "2026-11-24 18:00,          2026-11-24T17:00:00Z",
        "2026-11-24T18:00Z,         2026-11-24T18:00:00Z",
        "2026-11-24T18:00:30+02:00, 2026-11-24T16:00:30Z",
        "90m,                       2026-11-22T13:30:00Z"
    })
    void momentsAreReadAsPeopleWriteThem(String written, Instant meant) {
        assertThat(Moments.parse(written, now, ZoneId.of("Europe/Berlin"))).isEqualTo(meant);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "noon", "25:00", "2026-13-01", "1999999999999d", "2026-11-24T", "-1h"})
    void whatIsNoMomentIsRefused(String written) {
        assertThatThrownBy(() -> Moments.parse(written, now, ZoneOffset.UTC))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected a time such as 18:00");
    }
}
