package io.faultline.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CatalogStampTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "web.yaml, true",
        "shifts.txt, true",
        "shifts.ics, true",
        "keys/ana.asc, true",
        "mail/problem.txt, true",
        "junit/web.xml, false",
        "state.db, false",
        "overview/index.html, false"
    })
    void noticesWhatTheCatalogueIsMadeOfAndNotWhatIsWrittenBesideIt(String name, boolean noticed) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "one");
        CatalogStamp before = CatalogStamp.of(List.of(folder));
        Files.writeString(file, "another");
        assertThat(CatalogStamp.of(List.of(folder)).equals(before)).isEqualTo(!noticed);
    }
}
