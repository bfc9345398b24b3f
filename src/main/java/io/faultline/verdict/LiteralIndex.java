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
 * <p>Where the shortest text has m bytes, any occurrence of any text covers a whole group of four bytes at one of every
 * m-3 places. So it is enough to look at every (m-3)th place of the block, to hash the four bytes there (without regard to
 * ASCII case), and to ask one bit of a table that stays in the processor's first cache. The places do not depend on each
 * other, so the processor looks at several at a time; an automaton, which must know one state before the next, cannot.
 * Only where the bit is set are texts compared. Of the groups that a text offers, the rarest in ordinary logs are taken.
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

    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int GROUP = 4;
    private static final int MAX_STRIDE = 4;
    private static final int FOLD = 0x20202020;
    private static final int BITS = 16;
    private static final int BUCKET_BITS = 12;

    /** Letters and signs of ordinary logs, the most frequent first. */
    private static final String FREQUENT = " etaonrisld.cpum-/hg0f:1b=v2[]w_yjk\"'345()6,789x>*<q;z#$@+!?%&|\\{}~^`";

    private final int stride;
    private final long[] table = new long[1 << (BITS - 6)];
    private final int[] buckets;
    private final byte[][] texts;
    private final boolean[] anyCase;
    private final int[][] owners;
    // Entries of the buckets: each belongs to a text and tells how far inside the text its group begins.
    private final int[] entryText;
    private final int[] entryOffset;
    private final int[] entryGroup;
    private final int[] entryNext;

    private LiteralIndex(List<Text> wanted, int stride) {
        this.stride = stride;
        int count = wanted.size();
        texts = new byte[count][];
        anyCase = new boolean[count];
        owners = new int[count][];
        entryText = new int[count * stride];
        entryOffset = new int[count * stride];
        entryGroup = new int[count * stride];
        entryNext = new int[count * stride];
        buckets = new int[1 << BUCKET_BITS];
        Arrays.fill(buckets, -1);
        int entries = 0;
        for (int i = 0; i < count; i++) {
            Text text = wanted.get(i);
            texts[i] = text.bytes();
            anyCase[i] = text.anyCase;
            owners[i] = text.owners.stream().mapToInt(Integer::intValue).toArray();
            int first = rarest(texts[i], stride);
            for (int offset = first; offset < first + stride; offset++) {
                int group = (int) INTS.get(texts[i], offset) | FOLD;
                int hash = hash(group);
                table[hash >>> 6] |= 1L << hash;
                entryText[entries] = i;
                entryOffset[entries] = offset;
                entryGroup[entries] = group;
                entryNext[entries] = buckets[hash >>> (BITS - BUCKET_BITS)];
                buckets[hash >>> (BITS - BUCKET_BITS)] = entries++;
            }
        }
    }

    /** In ISO 8859-1, a character for each byte. */
    private record Text(String latin, boolean anyCase, List<Integer> owners) {
        byte[] bytes() {
            return latin.getBytes(StandardCharsets.ISO_8859_1);
        }
    }

    static final class Builder {
        private final Map<String, Text> texts = new LinkedHashMap<>();
        private int shortest = Integer.MAX_VALUE;

        /** The text must have at least {@value RequiredLiterals#MIN_BYTES} bytes in UTF-8. */
        Builder add(int owner, String text, boolean anyCase) {
            String folded = anyCase ? RequiredLiterals.lower(text) : text;
            byte[] bytes = folded.getBytes(StandardCharsets.UTF_8);
            if (bytes.length < RequiredLiterals.MIN_BYTES) {
                throw new IllegalArgumentException("too short to look for: " + text);
            }
            shortest = Math.min(shortest, bytes.length);
            Text known = texts.computeIfAbsent(
                    (anyCase ? "i" : "c") + folded,
                    key -> new Text(new String(bytes, StandardCharsets.ISO_8859_1), anyCase, new ArrayList<>()));
            if (!known.owners.contains(owner)) {
                known.owners.add(owner);
            }
            return this;
        }

        LiteralIndex build() {
            int stride = texts.isEmpty() ? MAX_STRIDE : Math.min(MAX_STRIDE, shortest - GROUP + 1);
            return new LiteralIndex(List.copyOf(texts.values()), stride);
        }
    }

    private static int rarest(byte[] text, int stride) {
        int best = 0;
        double lowest = Double.MAX_VALUE;
        for (int first = 0; first + stride + GROUP - 1 <= text.length; first++) {
            double sum = 0;
            for (int offset = first; offset < first + stride; offset++) {
                double frequency = 1;
                for (int i = 0; i < GROUP; i++) {
                    frequency *= frequency(text[offset + i]);
                }
                sum += frequency;
            }
            if (sum < lowest) {
                lowest = sum;
                best = first;
            }
        }
        return best;
    }

    private static double frequency(byte b) {
        int rank = FREQUENT.indexOf(b >= 'A' && b <= 'Z' ? b + 32 : b);
        return 1.0 / (rank < 0 ? 100 : rank + 2);
    }

    private static int hash(int group) {
        return (group * 0x9E3779B1) >>> (32 - BITS);
    }

    /** Tells of every occurrence that lies wholly in {@code [from, to)}. */
    void find(byte[] block, int from, int to, Sink sink) {
        long[] bits = table;
        int step = stride;
        int last = to - GROUP;
        for (int at = from; at <= last; at += step) {
            int group = (int) INTS.get(block, at) | FOLD;
            int hash = hash(group);
            if (((bits[hash >>> 6] >>> hash) & 1) != 0) {
                compare(block, from, to, at, group, hash, sink);
            }
        }
    }

    private void compare(byte[] block, int from, int to, int at, int group, int hash, Sink sink) {
        for (int entry = buckets[hash >>> (BITS - BUCKET_BITS)]; entry >= 0; entry = entryNext[entry]) {
            if (entryGroup[entry] != group) {
                continue;
            }
            int text = entryText[entry];
            byte[] bytes = texts[text];
            int start = at - entryOffset[entry];
            if (start < from || start + bytes.length > to) {
                continue;
            }
            boolean same = anyCase[text]
                    ? sameFolded(block, start, bytes)
                    : Arrays.equals(block, start, start + bytes.length, bytes, 0, bytes.length);
            if (same) {
                for (int owner : owners[text]) {
                    sink.found(owner, start);
                }
            }
        }
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
