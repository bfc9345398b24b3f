package io.faultline.catalog.nagios;

import io.faultline.config.Names;
import io.faultline.config.Place;
import io.faultline.config.Problem;
import io.faultline.config.Shown;
import io.faultline.config.Written;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * One file: its {@code define} blocks, or the {@code name=value} lines of a resource file or main file.
 *
 * @param definitions in order
 * @param settings such as {@code $USER1$} or {@code interval_length}
 */
record ObjectFile(List<Definition> definitions, Map<String, Written> settings) {
    private static final Set<String> TYPES = Set.of(
            "host",
            "hostgroup",
            "hostdependency",
            "hostescalation",
            "hostextinfo",
            "service",
            "servicegroup",
            "servicedependency",
            "serviceescalation",
            "serviceextinfo",
            "command",
            "contact",
            "contactgroup",
            "timeperiod");

    ObjectFile {
        definitions = List.copyOf(definitions);
        settings = Map.copyOf(settings);
    }

    static ObjectFile read(String shownAs, byte[] content, Consumer<Problem> problems) {
        return new Reading(shownAs, problems).read(text(content));
    }

    /** Nagios knows bytes only; what is no UTF-8 was written in Latin-1. */
    private static String text(byte[] content) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content))
                    .toString();
        } catch (CharacterCodingException e) {
            return new String(content, StandardCharsets.ISO_8859_1);
        }
    }

    private static final class Reading {
        private final String file;
        private final Consumer<Problem> problems;
        private final List<Definition> definitions = new ArrayList<>();
        private final Map<String, Written> settings = new LinkedHashMap<>();
        private final Map<String, Written> open = new LinkedHashMap<>();
        private String type = "";
        private Place begin;
        private boolean skipping;

        Reading(String file, Consumer<Problem> problems) {
            this.file = file;
            this.problems = problems;
            this.begin = Place.of(file);
        }

        ObjectFile read(String text) {
            List<String> lines = text.lines().toList();
            for (int i = 0; i < lines.size(); i++) {
                int first = i;
                String line = lines.get(i);
                while (line.endsWith("\\") && !line.endsWith("\\\\") && i + 1 < lines.size()) {
                    line = line.substring(0, line.length() - 1) + lines.get(++i).stripLeading();
                }
                if (line.endsWith("\\\\")) {
                    line = line.substring(0, line.length() - 1);
                }
                String bare = withoutComment(line);
                String stripped = bare.strip();
                if (!stripped.isEmpty() && !stripped.startsWith("#")) {
                    take(stripped, new Place(file, first + 1, bare.indexOf(stripped) + 1));
                }
            }
            if (!type.isEmpty()) {
                problem(begin, "this 'define " + type + "' has no end; expected a line with '}'");
            }
            return new ObjectFile(definitions, settings);
        }

        /** A semicolon begins a comment unless a backslash stands before it. */
        private static String withoutComment(String line) {
            if (line.indexOf(';') < 0) {
                return line;
            }
            StringBuilder kept = new StringBuilder(line.length());
            for (int i = 0; i < line.length(); i++) {
                char c = line.charAt(i);
                if (c == '\\' && i + 1 < line.length() && line.charAt(i + 1) == ';') {
                    kept.append(';');
                    i++;
                } else if (c == ';') {
                    break;
                } else {
                    kept.append(c);
                }
            }
            return kept.toString();
        }

        private void take(String line, Place place) {
            if (line.startsWith("define") && (line.length() == 6 || " \t{".indexOf(line.charAt(6)) >= 0)) {
                begin(line.substring(6).strip(), place);
            } else if (type.isEmpty() && !skipping) {
                setting(line, place);
            } else if (line.equals("}")) {
                end();
            } else if (!skipping) {
                directive(line, place);
            }
        }

        private void begin(String rest, Place place) {
            if (!type.isEmpty()) {
                problem(
                        place,
                        "a 'define' inside the one that begins at line " + begin.line()
                                + "; expected a line with '}' before it");
            }
            String named = (rest.endsWith("{") ? rest.substring(0, rest.length() - 1) : rest).strip();
            open.clear();
            begin = place;
            skipping = !TYPES.contains(named) || !rest.endsWith("{");
            type = skipping ? "" : named;
            if (!TYPES.contains(named)) {
                problem(
                        place,
                        "expected 'define' and a type of Nagios object, found '" + Shown.oneLine(named, 80) + "'"
                                + Names.didYouMean(named, TYPES));
            } else if (skipping) {
                problem(place, "expected 'define " + named + " {' on one line");
            }
        }

        private void end() {
            if (!skipping) {
                definitions.add(new Definition(type, begin, open));
            }
            type = "";
            skipping = false;
        }

        private void directive(String line, Place place) {
            int blank = 0;
            while (blank < line.length() && line.charAt(blank) != ' ' && line.charAt(blank) != '\t') {
                blank++;
            }
            String value = line.substring(blank).strip();
            String name = Directives.canonical(type, line.substring(0, blank));
            if (!Directives.known(type, name)) {
                problem(
                        place,
                        "unknown directive '" + Shown.oneLine(name, 80) + "' of a " + type
                                + Names.didYouMean(name, Directives.of(type)));
            } else {
                Place where = new Place(file, place.line(), place.column() + line.length() - value.length());
                // As in Nagios, the last one holds.
                open.put(name, new Written(value, where));
            }
        }

        private void setting(String line, Place place) {
            int sign = line.indexOf('=');
            if (sign < 1) {
                problem(place, "expected 'define … {' or 'name=value', found '" + Shown.oneLine(line, 80) + "'");
            } else {
                settings.put(
                        line.substring(0, sign).strip(),
                        new Written(line.substring(sign + 1).strip(), place));
            }
        }

        private void problem(Place place, String message) {
            problems.accept(new Problem(place, message));
        }
    }
}
