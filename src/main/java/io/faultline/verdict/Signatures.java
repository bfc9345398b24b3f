package io.faultline.verdict;

import io.faultline.config.Place;
import io.faultline.config.Problem;
import io.faultline.config.YamlFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A set of signatures with unique ids. Immutable. */
public record Signatures(List<Signature> all) {
    private static final String BUILT_IN = "/io/faultline/signatures";

    public Signatures {
        all = List.copyOf(all);
    }

    /** Those that come with Faultline. */
    public static Signatures builtIn() {
        URL directory = Signatures.class.getResource(BUILT_IN);
        if (directory == null) {
            return new Signatures(List.of());
        }
        List<Problem> problems = new ArrayList<>();
        Signatures signatures;
        try {
            if (directory.openConnection() instanceof JarURLConnection jar) {
                Path archive = Path.of(jar.getJarFileURL().toURI());
                try (FileSystem files = FileSystems.newFileSystem(archive)) {
                    signatures = in(files.getPath(BUILT_IN), true, problems::add);
                }
            } else {
                signatures = in(Path.of(URI.create(directory.toString())), true, problems::add);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the signatures that come with Faultline cannot be read", e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
        if (!problems.isEmpty()) {
            throw new IllegalStateException("the signatures that come with Faultline are wrong: " + problems);
        }
        return signatures;
    }

    /**
     * A file, or all YAML files right inside a directory in the order of their names. What is wrong is told and left out;
     * the rest is used.
     */
    public static Signatures at(Path path, Consumer<Problem> problems) {
        if (Files.isDirectory(path)) {
            try {
                return in(path, false, problems);
            } catch (IOException e) {
                problems.accept(new Problem(Place.of(path.toString()), "cannot be read: " + e.getMessage()));
                return new Signatures(List.of());
            }
        }
        return unique(file(path, false, problems), problems);
    }

    private static Signatures in(Path directory, boolean tried, Consumer<Problem> problems) throws IOException {
        List<Path> files;
        try (Stream<Path> entries = Files.list(directory)) {
            files = entries.filter(YamlFile::isYaml).sorted().toList();
        }
        List<Signature> found = new ArrayList<>();
        files.forEach(file -> found.addAll(file(file, tried, problems)));
        return unique(found, problems);
    }

    private static List<Signature> file(Path file, boolean tried, Consumer<Problem> problems) {
        AtomicInteger told = new AtomicInteger();
        Consumer<Problem> counted = problem -> {
            told.incrementAndGet();
            problems.accept(problem);
        };
        return YamlFile.open(file, file.toString(), counted)
                .map(keys -> SignatureFile.read(keys, tried, told::get))
                .orElse(List.of());
    }

    /** These and others together; an id that is taken is told and its second signature left out. */
    public Signatures and(Signatures others, Consumer<Problem> problems) {
        List<Signature> both = new ArrayList<>(all);
        both.addAll(others.all);
        return unique(both, problems);
    }

    /** Those that fulfil a condition. */
    public Signatures that(Predicate<Signature> condition) {
        return new Signatures(all.stream().filter(condition).toList());
    }

    public Optional<Signature> named(String id) {
        return all.stream().filter(signature -> signature.id().equals(id)).findFirst();
    }

    private static Signatures unique(List<Signature> found, Consumer<Problem> problems) {
        Map<String, Signature> byId = new LinkedHashMap<>();
        for (Signature signature : found) {
            Signature other = byId.putIfAbsent(signature.id(), signature);
            if (other != null) {
                problems.accept(new Problem(
                        signature.origin(),
                        "the id '" + signature.id() + "' is taken by the signature at " + other.origin()));
            }
        }
        return new Signatures(List.copyOf(byId.values()));
    }
}
