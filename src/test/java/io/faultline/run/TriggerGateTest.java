package io.faultline.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.catalog.Catalog;
import io.faultline.catalog.CatalogReader;
import io.faultline.catalog.Subject;
import io.faultline.checks.CheckTypes;
import io.faultline.run.TriggerGate.Answer;
import io.faultline.run.TriggerGate.Word;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TriggerGateTest {
    private final SimulatedTime time = new SimulatedTime(Instant.parse("2026-11-22T12:00:00Z"));
    private final TriggerGate gate = new TriggerGate(time);

    @TempDir
    Path folder;

    private Catalog catalog;

    @BeforeEach
    void read() throws IOException {
        Files.writeString(folder.resolve("machines.yaml"), """
                machines:
                  web1: {address: 192.0.2.1, checks: [{type: tcp, server: "192.0.2.1:22"}]}
                  db1: {address: 192.0.2.2, checks: [{type: tcp, server: "192.0.2.2:22"}]}
                """);
        for (String service : List.of("web", "builds")) {
            Files.writeString(
                    folder.resolve(service + ".yaml"), """
                    service: %s
                    purpose: Something.
                    depends-on: %s
                    checks: [{type: tcp, server: "192.0.2.1:80"}]
                    """.formatted(service, service.equals("web") ? "web1" : "web"));
        }
        catalog = CatalogReader.read(List.of(folder), CheckTypes.ALL, folder.resolve("state.db"));
    }

    private Answer tell(String machine, String event, String status, String bootId, String id) {
        Answer answer =
                gate.take(catalog, new Word(machine, event, given(status), given(bootId), given(id)), "somebody");
        if (answer instanceof Answer.Start start) {
            gate.started(machine, start);
        }
        return answer;
    }

    private static Optional<String> given(String text) {
        return Optional.ofNullable(text);
    }

    @Test
    void theMachineAndWhatNeedsItAreTested() {
        Answer.Start start = (Answer.Start) tell("web1", "puppet-run", "2", null, null);

        assertThat(start.touched()).extracting(Subject::name).containsExactly("web1", "builds", "web");
        assertThat(start.text()).isEqualTo("a Puppet run, status 2, told by somebody");
        assertThat(start.again()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "' ', 'an upgrade, told by somebody'",
        "' v1.2', 'an upgrade, status v1.2, told by somebody'",
        "/srv/app, 'an upgrade, with a status that is not shown, told by somebody'",
        "'a\nb', 'an upgrade, with a status that is not shown, told by somebody'",
    })
    void anEventIsWorthMoreThanItsStatus(String status, String text) {
        assertThat(((Answer.Start) tell("web1", "upgrade", status, null, null)).text())
                .isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "web1, rain, , , 400",
        "web1, boot, , 'a\nb', 400",
        "web2, boot, , , 404",
        "'', boot, , , 404",
        "web, boot, , , 404",
    })
    void whatIsNotUnderstoodIsRefused(String machine, String event, String status, String bootId, int httpStatus) {
        assertThat(tell(machine, event, status, bootId, null))
                .isInstanceOfSatisfying(
                        Answer.Refused.class,
                        refused -> assertThat(refused.httpStatus()).isEqualTo(httpStatus));
    }

    @ParameterizedTest
    @CsvSource({
        "upgrade, , id1, upgrade, , id1, true",
        "upgrade, , id1, upgrade, , id2, false",
        "upgrade, , , upgrade, , , false",
        "boot, boot1, id1, boot, boot1, id2, true",
        "boot, boot1, id1, boot, boot2, id1, false",
        "upgrade, boot1, id1, upgrade, boot1, id2, false",
    })
    void whatIsToldAgainStartsNothing(
            String event, String boot, String id, String laterEvent, String laterBoot, String laterId, boolean again) {
        tell("web1", event, null, boot, id);

        Answer.Start later = (Answer.Start) tell("web1", laterEvent, null, laterBoot, laterId);

        assertThat(later.again()).isEqualTo(again);
    }

    @Test
    void whatCouldNotBeStartedMayBeToldAgain() {
        Word word = new Word("web1", "upgrade", Optional.empty(), Optional.empty(), Optional.of("id1"));

        gate.take(catalog, word, "somebody");

        assertThat(((Answer.Start) gate.take(catalog, word, "somebody")).again())
                .isFalse();
    }

    @Test
    void aMachineThatTellsTooMuchWaitsAndHoldsUpNoOther() {
        for (int i = 0; i < 6; i++) {
            assertThat(tell("web1", "upgrade", null, null, "id" + i)).isInstanceOf(Answer.Start.class);
        }
        assertThat(tell("web1", "upgrade", null, null, "id7")).isEqualTo(new Answer.TooOften(Duration.ofSeconds(20)));
        assertThat(tell("db1", "upgrade", null, null, "id7")).isInstanceOf(Answer.Start.class);
        time.advance(Duration.ofSeconds(20));
        assertThat(tell("web1", "upgrade", null, null, "id7"))
                .isInstanceOfSatisfying(
                        Answer.Start.class, start -> assertThat(start.again()).isFalse());
    }
}
