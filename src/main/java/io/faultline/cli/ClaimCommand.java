package io.faultline.cli;

import io.faultline.alert.Desk;
import io.faultline.history.Claim;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says that somebody works on an incident. */
@Command(
        name = "claim",
        description = "Say that you work on an incident, so that nobody else does; for 24 hours if nothing is said.",
        mixinStandardHelpOptions = true)
final class ClaimCommand implements Callable<Integer> {
    private final Host host;

    @Mixin
    Words words;

    @Mixin
    Until until;

    @Option(names = "--release", description = "It is nobody's any more.")
    boolean release;

    @Parameters(paramLabel = "NUMBER", description = "The incident; 'faultline incidents' lists them.")
    long incident;

    ClaimCommand(Host host) {
        this.host = host;
    }

    @Override
    public Integer call() {
        if (release && until.isGiven()) {
            throw new CommandFailed("expected --release, or a time, not both");
        }
        String said = words.at(host, (desk, history) -> {
            if (release) {
                desk.release(incident, words.by(host));
                return "incident " + incident + " is nobody's any more";
            }
            Claim claim = desk.claim(
                    incident, until.from(host.clock().instant(), host, Optional.of(Desk.USUAL_CLAIM)), words.by(host));
            return "incident " + incident + " is claimed by " + claim.by() + " until "
                    + Words.clock(host, claim.until());
        });
        host.out().println(said);
        return 0;
    }
}
