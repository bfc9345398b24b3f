package io.faultline.catalog;

import io.faultline.config.Keys;
import io.faultline.config.Shown;
import java.util.Optional;

/** Texts that people read on one line: whatever white space is written between words becomes one blank. */
final class Lines {
    private Lines() {}

    static String required(Keys keys, String name, String doc) {
        return one(keys, name, keys.text(name, doc));
    }

    static Optional<String> optional(Keys keys, String name, String doc) {
        return keys.optionalText(name, doc).map(text -> one(keys, name, text));
    }

    private static String one(Keys keys, String name, String text) {
        StringBuilder line = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean blank = c == ' ' || c == '\n' || c == '\r' || c == '\t';
            if (!blank) {
                line.append(c);
            } else if (!line.isEmpty() && line.charAt(line.length() - 1) != ' ') {
                line.append(' ');
            }
        }
        String trimmed = line.toString().strip();
        if (!Shown.oneLine(trimmed, Integer.MAX_VALUE).equals(trimmed)) {
            keys.problem(name, "expected plain text, found control or invisible characters in it");
        }
        return trimmed;
    }
}
