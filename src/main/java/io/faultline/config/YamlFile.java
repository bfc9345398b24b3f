package io.faultline.config;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Opens a YAML 1.2 file whose document is one mapping. Never builds objects: only nodes with their places, so nothing
 * in a file can name a class. Files are bounded: {@value #MAX_BYTES} bytes, 20 aliases, 50 levels.
 */
public final class YamlFile {
    public static final int MAX_BYTES = 4 << 20;

    private YamlFile() {}

    /**
     * @param shownAs the file's name in problems, usually as the person gave it
     * @return the top-level keys, or nothing if the file cannot be read as a mapping; then a problem says why
     */
    public static Optional<YamlKeys> open(Path file, String shownAs, Consumer<Problem> problems) {
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(MAX_BYTES + 1);
        } catch (NoSuchFileException e) {
            problems.accept(new Problem(Place.of(shownAs), "no such file"));
            return Optional.empty();
        } catch (IOException e) {
            problems.accept(new Problem(Place.of(shownAs), "cannot be read: " + e.getMessage()));
            return Optional.empty();
        }
        if (content.length > MAX_BYTES) {
            problems.accept(new Problem(
                    Place.of(shownAs), "larger than " + Bytes.write(MAX_BYTES) + ", the limit for a YAML file"));
            return Optional.empty();
        }
        Path folder = file.toAbsolutePath().getParent();
        return parse(content, shownAs, folder, problems);
    }

    /** Reads a mapping from bytes; {@code folder} is where relative paths in it start. */
    public static Optional<YamlKeys> parse(byte[] content, String shownAs, Path folder, Consumer<Problem> problems) {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(shownAs)
                .setUseMarks(true)
                .setMaxAliasesForCollections(20)
                .setCodePointLimit(MAX_BYTES)
                // Said by us, with both places, instead of failing the whole file.
                .setAllowDuplicateKeys(true)
                .build();
        Optional<Node> root;
        try {
            root = new Compose(settings).composeInputStream(new ByteArrayInputStream(content));
        } catch (MarkedYamlEngineException e) {
            Place place = e.getProblemMark().map(m -> place(shownAs, m)).orElse(Place.of(shownAs));
            problems.accept(new Problem(place, "not valid YAML: " + e.getProblem()));
            return Optional.empty();
        } catch (YamlEngineException e) {
            problems.accept(new Problem(Place.of(shownAs), "not valid YAML: " + e.getMessage()));
            return Optional.empty();
        } catch (StackOverflowError e) {
            problems.accept(new Problem(Place.of(shownAs), "not valid YAML: nested too deeply"));
            return Optional.empty();
        }
        if (root.isEmpty()) {
            problems.accept(new Problem(Place.of(shownAs), "the file is empty; expected 'key: value' lines"));
            return Optional.empty();
        }
        if (!(root.get() instanceof MappingNode mapping)) {
            problems.accept(new Problem(
                    YamlKeys.place(shownAs, root.get()),
                    "expected 'key: value' lines, found " + YamlKeys.describe(root.get())));
            return Optional.empty();
        }
        return Optional.of(new YamlKeys(shownAs, folder, mapping, problems));
    }

    static Place place(String file, Mark mark) {
        return new Place(file, mark.getLine() + 1, mark.getColumn() + 1);
    }

    /** What a YAML file may be called. */
    public static boolean isYaml(Path file) {
        String name = String.valueOf(file.getFileName());
        return List.of(".yaml", ".yml").stream().anyMatch(name::endsWith) && !name.startsWith(".");
    }
}
