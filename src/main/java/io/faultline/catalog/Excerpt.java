package io.faultline.catalog;

import io.faultline.check.CheckType;
import io.faultline.config.Problem;
import io.faultline.config.YamlFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The files of a catalogue that some of its services and machines are written in, with those that hold for all: enough
 * to run their checks on a machine that has no catalogue. What they refer to elsewhere may be missing, which only loses
 * the reference.
 *
 * @param files the content of each file by its name as it is shown
 */
public record Excerpt(Map<String, byte[]> files) {
    public Excerpt {
        files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
    }

    /**
     * Reads the files as they are now.
     *
     * @param paths what the catalogue was read from
     * @param subjects of that catalogue
     */
    public static Excerpt of(List<Path> paths, Collection<Subject> subjects) {
        Set<String> wanted = new HashSet<>();
        subjects.forEach(subject -> wanted.add(subject.place().file()));
        List<Problem> unreadable = new ArrayList<>();
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (Path file : CatalogFiles.under(paths, unreadable::add)) {
            String base = new Source(file).baseName();
            // A host's checks may be written in any of Nagios' files.
            boolean forAll = base.equals("machines") || base.equals("controller") || NagiosFiles.is(file);
            if (forAll || wanted.contains(file.toString())) {
                // What cannot be read is missing here, and so are the checks in it: that is told where they would run.
                YamlFile.read(file, file.toString(), unreadable::add)
                        .ifPresent(content -> files.put(file.toString(), content));
            }
        }
        return new Excerpt(files);
    }

    /** What is written there. Its problems include references to what was left out. */
    public Catalog read(Collection<CheckType> types) {
        return CatalogReader.read(files, types);
    }
}
