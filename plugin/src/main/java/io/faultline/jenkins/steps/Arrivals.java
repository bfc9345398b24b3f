package io.faultline.jenkins.steps;

import io.faultline.report.JsonLinesReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Where an agent writes to, and one thread of the controller takes whole lines from. Never holds the writer up, which
 * is a thread that other builds need too; so what waits is limited, and an agent that floods is cut off.
 */
final class Arrivals extends OutputStream {
    private static final int MOST_LINES = 10_000;
    private static final long MOST_BYTES = 16L << 20;
    private static final String END = "";

    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    /** Of the lines that wait. */
    private final AtomicLong bytes = new AtomicLong();

    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] from, int offset, int length) throws IOException {
        int start = offset;
        for (int i = offset; i < offset + length; i++) {
            if (from[i] == '\n') {
                append(from, start, i - start);
                start = i + 1;
                if (line.size() > 0) {
                    take(line.toString(StandardCharsets.UTF_8));
                    line.reset();
                }
            }
        }
        append(from, start, offset + length - start);
    }

    private void append(byte[] from, int start, int length) throws IOException {
        if (line.size() + length > JsonLinesReader.MAX_LINE) {
            throw new IOException("a line of results is too long");
        }
        line.write(from, start, length);
    }

    private void take(String whole) throws IOException {
        if (lines.size() >= MOST_LINES || bytes.addAndGet(whole.length()) > MOST_BYTES) {
            throw new IOException("more results than can be taken");
        }
        lines.add(whole);
    }

    /** Wakes whoever waits. */
    @Override
    public void close() {
        lines.add(END);
    }

    /** Lines that have come; waits for the first so long at most. May be empty. */
    List<String> next(long millis) throws InterruptedException {
        List<String> taken = new ArrayList<>();
        String first = lines.poll(millis, TimeUnit.MILLISECONDS);
        if (first != null) {
            taken.add(first);
            lines.drainTo(taken);
            taken.removeIf(END::equals);
            taken.forEach(one -> bytes.addAndGet(-one.length()));
        }
        return taken;
    }
}
