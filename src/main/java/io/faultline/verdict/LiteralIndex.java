package io.faultline.verdict;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds many texts in a block of bytes at once.
 *
 * <p>Of long texts, only every fourth place of the block is looked at: the eight bytes there are hashed, and a table that
 * stays in the processor's caches is asked whether some text has such a group of bytes. Such a text, wherever it stands, has
 * one of four neighbouring groups of its own at such a place. For texts of less than {@value #LONG_TEXT} bytes the same is done
 * with groups of four at every second place, of which two neighbours are kept. Which groups is chosen so that they are rare in
 * ordinary logs.
 *
 * <p>So it works in steps. Two small loops go through all bytes, in the same few operations for each eight of them: no place
 * depends on the one before, and there is no branch to be guessed wrong, so the processor works on several places at a time.
 * Of the few places that are left, a second table with another hash drops those where the first one was wrong, and only then
 * texts are compared.
 *
 * <p>To hash a few bytes and so tell where no text can be is the way of S. Wu and U. Manber, A fast algorithm for multi-pattern
 * searching, TR-94-17, 1994. Their table says how far to jump, and the next look waits for it; here the jump is always the
 * same. To filter without branches first and to compare afterwards is how Hyperscan's FDR works (X. Wang et al., Hyperscan: a
 * fast multi-pattern regex matcher for modern CPUs, NSDI 2019), without its vector instructions.
 *
 * <p>Immutable, for any number of threads.
 */
final class LiteralIndex {
    /** Is told of every occurrence, once; positions are in order but within one text's length. */
    interface Sink {
        /**
         * A text was found.
         *
         * @param owner whose text was found
         * @param at index of its first byte in the block
         */
        void found(int owner, int at);
    }

    /** So many bytes of a block are read, but not looked at, behind the part that is searched. */
    static final int SLACK = 16;

    private static final int LONG = 8;
    private static final int LONG_STRIDE = 4;
    private static final int SHORT = 4;
    private static final int SHORT_STRIDE = 2;
    private static final long FOUR = 0xffff_ffffL;
    /** From so many bytes on a text has a group of eight at one of four neighbouring places. */
    private static final int LONG_TEXT = LONG + LONG_STRIDE - 1;
    /** The same for groups of four and two places. */
    static final int MIN_TEXT = SHORT + SHORT_STRIDE - 1;

    private static final long FOLD = 0x2020_2020_2020_2020L;
    private static final long FACTOR = 0x9E3779B97F4A7C15L;
    private static final int SHORT_FACTOR = 0x9E3779B1;
    private static final long OTHER_FACTOR = 0xD6E8FEB86659FD93L;
    private static final int LONG_BITS = 18;
    private static final int SHORT_BITS = 16;
    private static final int SURE_BITS = 16;
    private static final int SLOT_BITS = 14;

    private final Groups longs;
    private final Groups shorts;
    /** Set in each byte if case does not count for some text: then groups are kept and looked for in lower case. */
    private final long fold;

    private static final class Text {
        /** In UTF-8, in lower case if case does not count. */
        final byte[] bytes;

        final boolean anyCase;
        final int[] owners;

        Text(String text, boolean anyCase, Set<Integer> owners) {
            this.bytes = text.getBytes(StandardCharsets.UTF_8);
            this.anyCase = anyCase;
            this.owners = owners.stream().mapToInt(Integer::intValue).toArray();
        }
    }

    /** One of the groups of bytes that a text is known by, {@code offset} bytes inside it. */
    private record Group(long otherHash, int offset, Text text) {
        int slot() {
            return LiteralIndex.slot(otherHash);
        }
    }

    /** All groups of one size. */
    private static final class Groups {
        /** For each hash, 1 if a group has it: a byte, as taking a bit out costs more than the smaller table saves. */
        final byte[] known;
        /** The same for the first bits of {@link #otherHash}. */
        final byte[] sure = new byte[1 << SURE_BITS];
        /** For each {@link #slot}, where its groups begin in the arrays below; they end where the next begin. */
        private final int[] slots = new int[(1 << SLOT_BITS) + 1];

        /** The first eight bytes of the group's text, or all. */
        private final long[] begins;
        /** Which of those bytes the text has. */
        private final long[] masks;

        private final int[] offsets;
        private final Text[] texts;

