package io.faultline.catalog.nagios;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A program and its arguments. Nagios hands a command line to a shell; here it is taken apart by the shell's rules of
 * quoting (POSIX 2.2), and what only a shell could do is refused.
 *
 * @param environment what stood as {@code NAME=value} before the program
 */
public record CommandLine(String program, List<String> arguments, Map<String, String> environment) {
    private static final Pattern ASSIGNMENT = Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)=(.*)", Pattern.DOTALL);
    private static final String OPERATORS = "|&;<>()`$*?[\n";

    public CommandLine {
        arguments = List.copyOf(arguments);
        environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
    }

    static CommandLine parse(String line) throws NotUnderstood {
        List<String> words = new Words(line).all();
        Map<String, String> environment = new LinkedHashMap<>();
        int first = 0;
        for (; first < words.size(); first++) {
            Matcher assignment = ASSIGNMENT.matcher(words.get(first));
            if (!assignment.matches()) {
                break;
            }
            environment.put(assignment.group(1), assignment.group(2));
        }
        if (first == words.size()) {
            throw new NotUnderstood("the command line names no program");
        }
        String program = words.get(first);
        if (!program.startsWith("/")) {
            throw new NotUnderstood("expected a program by its absolute path, found '" + program + "'");
        }
        return new CommandLine(program, words.subList(first + 1, words.size()), environment);
    }

    private static final class Words {
        private final String line;
        private final List<String> words = new ArrayList<>();
        private final StringBuilder word = new StringBuilder();
        private boolean inWord;
        private int at;

        Words(String line) {
            this.line = line;
        }

        List<String> all() throws NotUnderstood {
            while (at < line.length()) {
                char c = line.charAt(at++);
                if (c == ' ' || c == '\t') {
                    end();
                } else if (c == '\'') {
                    single();
                } else if (c == '"') {
                    twofold();
                } else if (c == '\\' && at < line.length()) {
                    add(line.charAt(at++));
                } else if (OPERATORS.indexOf(c) >= 0 || !inWord && (c == '~' || c == '#')) {
                    throw new NotUnderstood("'" + (c == '\n' ? "\\n" : c) + "' in the command line needs a shell, and"
                            + " Faultline uses none; quote it, or put the command into a script");
                } else {
                    add(c);
                }
            }
            end();
            return words;
        }

        private void add(char c) {
            inWord = true;
            word.append(c);
        }

        private void end() {
            if (inWord) {
                words.add(word.toString());
                word.setLength(0);
                inWord = false;
            }
        }

        private void single() throws NotUnderstood {
            int close = line.indexOf('\'', at);
            if (close < 0) {
                throw new NotUnderstood("a ' in the command line has no second one");
            }
            inWord = true;
            word.append(line, at, close);
            at = close + 1;
        }

        private void twofold() throws NotUnderstood {
            inWord = true;
            while (at < line.length()) {
                char c = line.charAt(at++);
                if (c == '"') {
                    return;
                }
                if (c == '$' || c == '`') {
                    throw new NotUnderstood("'" + c + "' within \"…\" in the command line needs a shell, and Faultline"
                            + " uses none; use '…' if it is meant as it stands");
                }
                if (c == '\\' && at < line.length() && "$`\"\\".indexOf(line.charAt(at)) >= 0) {
                    c = line.charAt(at++);
                }
                word.append(c);
            }
            throw new NotUnderstood("a \" in the command line has no second one");
        }
    }
}
