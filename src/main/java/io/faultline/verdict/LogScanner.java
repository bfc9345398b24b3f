package io.faultline.verdict;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Finds every line of a log that a signature matches, in one pass and constant memory, however long the log and its lines
 * and however many the signatures.
 *
 * <p>A line longer than {@value #MAX_LINE} bytes is read as several: it is cut after each {@value #MAX_LINE} bytes, or at
 * the last blank before, if one stands within the last {@value #CUT_WINDOW}. Text that such a cut divides is not found.
 *
 * <p>The signatures' required texts are looked for in the bytes; only a line that holds one is decoded (as UTF-8; damage
 * becomes U+FFFD) and shown to the regular expression. Immutable, for any number of threads.
 */
public final class LogScanner {
    /** Bytes of one line that are matched together. */
    public static final int MAX_LINE = 1 << 16;

    private static final int CUT_WINDOW = 1 << 10;
    private static final int BLOCK = 1 << 18;

    private final List<Signature> signatures;
    private final List<Alternative> alternatives = new ArrayList<>();
    private final LiteralIndex index;

    /** An alternative of a signature's expression. */
    private static final class Alternative {
        final int signature;
        final Expression expression;
        /** Of each of these sets one text stands in every line that the alternative matches. */
        final String[][] also;

        /** Every line that it matches begins with one of these; empty if any line may. */
        final byte[][] begins;

        final boolean anyCase;
        /** Whether it matches wherever its text stands. */
        final boolean decisive;

        Alternative(
                int signature,
                Expression expression,
                RequiredLiterals.Branch branch,
                RequiredLiterals.Literals required) {
            this.signature = signature;
            this.expression = expression;
            this.also = branch.also().stream()
                    .map(set -> set.toArray(String[]::new))
                    .toArray(String[][]::new);
            this.begins = required.begins().stream()
                    .map(begin -> begin.getBytes(StandardCharsets.UTF_8))
                    .toArray(byte[][]::new);
            this.anyCase = required.anyCase();
            this.decisive = required.decisive();
        }
    }

    /** What is told while the log goes by. Lines come in order, hits come in order; lines run ahead of hits. */
    public interface Listener {
        /** A normalised line (or a piece of one). The bytes are valid during the call only. */
        default void line(long number, byte[] bytes, int from, int to) {}

        /** A signature matches a normalised line (or a piece of one); told once for each. */
        void hit(int signature, long number, String line);

        /** One of the other texts stands here. */
        default void text(long number, byte[] bytes, int at, int to) {}
    }

    /**
     * Prepares the search.
     *
     * @throws IllegalArgumentException if a signature has no required text; {@link SignatureFile} refuses those
     */
    public LogScanner(Signatures signatures) {
        this(signatures, List.of());
    }

    /** Prepares the search for signatures, and for other texts of which {@link Listener#text} is told. */
    LogScanner(Signatures signatures, List<String> others) {
        this.signatures = signatures.all();
        LiteralIndex.Builder literals = new LiteralIndex.Builder();
        for (int i = 0; i < this.signatures.size(); i++) {
            Signature signature = this.signatures.get(i);
            for (String regex : Alternatives.of(signature.regex().pattern())) {
                Expression expression = new Expression(regex);
                RequiredLiterals.Literals required = RequiredLiterals.of(regex)
                        .orElseThrow(() ->
                                new IllegalArgumentException(signature.origin() + ": no required text in " + regex));
                for (RequiredLiterals.Branch branch : required.branches()) {
                    for (String text : branch.any()) {
                        literals.add(alternatives.size(), text, required.anyCase());
                    }
                    alternatives.add(new Alternative(i, expression, branch, required));
                }
            }
        }
        for (String other : others) {
            literals.add(alternatives.size(), other, false);
        }
        index = literals.build();
    }

    /** Reads the log to its end; returns the number of bytes. */
    public long scan(InputStream log, Listener listener) throws IOException {
        return new Pass(listener).run(log);
    }

    /** The state of one pass. */
    private final class Pass implements LiteralIndex.Sink {
        private final Listener listener;
        private final LogCleaner cleaner = new LogCleaner();
        /** Where lines of the block end. */
        private final Places lineEnds = new Places();

        private final Places candidates = new Places();

        private final byte[] block = new byte[BLOCK + LiteralIndex.SLACK];
        /** Lines of the block's ready part: begin of the text, end, number. Pieces without text are left out. */
        private int[] starts = new int[4096];

        private int[] ends = new int[4096];
        private long[] numbers = new long[4096];
        private int lines;
        private long number = 1;
        /** Whether the block begins inside a line of which a piece has gone by. */
        private boolean inside;

        // The line that candidates are being looked at in.
        private int current;
        private String text;
        private String folded;
        private final Marks asked = new Marks(alternatives.size());
        private final Marks hit = new Marks(signatures.size());

        Pass(Listener listener) {
            this.listener = listener;
        }

        long run(InputStream log) throws IOException {
            long bytes = 0;
            int filled = 0;
            while (true) {
                int read = log.read(block, filled, BLOCK - filled);
                if (read < 0) {
                    ready(filled, true);
                    return bytes;
                }
                bytes += read;
                filled = cleaner.clean(block, filled, filled + read, lineEnds);
                // Waiting for half a block keeps small reads from making small blocks; what remains is at most a line.
                if (filled >= BLOCK / 2) {
                    int used = ready(filled, false);
                    System.arraycopy(block, used, block, 0, filled - used);
                    filled -= used;
                }
            }
        }

        /** Looks at all whole lines of the block's first {@code filled} bytes; returns how many bytes those are. */
        private int ready(int filled, boolean last) {
            lines = 0;
            int start = 0;
            int cut = 0;
            int ended = 0;
            while (true) {
                boolean open = ended == lineEnds.count();
                int end = open ? filled : lineEnds.get(ended++);
                while (end - start > MAX_LINE) {
                    // The piece is looked at apart, so that no text is found across the cut.
                    look(cut, start);
                    int piece = cutAt(start);
                    line(start, piece);
                    look(start, piece);
                    inside = true;
                    start = piece;
                    cut = piece;
                }
                if (open && !last) {
                    look(cut, start);
                    lineEnds.clear();
                    return start;
                }
                line(start, end);
                if (open) {
                    look(cut, filled);
                    return filled;
                }
                inside = false;
                if (block[end] == '\n') {
                    number++;
                }
                start = end + 1;
            }
        }

        private int cutAt(int start) {
            int end = start + MAX_LINE;
            for (int at = end; at > end - CUT_WINDOW; at--) {
                if (block[at - 1] == ' ') {
                    return at;
                }
            }
            return end;
        }

        private void line(int start, int end) {
            int from = inside ? start : LogLine.afterTime(block, start, end);
            if (from == end) {
                return;
            }
            if (lines == starts.length) {
                starts = Arrays.copyOf(starts, 2 * lines);
                ends = Arrays.copyOf(ends, 2 * lines);
                numbers = Arrays.copyOf(numbers, 2 * lines);
            }
            starts[lines] = from;
            ends[lines] = end;
            numbers[lines++] = number;
            listener.line(number, block, from, end);
        }

        /** Looks for the texts in {@code [from, to)}, of which the lines are known. */
        private void look(int from, int to) {
            if (from < to) {
                current = -1;
                nextLine();
                index.find(block, from, to, candidates, this);
                forget();
            }
            lines = 0;
        }

        private void nextLine() {
            current++;
            text = null;
            folded = null;
            forget();
        }

        private void forget() {
            asked.clear();
            hit.clear();
        }

        @Override
        public void found(int owner, int at) {
            while (current < lines && ends[current] <= at) {
                nextLine();
            }
            if (current == lines) {
                return;
            }
            if (owner == alternatives.size()) {
                listener.text(numbers[current], block, at, ends[current]);
                return;
            }
            // A text in the time in front is none of the line's.
            if (at < starts[current] || !asked.add(owner)) {
                return;
            }
            Alternative alternative = alternatives.get(owner);
            if (hit.has(alternative.signature) || !beginsWith(alternative.begins, alternative.anyCase)) {
                return;
            }
            if (text == null) {
                text = new String(block, starts[current], ends[current] - starts[current], StandardCharsets.UTF_8);
            }
            if (alternative.decisive
                    || (holdsAll(alternative.also, alternative.anyCase)
                            && alternative.expression.matcher(text).find())) {
                hit.add(alternative.signature);
                listener.hit(alternative.signature, numbers[current], text);
            }
        }

        private boolean beginsWith(byte[][] begins, boolean withoutCase) {
            int start = starts[current];
            for (byte[] begin : begins) {
                if (LiteralIndex.standsAt(block, start, ends[current], begin, withoutCase)) {
                    return true;
                }
            }
            return begins.length == 0;
        }

        private boolean holdsAll(String[][] sets, boolean withoutCase) {
            if (sets.length == 0) {
                return true;
            }
            if (withoutCase && folded == null) {
                folded = RequiredLiterals.lower(text);
            }
            String line = withoutCase ? folded : text;
            for (String[] set : sets) {
                boolean held = false;
                for (int i = 0; i < set.length && !held; i++) {
                    held = line.contains(set[i]);
                }
                if (!held) {
                    return false;
                }
            }
            return true;
        }
    }

    /** A set of small numbers that is cleared in the time that its members take, not its size. */
    private static final class Marks {
        private final boolean[] marked;
        private final int[] members;
        private int count;

        Marks(int size) {
            marked = new boolean[size];
            members = new int[size];
        }

        boolean has(int member) {
            return marked[member];
        }

        boolean add(int member) {
            if (marked[member]) {
                return false;
            }
            marked[member] = true;
            members[count++] = member;
            return true;
        }

        void clear() {
            while (count > 0) {
                marked[members[--count]] = false;
            }
        }
    }
}
