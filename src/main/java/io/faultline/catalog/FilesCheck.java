package io.faultline.catalog;

import io.faultline.check.Check;
import io.faultline.check.Fact;
import io.faultline.check.Probe;
import io.faultline.check.Result;
import io.faultline.config.Problem;
import java.util.ArrayList;
import java.util.List;

/** Reports on the catalogue itself, so that what was refused is shown, mailed and remembered like any other problem. */
record FilesCheck(List<Problem> problems) implements Check {
    static final String NAME = "files";

    FilesCheck {
        problems = List.copyOf(problems);
    }

    @Override
    public Result run(Probe probe) {
        if (problems.isEmpty()) {
            return Result.ok("all files of the catalogue are good");
        }
        List<Fact> facts = new ArrayList<>();
        problems.stream()
                .limit(Result.MAX_FACTS - 1)
                .forEach(problem -> facts.add(Fact.of(problem.place().toString(), problem.message())));
        if (problems.size() > facts.size()) {
            facts.add(Fact.of("and", problems.size() - facts.size() + " more; faultline catalog check lists all"));
        }
        String summary = problems.size() == 1
                ? "a mistake in the catalogue, at " + problems.get(0).place()
                : problems.size() + " mistakes in the catalogue, the first at "
                        + problems.get(0).place();
        return Result.critical(summary, facts.toArray(Fact[]::new));
    }
}
