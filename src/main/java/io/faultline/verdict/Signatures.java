package io.faultline.verdict;

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
import java.util.stream.Stream;

/** A set of signatures with unique ids. Immutable. */
public record Signatures(List<Signature> all) {
    private static final String BUILT_IN = "/io/faultline/signatures";
    /** A signature file larger than this is refused. */
    private static final long MAX_FILE_BYTES = 4 << 20;

    public Signatures {
        all = List.copyOf(all);
    }

    /** Those that come with Faultline. */
    public static Signatures builtIn() {
        URL directory = Signatures.class.getResource(BUILT_IN);
        if (directory == null) {
            return new Signatures(List.of());
        }
        try {
            if (directory.openConnection() instanceof JarURLConnection jar) {
                Path archive = Path.of(jar.getJarFileURL().toURI());
                try (FileSystem files = FileSystems.newFileSystem(archive)) {
                    return in(files.getPath(BUILT_IN));
                }
            }
            return in(Path.of(URI.create(directory.toString())));
        } catch (IOException e) {
            throw new UncheckedIOException("the signatures that come with Faultline cannot be read", e);
        } catch (SignatureException | URISyntaxException e) {
            throw new IllegalStateException("the signatures that come with Faultline are wrong: " + e.getMessage(), e);
        }
    }

    /** All {@code *.yaml} files right inside a directory, in the order of their names. */
    public static Signatures in(Path directory) throws IOException, SignatureException {
        List<Path> files;
        try (Stream<Path> entries = Files.list(directory)) {
            files = entries.filter(entry -> entry.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
        List<Signature> found = new ArrayList<>();
        for (Path file : files) {
            found.addAll(of(file).all());
        }
        return unique(found);
    }

    /** One file. */
    public static Signatures of(Path file) throws IOException, SignatureException {
        if (Files.size(file) > MAX_FILE_BYTES) {
            throw new SignatureException(file + ": larger than " + MAX_FILE_BYTES + " bytes");
        }
        return unique(SignatureFile.read(file.toString(), Files.readString(file)));
    }

    /** These and others together. */
    public Signatures and(Signatures others) throws SignatureException {
        List<Signature> both = new ArrayList<>(all);
        both.addAll(others.all);
        return unique(both);
    }

    private static Signatures unique(List<Signature> found) throws SignatureException {
        Map<String, Signature> byId = new LinkedHashMap<>();
        for (Signature signature : found) {
            Signature other = byId.putIfAbsent(signature.id(), signature);
            if (other != null) {
                throw new SignatureException(signature.origin() + ": the id \"" + signature.id()
                        + "\" is taken by the signature at " + other.origin());
            }
        }
        return new Signatures(found);
    }
}
