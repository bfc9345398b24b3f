package io.faultline.catalog;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A catalogue's files with size and time: when these are the same, so is the catalogue. That is YAML and what YAML names:
 * shifts, keys and templates of mails, by the ends of their names.
 */
public record CatalogStamp(Map<Path, String> files) {
    private static final int MOST = 20_000;
    private static final int DEEPEST = 12;
    private static final List<String> NAMED = List.of(".txt", ".ics", ".asc");
    private static final String UNREADABLE = "unreadable";

    public CatalogStamp {
        files = Map.copyOf(files);
    }

    /** As the files are now; what cannot be read is remembered as such. */
    public static CatalogStamp of(List<Path> paths) {
        Map<Path, String> files = new TreeMap<>();
        for (Path path : paths) {
            try (Stream<Path> all = Files.walk(path, DEEPEST)) {
                all.filter(CatalogStamp::counts).limit(MOST).forEach(file -> files.put(file, stamp(file)));
            } catch (IOException | UncheckedIOException e) {
                files.put(path, UNREADABLE);
            }
        }
        return new CatalogStamp(files);
    }

    /** Whether a file of that name would be taken for a part of the catalogue. */
    static boolean counts(Path file) {
        return CatalogFiles.isCatalogs(file)
                || NAMED.stream().anyMatch(end -> file.toString().endsWith(end));
    }

    private static String stamp(Path file) {
        try {
            return Files.size(file) + " " + Files.getLastModifiedTime(file).toMillis();
        } catch (IOException e) {
            return UNREADABLE;
        }
    }
}
