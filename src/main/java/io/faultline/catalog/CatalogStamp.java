package io.faultline.catalog;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A catalogue's files with size and time: when these are the same, so is the catalogue. */
public record CatalogStamp(Map<Path, String> files) {
    private static final int MOST = 20_000;
    private static final int DEEPEST = 12;
    private static final String UNREADABLE = "unreadable";

    public CatalogStamp {
        files = Map.copyOf(files);
    }

    /** As the files are now; what cannot be read is remembered as such. */
    public static CatalogStamp of(List<Path> paths) {
        Map<Path, String> files = new TreeMap<>();
        for (Path path : paths) {
            try (Stream<Path> all = Files.walk(path, DEEPEST)) {
                all.filter(CatalogFiles::isCatalogs).limit(MOST).forEach(file -> files.put(file, stamp(file)));
            } catch (IOException | UncheckedIOException e) {
                files.put(path, UNREADABLE);
            }
        }
        return new CatalogStamp(files);
    }

    private static String stamp(Path file) {
        try {
            return Files.size(file) + " " + Files.getLastModifiedTime(file).toMillis();
        } catch (IOException e) {
            return UNREADABLE;
        }
    }
}
