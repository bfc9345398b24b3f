package io.faultline.verdict;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Reads a log once: signatures, structure, hosts. Immutable, for any number of threads. */
public final class LogReader {
    /** Hits kept of a signature before each failure. */
    private static final int RECENT = 3;
    /** Hits kept of a signature in all. */
    private static final int MAX_QUOTES = 40;

    private final Signatures signatures;
    private final LogScanner scanner;

    public LogReader(Signatures signatures) {
        this.signatures = signatures;
        this.scanner = new LogScanner(signatures, HostNames.SCHEMES);
    }

    /** Reads to the end and does not close. */
    public LogReading read(InputStream log) throws IOException {
        Collector collector = new Collector();
        long bytes = scanner.scan(log, collector);
        return collector.reading(bytes);
    }

    private static final class Kept {
        private long count;
        private int failures;
        private final List<Quote> settled = new ArrayList<>();
        private final Deque<Quote> recent = new ArrayDeque<>();

        void add(Quote quote, int failuresBefore) {
            if (failuresBefore != failures) {
                settle();
                failures = failuresBefore;
            }
            if (count++ == 0) {
                settled.add(quote);
                return;
            }
            if (recent.size() == RECENT) {
                recent.poll();
            }
            recent.add(quote);
        }

        void settle() {
            while (!recent.isEmpty() && settled.size() < MAX_QUOTES) {
                settled.add(recent.poll());
            }
            recent.clear();
        }
    }

    private final class Collector implements LogScanner.LineListener {
        private final OutlineReader outline = new OutlineReader();
        private final HostNames hosts = new HostNames();
        private final Kept[] kept = new Kept[signatures.all().size()];
        private final LastLines lastLines = new LastLines(OutlineReader.LAST_LINES);

        @Override
        public void line(long number, byte[] bytes, int from, int to) {
            outline.line(number, bytes, from, to);
            lastLines.add(number, from, to);
        }

        @Override
        public void linesGo(byte[] bytes) {
            lastLines.copyFrom(bytes);
        }

        @Override
        public void hit(int signature, long number, String line) {
            if (kept[signature] == null) {
                kept[signature] = new Kept();
            }
            int before = 0;
            for (Failure failure : outline.failures()) {
                if (failure.quote().line() < number) {
                    before++;
                }
            }
            Quote quote = Quote.of(number, line);
            if (line.length() > Quote.MAX_TEXT) {
                com.google.re2j.Matcher matcher =
                        signatures.all().get(signature).regex().matcher(line);
                quote = Quote.around(number, line, matcher.find() ? matcher.start() : 0);
            }
            kept[signature].add(quote, before);
        }

        @Override
        public void text(long number, byte[] bytes, int at, int to) {
            hosts.address(number, bytes, at, to);
        }

        LogReading reading(long bytes) {
            List<SignatureHits> hits = new ArrayList<>();
            for (int i = 0; i < kept.length; i++) {
                if (kept[i] != null) {
                    kept[i].settle();
                    SignatureHits found = new SignatureHits(signatures.all().get(i), kept[i].count, kept[i].settled);
                    hits.add(found);
                    if (found.signature().category() == Category.INFRASTRUCTURE) {
                        found.quotes().forEach(quote -> hosts.text(quote.line(), quote.text()));
                    }
                }
            }
            return new LogReading(bytes, outline.outline(lastLines.quotes()), hits, hosts.mentions());
        }
    }
}
