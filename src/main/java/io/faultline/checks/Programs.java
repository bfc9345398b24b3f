package io.faultline.checks;

import io.faultline.check.Probe;
import io.faultline.check.Program;
import io.faultline.net.LocalFault;
import java.io.IOException;

/** Programs that checks need on this machine. */
final class Programs {
    private Programs() {}

    /**
     * @param from the Debian package that has it
     * @throws LocalFault if it is not there
     */
    static Program.Output run(Probe probe, Program program, String from) throws IOException {
        try {
            return probe.run(program);
        } catch (Program.NotStarted e) {
            throw new LocalFault(e.getMessage() + " (the package " + from + " has it)", e);
        }
    }
}
