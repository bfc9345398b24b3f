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
 * that they are rare in ordinary logs. (A text of just five bytes has a single one; for the place before it, all groups of
 * any byte and its first four are kept.) The places do not depend on each other, so the processor looks at several at a
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

    private static final int SLOT_BITS = 14;
    private static final int SLOTS = 1 << SLOT_BITS;

    /** Words of ordinary logs: groups of letters that stand in them are the last to be looked for. */
    private static final String ORDINARY = """
            downloading downloaded download from central https://repo http://www .org .com maven plugin compile compiler
            default tests run failures errors skipped time elapsed running example debug info warning warn error failed
            request server client connection timeout processed records main amd64 selecting previously unselected package
            preparing to unpack unpacking setting up making making all entering leaving directory build/ building built
            config -wall -o2 -fstack-protector-strong checking whether for the this that with not and are is was were has
            have will can could should does declared yes ok no returns test tests/test passed :: ... at org. com. java.
            (native method) unused variable npm http fetch get 200 registry cache miss added packages audited in step
            run apt-get install using ./configure --prefix=/usr --with- /usr/lib /usr/share /usr/bin /home/ /var/ /tmp/
            remote: counting objects: receiving resolving deltas cloning into rule bytes listening on copying blob
            sha256: handling enabled attempts retry policy retrieving base system executing hook linking loading library
            libraries generating generated installing installed reading writing file files created updated update version
            using skip skipping start starting started finished done complete completed success successful stage pipeline
            agent workspace git checkout branch master commit merge origin fetching username password user group source
            target include object module modules index function class interface assert expected actual line column code
            exit exited status command process thread option options parameter value values key name names type string
            number integer null true false undefined reference import export import required requires dependency
            dependencies depends public private static final void int return new delete deleted remove removing removed
            found unable cannot exception caused more host port network address address: socket proxy read write open
            close closed socket image container docker pull pulling layer digest waiting ready timed out memory disk
            space device available used free total system service process signal killed local global shared resource
            application argument array attribute average back buffer callback change changes character check child
            clean client code collection commands component compute connect content context control controller convert
            copy core count create current custom data database date debian decode default define definition deploy
            description different directory display document documentation domain driver each editor element encode end
            engine entity entry environment event events example execute executing execution extension external extract
            feature field filter final first flag folder form format found framework from full functions general get
            handle handler hash header help helper hidden html id ignore image implementation include index info initial
            input instance integration interface internal item items job keyword language last layout length level
            license limit link list listener load loader log logger main manager map mapping markdown mask match maximum
            message meta method minimum mode monitor more move multi native nested network new next node note notes now
            operation operator order output overview page pages parent parse parser part patch path pattern pending
            phase platform pointer policy pool position post prefix print private profile program project properties
            property protocol provider publish push query queue random range raw ready record recursive register
            release render report repository response rest result results return root route router rule runtime sample
            save schema scope script search section security select sequence serial serialize session set settings
            shell show simple single size sleep socket sort spec stack standard state static statistics store storage
            stream struct style submodule suite summary support switch symbol sync syntax table tag task template text
            theme thread title token tool tools top trace track transaction transform translate tree trigger unit
            universal upload url usage utils util validate validation variable vector vendor verify version view virtual
            visible wait web widget width window wrapper xml zero
            """;

    private static final Map<Long, Integer> ORDINARY_GROUPS = new HashMap<>();

    static {
        for (String word : ORDINARY.split("\\s+")) {
            byte[] bytes = (" " + word + " ").getBytes(StandardCharsets.ISO_8859_1);
            for (int at = 0; at + GROUP <= bytes.length; at++) {
                ORDINARY_GROUPS.merge(group(bytes, at, GROUP), 1, Integer::sum);
            }
        }
    }

    /** Letters and signs of ordinary logs, the most frequent first. */
    private static final String FREQUENT = " etaonrisld.cpum-/hg0f:1b=v2[]w_yjk\"'345()6,789x>*<q;z#$@+!?%&|\\{}~^`";

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
                for (int before = 0; before < 256; before++) {
                    if ((before & 0x20) != 0) {
                        entries = enter(i, (group(bytes, 0, GROUP) << 8 & MASK) | before, -1, entries);
                    }
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
                long group = group(text, offset, GROUP);
                double frequency = 0.002 + ORDINARY_GROUPS.getOrDefault(group, 0);
                for (int i = 0; i < GROUP; i++) {
                    frequency += 0.001 / (1 << Math.min(8, rank(text[offset + i]) / 8));
                }
                sum += frequency * (5 + taken.getOrDefault(group, 0));
            }
            if (sum < lowest) {
                lowest = sum;
                best = first;
            }
        }
        return best;
    }

    private static int rank(byte b) {
        int rank = FREQUENT.indexOf(b >= 'A' && b <= 'Z' ? b + 32 : b);
        return rank < 0 ? FREQUENT.length() : rank;
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
        if (slotGroup[slot] != group
                || (at >= from + 2 && at + GROUP + 2 <= to && !fits(slot, block, at))) {
            return;
        }
        for (int entry = slotEntry[slot]; entry >= 0; entry = entryNext[entry]) {
            int text = entryText[entry];
            byte[] bytes = texts[text];
            int start = at - entryOffset[entry];
            if (start < from || start + bytes.length > to || (block[start] | 0x20) != (bytes[0] | 0x20)) {
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
