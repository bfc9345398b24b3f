package io.faultline.catalog;

import io.faultline.config.Keys;
import io.faultline.config.Problem;
import io.faultline.config.Written;
import io.faultline.config.YamlFile;
import io.faultline.config.YamlKeys;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What has to be watched, with which types of check, and which real programs each type was proved against. It is data,
 * in {@value #RESOURCE}, and becomes two tables of the documentation; a test holds it true.
 *
 * @param rows what has to be watched, in the order of the table
 * @param proofs by type of check
 */
record Coverage(List<Row> rows, Map<String, Proof> proofs) {
    static final String RESOURCE = "coverage.yaml";

    private static final String TESTS = "../../src/test/java/io/faultline/";
    private static final String EXAMPLES = "../../resources/catalog/";

    Coverage {
        rows = List.copyOf(rows);
        proofs = Map.copyOf(proofs);
    }

    /**
     * @param what in the words of those who need it
     * @param types of checks
     * @param examples files below {@code resources/catalog} that use them
     */
    record Row(String id, String what, List<String> types, List<String> examples) {}

    /**
     * @param packages Debian's packages of the programs, with the versions that the type was seen to work with
     * @param standIn what answered instead, where Debian has no such program
     * @param tests classes below {@code io.faultline}, such as {@code peers.AptPeersTest}
     */
    record Proof(SortedMap<String, String> packages, Optional<String> standIn, List<String> tests) {
        private Stream<String> programs() {
            return Stream.concat(
                    packages.entrySet().stream().map(one -> one.getKey() + " " + one.getValue()), standIn.stream());
        }

        private String links() {
            return tests.stream()
                    .map(test -> "[" + test.substring(test.lastIndexOf('.') + 1) + "](" + TESTS + test.replace('.', '/')
                            + ".java)")
                    .collect(Collectors.joining(", "));
        }
    }

    /**
     * What is shipped.
     *
     * @throws IllegalStateException if it cannot be read, which a test excludes
     */
    static Coverage shipped() {
        List<Problem> problems = new ArrayList<>();
        try (InputStream in = Coverage.class.getResourceAsStream(RESOURCE)) {
            Optional<YamlKeys> keys =
                    YamlFile.parse(in.readAllBytes(), RESOURCE, Path.of("").toAbsolutePath(), problems::add);
            Optional<Coverage> coverage = keys.map(Coverage::read);
            keys.ifPresent(Keys::refuseOthers);
            if (coverage.isPresent() && problems.isEmpty()) {
                return coverage.get();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new IllegalStateException(problems.toString());
    }

    private static Coverage read(Keys keys) {
        Map<String, Proof> proofs = new LinkedHashMap<>();
        keys.namedMappings("proofs", "What each type was proved against.")
                .forEach((type, proof) -> proofs.put(
                        type,
                        new Proof(
                                new TreeMap<>(proof.textMap("packages", "Debian's packages, with their versions.")),
                                proof.optionalText("stand-in", "What answered instead."),
                                proof.texts("tests", "The test classes, below io.faultline."))));
        List<Row> rows = keys.mappings("rows", "What has to be watched.").stream()
                .map(row -> new Row(
                        row.text("row", "Its name."),
                        row.text("what", "What is watched."),
                        row.names("types", "Types of checks.").stream()
                                .map(Written::text)
                                .toList(),
                        row.texts("examples", "Files below resources/catalog.")))
                .toList();
        return new Coverage(rows, proofs);
    }

    /** The table of what has to be watched. */
    String rowsTable() {
        StringBuilder table =
                new StringBuilder("| | what | checks | example | proved against |\n|---|---|---|---|---|\n");
        for (Row row : rows) {
            line(
                    table,
                    row.id,
                    row.what,
                    row.types.stream().map(CatalogDocs::link).collect(Collectors.joining(", ")),
                    row.examples.stream()
                            .map(file -> "[" + file.replace("services/", "") + "](" + EXAMPLES + file + ")")
                            .collect(Collectors.joining(", ")),
                    row.types.stream()
                            .flatMap(type -> proofs.get(type).programs())
                            .distinct()
                            .collect(Collectors.joining(", ")));
        }
        return table.toString();
    }

    /** The table of types, with the tests that prove them. */
    String proofsTable() {
        StringBuilder table = new StringBuilder("| type | proved against | by |\n|---|---|---|\n");
        proofs.keySet().stream().sorted().forEach(type -> {
            Proof proof = proofs.get(type);
            line(table, CatalogDocs.link(type), proof.programs().collect(Collectors.joining(", ")), proof.links());
        });
        return table.toString();
    }

    private static void line(StringBuilder table, String... cells) {
        table.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }
}
