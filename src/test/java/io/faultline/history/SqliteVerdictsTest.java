package io.faultline.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.history.VerdictLog.Correction;
import io.faultline.history.VerdictLog.Month;
import io.faultline.history.VerdictLog.PastVerdict;
import io.faultline.history.VerdictLog.SignatureRecord;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteVerdictsTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final Correction CORRECTION = new Correction("CODE", "It's \"ours\".", "ada", NOW);

    @TempDir
    Path folder;

    private VerdictLog open() {
        return SqliteVerdicts.open(folder.resolve("state.db"), Optional.empty());
    }

    private static PastVerdict verdict(String build, Instant at) {
        return new PastVerdict(
                "site", build, at, "INFRASTRUCTURE", 0.9, "apt", Map.of("apt-404", "INFRASTRUCTURE"), Optional.empty());
    }

    @Test
    void keeps_verdicts_and_corrections_when_closed_and_opened() {
        try (VerdictLog log = open()) {
            log.judged(verdict("1", NOW));
            assertThat(log.correct("site", "1", CORRECTION)).isTrue();
            assertThat(log.correct("site", "2", CORRECTION)).isFalse();
        }
        try (VerdictLog log = open()) {
            PastVerdict stored = log.verdict("site", "1").orElseThrow();
            assertThat(stored.correction()).contains(CORRECTION);
            assertThat(stored.standing()).isEqualTo("CODE");
            assertThat(stored.signatures()).isEqualTo(Map.of("apt-404", "INFRASTRUCTURE"));
            assertThat(log.corrected("site", 10)).containsExactly(stored);
            assertThat(log.corrected("other", 10)).isEmpty();
        }
    }

    @Test
    void keeps_a_persons_word_when_the_build_is_judged_again() {
        try (VerdictLog log = open()) {
            log.judged(verdict("1", NOW));
            log.correct("site", "1", CORRECTION);
            log.judged(verdict("1", NOW.plusSeconds(60)));
            assertThat(log.verdict("site", "1").orElseThrow().correction()).contains(CORRECTION);
            assertThat(log.verdicts(Instant.EPOCH, 10)).hasSize(1);
        }
    }

    @Test
    void counts_how_signatures_and_months_fared() {
        try (VerdictLog log = open()) {
            log.judged(verdict("1", NOW.minusSeconds(40L * 86_400)));
            log.judged(verdict("2", NOW));
            log.judged(verdict("3", NOW));
            log.correct("site", "3", CORRECTION);
            log.passed("site", "4", NOW, List.of("apt-404", "disk-full"));
            assertThat(log.signatures(NOW.minusSeconds(86_400)))
                    .isEqualTo(
                            Map.of("apt-404", new SignatureRecord(2, 1, 1), "disk-full", new SignatureRecord(0, 1, 0)));
            assertThat(log.months()).containsExactly(new Month("2026-10", 1, 0, 0), new Month("2026-11", 2, 0, 1));
            assertThat(log.verdict("site", "4")).isEmpty();
        }
    }

    @Test
    void verdicts_follow_their_job_to_its_new_name() {
        try (VerdictLog log = open()) {
            log.judged(verdict("1", NOW));
            log.correct("site", "1", CORRECTION);
            // What an earlier job of the new name left.
            log.judged(new PastVerdict("page", "1", NOW, "CODE", 0.9, "x", Map.of(), Optional.empty()));
            log.renamed("site", "page");
            assertThat(log.verdicts("site", 10)).isEmpty();
            assertThat(log.verdicts("page", 10))
                    .singleElement()
                    .satisfies(one ->
                            assertThat(one.correction().orElseThrow().by()).isEqualTo("ada"));
            assertThat(log.months()).containsExactly(new Month("2026-11", 2, 0, 1));
        }
    }

    @Test
    void what_was_said_about_a_job_that_is_gone_still_counts_and_is_nobodys() {
        try (VerdictLog log = open()) {
            log.judged(verdict("1", NOW));
            log.judged(verdict("2", NOW));
            log.correct("site", "2", CORRECTION);
            log.passed("site", "3", NOW, List.of("apt-404"));
            log.deleted("site");
            log.deleted("site");
            assertThat(log.verdicts(Instant.EPOCH, 10)).isEmpty();
            assertThat(log.verdicts("site", 10)).isEmpty();
            assertThat(log.corrected("site", 10)).isEmpty();
            assertThat(log.signatures(Instant.EPOCH)).isEqualTo(Map.of("apt-404", new SignatureRecord(2, 1, 1)));
            assertThat(log.months()).containsExactly(new Month("2026-11", 2, 0, 1));
        }
    }

    @Test
    void writes_beside_a_process_that_decides_about_results() {
        Path file = folder.resolve("state.db");
        try (History history = SqliteHistory.open(file, Optional.empty());
                VerdictLog log = open()) {
            log.judged(verdict("1", NOW));
            assertThat(history.openIncidents()).isEmpty();
            assertThat(log.verdicts(Instant.EPOCH, 10)).hasSize(1);
        }
    }

    @Test
    void refuses_the_file_of_another_program() throws Exception {
        Path file = folder.resolve("state.db");
        java.nio.file.Files.writeString(file, "no database, but long enough to look like something".repeat(20));
        assertThatThrownBy(this::open).isInstanceOf(HistoryException.class);
    }
}
