package io.faultline.cli;

import io.faultline.catalog.Catalog;
import io.faultline.history.History;
import io.faultline.overview.Overview;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Writes the pages from what is known, without running anything. */
@Command(
        name = "overview",
        description = "Write the pages from what is known, without running anything.",
        mixinStandardHelpOptions = true)
final class OverviewCommand implements Callable<Integer> {
    private final Host host;

    @Mixin
    Sources sources;

    @Parameters(paramLabel = "DIR", description = "Where to.")
    Path folder;

    OverviewCommand(Host host) {
        this.host = host;
    }

    @Override
    public Integer call() throws IOException {
        Catalog catalog = RunCommand.catalog(host, sources);
        try (History history = Store.openToRead(sources.stateFile(host, catalog))) {
            Path index = new Overview(catalog, history, host.zone())
                    .write(host.directory().resolve(folder), host.clock().instant());
            host.out().println(index);
            return 0;
        }
    }
}
