package io.faultline.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/** Uses what most commands use, so that the launcher's class-data archive holds it. */
@Command(name = "train", hidden = true, description = "For the launcher: loads what most commands need.")
final class TrainCommand implements Callable<Integer> {
    private final Host host;

    TrainCommand(Host host) {
        this.host = host;
    }

    @Override
    public Integer call() throws IOException {
        Path folder = Files.createTempDirectory("faultline-train");
        try {
            PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
            Host quiet =
                    new Host(host.clock(), host.zone(), host.environment(), folder, folder, nowhere, nowhere, false);
            Main.run(quiet, "--version");
            Main.run(quiet, "demo", "--out", folder.resolve("demo").toString());
            String catalog = folder.resolve("demo/catalog").toString();
            Main.run(quiet, "catalog", "check", catalog);
            Main.run(
                    quiet,
                    "status",
                    "--catalog",
                    catalog,
                    "--state",
                    folder.resolve("demo/state.db").toString());
            return 0;
        } finally {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}
