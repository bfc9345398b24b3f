package io.faultline.cli;

import io.faultline.catalog.Catalog;
import io.faultline.report.JsonLines;
import io.faultline.report.NagiosLines;
import io.faultline.run.RunListener;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The files that every result is written to, as far as they are asked for. */
final class ResultFiles implements Closeable {
    private final Optional<JsonLines> json;
    private final Optional<OutputStream> nagios;

    private ResultFiles(Optional<JsonLines> json, Optional<OutputStream> nagios) {
        this.json = json;
        this.nagios = nagios;
    }

    static ResultFiles open(Host host, Outputs outputs) throws IOException {
        if (Outputs.isStandardOutput(outputs.json) && Outputs.isStandardOutput(outputs.nagios)) {
            throw new CommandFailed("only one of --json and --nagios can go to standard output");
        }
        Optional<JsonLines> json = outputs.json == null
                ? Optional.empty()
                : Optional.of(new JsonLines(stream(host, outputs.json, "JSON Lines")));
        return new ResultFiles(
                json,
                outputs.nagios == null ? Optional.empty() : Optional.of(stream(host, outputs.nagios, "Nagios lines")));
    }

    private static OutputStream stream(Host host, Path path, String what) {
        if (Outputs.isStandardOutput(path)) {
            return host.out();
        }
        Path file = host.directory().resolve(path);
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            // Opening a pipe would wait for its reader, perhaps for ever.
            throw new CommandFailed(what + " cannot be written to " + file
                    + ": it is no regular file; write to - and let the shell redirect that");
        }
        try {
            return Files.newOutputStream(file);
        } catch (IOException e) {
            throw new CommandFailed(what + " cannot be written to " + file + ": " + e, e);
        }
    }

    List<RunListener> listeners(Catalog catalog) {
        List<RunListener> listeners = new ArrayList<>();
        json.ifPresent(listeners::add);
        nagios.ifPresent(out -> listeners.add(new NagiosLines(out, catalog)));
        return listeners;
    }

    @Override
    public void close() throws IOException {
        try {
            if (json.isPresent()) {
                json.get().close();
            }
        } finally {
            if (nagios.isPresent()) {
                nagios.get().close();
            }
        }
    }
}
