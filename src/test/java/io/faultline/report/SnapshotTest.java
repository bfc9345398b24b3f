package io.faultline.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.check.CheckId;
import io.faultline.check.Result;
import io.faultline.history.CheckState;
import io.faultline.history.Observation;
import io.faultline.machine.Facts;
import io.faultline.machine.FactsReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SnapshotTest {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    @TempDir
    Path folder;

    @Test
    void whatWasWrittenIsReadAgain() throws IOException {
        String lines = """
                faultline-facts 1
                machine name=web1
                time seconds=1795348800
                broken-package name=a%20b%25c%C3%BC%0A state=unpacked
                disk mount=/ size=1 free=1 available=1 inodes=0 inodes-free=0
                later-kind x=1
                end lines=6
                """;
        Facts facts = FactsReader.read(lines.getBytes(StandardCharsets.US_ASCII), Optional.empty(), NOON);
        CheckId id = CheckId.parse("web/http");
        CheckState state = CheckState.first(
                new Observation(id, NOON, Duration.ofMillis(250), Result.critical("500 \"quoted\"")), 1);
        Path file = folder.resolve("before");

        new Snapshot(Map.of("web1", facts), Map.of(id, state)).write(Files.newOutputStream(file));
        Snapshot read = Snapshot.read(file);

        assertThat(read.machines()).isEqualTo(Map.of("web1", facts));
        assertThat(read.machines()
                        .get("web1")
                        .one("broken-package")
                        .orElseThrow()
                        .text("name"))
                .isEqualTo("a b%cü\n");
        assertThat(read.states()).isEqualTo(Map.of(id, state));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"machine\":\"../x\",\"at\":\"2026-11-22T12:00:00Z\",\"facts\":[]} | :1: in 'machine'",
                "{\"machine\":\"web1\",\"facts\":[]} | expected a text 'at'",
                "{\"machine\":\"web1\",\"at\":\"2026-11-22T12:00:00Z\"} | expected a list 'facts'",
                "{\"machine\":\"web1\",\"at\":\"2026-11-22T12:00:00Z\",\"facts\":[]} | in 'facts': there are no facts",
                "{\"machine\":\"web1\",\"at\":\"2026-11-22T12:00:00Z\",\"facts\":[[[[[1]]]]]} | not a JSON object",
                "{\"machine\":\"web1\",\"at\":\"2026-11-22T12:00:00Z\",\"facts\":[\"faultline-facts 1\",\"machine name=web1\"]} | the facts have no end line",
                "{\"machine\":\"web1\",\"machine\":\"web2\"} | not a JSON object",
                "[] | :1: expected a JSON object",
                "{} | expected a text 'subject'",
            })
    void whatIsNoSnapshotIsRefused(String line, String message) throws IOException {
        Path file = Files.writeString(folder.resolve("before"), line + "\n");

        assertThatThrownBy(() -> Snapshot.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(message);
    }
}
