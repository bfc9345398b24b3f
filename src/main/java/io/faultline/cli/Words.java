package io.faultline.cli;

import io.faultline.alert.Desk;
import io.faultline.catalog.Catalog;
import io.faultline.config.Moments;
import io.faultline.history.History;
import java.time.Instant;
import java.util.function.BiFunction;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the commands share by which people say what they do about problems. */
final class Words {
    @Mixin
    Sources sources;

    @Option(names = "--by", paramLabel = "NAME", description = "Who says so; else $$SUDO_USER, $$USER or $$LOGNAME.")
    String by;

    String by(Host host) {
        return by != null ? by : host.user();
    }

    /** Does it at the desk, over the state that another process may be deciding over. */
    <T> T at(Host host, BiFunction<Desk, History, T> what) {
        Catalog catalog = RunCommand.catalog(host, sources);
        try (History history = Store.openBeside(sources.stateFile(host, catalog))) {
            return what.apply(new Desk(catalog, history, host.clock()), history);
        } catch (IllegalArgumentException e) {
            throw new CommandFailed(e.getMessage(), e);
        }
    }

    static String clock(Host host, Instant at) {
        return Moments.write(at, host.zone());
    }
}
