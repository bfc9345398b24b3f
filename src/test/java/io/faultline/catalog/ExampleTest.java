package io.faultline.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.checks.CheckTypes;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ExampleTest {
    static final Path EXAMPLE = Path.of("resources/catalog/example");

    @Test
    void theExampleIsGoodAndNothingIsMissingInIt() {
        Catalog catalog = CatalogFolder.readAll(EXAMPLE);
        assertThat(catalog.problems()).isEmpty();
        assertThat(Advice.on(catalog)).isEmpty();
    }

    @Test
    void theExampleShowsEveryTypeOfCheck() {
        assertThat(CatalogFolder.readAll(EXAMPLE)
                        .checks()
                        .map(CheckDefinition::type)
                        .distinct())
                .containsExactlyInAnyOrderElementsOf(CheckTypes.names());
    }

    @Test
    void importanceTravelsInTheExample() {
        Catalog catalog = CatalogFolder.readAll(EXAMPLE);
        assertThat(catalog.importance("stone")).isEqualTo(Importance.CRITICAL);
        assertThat(catalog.dependants("stone")).contains("website", "packages", "onion", "mail-relay", "voice");
        assertThat(catalog.importance("voice")).isEqualTo(Importance.LOW);
    }
}
