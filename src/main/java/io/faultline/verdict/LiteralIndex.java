package io.faultline.verdict;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds many texts in a block of bytes at once.
 *
 * <p>Of long texts, only every fourth place of the block is looked at: the eight bytes there are hashed, and a table that
 * stays in the processor's caches is asked. Such a text, wherever it stands, has one of four neighbouring groups of eight
 * bytes of its own at such a place. For texts of less than {@value #LONG_TEXT} bytes the same is done with groups of four at
 * every second place, of which two neighbours are kept. Which groups is chosen so that they are rare in ordinary logs. The
 * places do not depend on each other, so the processor looks at several at a time; an automaton, which must know one state
 * before the next, cannot. Only where the table has something are groups compared, and then texts.
 *
 * <p>Immutable, for any number of threads.
 */
final class LiteralIndex {
    /** Is told of every occurrence; positions are not in order within one text's length. */
    interface Sink {
        /**
         * A text was found.
         *
         * @param owner whose text was found
         * @param at index of its first byte in the block
         */
        void found(int owner, int at);
    }

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    /** So many bytes of a block are read, but not looked at, behind the part that is searched. */
    static final int SLACK = 8;

    private static final int LONG = 8;
    private static final int LONG_STRIDE = 4;
    private static final int SHORT = 4;
    private static final int SHORT_STRIDE = 2;
    /** From so many bytes on a text has a group of eight at one of four neighbouring places. */
    private static final int LONG_TEXT = LONG + LONG_STRIDE - 1;
    /** The same for groups of four and two places. */
    static final int MIN_TEXT = SHORT + SHORT_STRIDE - 1;

    private static final long SHORT_MASK = 0xffff_ffffL;
    private static final long FOLD = 0x2020_2020_2020_2020L;
    private static final long FACTOR = 0x9E3779B97F4A7C15L;
    private static final int SHORT_FACTOR = 0x9E3779B1;
    private static final int LONG_BITS = 18;
    private static final int SHORT_BITS = 15;
    private static final int MAX_GROUPS = Character.MAX_VALUE;

    // For each hash of a group the first of its entries, from 1 on; 0 is none.
    private final char[] longGroups = new char[1 << LONG_BITS];
    private final char[] shortGroups = new char[1 << SHORT_BITS];
    // An entry for each group of each text: how far inside the text it begins, and the next entry of the same hash.
    private final long[] entryGroup;
    private final int[] entryText;
    private final int[] entryOffset;
    private final char[] entryNext;
    /** Set in each byte if case does not count for some text: then groups are kept and looked for in lower case. */
    private final long fold;

    private final byte[][] texts;
    private final boolean[] anyCase;
    private final int[][] owners;

    private LiteralIndex(List<Text> wanted) {
        int count = wanted.size();
        texts = new byte[count][];
        anyCase = new boolean[count];
        owners = new int[count][];
        boolean folds = false;
        int groups = 0;
        for (int i = 0; i < count; i++) {
            Text text = wanted.get(i);
            texts[i] = text.latin.getBytes(StandardCharsets.ISO_8859_1);
            anyCase[i] = text.anyCase;
            owners[i] = text.owners.stream().mapToInt(Integer::intValue).toArray();
            folds |= text.anyCase;
            groups += stride(texts[i]);
        }
        if (groups > MAX_GROUPS) {
            throw new IllegalArgumentException("too many different texts to look for");
        }
        fold = folds ? FOLD : 0;
        entryGroup = new long[groups + 1];
        entryText = new int[groups + 1];
        entryOffset = new int[groups + 1];
        entryNext = new char[groups + 1];
        int entry = 1;
        for (int i = 0; i < count; i++) {
            int first = rarest(texts[i]);
            for (int offset = first; offset < first + stride(texts[i]); offset++) {
                enter(i, offset, (char) entry++);
            }
        }
    }

    private void enter(int text, int offset, char entry) {
        boolean small = isShort(texts[text]);
        long group = (long) LONGS.get(Arrays.copyOfRange(texts[text], offset, offset + LONG), 0) | fold;
        char[] groups = small ? shortGroups : longGroups;
        int hash = small ? shortHash((int) group) : longHash(group);
        entryGroup[entry] = small ? group & SHORT_MASK : group;
        entryText[entry] = text;
        entryOffset[entry] = offset;
        entryNext[entry] = groups[hash];
        groups[hash] = entry;
    }

    private static int longHash(long group) {
        return (int) (group * FACTOR >>> 64 - LONG_BITS);
    }

    private static int shortHash(int group) {
        return group * SHORT_FACTOR >>> 32 - SHORT_BITS;
    }

    private static boolean isShort(byte[] text) {
        return text.length < LONG_TEXT;
    }

    private static int stride(byte[] text) {
        return isShort(text) ? SHORT_STRIDE : LONG_STRIDE;
    }

    private static int hash(long group, int bits) {
        return (int) (group * FACTOR >>> 64 - bits);
    }

    /** Where in a text the neighbouring groups begin that are rarest in ordinary logs. */
    private static int rarest(byte[] text) {
        int best = 0;
        double lowest = Double.MAX_VALUE;
        for (int first = 0; first <= text.length - (isShort(text) ? MIN_TEXT : LONG_TEXT); first++) {
            double frequency = frequency(text, first);
            if (frequency < lowest) {
                lowest = frequency;
                best = first;
            }
        }
        return best;
    }

    /** At which share of places neighbouring groups of a text stand. */
    private static double frequency(byte[] text, int first) {
        double sum = 0;
        for (int offset = first; offset < first + stride(text); offset++) {
            sum += OrdinaryText.frequency(text, offset, isShort(text) ? SHORT : LONG);
        }
        return sum;
    }

    /** At which share of places looking for this text means to compare something, be it in vain. */
    static double price(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int stride = stride(bytes);
        double falseAlarms = (double) stride / (isShort(bytes) ? 1 << SHORT_BITS : 1 << LONG_BITS);
        return (frequency(bytes, rarest(bytes)) + falseAlarms) / stride;
    }

    /** In ISO 8859-1, a character for each byte. */
    private record Text(String latin, boolean anyCase, List<Integer> owners) {}

    static final class Builder {
        private final Map<String, Text> texts = new LinkedHashMap<>();

        /** The text must have at least {@value RequiredLiterals#MIN_BYTES} bytes in UTF-8. */
        Builder add(int owner, String text, boolean anyCase) {
            String folded = anyCase ? RequiredLiterals.lower(text) : text;
            byte[] bytes = folded.getBytes(StandardCharsets.UTF_8);
            if (bytes.length < RequiredLiterals.MIN_BYTES) {
                throw new IllegalArgumentException("too short to look for: " + text);
            }
            Text known = texts.computeIfAbsent(
                    (anyCase ? "i" : "c") + folded,
                    key -> new Text(new String(bytes, StandardCharsets.ISO_8859_1), anyCase, new ArrayList<>()));
            if (!known.owners.contains(owner)) {
                known.owners.add(owner);
            }
            return this;
        }

        LiteralIndex build() {
            return new LiteralIndex(List.copyOf(texts.values()));
        }
    }

    /** Tells of every occurrence in {@code [from, to)}; the block has {@value #SLACK} bytes more than that. */
    void find(byte[] block, int from, int to, Sink sink) {
        char[] longs = longGroups;
        char[] shorts = shortGroups;
        long lower = fold;
        int last = to - SHORT;
        for (int at = from; at <= last; at += LONG_STRIDE) {
            long window = (long) LONGS.get(block, at) | lower;
            int second = (int) (window >>> 8 * SHORT_STRIDE);
            char whole = longs[longHash(window)];
            char begin = shorts[shortHash((int) window)];
            char middle = shorts[shortHash(second)];
            if ((whole | begin | middle) != 0) {
                compare(whole, window, block, from, to, at, sink);
                compare(begin, window & SHORT_MASK, block, from, to, at, sink);
                compare(middle, second & SHORT_MASK, block, from, to, at + SHORT_STRIDE, sink);
            }
        }
    }

    private void compare(char first, long group, byte[] block, int from, int to, int at, Sink sink) {
        for (char entry = first; entry != 0; entry = entryNext[entry]) {
            int text = entryText[entry];
            int start = at - entryOffset[entry];
            if (entryGroup[entry] == group && start >= from && standsAt(block, start, to, texts[text], anyCase[text])) {
                for (int owner : owners[text]) {
                    sink.found(owner, start);
                }
            }
        }
    }

    /** Whether a text stands at a place of the block, and ends before {@code to}; in lower case if case does not count. */
    static boolean standsAt(byte[] block, int at, int to, byte[] text, boolean anyCase) {
        if (at + text.length > to || (block[at] | 0x20) != (text[0] | 0x20)) {
            return false;
        }
        return anyCase ? sameFolded(block, at, text) : Arrays.equals(block, at, at + text.length, text, 0, text.length);
    }

    private static boolean sameFolded(byte[] block, int start, byte[] folded) {
        for (int i = 0; i < folded.length; i++) {
            byte b = block[start + i];
            if (b >= 'A' && b <= 'Z') {
                b = (byte) (b + 32);
            }
            if (b != folded[i]) {
                return false;
            }
        }
        return true;
    }
}
