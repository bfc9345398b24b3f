package io.faultline.cli;

import io.faultline.check.CheckId;
import io.faultline.history.Transition;
import io.faultline.report.Terminal;
import io.faultline.run.RunListener;
import java.io.PrintStream;
import java.util.HashSet;
import java.util.Set;

/**
 * Shows results as they are stored: a line a result, or, where a person looks on, a line a problem and a moving line at
 * the bottom that says how far it is.
 */
final class Progress implements RunListener {
    private static final String CLEAR = "\r\u001b[K";

    private final PrintStream out;
    private final Terminal terminal;
    private final boolean moving;
    private final Show show;
    private final int all;
    private final Set<CheckId> done = new HashSet<>();
    private final Set<CheckId> unsure = new HashSet<>();
    private int problems;
    private boolean shown;

    /** Which results get a line. */
    enum Show {
        ALL,
        PROBLEMS,
        /** When a problem begins, becomes certain or ends. */
        CHANGES;

        private boolean wants(Transition transition) {
            boolean ok = transition.observation().result().isOk();
            boolean wasOk =
                    transition.before().map(state -> state.failures() == 0).orElse(true);
            return switch (this) {
                case ALL -> true;
                case PROBLEMS -> !ok || transition.recovered();
                case CHANGES -> ok != wasOk || transition.becameHard();
            };
        }
    }

    /** @param all how many checks there are, for the moving line */
    Progress(PrintStream out, Terminal terminal, boolean moving, Show show, int all) {
        this.out = out;
        this.terminal = terminal;
        this.moving = moving;
        this.show = show;
        this.all = all;
    }

    @Override
    public synchronized void recorded(Transition transition) {
        CheckId check = transition.after().check();
        if (transition.after().isSoftProblem()) {
            unsure.add(check);
        } else {
            unsure.remove(check);
            done.add(check);
        }
        if (transition.becameHard()) {
            problems++;
        }
        if (show.wants(transition)) {
            line(terminal.line(transition));
            if (transition.becameHard()) {
                String facts = terminal.facts(transition.observation().result());
                if (!facts.isEmpty()) {
                    out.print(facts);
                    if (!facts.endsWith("\n")) {
                        out.println();
                    }
                }
            }
        }
        if (moving) {
            out.print(CLEAR + done.size() + " of " + all + " checks done"
                    + (unsure.isEmpty() ? "" : ", " + unsure.size() + " being tried again")
                    + (problems == 0 ? "" : ", " + problems + " problems") + " ");
            out.flush();
            shown = true;
        }
    }

    @Override
    public synchronized void trouble(String message) {
        line("faultline: " + message);
    }

    private void line(String text) {
        end();
        out.println(text);
    }

    /** Removes the moving line. */
    synchronized void end() {
        if (shown) {
            out.print(CLEAR);
            shown = false;
        }
    }
}