        Groups(byte[] known, List<Group> groups, long fold) {
            this.known = known;
            begins = new long[groups.size()];
            masks = new long[groups.size()];
            offsets = new int[groups.size()];
            texts = new Text[groups.size()];
            groups.sort(Comparator.comparingInt(Group::slot));
            for (int i = 0; i < texts.length; i++) {
                Group group = groups.get(i);
                sure[sure(group.otherHash)] = 1;
                slots[group.slot() + 1] = i + 1;
                texts[i] = group.text;
                offsets[i] = group.offset;
                begins[i] = eight(group.text.bytes, 0) | fold;
                masks[i] = -1L >>> 8 * Math.max(0, LONG - group.text.bytes.length);
            }
            for (int i = 1; i < slots.length; i++) {
                slots[i] = Math.max(slots[i], slots[i - 1]);
            }
        }
    }

    private LiteralIndex(List<Text> wanted, long fold) {
        this.fold = fold;
        List<Group> ofLong = new ArrayList<>();
        List<Group> ofShort = new ArrayList<>();
        byte[] knownLong = new byte[1 << LONG_BITS];
        byte[] knownShort = new byte[1 << SHORT_BITS];
        for (Text text : wanted) {
            byte[] bytes = text.bytes;
            int first = rarest(bytes);
            for (int offset = first; offset < first + stride(bytes); offset++) {
                long group = eight(bytes, offset) | fold;
                if (isShort(bytes)) {
                    knownShort[shortHash((int) group)] = 1;
                    ofShort.add(new Group(otherHash(group & FOUR), offset, text));
                } else {
                    knownLong[longHash(group)] = 1;
                    ofLong.add(new Group(otherHash(group), offset, text));
                }
            }
        }
        longs = new Groups(knownLong, ofLong, fold);
        shorts = new Groups(knownShort, ofShort, fold);
    }

    /** Eight bytes of a text, or what there is of them. */
    private static long eight(byte[] text, int from) {
        return Words.at(Arrays.copyOfRange(text, from, from + LONG), 0);
    }

    private static int longHash(long group) {
        return (int) (group * FACTOR >>> 64 - LONG_BITS);
    }

    private static int shortHash(int group) {
        return group * SHORT_FACTOR >>> 32 - SHORT_BITS;
    }

    private static long otherHash(long group) {
        return group * OTHER_FACTOR;
    }

    private static int sure(long otherHash) {
        return (int) (otherHash >>> 64 - SURE_BITS);
    }

    /** The bits behind those: what is sure by chance finds an empty slot, mostly. */
    private static int slot(long otherHash) {
        return (int) (otherHash >>> 64 - SURE_BITS - SLOT_BITS) & (1 << SLOT_BITS) - 1;
    }

    private static boolean isShort(byte[] text) {
        return text.length < LONG_TEXT;
    }

    private static int stride(byte[] text) {
        return isShort(text) ? SHORT_STRIDE : LONG_STRIDE;
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
        /** Which texts are wanted, by whom. */
        private final Map<Wanted, Set<Integer>> texts = new LinkedHashMap<>();

        private record Wanted(String text, boolean anyCase) {}

        /** The text must have at least {@value RequiredLiterals#MIN_BYTES} bytes in UTF-8. */
        Builder add(int owner, String text, boolean anyCase) {
            if (text.getBytes(StandardCharsets.UTF_8).length < RequiredLiterals.MIN_BYTES) {
                throw new IllegalArgumentException("too short to look for: " + text);
            }
            Wanted wanted = new Wanted(anyCase ? RequiredLiterals.lower(text) : text, anyCase);
            texts.computeIfAbsent(wanted, key -> new TreeSet<>()).add(owner);
            return this;
        }

        LiteralIndex build() {
            List<Text> wanted = new ArrayList<>();
            texts.forEach((text, owners) -> wanted.add(new Text(text.text, text.anyCase, owners)));
            return new LiteralIndex(wanted, wanted.stream().anyMatch(text -> text.anyCase) ? FOLD : 0);
        }
    }

    /** For searching one block after another. */
    Search search() {
        return new Search();
    }

    /** Not for use by several threads. Its loops are methods of their own, for the compiler to have small tasks. */
    final class Search {
        /** Bytes that are gone through at once: what is found in them is not much, and stays in the nearest cache. */
        private static final int PART = 1 << 13;

