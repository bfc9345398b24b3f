package io.faultline.verdict;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Reads stages, steps, commands and failures from the lines in which CI servers and their runners announce them: Jenkins
 * (freestyle and pipeline), GitHub Actions and Azure, GitLab, Travis, and {@code sh -x}. By the form of the line only,
 * whichever server it is. Asked about every line, so it looks at the first byte first. Not for use by several threads.
 */
final class OutlineReader {
    static final int MAX_FAILURES = 16;
    static final int MAX_SUCCESSES = 32;
    static final int LAST_LINES = 12;
    private static final int MAX_TEXT = 300;
    /** What Jenkins announces like a step although nothing is done in it. */
    private static final Set<String> NO_STEPS = Set.of("stage", "Start of Pipeline");

    private static final String QUESTION = "failureVerdict";
    /** What a pipeline does with the answer to {@link #QUESTION}, about what failed before. */
    private static final Set<String> TALK = Set.of("echo", "error", "mail", "script", "withEnv");

    private final List<Failure> failures = new ArrayList<>();
    private final Deque<String> stages = new ArrayDeque<>();
    private final Deque<Long> successes = new ArrayDeque<>();
    private String format = "";
    private Step step = Step.WHOLE_LOG;
    private Step beforeCleanUp;
    private Step beforeStage = Step.WHOLE_LOG;
    private long cleanUp;
    private long epilogue = Long.MAX_VALUE;
    private boolean ended;
    /** Whether all since the last step was done about the answer to {@link #QUESTION}. */
    private boolean asked;
    /** Whether the last failure's reasons may still be coming. */
    private boolean open;

    /** The line at which the newest attempt of a step retry began; 0 if there was none. */
    private long attempt;

    private long minus = -1;
    private long lines;

    /** The lines at which failures were told, in order. */
    List<Failure> failures() {
        return failures;
    }

    void line(long number, byte[] line, int from, int to) {
        lines = number;
        if (to - from < 3) {
            return;
        }
        switch (line[from]) {
            case '[' -> bracket(number, line, from, to);
            case '-' -> minus = number;
            case '+' -> {
                // Not a diff, and not where the server itself announces commands: there a plus is some tool's output.
                if (line[from + 1] == ' ' && minus < number - 1 && (format.isEmpty() || format.equals("jenkins"))) {
                    traced(number, text(line, from + 2, to));
                }
            }
            case '$' -> {
                if (line[from + 1] == ' ') {
                    command(number, text(line, from + 2, to));
                }
            }
            case '#' -> {
                if (line[from + 1] == '#' && line[from + 2] == '[') {
                    workflow(number, text(line, from, to));
                }
            }
            case 'B', 'C', 'D', 'E', 'F', 'J', 'R', 'S', 'T', 'Y', 'm', 'n', 's', 't' -> words(number, line, from, to);
            default -> {}
        }
    }

    private void command(long number, String command) {
        close(number);
        step = new Step(number, number, command, stage());
    }

    /** A command of the script that runs: a script goes on after commands that fail, if only to say so and leave. */
    private void traced(long number, String command) {
        close(number);
        step = new Step(number, step.scriptLine(), command, stage());
    }

    private String stage() {
        return stages.isEmpty() ? "" : stages.peek();
    }

    private void bracket(long number, byte[] line, int from, int to) {
        byte second = line[from + 1];
        if (second == 'I' || second == 'E') {
            // Maven: "[INFO] BUILD SUCCESS" (in colour "[INFO] BUILD …" too, without the colour).
            if (starts(line, from, to, "[INFO] BUILD SUCCESS")) {
                succeeded(number);
            } else if (starts(line, from, to, "[INFO] BUILD FAILURE")
                    || starts(line, from, to, "[ERROR] BUILD ERROR")) {
                tool(number, line, from, to);
            }
            return;
        }
        if (starts(line, from, to, "[Pipeline] ")) {
            format = "jenkins";
            pipeline(number, text(line, from + 11, to));
            return;
        }
        // Jenkins freestyle: "[workspace] $ /bin/sh -xe /tmp/jenkins123.sh"
        int limit = Math.min(to, from + 100) - 3;
        for (int at = from + 1; at < limit; at++) {
            if (line[at] == ']') {
                if (line[at + 1] == ' ' && line[at + 2] == '$' && line[at + 3] == ' ') {
                    command(number, text(line, at + 4, to));
                }
                return;
            }
        }
    }

