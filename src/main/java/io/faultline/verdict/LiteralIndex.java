package io.faultline.verdict;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds many texts in a block of bytes at once.
 *
 * <p>Only every second place of the block is looked at, so a text needs at least five bytes. The five bytes there are
 * hashed without regard to ASCII case, and one bit is asked of a table that stays in the processor's first cache. Every
 * text, wherever it stands, has one of two neighbouring groups of five of its own at such a place; which two is chosen so
 * that they are rare in ordinary logs. (A text of just five bytes has a single one; for the place beside it, all groups of
 * any byte and its first or last four are kept.) The places do not depend on each other, so the processor looks at several at a
 * time; an automaton, which must know one state before the next, cannot. Only where the bit is set are groups compared,
 * then the bytes around them, and then texts.
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

    private static final int GROUP = 5;
    private static final int STRIDE = 2;
    private static final long MASK = 0xff_ffff_ffffL;
    private static final long FOLD = 0x20_2020_2020L;
    private static final long FACTOR = 0x9E3779B97F4A7C15L;
    /** 32 KiB of bits. */
    private static final int TABLE_BITS = 18;

    /** Beside a group: see {@link #slotAround}. */
    private static final int[] PLACES = {GROUP, -1, GROUP + 1, -2};

    /** How many bytes differ when case does not count, as the folding takes it. */
    private static final int FOLDED_BYTES = 128;

    /** At which share of places a bit of the table is asked for in vain. */
    private static final double FALSE_ALARMS = 4e-6;

    /** How seldom is no longer worth comparing; then groups that are nobody else's are better. */
    private static final double SELDOM = 1e-6;

    private static final int SLOT_BITS = 14;
    private static final int SLOTS = 1 << SLOT_BITS;

    private final long[] table = new long[1 << (TABLE_BITS - 6)];
    // An open hash table from groups to the first entry of each; a slot with group 0 is free, as no folded group is 0.
    private final long[] slotGroup = new long[SLOTS];
    private final int[] slotEntry = new int[SLOTS];
    /**
     * For each slot, which bytes may stand one and two places before its group, and one and two behind it, if one of its
     * texts is to stand there: a bit for each value of a byte's last six bits, which are the same for both cases of a
     * letter but for the sixth.
     */
    private final long[] slotAround = new long[4 * SLOTS];

    private int slotsTaken;
    // An entry for each group of each text: how far inside the text it begins, and the next entry of the same group.
    private final int[] entryText;
    private final int[] entryOffset;
    private final int[] entryNext;
    private final byte[][] texts;
    private final boolean[] anyCase;
    private final int[][] owners;

    private LiteralIndex(List<Text> wanted) {
        int count = wanted.size();
        texts = new byte[count][];
        anyCase = new boolean[count];
        owners = new int[count][];
        int most = 0;
        for (Text text : wanted) {
            most += text.latin.length() > GROUP ? STRIDE : 1 + FOLDED_BYTES;
        }
        entryText = new int[most];
        entryOffset = new int[most];
        entryNext = new int[most];
        int entries = 0;
        Map<Long, Integer> taken = new HashMap<>();
        for (int i = 0; i < count; i++) {
            Text text = wanted.get(i);
            byte[] bytes = text.bytes();
            texts[i] = bytes;
            anyCase[i] = text.anyCase;
            owners[i] = text.owners.stream().mapToInt(Integer::intValue).toArray();
            if (bytes.length == GROUP) {
                entries = enter(i, group(bytes, 0, GROUP), 0, entries);
                boolean before = priceOfPart(wanted, bytes, 0) < priceOfPart(wanted, bytes, 1);
                for (long any = 0; any < 256; any++) {
                    if ((any & 0x20) == 0) {
                        continue;
                    }
                    entries = before
                            ? enter(i, (group(bytes, 0, GROUP) << 8 & MASK) | any, -1, entries)
                            : enter(i, group(bytes, 0, GROUP) >>> 8 | any << 8 * (GROUP - 1), 1, entries);
                }
            } else {
                int first = rarest(bytes, taken);
                for (int offset = first; offset < first + STRIDE; offset++) {
                    long group = group(bytes, offset, GROUP);
                    taken.merge(group, 1, Integer::sum);
                    entries = enter(i, group, offset, entries);
                }
            }
        }
    }

    /** What it costs to know a text of just one group by four of its bytes and any other: texts may share them. */
    private static double priceOfPart(List<Text> wanted, byte[] bytes, int from) {
        String part = new String(bytes, from, GROUP - 1, StandardCharsets.ISO_8859_1);
        long sharing = wanted.stream()
                .filter(text -> text.latin.length() == GROUP && text.latin.startsWith(part, from))
                .count();
        return OrdinaryText.frequency(bytes, from, GROUP - 1) + FOLDED_BYTES * FALSE_ALARMS / sharing;
    }

    private int enter(int text, long group, int offset, int entry) {
        entryText[entry] = text;
        entryOffset[entry] = offset;
        entryNext[entry] = put(group, entry);
        around(slot(group), texts[text], offset);
        return entry + 1;
    }

    /** Returns the entry of this group that was first before, or -1. */
    private int put(long group, int entry) {
        int hash = (int) ((group * FACTOR) >>> (64 - TABLE_BITS));
        table[hash >>> 6] |= 1L << hash;
        int slot = slot(group);
        if (slotGroup[slot] == group) {
            int before = slotEntry[slot];
            slotEntry[slot] = entry;
            return before;
        }
        if (++slotsTaken > SLOTS / 4 * 3) {
            throw new IllegalArgumentException("too many different texts to look for");
        }
        slotGroup[slot] = group;
        slotEntry[slot] = entry;
        return -1;
    }

    private void around(int slot, byte[] text, int offset) {
        for (int i = 0; i < PLACES.length; i++) {
            int at = offset + PLACES[i];
            slotAround[4 * slot + i] |= at < 0 || at >= text.length ? -1L : both(text[at]);
        }
    }

    private static long both(byte b) {
        return (1L << (b & 63)) | (1L << ((b ^ 0x20) & 63));
    }

    /** Whether the bytes around a group at {@code at} leave room for any of its texts. */
    private boolean fits(int slot, byte[] block, int at) {
        long[] around = slotAround;
        int first = 4 * slot;
        return ((around[first] >>> block[at + GROUP])
                        & (around[first + 1] >>> block[at - 1])
                        & (around[first + 2] >>> block[at + GROUP + 1])
                        & (around[first + 3] >>> block[at - 2])
                        & 1)
                != 0;
    }

    /** Where a group stands, or the free slot that it would take. */
    private int slot(long group) {
        int slot = (int) ((group * FACTOR) >>> (64 - SLOT_BITS));
        while (slotGroup[slot] != group && slotGroup[slot] != 0) {
            slot = (slot + 1) & (SLOTS - 1);
        }
        return slot;
    }

    /** A group's bytes in lower case. */
    private static long group(byte[] bytes, int at, int size) {
        long group = 0;
        for (int i = size - 1; i >= 0; i--) {
            group = (group << 8) | (bytes[at + i] & 0xff);
        }
        return (group | FOLD) & MASK;
    }

    /** In ISO 8859-1, a character for each byte. */
    private record Text(String latin, boolean anyCase, List<Integer> owners) {
        byte[] bytes() {
            return latin.getBytes(StandardCharsets.ISO_8859_1);
        }
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
            return new LiteralIndex(List.copyOf(texts.values()));
        }
    }

    /** Where in a text the groups begin that are rarest in ordinary logs, and that fewest other texts have taken. */
    private static int rarest(byte[] text, Map<Long, Integer> taken) {
        int best = 0;
        double lowest = Double.MAX_VALUE;
        for (int first = 0; first + STRIDE + GROUP - 1 <= text.length; first++) {
            double sum = 0;
            for (int offset = first; offset < first + STRIDE; offset++) {
                double frequency = OrdinaryText.frequency(text, offset, GROUP) + SELDOM;
                sum += frequency * (5 + taken.getOrDefault(group(text, offset, GROUP), 0));
            }
            if (sum < lowest) {
                lowest = sum;
                best = first;
            }
        }
        return best;
    }

    /** Tells of every occurrence in {@code [from, to)}; the block has {@value #SLACK} bytes more than that. */
    void find(byte[] block, int from, int to, Sink sink) {
        long[] bits = table;
        int last = to - GROUP;
        for (int at = from; at <= last; at += STRIDE) {
            long group = ((long) LONGS.get(block, at) | FOLD) & MASK;
            int hash = (int) ((group * FACTOR) >>> (64 - TABLE_BITS));
            if (((bits[hash >>> 6] >>> hash) & 1) != 0) {
                compare(group, block, from, to, at, sink);
            }
        }
    }

    private void compare(long group, byte[] block, int from, int to, int at, Sink sink) {
        int slot = slot(group);
        if (slotGroup[slot] != group || (at >= from + 2 && at + GROUP + 2 <= to && !fits(slot, block, at))) {
            return;
        }
        for (int entry = slotEntry[slot]; entry >= 0; entry = entryNext[entry]) {
            int text = entryText[entry];
            byte[] bytes = texts[text];
            int start = at - entryOffset[entry];
            if (start >= from && standsAt(block, start, to, bytes, anyCase[text])) {
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
