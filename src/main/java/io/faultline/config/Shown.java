package io.faultline.config;

/** Text from outside, made fit to be shown on one line of a terminal, a mail or a log. */
public final class Shown {
    private Shown() {}

    /**
     * Replaces what could forge a line or steer a terminal (control, bidirectional and other format characters, line
     * separators, lone surrogates) by {@code \}{@code u} escapes, and cuts what comes out at {@code limit} characters
     * and an ellipsis. Cleaning a second time changes nothing, so what is stored reads back as it was.
     */
    public static String oneLine(String text, int limit) {
        int clean = 0;
        int end = Math.min(text.length(), limit);
        while (clean < end && harmless(text, clean)) {
            clean++;
        }
        if (clean == text.length()) {
            return text;
        }
        StringBuilder shown = new StringBuilder(end + 16).append(text, 0, clean);
        for (int i = clean; i < text.length(); i++) {
            char c = text.charAt(i);
            String piece = harmless(text, i) ? String.valueOf(c) : c == '\t' ? " " : String.format("\\u%04x", (int) c);
            if (shown.length() + piece.length() > limit) {
                if (!shown.isEmpty() && Character.isHighSurrogate(shown.charAt(shown.length() - 1))) {
                    shown.setLength(shown.length() - 1);
                }
                return shown.append('…').toString();
            }
            shown.append(piece);
        }
        return shown.toString();
    }

    private static boolean harmless(String text, int i) {
        char c = text.charAt(i);
        return c >= 0x20 && c < 0x7f || c > 0x9f && isHarmless(text, i);
    }

    private static boolean isHarmless(String text, int i) {
        char c = text.charAt(i);
        if (Character.isHighSurrogate(c)) {
            return i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))
                    && isVisible(text.codePointAt(i));
        }
        if (Character.isLowSurrogate(c)) {
            return i > 0 && Character.isHighSurrogate(text.charAt(i - 1)) && isVisible(text.codePointAt(i - 1));
        }
        return isVisible(c);
    }

    private static boolean isVisible(int codePoint) {
        int type = Character.getType(codePoint);
        return type != Character.FORMAT
                && type != Character.LINE_SEPARATOR
                && type != Character.PARAGRAPH_SEPARATOR
                && type != Character.CONTROL
                && type != Character.PRIVATE_USE
                && type != Character.UNASSIGNED;
    }
}