    private void pipeline(long number, String words) {
        if (words.startsWith("{ (")) {
            String name = words.substring(3, words.endsWith(")") ? words.length() - 1 : words.length());
            push(name);
            if (name.equals("Declarative: Post Actions") && cleanUp == 0) {
                cleanUp = number;
                beforeCleanUp = step;
            }
            beforeStage = step;
            step = new Step(number, number, "", name);
        } else if (words.equals("{")) {
            push(stage());
        } else if (words.equals("}")) {
            stages.poll();
        } else if (words.equals("retry")) {
            attempt = number;
            command(number, words);
        } else if (words.equals("End of Pipeline")) {
            epilogue = number;
        } else if (words.equals(QUESTION) || asked && TALK.contains(words)) {
            asked = true;
        } else if (!words.startsWith("//") && !NO_STEPS.contains(words)) {
            asked = false;
            // "[Pipeline] sh (label)", "[Pipeline] checkout", ...; sh -x lines refine it.
            command(number, words);
        }
    }

    private void tool(long number, byte[] line, int from, int to) {
        failed(Failure.Kind.TOOL, number, text(line, from, to), OptionalInt.empty());
    }

    private void push(String name) {
        if (stages.size() < 64) {
            stages.push(name);
        }
    }

    private void workflow(long number, String words) {
        format = "github";
        if (words.startsWith("##[group]Run ")) {
            command(number, words.substring(13));
        } else if (words.startsWith("##[section]Starting: ")) {
            command(number, words.substring(21));
        } else if (words.startsWith("##[command]")) {
            if (step.command().isEmpty()) {
                command(number, words.substring(11));
            }
        } else if (words.startsWith("##[error]")) {
            String lower = words.toLowerCase(Locale.ROOT);
            if (lower.contains("canceled") || lower.contains("exceeded the maximum execution time")) {
                failed(Failure.Kind.ABORTED, number, words, OptionalInt.empty());
            } else if (lower.contains("exit code") || lower.contains("exited with")) {
                failed(Failure.Kind.STEP, number, words, lastNumber(words));
            }
        } else if (words.startsWith("##[section]Finishing: Job")) {
            ended = true;
        }
    }

