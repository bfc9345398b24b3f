package io.faultline.cli;

import io.faultline.history.Act;
import io.faultline.history.Entry;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Leaves words for the others. */
@Command(
        name = "note",
        description = "Leave a note about an incident, a service or a machine for the others.",
        mixinStandardHelpOptions = true)
final class NoteCommand implements Callable<Integer> {
    private final Host host;

    @Mixin
    Words words;

    @Parameters(index = "0", paramLabel = "NUMBER|SUBJECT", description = "An incident, a service or a machine.")
    String what;

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "TEXT", description = "What the others should know.")
    List<String> text = List.of();

    NoteCommand(Host host) {
        this.host = host;
    }

    @Override
    public Integer call() {
        Entry entry = words.at(host, (desk, history) -> desk.note(what, String.join(" ", text), words.by(host)));
        Optional<Long> incident = ((Act.Noted) entry.act()).incident();
        host.out().println("noted" + incident.map(id -> " with incident " + id).orElse(""));
        return 0;
    }
}
