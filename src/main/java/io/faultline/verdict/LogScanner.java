package io.faultline.verdict;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds every line of a log that a signature matches, in one pass and constant memory, however long the log and its lines
 * and however many the signatures.
 *
 * <p>A line longer than {@value #MAX_LINE} bytes is read as several: it is cut after each {@value #MAX_LINE} bytes, or at
 * the last blank before, if one stands within the last {@value #CUT_WINDOW}. Text that such a cut divides is not found;
 * {@code ^} and {@code $} mean the ends of the line, not those of its pieces.
 *
 * <p>The signatures' required texts are looked for in the bytes; only a line that holds one is decoded (as UTF-8; damage
 * becomes U+FFFD) and shown to the regular expression. Immutable, for any number of threads.
 */
public final class LogScanner {
    /** Bytes of one line that are matched together. */
    public static final int MAX_LINE = 1 << 16;

    private static final int CUT_WINDOW = 1 << 10;
    private static final int BLOCK = 1 << 18;
    /** Stands for the rest of a line that was cut: no character (Unicode calls it so), and none of a word. */
    private static final String MORE = "\uffff";

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

    /** What is told while the log goes by. Hits come in order. */
    public interface Listener {
        /** A signature matches a normalised line (or a piece of one); told once for each. */
        void hit(int signature, long number, String line);

        /** One of the other texts stands here. */
        default void text(long number, byte[] bytes, int at, int to) {}
    }

    /** Wants to be told of every line, too. Lines come in order, and run ahead of hits. */
    public interface LineListener extends Listener {
        /** A normalised line (or a piece of one) that is not empty. The bytes are valid until {@link #linesGo}. */
        void line(long number, byte[] bytes, int from, int to);

        /** The bytes of the lines told so far are about to be overwritten. */
        default void linesGo(byte[] bytes) {}
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
                        // With a line end inside it, no line holds it.
                        if (text.indexOf('\n') < 0 && text.indexOf('\r') < 0) {
                            literals.add(alternatives.size(), text, required.anyCase());
                        }
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

    /**
     * The state of one pass. A block is cleaned as a whole, then looked at in segments: as many whole lines as fit into
     * {@value #MAX_LINE} bytes, or a piece of one that does not. A segment is searched without regard to its lines; where one
     * begins and ends, and its number, is only found out when a text stands in it.
     */
    private final class Pass implements LiteralIndex.Sink {
        private final Listener listener;
        /** The same, if it wants lines; otherwise null. */
        private final LineListener lineListener;

        private final LogCleaner cleaner = new LogCleaner();
        private final byte[] block = new byte[BLOCK + LiteralIndex.SLACK];
        private final LiteralIndex.Search search = index.search();

        // The segment that is being looked at.
        private int from;
        private int to;
        /** Whether it begins inside a line of which a piece has gone by. */
        private boolean inside;
        /** Whether it ends inside a line. */
        private boolean goesOn;

        // The line that texts have been found in: begin of its text, and end. Before the first one, an empty one.
        private int start;
        private int end;
        /** The number of the line that {@code counted} is in, which all before are counted up to. */
        private long number = 1;

        private int counted;
        private String text;
        private String folded;
        private final Marks asked = new Marks(alternatives.size());
        private final Marks hit = new Marks(signatures.size());

        Pass(Listener listener) {
            this.listener = listener;
            this.lineListener = listener instanceof LineListener lines ? lines : null;
        }

        long run(InputStream log) throws IOException {
            long bytes = 0;
            int filled = 0;
            while (true) {
                int read = log.read(block, filled, BLOCK - filled);
                if (read < 0) {
                    segments(filled, true);
                    return bytes;
                }
                bytes += read;
                filled = cleaner.clean(block, filled, filled + read);
                // Waiting for half a block keeps small reads from making small blocks; what remains is at most a line.
                if (filled >= BLOCK / 2) {
                    int used = segments(filled, false);
                    System.arraycopy(block, used, block, 0, filled - used);
                    filled -= used;
                }
            }
        }

        /** Looks at all whole lines of the block's first {@code filled} bytes; returns how many bytes those are. */
        private int segments(int filled, boolean last) {
            int at = 0;
            while (at < filled) {
                int lines = LineEnds.behindLast(block, at, Math.min(filled, at + MAX_LINE + 1));
                if (lines > at) {
                    segment(at, lines, false);
                    at = lines;
                } else if (filled - at > MAX_LINE) {
                    int piece = cutAt(at);
                    segment(at, piece, true);
                    at = piece;
                } else if (last) {
                    segment(at, filled, false);
                    at = filled;
                } else {
                    break;
                }
            }
            return at;
        }

        private int cutAt(int begin) {
            int limit = begin + MAX_LINE;
            for (int at = limit; at > limit - CUT_WINDOW; at--) {
                if (block[at - 1] == ' ') {
                    return at;
                }
            }
            return limit;
        }

        private void segment(int begin, int behind, boolean cut) {
            from = begin;
            to = behind;
            goesOn = cut;
            if (lineListener != null) {
                tellLines();
            }
            start = begin;
            end = begin;
            counted = begin;
            search.find(block, begin, behind, this);
            countTo(behind);
            inside = cut;
        }

        private void tellLines() {
            long told = number;
            for (int at = from; at < to; ) {
                int lineEnd = LineEnds.next(block, at, to);
                int textStart = textStart(at, lineEnd);
                if (textStart < lineEnd) {
                    lineListener.line(told, block, textStart, lineEnd);
                }
                if (lineEnd < to && block[lineEnd] == '\n') {
                    told++;
                }
                at = lineEnd + 1;
            }
            lineListener.linesGo(block);
        }

        private int textStart(int begin, int lineEnd) {
            return inside && begin == from ? begin : LogLine.afterTime(block, begin, lineEnd);
        }

        private void countTo(int place) {
            number += LineEnds.lineFeeds(block, counted, place);
            counted = place;
        }

        /** Goes on to the line that a place is in. */
        private void lineOf(int place) {
            int begin = LineEnds.behindLast(block, end, place);
            countTo(begin);
            end = LineEnds.next(block, place, to);
            start = textStart(begin, end);
            text = null;
            folded = null;
            asked.clear();
            hit.clear();
        }

        private boolean beginsLine() {
            return !(inside && counted == from);
        }

        private boolean endsLine() {
            return !(goesOn && end == to);
        }

        @Override
        public void found(int owner, int at) {
            if (at >= end) {
                lineOf(at);
            }
            if (owner == alternatives.size()) {
                listener.text(number, block, at, end);
                return;
            }
            // A text in the time in front is none of the line's.
            if (at < start || !asked.add(owner)) {
                return;
            }
            Alternative alternative = alternatives.get(owner);
            if (hit.has(alternative.signature) || !beginsWith(alternative.begins, alternative.anyCase)) {
                return;
            }
            if (text == null) {
                text = new String(block, start, end - start, StandardCharsets.UTF_8);
            }
            if (alternative.decisive
                    || (holdsAll(alternative.also, alternative.anyCase)
                            && alternative.expression.matcher(shown()).find())) {
                hit.add(alternative.signature);
                listener.hit(alternative.signature, number, text);
            }
        }

        /** The line as expressions see it: where it is only a piece, they must not take its end for the line's. */
        private String shown() {
            return (beginsLine() ? "" : MORE) + text + (endsLine() ? "" : MORE);
        }

        private boolean beginsWith(byte[][] begins, boolean withoutCase) {
            if (begins.length > 0 && !beginsLine()) {
                return false;
            }
            for (byte[] begin : begins) {
                if (LiteralIndex.standsAt(block, start, end, begin, withoutCase)) {
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
