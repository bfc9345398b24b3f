package io.faultline.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.checks.CheckTypes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The tables of what can be watched say what is there. */
class CoverageTest {
    private static final Path CATALOGS = Path.of("resources/catalog");
    private static final Coverage COVERAGE = Coverage.shipped();
    private static final Catalog EXAMPLE = CatalogFolder.readAll(CATALOGS.resolve("example"));
    private static final Catalog TAILS = CatalogFolder.readAll(CATALOGS.resolve("tails"));

    static List<Coverage.Row> rows() {
        return COVERAGE.rows();
    }

    @Test
    void every_service_that_has_to_be_watched_has_a_row() {
        assertThat(COVERAGE.rows())
                .map(Coverage.Row::id)
                .containsAll(IntStream.rangeClosed(1, 21).mapToObj(i -> "S" + i).toList())
                .doesNotHaveDuplicates();
    }

    @Test
    void every_type_is_proved() {
        assertThat(COVERAGE.proofs().keySet()).containsExactlyInAnyOrderElementsOf(CheckTypes.names());
    }

    @ParameterizedTest
    @MethodSource("rows")
    void the_examples_of_a_row_use_its_types(Coverage.Row row) {
        List<String> used = row.examples().stream()
                .flatMap(file -> Stream.concat(EXAMPLE.checks(), TAILS.checks())
                        .filter(check -> Path.of(check.place().file()).equals(CATALOGS.resolve(file))))
                .map(CheckDefinition::type)
                .distinct()
                .toList();
        assertThat(row.types()).isNotEmpty().isSubsetOf(used);
        assertThat(row.examples())
                .allSatisfy(file -> assertThat(CATALOGS.resolve(file)).isRegularFile());
    }

    @Test
    void the_tests_that_prove_are_there_and_use_the_type() {
        COVERAGE.proofs().forEach((type, proof) -> {
            assertThat(proof.tests()).as(type).isNotEmpty();
            assertThat(proof.packages().isEmpty())
                    .as("%s: packages, or a stand-in", type)
                    .isEqualTo(proof.standIn().isPresent());
            for (String test : proof.tests()) {
                assertThat(Path.of("src/test/java/io/faultline", test.replace('.', '/') + ".java"))
                        .content()
                        .as("%s in %s", type, test)
                        .containsPattern("\"" + type + "( |\")")
                        .contains(test.startsWith("peers.") ? "@RealPeers" : "class");
            }
        });
    }

    @Test
    void the_build_installs_what_is_needed() throws IOException {
        List<String> installed = Files.readAllLines(Path.of(".ci/run")).stream()
                .filter(line -> line.matches("  [a-z0-9+.-]+ +# .*"))
                .map(line -> line.strip().split(" ")[0])
                .toList();
        COVERAGE.proofs()
                .values()
                .forEach(proof ->
                        assertThat(installed).containsAll(proof.packages().keySet()));
    }
}
