package io.faultline.alert;

import io.faultline.catalog.MailTemplate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Plain text in lines of at most 72 characters; words that are longer, such as addresses, stay whole. */
final class Paragraphs {
    private static final int WIDTH = 72;

    private final StringBuilder out = new StringBuilder();

    void line(String text) {
        wrapped("", "", text);
    }

    /** A paragraph of a template, behind an empty line; nothing of it if its values of several lines are all empty. */
    void paragraph(List<String> lines, UnaryOperator<String> values) {
        Map<String, String> blocks = new HashMap<>();
        lines.stream()
                .flatMap(line -> MailTemplate.block(line).stream())
                .forEach(name -> blocks.put(name, values.apply(name)));
        if (!blocks.isEmpty() && blocks.values().stream().allMatch(String::isEmpty)) {
            return;
        }
        int before = out.length();
        for (String line : lines) {
            Optional<String> block = MailTemplate.block(line);
            if (block.isPresent()) {
                out.append(blocks.get(block.get()));
            } else {
                MailTemplate.filled(line, values).ifPresent(this::line);
            }
        }
        if (before > 0 && out.length() > before) {
            out.insert(before, '\n');
        }
    }

    void item(String text) {
        wrapped("  ", "    ", text);
    }

    void detail(String text) {
        wrapped("    ", "      ", text);
    }

    String text() {
        return out.toString();
    }

    private void wrapped(String first, String rest, String text) {
        StringBuilder line = new StringBuilder(first);
        boolean empty = true;
        for (String word : text.split(" ", -1)) {
            if (!empty && line.codePointCount(0, line.length()) + 1 + word.codePointCount(0, word.length()) > WIDTH) {
                out.append(line.toString().stripTrailing()).append('\n');
                line.setLength(0);
                line.append(rest);
                empty = true;
            }
            if (!empty) {
                line.append(' ');
            }
            line.append(word);
            empty = false;
        }
        out.append(line.toString().stripTrailing()).append('\n');
    }
}
