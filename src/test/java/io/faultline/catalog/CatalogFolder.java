package io.faultline.catalog;

import io.faultline.checks.CheckTypes;
import io.faultline.config.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A catalogue that a test writes. */
record CatalogFolder(Path folder) {
    static final Path STATE = Path.of("/state/state.db");

    /** @param content lines of YAML */
    CatalogFolder file(String name, String content) {
        try {
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, content);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A service that is good, with one check. */
    CatalogFolder goodService(String name) {
        return file(name + ".yaml", """
                service: %s
                purpose: Something good.
                checks:
                  - {type: smtp, server: %s.example.org}
                """.formatted(name, name));
    }

    Catalog read() {
        return readAll(folder);
    }

    static Catalog readAll(Path... paths) {
        return CatalogReader.read(List.of(paths), CheckTypes.ALL, STATE);
    }

    /** The problems, with file names as they are within the folder. */
    List<String> problems() {
        return read().problems().stream()
                .map(Problem::toString)
                .map(problem -> problem.replace(folder + "/", ""))
                .toList();
    }
}
