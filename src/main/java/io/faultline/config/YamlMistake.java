package io.faultline.config;

import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/**
 * The parser's complaints in the words of somebody who writes YAML by hand, at the place where the mistake was made
 * rather than where it was noticed. Nothing of the file's content is repeated: it could be a secret.
 */
final class YamlMistake {
    private YamlMistake() {}

    static Place place(String file, MarkedYamlEngineException e) {
        return YamlFile.place(file, isAtItsBeginning(e) ? e.getContextMark() : e.getProblemMark());
    }

    /** Whether the parser noticed late what went wrong where it began. */
    private static boolean isAtItsBeginning(MarkedYamlEngineException e) {
        String problem = problem(e);
        return e.getContextMark().isPresent()
                && (problem.startsWith("found unexpected end of stream")
                        || problem.startsWith("found unexpected document separator")
                        || problem.startsWith("could not find expected ':'"));
    }

    static String explained(MarkedYamlEngineException e) {
        String problem = problem(e);
        String context = String.valueOf(e.getContext());
        if (problem.contains("(TAB)")) {
            return "a tab cannot be used for indentation; use spaces";
        }
        if (problem.startsWith("found character")) {
            return "a text cannot start with this character; put the text in quotes";
        }
        if (context.contains("quoted scalar") && problem.startsWith("found unexpected")) {
            return "the quote that is opened here is never closed";
        }
        if (problem.startsWith("could not find expected ':'")) {
            return "expected 'key: value', found no ':' behind the key";
        }
        if (problem.startsWith("mapping values are not allowed")) {
            return "a ':' is not allowed here; put a text with ': ' in it in quotes, or mend the indentation";
        }
        if (problem.startsWith("sequence entries are not allowed")) {
            return "a list's '-' is not allowed here; mend the indentation or put the text in quotes";
        }
        if (problem.startsWith("mapping keys are not allowed") || problem.contains("Non scalar key")) {
            return "expected a plain text as key";
        }
        if (context.contains("flow sequence") || context.contains("flow mapping")) {
            String end = context.contains("sequence") ? "']'" : "'}'";
            return "expected ',' or " + end + " to go on with what is opened" + atLine(e.getContextMark());
        }
        if (problem.startsWith("expected <block end>")) {
            return "wrong indentation; this does not fit to what begins" + atLine(e.getContextMark());
        }
        if (problem.startsWith("found undefined alias")) {
            return "an alias (*name) that is not defined before; put a text that starts with '*' in quotes";
        }
        if (problem.contains("found another document")) {
            return "a second document ('---') in the same file; expected one";
        }
        if (problem.startsWith("found unknown escape character")) {
            return "an unknown escape; write a backslash twice, or use single quotes";
        }
        int content = problem.indexOf(", but");
        return "not valid YAML: " + (content < 0 ? withoutContent(problem) : problem.substring(0, content));
    }

    private static String withoutContent(String problem) {
        return problem.startsWith("found undefined tag") || problem.startsWith("unexpected character")
                ? "a tag (!) or a sign that has no meaning here"
                : problem;
    }

    private static String problem(MarkedYamlEngineException e) {
        return String.valueOf(e.getProblem());
    }

    private static String atLine(Optional<Mark> mark) {
        return mark.map(m -> " at line " + (m.getLine() + 1)).orElse(" before");
    }
}
