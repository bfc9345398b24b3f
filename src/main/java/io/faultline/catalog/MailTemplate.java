package io.faultline.catalog;

import io.faultline.config.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/**
 * How mails of a kind read: the subject, an empty line, and paragraphs with an empty line between. {@code {name}} stands
 * for a value. A line with a value that is empty is left out; so is a paragraph that has values of several lines, all of
 * them empty. There is nothing else to it, so a value can never be taken for a part of the template.
 */
public record MailTemplate(String subject, List<List<String>> paragraphs) {
    private static final int MOST_LINES = 200;
    private static final int LONGEST_LINE = 1000;

    public MailTemplate {
        paragraphs = paragraphs.stream().map(List::copyOf).toList();
    }

    /** @param mistakes told of each mistake: the number of the line, and what is wrong */
    static Optional<MailTemplate> parse(MailKind kind, String text, BiConsumer<Integer, String> mistakes) {
        List<String> lines = text.lines().map(String::stripTrailing).toList();
        Map<Integer, String> wrong = new TreeMap<>();
        if (lines.size() > MOST_LINES) {
            wrong.put(MOST_LINES + 1, "expected at most " + MOST_LINES + " lines");
        }
        if (lines.isEmpty() || lines.get(0).isEmpty()) {
            wrong.put(1, "expected the mail's subject in the first line");
        } else if (lines.size() < 3 || !lines.get(1).isEmpty()) {
            wrong.put(2, "expected an empty line behind the subject, and text behind that");
        }
        for (int i = 0; i < Math.min(lines.size(), MOST_LINES); i++) {
            int number = i + 1;
            mistake(kind, lines.get(i), i == 0).ifPresent(what -> wrong.put(number, what));
        }
        wrong.forEach(mistakes);
        if (!wrong.isEmpty()) {
            return Optional.empty();
        }
        List<List<String>> paragraphs = new ArrayList<>();
        List<String> paragraph = new ArrayList<>();
        for (String line : lines.subList(2, lines.size())) {
            if (!line.isEmpty()) {
                paragraph.add(line);
            } else if (!paragraph.isEmpty()) {
                paragraphs.add(paragraph);
                paragraph = new ArrayList<>();
            }
        }
        if (!paragraph.isEmpty()) {
            paragraphs.add(paragraph);
        }
        return Optional.of(new MailTemplate(lines.get(0), paragraphs));
    }

    private static Optional<String> mistake(MailKind kind, String line, boolean subject) {
        if (line.length() > LONGEST_LINE) {
            return Optional.of("expected at most " + LONGEST_LINE + " characters in a line");
        }
        for (Piece piece : pieces(line)) {
            if (piece.open()) {
                return Optional.of("expected a '}' behind '" + piece.text() + "'");
            }
            if (!piece.variable()) {
                continue;
            }
            if (!kind.variables().contains(piece.text())) {
                return Optional.of("there is no {" + piece.text() + "} in this kind of mail"
                        + Names.didYouMean(piece.text(), List.copyOf(kind.variables())) + "; there are "
                        + String.join(", ", kind.variables()));
            }
            if (MailKind.isBlock(piece.text()) && (subject || !line.equals("{" + piece.text() + "}"))) {
                return Optional.of("{" + piece.text() + "} is several lines; expected it alone on a line of the text");
            }
        }
        return Optional.empty();
    }

    /** The value's name if the line is one of several lines. */
    public static Optional<String> block(String line) {
        String name = line.length() > 2 ? line.substring(1, line.length() - 1) : "";
        return line.equals("{" + name + "}") && MailKind.isBlock(name) ? Optional.of(name) : Optional.empty();
    }

    /** The line with its values; nothing if one of them is empty. */
    public static Optional<String> filled(String line, UnaryOperator<String> values) {
        StringBuilder out = new StringBuilder();
        for (Piece piece : pieces(line)) {
            String text = piece.variable() ? values.apply(piece.text()) : piece.text();
            if (piece.variable() && text.isEmpty()) {
                return Optional.empty();
            }
            out.append(text);
        }
        return Optional.of(out.toString());
    }

    private record Piece(String text, boolean variable, boolean open) {}

    private static List<Piece> pieces(String line) {
        List<Piece> pieces = new ArrayList<>();
        int at = 0;
        for (int brace = line.indexOf('{'); brace >= 0; brace = line.indexOf('{', at)) {
            pieces.add(new Piece(line.substring(at, brace), false, false));
            int end = line.indexOf('}', brace);
            if (end < 0) {
                pieces.add(new Piece(line.substring(brace), false, true));
                return pieces;
            }
            pieces.add(new Piece(line.substring(brace + 1, end), true, false));
            at = end + 1;
        }
        pieces.add(new Piece(line.substring(at), false, false));
        return pieces;
    }
}
