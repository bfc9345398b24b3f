package io.faultline.verdict;

/**
 * Takes out of a stream of bytes what only terminals and Jenkins read: ANSI escape sequences, Jenkins console notes,
 * NUL bytes (what is left of UTF-16 is readable ASCII) and backspaces. Works in place, block after block, and remembers
 * a sequence that a block ends in. A damaged sequence ends at the end of its line, so no more than a line is ever lost.
 *
 * <p>Not for use by several threads.
 */
final class LogCleaner {
    private static final byte ESC = 0x1b;
    private static final byte BEL = 0x07;
    private static final byte BACKSPACE = 0x08;
    /** What a console note begins with, after ESC (hudson.console.ConsoleNote.PREAMBLE). */
    private static final String NOTE = "[8mha:";
    /** So many of these bytes are a whole escape sequence of their own. */
    private static final int HIDDEN = 3;
    /** What it ends with, after ESC. */
    private static final String NOTE_END = "[0m";
    /** Parameters longer than this are no escape sequence but damage. */
    private static final int MAX_PARAMETERS = 64;

    private enum State {
        TEXT,
        ESCAPE,
        /** ESC and a byte that says: one more byte follows. */
        TWO_BYTES,
        PARAMETERS,
        NOTE_BODY,
        NOTE_ESCAPE,
        /** A text for the terminal (title, link): ends in BEL or ESC \. */
        STRING,
        STRING_ESCAPE
    }

    private State state = State.TEXT;
    private int length;
    private int noteMatched;

    /** Cleans {@code [from, to)} and returns the new end, at most {@code to}. */
    int clean(byte[] block, int from, int to) {
        int next = from;
        int out = from;
        while (next < to) {
            if (state == State.TEXT) {
                int special = firstSpecial(block, next, to);
                if (special > next) {
                    if (out < next) {
                        System.arraycopy(block, next, block, out, special - next);
                    }
                    out += special - next;
                    next = special;
                    continue;
                }
                if (block[next++] == ESC) {
                    state = State.ESCAPE;
                }
            } else if (block[next] == '\n') {
                // The line's end ends whatever was open, and stays.
                state = State.TEXT;
                block[out++] = block[next++];
            } else {
                next += step(block[next]);
            }
        }
        return out;
    }

    /** Takes one byte in a state other than TEXT; returns 0 where the byte is to be looked at again as text. */
    private int step(byte b) {
        return switch (state) {
            case ESCAPE -> escape(b);
            case TWO_BYTES -> {
                if (b >= 0x20 && b <= 0x2f && ++length < MAX_PARAMETERS) {
                    yield 1;
                }
                state = State.TEXT;
                yield b >= 0x30 && b <= 0x7e ? 1 : 0;
            }
            case PARAMETERS -> parameters(b);
            case NOTE_BODY -> {
                if (b == ESC) {
                    noteMatched = 0;
                    state = State.NOTE_ESCAPE;
                }
                yield 1;
            }
            case NOTE_ESCAPE -> {
                if (b == NOTE_END.charAt(noteMatched)) {
                    if (++noteMatched == NOTE_END.length()) {
                        state = State.TEXT;
                    }
                    yield 1;
                }
                state = State.NOTE_BODY;
                yield b == ESC ? 0 : 1;
            }
            case STRING -> {
                if (b == BEL) {
                    state = State.TEXT;
                } else if (b == ESC) {
                    state = State.STRING_ESCAPE;
                } else if (b == '\r') {
                    state = State.TEXT;
                    yield 0;
                }
                yield 1;
            }
            case STRING_ESCAPE -> {
                state = State.TEXT;
                yield b == '\\' ? 1 : 0;
            }
            case TEXT -> throw new IllegalStateException("text is copied, not stepped through");
        };
    }

    private int escape(byte b) {
        length = 0;
        noteMatched = 1;
        if (b == '[') {
            state = State.PARAMETERS;
        } else if (b == ']' || b == 'P' || b == '_' || b == '^' || b == 'X') {
            state = State.STRING;
        } else if (b >= 0x20 && b <= 0x2f) {
            state = State.TWO_BYTES;
        } else {
            state = State.TEXT;
            return b >= 0x30 && b <= 0x7e ? 1 : 0;
        }
        return 1;
    }

    private int parameters(byte b) {
        if (noteMatched > 0 && noteMatched < NOTE.length() && b == NOTE.charAt(noteMatched)) {
            noteMatched++;
            length++;
            if (noteMatched == NOTE.length()) {
                state = State.NOTE_BODY;
            }
            return 1;
        }
        if (noteMatched >= HIDDEN) {
            // ESC[8m was hidden text and no note, so it ended there. An "h" or "ha" taken on the way is lost.
            state = State.TEXT;
            return 0;
        }
        noteMatched = 0;
        if (b >= 0x20 && b <= 0x3f && ++length < MAX_PARAMETERS) {
            return 1;
        }
        state = State.TEXT;
        return b >= 0x40 && b <= 0x7e ? 1 : 0;
    }

    /** Index of the first ESC, NUL or backspace, or {@code to}. */
    private static int firstSpecial(byte[] block, int from, int to) {
        int at = from;
        for (; at + Words.BYTES <= to; at += Words.BYTES) {
            long word = Words.at(block, at);
            for (long some = Words.below(word, BACKSPACE + 1) | Words.equal(word, ESC); some != 0; some &= some - 1) {
                int place = at + Words.first(some);
                if (special(block[place])) {
                    return place;
                }
            }
        }
        while (at < to && !special(block[at])) {
            at++;
        }
        return at;
    }

    private static boolean special(byte b) {
        return b == ESC || b == 0 || b == BACKSPACE;
    }
}
