package io.faultline.alert;

import java.util.Locale;

/** Plain text in lines of at most 72 characters; words that are longer, such as addresses, stay whole. */
final class Paragraphs {
    private static final int WIDTH = 72;

    private final StringBuilder out = new StringBuilder();

    void line(String text) {
        wrapped("", "", text);
    }

    void heading(String text) {
        out.append('\n');
        line(text.toUpperCase(Locale.ROOT));
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
