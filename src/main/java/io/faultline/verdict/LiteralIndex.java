package io.faultline.verdict;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
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

    private static final long FOLD = 0x2020_2020_2020_2020L;
    private static final long FACTOR = 0x9E3779B97F4A7C15L;
    private static final int SHORT_FACTOR = 0x9E3779B1;
    /** 256 KiB of bits. */
    private static final int LONG_BITS = 21;
    /** 32 KiB of bits. */
    private static final int SHORT_BITS = 18;

    private static final int GROUP_BITS = 14;

    private final long[] longBits = new long[1 << (LONG_BITS - 6)];
    private final long[] shortBits = new long[1 << (SHORT_BITS - 6)];
    /** For the first bits of each hash, the groups whose hash begins with them. */
    private final Group[] groups = new Group[1 << GROUP_BITS];
    /** Set in each byte if case does not count for some text: then groups are kept and looked for in lower case. */
    private final long fold;

    /** In ISO 8859-1, a character for each byte. */
    private record Text(String latin, boolean anyCase, List<Integer> owners) {
        byte[] bytes() {
            return latin.getBytes(StandardCharsets.ISO_8859_1);
        }
    }

    /** One of the groups of bytes that a text is known by. */
    private static final class Group {
        /** The text's first bytes, as many as are set in the mask. */
        final long begin;

        final long mask;
        final byte[] text;
        final boolean anyCase;
        final int[] owners;
        /** How far inside the text the group begins. */
        final int offset;
        /** Another one whose hash begins with the same bits, or null. */
        final Group next;

        Group(Text text, byte[] bytes, long begin, int offset, Group next) {
            this.begin = begin;
            this.mask = -1L >>> 8 * Math.max(0, LONG - bytes.length);
            this.text = bytes;
            this.anyCase = text.anyCase;
            this.owners = text.owners.stream().mapToInt(Integer::intValue).toArray();
            this.offset = offset;
            this.next = next;
        }
    }

    private LiteralIndex(Collection<Text> wanted) {
        fold = wanted.stream().anyMatch(Text::anyCase) ? FOLD : 0;
        for (Text text : wanted) {
            byte[] bytes = text.bytes();
            boolean small = isShort(bytes);
            int first = rarest(bytes);
            for (int offset = first; offset < first + stride(bytes); offset++) {
                long group = eight(bytes, offset);
                int hash = small ? shortHash((int) group) : longHash(group);
                (small ? shortBits : longBits)[hash >>> 6] |= 1L << hash;
                int slot = hash >>> (small ? SHORT_BITS : LONG_BITS) - GROUP_BITS;
                groups[slot] = new Group(text, bytes, eight(bytes, 0), offset, groups[slot]);
            }
        }
    }

    /** Eight bytes of a text, or what there is of them, as the search sees them. */
    private long eight(byte[] text, int from) {
        return (long) LONGS.get(Arrays.copyOfRange(text, from, from + LONG), 0) | fold;
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
        double[] frequencies = together(text);
        int best = 0;
        for (int first = 1; first < frequencies.length; first++) {
            if (frequencies[first] < frequencies[best]) {
                best = first;
            }
        }
        return best;
    }

    /** At which share of places neighbouring groups of a text stand, by where the first of them begins. */
    private static double[] together(byte[] text) {
        double[] each = OrdinaryText.frequencies(text, isShort(text) ? SHORT : LONG);
        double[] sums = new double[each.length - stride(text) + 1];
        for (int first = 0; first < sums.length; first++) {
            for (int i = first; i < first + stride(text); i++) {
                sums[first] += each[i];
            }
        }
        return sums;
    }

    /** At which share of places looking for this text means to compare something, be it in vain. */
    static double price(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int stride = stride(bytes);
        double falseAlarms = (double) stride / (isShort(bytes) ? 1 << SHORT_BITS : 1 << LONG_BITS);
        return (together(bytes)[rarest(bytes)] + falseAlarms) / stride;
    }

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
            return new LiteralIndex(texts.values());
        }
    }

    /**
     * Tells of every occurrence in {@code [from, to)}; the block has {@value #SLACK} bytes more than that.
     *
     * @param candidates room for places, empty before and after
     */
    void find(byte[] block, int from, int to, Places candidates, Sink sink) {
        collect(block, from, to, candidates);
        for (int i = 0; i < candidates.count(); i++) {
            int at = candidates.get(i);
            long window = (long) LONGS.get(block, at) | fold;
            int whole = longHash(window);
            int first = shortHash((int) window);
            int second = shortHash((int) (window >>> 8 * SHORT_STRIDE));
            if ((longBits[whole >>> 6] >>> whole & 1) != 0) {
                compare(groups[whole >>> LONG_BITS - GROUP_BITS], block, from, to, at, sink);
            }
            if ((shortBits[first >>> 6] >>> first & 1) != 0) {
                compare(groups[first >>> SHORT_BITS - GROUP_BITS], block, from, to, at, sink);
            }
            if ((shortBits[second >>> 6] >>> second & 1) != 0) {
                compare(groups[second >>> SHORT_BITS - GROUP_BITS], block, from, to, at + SHORT_STRIDE, sink);
            }
        }
        candidates.clear();
    }

    /** The places at which a bit is set. A loop of its own, as small as it can be: every byte goes through it. */
    private void collect(byte[] block, int from, int to, Places candidates) {
        long[] longs = longBits;
        long[] shorts = shortBits;
        long lower = fold;
        int last = to - SHORT;
        for (int at = from; at <= last; at += LONG_STRIDE) {
            long window = (long) LONGS.get(block, at) | lower;
            int whole = longHash(window);
            int first = shortHash((int) window);
            int second = shortHash((int) (window >>> 8 * SHORT_STRIDE));
            long bits = longs[whole >>> 6] >>> whole | shorts[first >>> 6] >>> first | shorts[second >>> 6] >>> second;
            if ((bits & 1) != 0) {
                candidates.add(at);
            }
        }
    }

    private void compare(Group first, byte[] block, int from, int to, int at, Sink sink) {
        for (Group group = first; group != null; group = group.next) {
            int start = at - group.offset;
            if (start >= from
                    && ((((long) LONGS.get(block, start) | fold) ^ group.begin) & group.mask) == 0
                    && standsAt(block, start, to, group.text, group.anyCase)) {
                for (int owner : group.owners) {
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
