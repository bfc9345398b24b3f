package io.faultline.catalog;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.faultline.config.Names;
import io.faultline.config.Place;
import io.faultline.config.Problem;
import io.faultline.config.YamlFile;
import io.faultline.config.YamlKeys;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** One file of a catalogue while it is being read, with what is wrong in it. */
final class Source implements Consumer<Problem> {
    private static final int MOST_PROBLEMS = 100;

    private final Path file;
    private final String shownAs;
    private final List<Problem> problems = new ArrayList<>();
    private final Optional<byte[]> given;
    private byte[] content = {};
    private boolean readable;
    private int count;

    Source(Path file) {
        this(file, file.toString(), Optional.empty());
    }

    /** A file that was read elsewhere: only its name is used here. */
    Source(String file, byte[] content) {
        this(Path.of(file), file, Optional.of(content));
    }

    private Source(Path file, String shownAs, Optional<byte[]> given) {
        this.file = file;
        this.shownAs = shownAs;
        this.given = given;
    }

    String shownAs() {
        return shownAs;
    }

    /** The file's name without its ending: what kind of file it is, unless it is a service's. */
    String baseName() {
        String name = String.valueOf(file.getFileName());
        return name.substring(0, name.lastIndexOf('.'));
    }

    Optional<YamlKeys> open() {
        return bytes().flatMap(read ->
                YamlFile.parse(read, shownAs, file.toAbsolutePath().getParent(), this));
    }

    /** What stands in the file; or nothing, and a problem says why. */
    Optional<byte[]> bytes() {
        Optional<byte[]> bytes = given.isPresent() ? given : YamlFile.read(file, shownAs, this);
        bytes.ifPresent(read -> {
            content = read;
            readable = true;
        });
        return bytes;
    }

    boolean isNagios() {
        return NagiosFiles.is(file);
    }

    @Override
    public void accept(Problem problem) {
        count++;
        if (problems.size() < MOST_PROBLEMS) {
            problems.add(problem);
        } else if (count == MOST_PROBLEMS + 1) {
            problems.add(
                    new Problem(Place.of(shownAs), "more than " + MOST_PROBLEMS + " problems; the rest is not told"));
        }
    }

    void accept(Place place, String message) {
        accept(new Problem(place, message));
    }

    /** How many problems there were so far; a part of the file is good if none comes up while it is read. */
    int count() {
        return count;
    }

    List<Problem> problems() {
        return problems;
    }

    /**
     * What the file seems to define, whatever is wrong with it: so a reference to it is not called a mistake as well.
     * Nothing if there is no telling, because the file cannot be read at all.
     */
    Optional<Set<String>> claims(Pattern form) {
        if (!readable) {
            return Optional.empty();
        }
        Set<String> names = new HashSet<>();
        Matcher matcher = form.matcher(new String(content, StandardCharsets.ISO_8859_1));
        while (matcher.find()) {
            if (Names.isName(matcher.group(1))) {
                names.add(matcher.group(1));
            }
        }
        return Optional.of(names);
    }

    /** What was read is not needed any more. */
    void forget() {
        content = new byte[0];
    }
}
