package io.faultline.catalog;

import io.faultline.config.Place;
import io.faultline.config.Problem;
import io.faultline.config.YamlFile;
import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Finds the files of a catalogue: all {@code *.yaml}, {@code *.yml} and {@code *.cfg} under the paths, in the order of
 * their names.
 * What is hidden is left out; links are followed, and each file and folder is taken once. Bounded, for the day when
 * somebody gives {@code /}.
 */
final class CatalogFiles {
    static final int MOST_FILES = 10_000;
    private static final int MOST_SEEN = 200_000;
    private static final int DEEPEST = 32;

    private final List<Path> found = new ArrayList<>();
    private final Set<Object> taken = new HashSet<>();
    private final Consumer<Problem> problems;
    private int seen;

    private CatalogFiles(Consumer<Problem> problems) {
        this.problems = problems;
    }

    static List<Path> under(List<Path> paths, Consumer<Problem> problems) {
        CatalogFiles files = new CatalogFiles(problems);
        paths.forEach(files::take);
        if (files.found.size() > MOST_FILES) {
            files.refuse(paths.get(0), "more than " + MOST_FILES + " files; the rest is not read");
            return List.copyOf(files.found.subList(0, MOST_FILES));
        }
        return List.copyOf(files.found);
    }

    private void take(Path path) {
        if (Files.isDirectory(path)) {
            int before = found.size();
            walk(path);
            found.subList(before, found.size()).sort(Comparator.comparing(Path::toString));
        } else if (!Files.exists(path)) {
            refuse(path, "no such file or folder");
        } else if (!isCatalogs(path)) {
            refuse(path, "expected a folder, or a file whose name ends in .yaml, .yml or .cfg (Nagios)");
        } else {
            add(path, identity(path));
        }
    }

    private void walk(Path folder) {
        try {
            Files.walkFileTree(folder, Set.of(FileVisitOption.FOLLOW_LINKS), DEEPEST, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
                    if (isHidden(dir) && !dir.equals(folder) || !taken.add(identity(dir))) {
                        return FileVisitResult.SKIP_SUBTREE;
                    }
                    return goOn(folder);
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (attributes.isDirectory()) {
                        refuse(file, "nested more than " + DEEPEST + " folders deep, the limit");
                    } else if (isCatalogs(file)) {
                        add(file, attributes.fileKey() == null ? file : attributes.fileKey());
                    }
                    return goOn(folder);
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) {
                    boolean wanted = Files.isDirectory(file) || isCatalogs(file);
                    if (wanted && !isHidden(file) && !(e instanceof FileSystemLoopException)) {
                        refuse(file, "cannot be read: permission denied");
                    }
                    return goOn(folder);
                }
            });
        } catch (IOException e) {
            refuse(folder, "cannot be read: " + e.getMessage());
        }
    }

    private FileVisitResult goOn(Path folder) {
        if (++seen <= MOST_SEEN) {
            return FileVisitResult.CONTINUE;
        }
        refuse(folder, "more than " + MOST_SEEN + " files and folders; the rest is not looked at");
        return FileVisitResult.TERMINATE;
    }

    private void add(Path file, Object identity) {
        if (!taken.add(identity)) {
            return;
        }
        if (Files.isRegularFile(file)) {
            found.add(file);
        } else {
            refuse(file, Files.exists(file) ? "expected a regular file" : "a link to a file that is not there");
        }
    }

    /** The same for every path that leads to the same file or folder. */
    private static Object identity(Path path) {
        try {
            Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
            return key == null ? path.toRealPath() : key;
        } catch (IOException e) {
            return path;
        }
    }

    /** By its name alone. */
    static boolean isCatalogs(Path file) {
        return YamlFile.isYaml(file) || NagiosFiles.is(file);
    }

    private static boolean isHidden(Path path) {
        String name = String.valueOf(path.getFileName());
        return name.startsWith(".") && !name.equals(".") && !name.equals("..");
    }

    private void refuse(Path path, String message) {
        problems.accept(new Problem(Place.of(path.toString()), message));
    }
}
