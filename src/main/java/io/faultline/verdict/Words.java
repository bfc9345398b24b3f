package io.faultline.verdict;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Looks at eight bytes of a block at a time, as one number: what most bytes are not is told in a few operations without a
 * branch. (L. Lamport, Multiple byte processing with full-word instructions, CACM 18/8, 1975; the exact forms are those of
 * H. S. Warren, Hacker's Delight, 6-1.) The first byte is the lowest.
 */
final class Words {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;
    private static final long LOWS = 0x7f7f7f7f7f7f7f7fL;
    static final int BYTES = Long.BYTES;

    private Words() {}

    /** The eight bytes from here on. */
    static long at(byte[] block, int at) {
        return (long) LONGS.get(block, at);
    }

    /** A bit for each byte of the word that is below a limit of at most 128. */
    static long below(long word, int limit) {
        return ~((word & LOWS) + (0x80 - limit) * ONES | word) & HIGHS;
    }

    /** A bit for each byte of the word that is this one. */
    static long equal(long word, int wanted) {
        long zeros = word ^ wanted * ONES;
        return ~((zeros & LOWS) + LOWS | zeros) & HIGHS;
    }

    /** Which byte the lowest of the bits is for. */
    static int first(long bits) {
        return Long.numberOfTrailingZeros(bits) >>> 3;
    }

    /** Which byte the highest of the bits is for. */
    static int last(long bits) {
        return BYTES - 1 - (Long.numberOfLeadingZeros(bits) >>> 3);
    }
}