    private void words(long number, byte[] line, int from, int to) {
        switch (line[from]) {
            case 'B' -> {
                if (starts(line, from, to, "Building remotely on ")
                        || starts(line, from, to, "Building in workspace ")) {
                    format = "jenkins";
                } else if (starts(line, from, to, "Build step '")) {
                    String words = text(line, from, to);
                    if (words.contains("marked build as failure")) {
                        failed(Failure.Kind.STEP, number, words, OptionalInt.empty());
                    }
                } else if (starts(line, from, to, "BUILD SUCCESS")) {
                    succeeded(number);
                } else if (starts(line, from, to, "BUILD FAIL")) {
                    tool(number, line, from, to);
                } else if (starts(line, from, to, "Build was aborted")
                        || starts(line, from, to, "Build timed out (after ")) {
                    failed(Failure.Kind.ABORTED, number, text(line, from, to), OptionalInt.empty());
                }
            }
            case 'C' -> {
                if (starts(line, from, to, "Cleaning up orphan processes")) {
                    ended = true;
                } else if (starts(line, from, to, "Cancelling nested steps due to timeout")) {
                    failed(Failure.Kind.ABORTED, number, text(line, from, to), OptionalInt.empty());
                }
            }
            case 'D' -> {
                if (starts(line, from, to, "Done. Your build exited with ")) {
                    ended = true;
                    exit(Failure.Kind.BUILD, number, text(line, from, to));
                }
            }
            case 'E' -> {
                if (starts(line, from, to, "ERROR: script returned exit code ")) {
                    exit(Failure.Kind.BUILD, number, text(line, from, to));
                } else if (starts(line, from, to, "ERROR: Error fetching remote repo")
                        || starts(line, from, to, "ERROR: Error cloning remote repo")
                        || starts(line, from, to, "ERROR: Maximum checkout retry attempts reached")) {
                    failedWithReasons(number, line, from, to);
                } else if (starts(line, from, to, "ERROR: Job failed")) {
                    ended = true;
                    failed(Failure.Kind.STEP, number, text(line, from, to), lastNumber(text(line, from, to)));
                } else if (starts(line, from, to, "Error: Process completed with exit code ")
                        || starts(line, from, to, "Exited with code ")) {
                    exit(Failure.Kind.STEP, number, text(line, from, to));
                }
            }
            case 'F' -> {
                if (starts(line, from, to, "FATAL: ")) {
                    failedWithReasons(number, line, from, to);
                } else if (starts(line, from, to, "Finished: ")) {
                    ended = true;
                    String words = text(line, from, to);
                    format = "jenkins";
                    if (words.startsWith("SUCCESS", 10)) {
                        succeeded(number);
                    } else if (words.startsWith("FAILURE", 10)) {
                        failed(Failure.Kind.BUILD, number, words, OptionalInt.empty());
                    } else if (words.startsWith("ABORTED", 10)) {
                        failed(Failure.Kind.ABORTED, number, words, OptionalInt.empty());
                    }
                }
            }
            case 'R' -> {
                if (open && starts(line, from, to, "Retrying after ")) {
                    open = false;
                    failures.remove(failures.size() - 1);
                } else if (to - from == "Retrying".length() && starts(line, from, to, "Retrying")) {
                    triedAgain(number);
                }
            }
            case 'Y' -> {
                if (starts(line, from, to, "Your build has been stopped")) {
                    ended = true;
                }
            }
            case 'J' -> {
                if (starts(line, from, to, "Job succeeded")) {
                    ended = true;
                    succeeded(number);
                }
            }
            case 'S' -> {
                if (starts(line, from, to, "Started by ") && number < 20) {
                    format = "jenkins";
                }
                if (starts(line, from, to, "Stage \"") && cleanUp == 0) {
                    String words = text(line, from, to);
                    if (words.contains("skipped due to earlier failure")) {
                        cleanUp = number;
                        beforeCleanUp = beforeStage;
                    }
                }
            }
            case 'T' -> {
                if (starts(line, from, to, "The command \"")) {
                    String words = tail(line, from, to);
                    if (words.contains("\" exited with ") || words.contains("\" failed and exited with ")) {
                        exit(Failure.Kind.STEP, number, words);
                    }
                }
            }
            case 'm' -> {
                if (starts(line, from, to, "make: *** [") || starts(line, from, to, "make: *** No rule")) {
                    tool(number, line, from, to);
                }
            }
            case 'n' -> {
                if (starts(line, from, to, "npm ERR! code ") || starts(line, from, to, "npm error code ")) {
                    tool(number, line, from, to);
                }
            }
            case 's' -> {
                if (starts(line, from, to, "section_start:")) {
                    String words = text(line, from, to);
                    format = "gitlab";
                    stages.clear();
                    push(words.substring(words.lastIndexOf(':') + 1));
                }
            }
            case 't' -> {
                if (starts(line, from, to, "travis_fold:start:")) {
                    format = "travis";
                    stages.clear();
                    push(text(line, from + 18, to));
                } else if (starts(line, from, to, "travis_fold:end:")) {
                    stages.clear();
                }
            }
            default -> {}
        }
    }

