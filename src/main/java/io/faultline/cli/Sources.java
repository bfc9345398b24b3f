package io.faultline.cli;

import io.faultline.catalog.Catalog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** Where the catalogue and the state are: options that many commands share. */
final class Sources {
    @Option(
            names = {"-c", "--catalog"},
            paramLabel = "PATH",
            description =
                    "Catalogue folder or file; may be given several times. Else $$FAULTLINE_CATALOG, ./catalog or /etc/faultline/catalog.")
    List<Path> catalog = List.of();

    @Option(names = "--state", paramLabel = "FILE", description = "State file, instead of what controller.yaml says.")
    Path state;

    /** The state file: as given here, or as the settings say. */
    Path stateFile(Host host, Catalog read) {
        return state != null ? host.directory().resolve(state) : read.settings().state();
    }

    List<Path> catalogPaths(Host host) {
        if (!catalog.isEmpty()) {
            for (Path path : catalog) {
                if (!Files.exists(host.directory().resolve(path))) {
                    throw new CommandFailed("no catalogue at " + path + "; give a folder with --catalog");
                }
            }
            return catalog.stream().map(host.directory()::resolve).toList();
        }
        return host.catalogPlaces().stream()
                .filter(Files::exists)
                .findFirst()
                .map(List::of)
                .orElseThrow(() -> new CommandFailed(
                        "no catalogue found; looked for " + host.catalogPlaces() + "; give a folder with --catalog"));
    }
}
