package io.faultline.config;

/** Text from outside, made fit to be shown on one line of a terminal, a mail or a log. */
public final class Shown {
    private Shown() {}

    /**
     * Replaces what could forge a line or steer a terminal (control, bidirectional and other format characters, line
     * separators, lone surrogates) by {@code \}{@code u} escapes, and cuts at {@code limit} characters.
     */
    public static String oneLine(String text, int limit) {
        StringBuilder shown = null;
        int end = Math.min(text.length(), limit);
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            boolean harmless = c >= 0x20 && c < 0x7f || c > 0x9f && isHarmless(text, i);
            if (!harmless && shown == null) {
                shown = new StringBuilder(text.length() + 16).append(text, 0, i);
            }
            if (shown != null) {
                if (harmless) {
                    shown.append(c);
                } else if (c == '\t') {
                    shown.append(' ');
                } else {
                    shown.append(String.format("\\u%04x", (int) c));
                }
            }
        }
        if (shown == null) {
            shown = new StringBuilder(text.length() <= limit ? text : text.substring(0, end));
        }
        if (text.length() > limit) {
            if (!shown.isEmpty() && Character.isHighSurrogate(shown.charAt(shown.length() - 1))) {
                shown.setLength(shown.length() - 1);
            }
            shown.append('…');
        }
        return shown.toString();
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