        private final int[] places = new int[PART / SHORT_STRIDE];
        /** Place and owner of each occurrence: of all long texts, then of all short ones. */
        private long[] found = new long[PART];

        private int count;

        /** Tells of every occurrence in {@code [from, to)}; the block has {@value #SLACK} bytes more than that. */
        void find(byte[] block, int from, int to, Sink sink) {
            for (int at = from; at < to; at += PART) {
                int end = Math.min(to, at + PART);
                count = 0;
                int many = placesOfEight(block, at, end, longs.known, fold, places);
                compare(longs, sift(block, many, longs.sure, fold, -1L, places), -1L, block, from, to);
                int ofLongs = count;
                many = placesOfFour(block, at, end, shorts.known, (int) fold, places);
                compare(shorts, sift(block, many, shorts.sure, fold, FOUR, places), FOUR, block, from, to);
                tell(ofLongs, sink);
            }
        }

        /** Looks for the texts that have the groups which stand at the first places; of a group these bytes count. */
        private void compare(Groups groups, int many, long bytes, byte[] block, int from, int to) {
            for (int i = 0; i < many; i++) {
                int at = places[i];
                int slot = slot(otherHash((Words.at(block, at) | fold) & bytes));
                compare(groups, groups.slots[slot], groups.slots[slot + 1], at, block, from, to);
            }
        }

        private void compare(Groups groups, int first, int behind, int at, byte[] block, int from, int to) {
            for (int i = first; i < behind; i++) {
                int start = at - groups.offsets[i];
                if (start >= from && (((Words.at(block, start) | fold) ^ groups.begins[i]) & groups.masks[i]) == 0) {
                    Text text = groups.texts[i];
                    if (standsAt(block, start, to, text.bytes, text.anyCase)) {
                        add(start, text.owners);
                    }
                }
            }
        }

        private void add(int start, int[] owners) {
            if (count + owners.length > found.length) {
                found = Arrays.copyOf(found, 2 * found.length + owners.length);
            }
            for (int owner : owners) {
                found[count++] = (long) start << 32 | owner;
            }
        }

        /** Tells of both kinds together, the nearer one first. */
        private void tell(int ofLongs, Sink sink) {
            int nextLong = 0;
            int nextShort = ofLongs;
            while (nextLong < ofLongs || nextShort < count) {
                boolean isLong = nextShort == count || nextLong < ofLongs && found[nextLong] <= found[nextShort];
                long next = found[isLong ? nextLong++ : nextShort++];
                sink.found((int) next, (int) (next >>> 32));
            }
        }
    }

    /**
     * Collects every fourth place at which eight bytes stand that may be known, and returns how many there are. A place is
     * written down whether it counts or not; if not, the next one is written over it. Two places in each step are faster.
     */
    private static int placesOfEight(byte[] block, int from, int to, byte[] known, long fold, int[] places) {
        int count = 0;
        for (int at = from; at < to; at += 2 * LONG_STRIDE) {
            places[count] = at;
            count += known[longHash(Words.at(block, at) | fold)];
            places[count] = at + LONG_STRIDE;
            count += known[longHash(Words.at(block, at + LONG_STRIDE) | fold)];
        }
        return count;
    }

    /** Collects every second place at which four bytes stand that may be known, in the same way. */
    private static int placesOfFour(byte[] block, int from, int to, byte[] known, int fold, int[] places) {
        int count = 0;
        for (int at = from; at < to; at += 4 * SHORT_STRIDE) {
            long even = Words.at(block, at);
            long odd = Words.at(block, at + SHORT_STRIDE);
            places[count] = at;
            count += known[shortHash((int) even | fold)];
            places[count] = at + SHORT_STRIDE;
            count += known[shortHash((int) odd | fold)];
            places[count] = at + 2 * SHORT_STRIDE;
            count += known[shortHash((int) (even >>> 32) | fold)];
            places[count] = at + 3 * SHORT_STRIDE;
            count += known[shortHash((int) (odd >>> 32) | fold)];
        }
        return count;
    }

    /** Keeps those of the places where the second table is sure; of what stands there, these bytes count. */
    private static int sift(byte[] block, int many, byte[] sure, long fold, long bytes, int[] places) {
        int count = 0;
        for (int i = 0; i < many; i++) {
            int at = places[i];
            places[count] = at;
            count += sure[sure(otherHash((Words.at(block, at) | fold) & bytes))];
        }
        return count;
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