    private void exit(Failure.Kind kind, long number, String words) {
        OptionalInt code = lastNumber(words);
        if (code.isEmpty()) {
            return;
        }
        if (code.getAsInt() == 0) {
            succeeded(number);
        } else {
            failed(kind, number, words, code);
        }
    }

    private void failed(Failure.Kind kind, long number, String words, OptionalInt code) {
        close(number);
        if (failures.size() == MAX_FAILURES) {
            failures.remove(MAX_FAILURES / 2);
        }
        failures.add(new Failure(kind, Quote.of(number, words), code, step, number));
    }

    /** Jenkins itself failed at something and tells why in the lines that follow, to the next thing it does. */
    private void failedWithReasons(long number, byte[] line, int from, int to) {
        if (format.equals("jenkins") && !open) {
            failed(Failure.Kind.STEP, number, text(line, from, to), OptionalInt.empty());
            open = true;
        }
    }

    /** The step retry says so on a line of its own, after whatever failed in the attempt that it takes back. */
    private void triedAgain(long number) {
        if (attempt > 0) {
            open = false;
            failures.removeIf(failure -> failure.quote().line() > attempt);
            attempt = number;
        }
    }

    private void close(long number) {
        if (open) {
            open = false;
            Failure failure = failures.remove(failures.size() - 1);
            failures.add(new Failure(
                    failure.kind(),
                    failure.quote(),
                    failure.exitCode(),
                    failure.step(),
                    Math.max(number - 1, failure.until())));
        }
    }

    private void succeeded(long number) {
        if (successes.size() == MAX_SUCCESSES) {
            successes.poll();
        }
        successes.add(number);
    }

    /** The last whole number in a text; an exit code is the last one in each line that tells it. */
    private static OptionalInt lastNumber(String words) {
        int end = words.length();
        while (end > 0 && !Character.isDigit(words.charAt(end - 1))) {
            end--;
        }
        int from = end;
        while (from > 0 && end - from < 6 && words.charAt(from - 1) >= '0' && words.charAt(from - 1) <= '9') {
            from--;
        }
        return from == end ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(words.substring(from, end)));
    }

    private static boolean starts(byte[] line, int from, int to, String words) {
        if (to - from < words.length()) {
            return false;
        }
        for (int i = 0; i < words.length(); i++) {
            if (line[from + i] != words.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static String text(byte[] line, int from, int to) {
        return new String(line, from, Math.min(to - from, MAX_TEXT), StandardCharsets.UTF_8).strip();
    }

    /** Begin and end of a line: a command may be long, and its exit code stands after it. */
    private static String tail(byte[] line, int from, int to) {
        if (to - from <= MAX_TEXT) {
            return text(line, from, to);
        }
        return text(line, from, from + MAX_TEXT / 2) + " … " + text(line, to - MAX_TEXT / 2, to);
    }

    /** Called at the end of the log. */
    LogOutline outline(List<Quote> lastLines) {
        close(lines + 1);
        Failure told = null;
        for (Failure failure : failures) {
            if (failure.kind() == Failure.Kind.STEP) {
                told = failure;
                break;
            }
        }
        Step failing = step;
        long failedAt = lines;
        if (told != null) {
            failing = told.step();
            failedAt = told.until();
        } else if (!failures.isEmpty()) {
            told = failures.get(failures.size() - 1);
            for (Failure failure : failures) {
                if (failure.kind() != Failure.Kind.TOOL) {
                    told = failure;
                    break;
                }
            }
            boolean cleanedUp = cleanUp > 0 && cleanUp < told.quote().line();
            failing = cleanedUp ? beforeCleanUp : told.step();
            failedAt = cleanedUp ? cleanUp : Math.min(told.quote().line(), epilogue);
        }
        return new LogOutline(
                lines,
                failures,
                List.copyOf(successes),
                failing,
                failedAt,
                format,
                told != null,
                epilogue,
                ended,
                lastLines);
    }
}
