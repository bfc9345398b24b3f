package io.faultline.catalog;

import io.faultline.check.Check;
import io.faultline.check.Fact;
import io.faultline.check.Probe;
import io.faultline.check.Result;

/**
 * Stands for a check whose machine's address is not known, because what is written about the machine is refused or
 * missing. So the check is not lost in silence.
 */
record MachineNotKnown(String machine) implements Check {
    @Override
    public Result run(Probe probe) {
        return Result.unknown(
                "the address of machine '" + machine + "' is not known",
                Fact.of("why", "what the catalogue says about the machine is refused or missing"),
                Fact.of("what to do", "faultline catalog check names the file and line"));
    }
}
